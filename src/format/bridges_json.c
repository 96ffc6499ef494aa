#include "format/bridges_json.h"

#include "format/json_build.h"

static void add_endpoint(struct pt_json *json, cJSON *array,
                         const struct pt_bridge_endpoint *endpoint)
{
    const struct pt_certificate *seen = endpoint->certificate;
    cJSON *at = pt_json_object(json, array, NULL);

    pt_json_text(json, at, "service", pt_service_name(endpoint->service));
    pt_json_text(json, at, "host", endpoint->host);
    pt_json_number(json, at, "port", endpoint->port);
    if (endpoint->configured)
        pt_json_number(json, at, "configured_port", endpoint->configured);
    pt_json_text(json, at, "security",
                 endpoint->security == PT_SECURITY_UNKNOWN
                     ? NULL
                     : pt_security_name(endpoint->security));
    pt_json_text(json, at, "certificate_sha256", seen ? seen->sha256 : NULL);
    pt_json_text(json, at, "spki_pin", seen ? seen->spki_pin : NULL);
    pt_json_known(json, at, "pid", endpoint->pid);
    pt_json_text(json, at, "learned_from",
                 pt_learned_name(endpoint->learned_from));
    pt_json_text(json, at, "where", endpoint->where);
    pt_json_bool(json, at, "listening", endpoint->listening);
    pt_json_bool(json, at, "foreign", endpoint->foreign);
}

static void add_bridge(struct pt_json *json, cJSON *array,
                       const struct pt_bridge *bridge)
{
    cJSON *at = pt_json_object(json, array, NULL);
    cJSON *endpoints;

    pt_json_text(json, at, "name", bridge->kind->name);
    pt_json_text(json, at, "title", bridge->kind->title);
    pt_json_text(json, at, "state", pt_bridge_state_name(bridge->state));
    pt_json_text(json, at, "version", bridge->version);
    endpoints = pt_json_array(json, at, "endpoints");
    for (size_t i = 0; i < bridge->endpoint_count; i++)
        add_endpoint(json, endpoints, &bridge->endpoints[i]);
    pt_json_strings(json, at, "accounts", &bridge->accounts);
    pt_json_text(json, at, "hint", bridge->hint);
}

enum pt_status pt_bridges_json(const struct pt_bridge *bridges, size_t count,
                               const struct pt_strings *hints,
                               bool one_line, struct pt_buf *out,
                               struct pt_error *err)
{
    struct pt_json json;
    cJSON *array;

    pt_json_begin(&json);
    array = pt_json_array(&json, json.root, "bridges");
    for (size_t i = 0; i < count; i++)
        add_bridge(&json, array, &bridges[i]);
    pt_json_strings(&json, json.root, "hints", hints);
    return pt_json_end(&json, one_line, out, err);
}
