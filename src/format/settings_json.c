#include "format/settings_json.h"

#include "format/json_build.h"
#include "format/trial_json.h"

static void add_auth(struct pt_json *json, cJSON *at,
                     const struct pt_server *server)
{
    cJSON *array = pt_json_array(json, at, "auth");

    for (size_t i = 0; i < server->auth_count; i++)
        pt_json_text(json, array, NULL, pt_auth_name(server->auth[i]));
}

static void add_origin(struct pt_json *json, cJSON *at,
                       const struct pt_origin *origin)
{
    cJSON *object = pt_json_object(json, at, "origin");

    pt_json_text(json, object, "source", origin->source);
    pt_json_text(json, object, "where", origin->where);
    pt_json_text(json, object, "trust", pt_trust_name(origin->trust));
    pt_json_strings(json, object, "via", &origin->via);
}

/* Keys only some servers have. */
static void add_extras(struct pt_json *json, cJSON *at,
                       const struct pt_server *server)
{
    if (server->url)
        pt_json_text(json, at, "url", server->url);
    if (server->bridge)
        pt_json_text(json, at, "bridge", server->bridge);
    if (server->last_known)
        pt_json_bool(json, at, server->assumed ? "assumed" : "last_known",
                     true);
    if (server->certificate)
        pt_json_text(json, at, "certificate_sha256",
                     server->certificate->sha256);
    if (server->trial)
        pt_trial_proof_json(json, at, server->trial);
}

static void add_server(struct pt_json *json, cJSON *array,
                       const struct pt_settings *settings,
                       const struct pt_server *server)
{
    cJSON *at = pt_json_object(json, array, NULL);

    pt_json_text(json, at, "service", pt_service_name(server->service));
    pt_json_text(json, at, "host", server->host);
    pt_json_known(json, at, "port", server->port);
    pt_json_text(json, at, "security",
                 server->security == PT_SECURITY_UNKNOWN
                     ? NULL
                     : pt_security_name(server->security));
    add_auth(json, at, server);
    pt_json_text(json, at, "username", pt_login(settings, server));
    pt_json_bool(json, at, "chosen", server->chosen);
    add_origin(json, at, &server->origin);
    pt_json_text(json, at, "why", server->why);
    add_extras(json, at, server);
}

static void add_provider(struct pt_json *json,
                         const struct pt_settings *settings)
{
    cJSON *at = pt_json_object(json, json->root, "provider");

    pt_json_text(json, at, "name", settings->provider_name);
    pt_json_text(json, at, "domain", settings->provider_domain);
}

static void add_source(struct pt_json *json, cJSON *array,
                       const struct pt_source_report *source)
{
    cJSON *at = pt_json_object(json, array, NULL);

    pt_json_text(json, at, "name", source->name);
    pt_json_text(json, at, "outcome", pt_outcome_name(source->outcome));
    pt_json_text(json, at, "detail", source->detail);
    pt_json_number(json, at, "took_ms", (double)source->took_ms);
    if (source->missed && source->outcome != PT_FAILED)
        pt_json_text(json, at, "missed", source->missed);
}

/* Only when --explain wants it told. */
static void add_story(struct pt_json *json, const struct pt_settings *settings)
{
    cJSON *story = settings->event_count
                       ? pt_json_array(json, json->root, "story")
                       : NULL;

    for (size_t i = 0; i < settings->event_count; i++) {
        const struct pt_event *event = &settings->events[i];
        cJSON *at = pt_json_object(json, story, NULL);

        pt_json_text(json, at, "source", event->source);
        pt_json_text(json, at, "asked", event->what);
        pt_json_text(json, at, "answer", event->answer);
        pt_json_number(json, at, "begun_ms", (double)event->begun_ms);
        pt_json_number(json, at, "ended_ms", (double)event->ended_ms);
    }
}

static void add_bridge(struct pt_json *json, const struct pt_bridge_use *bridge)
{
    cJSON *at;

    if (!bridge->name)
        return;
    at = pt_json_object(json, json->root, "bridge");
    pt_json_text(json, at, "name", bridge->name);
    pt_json_text(json, at, "title", bridge->title);
    pt_json_text(json, at, "login", bridge->login);
    pt_json_text(json, at, "password", bridge->password);
    pt_json_text(json, at, "change_ports", bridge->change_ports);
}

static void add_lists(struct pt_json *json, const struct pt_settings *settings)
{
    cJSON *servers = pt_json_array(json, json->root, "servers");
    cJSON *sources;

    for (size_t i = 0; i < settings->server_count; i++)
        add_server(json, servers, settings, &settings->servers[i]);
    sources = pt_json_array(json, json->root, "sources");
    for (size_t i = 0; i < settings->source_count; i++)
        add_source(json, sources, &settings->sources[i]);
    add_story(json, settings);
    pt_json_strings(json, json->root, "needs_accept", &settings->needs_accept);
    pt_json_strings(json, json->root, "hints", &settings->hints);
}

enum pt_status pt_settings_json(const struct pt_settings *settings,
                                bool one_line, struct pt_buf *out,
                                struct pt_error *err)
{
    struct pt_json json;

    pt_json_begin(&json);
    pt_json_text(&json, json.root, "address", settings->address.text);
    pt_json_text(&json, json.root, "status",
                 pt_find_status_name(settings->status));
    pt_json_bool(&json, json.root, "incomplete", settings->incomplete);
    pt_json_number(&json, json.root, "took_ms", (double)settings->took_ms);
    add_provider(&json, settings);
    add_lists(&json, settings);
    add_bridge(&json, &settings->bridge);
    return pt_json_end(&json, one_line, out, err);
}
