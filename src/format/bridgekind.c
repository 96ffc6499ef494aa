/* bridgekind.c - profiles/bridges/NAME.json, by tables (shape.h). */
#include "format/bridgekind.h"

#include "format/json_read.h"
#include "format/reader.h"
#include "format/shape.h"
#include "model/place.h"

#include <regex.h>
#include <stddef.h>
#include <string.h>

/* What a pattern may hold: regcomp() copies what stands before each '+', and
 * an interval is copied as often as it says. */
enum { PATTERN_MAX = 256, PATTERN_PLUS_MAX = 8 };

static const char hint[] = "docs/bridges.md tells what the file may hold";

/* ---- values ---- */

static void read_os(struct pt_building *b, const cJSON *value, void *to)
{
    const char *os = pt_shape_text_in(b, value);

    if (os && !pt_is(os, "linux") && !pt_is(os, "macos") &&
        !pt_is(os, "windows"))
        pt_building_complain(b, "is none of linux, macos and windows");
    pt_field_text(b, value, to);
}

static void read_reader(struct pt_building *b, const cJSON *value, void *to)
{
    const char *name = pt_shape_text_in(b, value);

    if (name && !pt_reader_named(name))
        pt_building_complain(b, "is not a reader we have");
    pt_field_text(b, value, to);
}

static void check_template(struct pt_building *b, const char *template)
{
    static const struct pt_place anywhere = {
        .home = "", .config = "", .data = "", .cache = "", .state = ""};

    if (!pt_place_expand(b->arena, &anywhere, template))
        pt_building_complain(
            b, "has a ${...} that is none of home, config, data, cache "
               "and state");
}

static void read_templates(struct pt_building *b, const cJSON *value, void *to)
{
    struct pt_strings *list = to;

    pt_field_texts(b, value, to);
    for (size_t i = 0; i < list->count; i++)
        check_template(b, list->at[i]);
}

/* Bounded in what regcomp() and regexec() may cost. */
static bool is_modest(const char *pattern)
{
    size_t plus = 0;

    for (const char *at = pattern; *at; at++) {
        if (*at == '{' || (*at == '\\' && at[1] >= '0' && at[1] <= '9'))
            return false;
        if (*at == '\\' && at[1])
            at++;
        else
            plus += *at == '+';
    }
    return strlen(pattern) <= PATTERN_MAX && plus <= PATTERN_PLUS_MAX;
}

static void read_pattern(struct pt_building *b, const cJSON *value, void *to)
{
    const char *pattern = pt_shape_text_in(b, value);
    regex_t regex;

    if (!pattern)
        return;
    if (!is_modest(pattern)) {
        pt_building_complain(
            b, "is too involved for a pattern: no {...}, no \\1, eight + "
               "and 256 characters at most");
        return;
    }
    if (regcomp(&regex, pattern, REG_EXTENDED)) {
        pt_building_complain(b, "is not an extended regular expression");
        return;
    }
    regfree(&regex);
    pt_field_text(b, value, to);
}

/* ---- what a service is read by ---- */

/* {"key": "value", "other": ["one", "two"], "third": true} */
static struct pt_bridge_condition *
read_conditions(struct pt_building *b, const cJSON *value, size_t *ret_count)
{
    struct pt_bridge_condition *list;
    const cJSON *member;
    size_t n = 0;

    *ret_count = 0;
    if (!cJSON_IsObject(value)) {
        pt_building_complain(b, "is not an object of keys and values");
        return NULL;
    }
    list = pt_shape_room(b, value, sizeof(*list), ret_count);
    cJSON_ArrayForEach(member, value)
    {
        if (!list)
            return NULL;
        list[n].key =
            pt_building_check(b, pt_arena_strdup(b->arena, member->string));
        if (!cJSON_IsTrue(member))
            pt_field_texts(b, member, &list[n].values);
        n++;
    }
    return list;
}

static void read_when(struct pt_building *b, const cJSON *value, void *to)
{
    struct pt_bridge_rule *rule = to;

    rule->when = read_conditions(b, value, &rule->when_count);
}

static const struct pt_field rule_fields[] = {
    {"is", pt_field_security, offsetof(struct pt_bridge_rule, is), true},
    {"when", read_when, 0, false},
};
static const struct pt_shape rule_shape =
    PT_SHAPE("a security rule", rule_fields, struct pt_bridge_rule);

/* Rules, or, when there is but one and it always holds, its word alone. */
static void read_rules(struct pt_building *b, const cJSON *value, void *to)
{
    struct pt_bridge_service_keys *service = to;

    if (!cJSON_IsString(value)) {
        service->rules =
            pt_shape_list(b, &rule_shape, value, &service->rule_count);
        return;
    }
    service->rules =
        pt_building_check(b, pt_arena_alloc(b->arena, sizeof(*service->rules)));
    if (!service->rules)
        return;
    service->rule_count = 1;
    pt_field_security(b, value, &service->rules->is);
}

static void read_only_if(struct pt_building *b, const cJSON *value, void *to)
{
    struct pt_bridge_service_keys *service = to;

    service->only_if = read_conditions(b, value, &service->only_if_count);
}

#define AT(member) offsetof(struct pt_bridge_service_keys, member)
static const struct pt_field service_fields[] = {
    {"service", pt_field_service, AT(service), true},
    {"port", pt_field_text, AT(port), false},
    {"host", pt_field_text, AT(host), false},
    {"off", pt_field_text, AT(off), false},
    {"off_when_missing", pt_field_flag, AT(off_when_missing), false},
    {"section", pt_field_text, AT(section), false},
    {"only_if", read_only_if, 0, false},
    {"security", read_rules, 0, false},
};
#undef AT
static const struct pt_shape service_shape =
    PT_SHAPE("a service", service_fields, struct pt_bridge_service_keys);

/* ---- places ---- */

/* Several files of one form are written as one place with several paths. */
struct place_draft {
    struct pt_bridge_place place;
    struct pt_strings paths;
};

static void read_services(struct pt_building *b, const cJSON *value, void *to)
{
    struct place_draft *draft = to;

    draft->place.services =
        pt_shape_list(b, &service_shape, value, &draft->place.service_count);
}

#define AT(member) offsetof(struct place_draft, member)
static const struct pt_field place_fields[] = {
    {"reader", read_reader, AT(place.reader), true},
    {"path", read_templates, AT(paths), false},
    {"os", read_os, AT(place.os), false},
    {"unless", read_templates, AT(place.unless), false},
    {"path_from_argv", pt_field_text, AT(place.path_from_argv), false},
    {"path_suffix", pt_field_text, AT(place.path_suffix), false},
    {"beside_program", pt_field_text, AT(place.beside_program), false},
    {"services", read_services, 0, false},
    {"account_key", pt_field_text, AT(place.account_key), false},
    {"account_keys_of", pt_field_any_text, AT(place.account_keys_of), false},
    {"account_sections", pt_field_flag, AT(place.account_sections), false},
    {"note", pt_field_remark, 0, false},
};
#undef AT
static const struct pt_shape place_shape =
    PT_SHAPE("a place", place_fields, struct place_draft);

static void add_place(struct pt_building *b, struct pt_bridge_kind *kind,
                      const struct pt_bridge_place *place)
{
    struct pt_bridge_place *more =
        pt_arena_grow(b->arena, kind->places, kind->place_count, sizeof(*more));

    if (!pt_building_check(b, more))
        return;
    kind->places = more;
    more[kind->place_count++] = *place;
}

/* One place for each path; the first of them is the one that a running process
 * may point elsewhere. */
static void add_places(struct pt_building *b, struct pt_bridge_kind *kind,
                       const struct place_draft *draft)
{
    struct pt_bridge_place place = draft->place;
    const struct pt_reader *reader = pt_reader_named(place.reader);

    if (!draft->paths.count && reader && reader->input != PT_READS_ARGV &&
        !place.path_from_argv && !place.beside_program) {
        b->key = "path";
        pt_building_complain(b,
                             "is missing: a place needs it, path_from_argv or "
                             "beside_program");
    }
    if (!draft->paths.count)
        add_place(b, kind, &place);
    for (size_t i = 0; i < draft->paths.count; i++) {
        place.path = draft->paths.at[i];
        add_place(b, kind, &place);
        place.path_from_argv = NULL;
        place.path_suffix = NULL;
        place.beside_program = NULL;
    }
}

static void read_places(struct pt_building *b, const cJSON *value, void *to)
{
    struct pt_bridge_kind *kind = to;
    size_t count;
    struct place_draft *drafts = pt_shape_list(b, &place_shape, value, &count);

    for (size_t i = 0; drafts && i < count && b->status == PT_OK; i++)
        add_places(b, kind, &drafts[i]);
}

/* ---- the rest of the file ---- */

static const struct pt_field default_fields[] = {
    {"service", pt_field_service, offsetof(struct pt_bridge_default, service),
     true},
    {"port", pt_field_port, offsetof(struct pt_bridge_default, port), true},
    {"security", pt_field_security,
     offsetof(struct pt_bridge_default, security), true},
};
static const struct pt_shape default_shape =
    PT_SHAPE("a default", default_fields, struct pt_bridge_default);

static const struct pt_field process_fields[] = {
    {"program", pt_field_text, offsetof(struct pt_bridge_process, program),
     true},
    {"with", pt_field_texts, offsetof(struct pt_bridge_process, with), false},
};
static const struct pt_shape process_shape =
    PT_SHAPE("a process", process_fields, struct pt_bridge_process);

static const struct pt_field greeting_fields[] = {
    {"service", pt_field_service, offsetof(struct pt_bridge_greeting, service),
     true},
    {"pattern", read_pattern, offsetof(struct pt_bridge_greeting, pattern),
     true},
    {"with", read_pattern, offsetof(struct pt_bridge_greeting, with), false},
    {"unless", read_pattern, offsetof(struct pt_bridge_greeting, unless),
     false},
};
static const struct pt_shape greeting_shape =
    PT_SHAPE("a greeting", greeting_fields, struct pt_bridge_greeting);

static void read_defaults(struct pt_building *b, const cJSON *value, void *to)
{
    struct pt_bridge_kind *kind = to;

    kind->defaults =
        pt_shape_list(b, &default_shape, value, &kind->default_count);
}

static void read_processes(struct pt_building *b, const cJSON *value, void *to)
{
    struct pt_bridge_kind *kind = to;

    kind->processes =
        pt_shape_list(b, &process_shape, value, &kind->process_count);
}

static void read_greetings(struct pt_building *b, const cJSON *value, void *to)
{
    struct pt_bridge_kind *kind = to;

    kind->greetings =
        pt_shape_list(b, &greeting_shape, value, &kind->greeting_count);
}

/* Nothing but this machine is ever spoken to. */
static void read_host(struct pt_building *b, const cJSON *value, void *to)
{
    const char *host = pt_shape_text_in(b, value);

    if (host && !pt_is_loopback(host))
        pt_building_complain(
            b, "is not an address of this machine, such as 127.0.0.1");
    pt_field_text(b, value, to);
}

#define AT(member) offsetof(struct pt_bridge_kind, member)
static const struct pt_field kind_fields[] = {
    {"name", pt_field_name, AT(name), true},
    {"title", pt_field_text, AT(title), true},
    {"host", read_host, AT(host), false},
    {"defaults", read_defaults, 0, false},
    {"places", read_places, 0, false},
    {"processes", read_processes, 0, false},
    {"greetings", read_greetings, 0, false},
    {"domains", pt_field_texts, AT(domains), false},
    {"mx", pt_field_texts, AT(mx), false},
    {"login", pt_field_text, AT(login), false},
    {"password", pt_field_text, AT(password), false},
    {"change_ports", pt_field_text, AT(change_ports), false},
    {"import_certificate", pt_field_text, AT(import_certificate), false},
    {"greets_late", pt_field_flag, AT(greets_late), false},
    {"reaches_out", pt_field_flag, AT(reaches_out), false},
    {"forwards", pt_field_flag, AT(forwards), false},
    {"closes_offline", pt_field_flag, AT(closes_offline), false},
    {"own_logins", pt_field_flag, AT(own_logins), false},
    {"first_choice", pt_field_flag, AT(first_choice), false},
    {"password_destroys", pt_field_flag, AT(password_destroys), false},
    {"note", pt_field_remark, 0, false},
};
#undef AT
static const struct pt_shape kind_shape =
    PT_SHAPE("a bridge", kind_fields, struct pt_bridge_kind);

enum pt_status pt_bridge_kind_read(struct pt_arena *arena, struct pt_slice json,
                                   struct pt_bridge_kind *ret_kind,
                                   struct pt_error *err)
{
    struct pt_bridge_kind kind = {.host = "127.0.0.1"};
    struct pt_building b = {.arena = arena, .err = err, .hint = hint};
    PT_JSON cJSON *root = NULL;

    b.status = pt_json_read(json, &root, err);
    if (b.status == PT_OK)
        pt_shape_object(&b, &kind_shape, root, &kind);
    if (b.status == PT_OK)
        *ret_kind = kind;
    return b.status;
}
