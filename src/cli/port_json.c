#include "cli/port_json.h"

#include "format/json_build.h"

static void add_holder(struct pt_json *json, cJSON *array,
                       const struct pt_port_holder *holder)
{
    cJSON *at = pt_json_object(json, array, NULL);

    pt_json_known(json, at, "pid", holder->pid);
    pt_json_text(json, at, "program", holder->program);
    pt_json_text(json, at, "user", holder->user);
    pt_json_text(json, at, "address", holder->address);
    pt_json_text(json, at, "bridge", holder->bridge);
    pt_json_text(json, at, "note", holder->note);
}

static void add_settings(struct pt_json *json, cJSON *at,
                         const struct pt_port_report *report)
{
    cJSON *array = pt_json_array(json, at, "set_for");

    for (size_t i = 0; i < report->setting_count; i++) {
        const struct pt_port_setting *setting = &report->settings[i];
        cJSON *object = pt_json_object(json, array, NULL);

        pt_json_text(json, object, "bridge", setting->bridge->kind->name);
        pt_json_text(json, object, "service",
                     pt_service_name(setting->service));
        pt_json_text(json, object, "state",
                     pt_bridge_state_name(setting->bridge->state));
    }
}

static void add_report(struct pt_json *json, cJSON *at,
                       const struct pt_port_report *report)
{
    cJSON *array;
    cJSON *suggest;

    pt_json_number(json, at, "port", report->port);
    pt_json_bool(json, at, "free", report->free);
    array = pt_json_array(json, at, "holders");
    for (size_t i = 0; i < report->holder_count; i++)
        add_holder(json, array, &report->holders[i]);
    add_settings(json, at, report);
    suggest = pt_json_object(json, at, "suggest");
    pt_json_known(json, suggest, "imap", report->suggest_imap);
    pt_json_known(json, suggest, "smtp", report->suggest_smtp);
    pt_json_text(json, at, "suggest_for",
                 report->suggest_for ? report->suggest_for->name : NULL);
    pt_json_strings(json, at, "hints", &report->hints);
}

enum pt_status pt_port_json(const struct pt_port_report *reports, size_t count,
                            bool as_list, struct pt_buf *out,
                            struct pt_error *err)
{
    struct pt_json json;
    cJSON *array;

    pt_json_begin(&json);
    if (!as_list) {
        add_report(&json, json.root, &reports[0]);
        return pt_json_end(&json, false, out, err);
    }
    array = pt_json_array(&json, json.root, "ports");
    for (size_t i = 0; i < count; i++)
        add_report(&json, pt_json_object(&json, array, NULL), &reports[i]);
    return pt_json_end(&json, false, out, err);
}
