/* bridgekind.c - profiles/bridges/NAME.json, by tables: each kind of object is
 * a shape, each of its keys a row.  A key that is in no table is refused, so
 * that a slip of the pen does not turn into a wrong port.
 *
 * Reading remembers the first complaint and goes on, so that the code which
 * builds is straight. */
#include "format/bridgekind.h"

#include "format/json_read.h"
#include "format/reader.h"
#include "model/place.h"

#include <regex.h>
#include <stddef.h>
#include <string.h>

enum { LIST_MAX = 64, TEXT_MAX = 1024, NAME_LEN_MAX = 32 };

/* What a pattern may hold: regcomp() copies what stands before each '+', and
 * an interval is copied as often as it says. */
enum { PATTERN_MAX = 256, PATTERN_PLUS_MAX = 8 };

struct building {
    struct pt_arena *arena;
    struct pt_error *err;
    enum pt_status status;
    const char *key; /* the one that is being read */
};

struct field {
    const char *key;
    void (*read)(struct building *b, const cJSON *value, void *to);
    size_t at; /* offset of what is filled; lists get the whole struct */
    bool needed;
};

struct shape {
    const char *what;
    const struct field *fields;
    size_t count;
    size_t size; /* of the struct that is filled */
};

static const char hint[] = "docs/bridges.md tells what the file may hold";

static void complain(struct building *b, const char *what)
{
    if (b->status == PT_OK)
        b->status =
            pt_fail(b->err, PT_BAD_INPUT, hint, "'%s' %s", b->key, what);
}

static void *check_memory(struct building *b, void *at)
{
    if (!at && b->status == PT_OK)
        b->status = pt_fail_memory(b->err);
    return at;
}

/* ---- objects and lists ---- */

static const struct field *field_named(const struct shape *shape,
                                       const char *key)
{
    for (size_t i = 0; i < shape->count; i++)
        if (pt_is(shape->fields[i].key, key))
            return &shape->fields[i];
    return NULL;
}

static void read_member(struct building *b, const struct shape *shape,
                        const cJSON *member, void *to)
{
    const struct field *field = field_named(shape, member->string);

    b->key = member->string;
    if (!field && b->status == PT_OK)
        b->status = pt_fail(b->err, PT_BAD_INPUT, hint,
                            "'%s' is no key of %s", member->string,
                            shape->what);
    else if (field)
        field->read(b, member, (char *)to + field->at);
}

static void read_object(struct building *b, const struct shape *shape,
                        const cJSON *object, void *to)
{
    const cJSON *member;

    if (!cJSON_IsObject(object)) {
        complain(b, "holds something that is not an object");
        return;
    }
    cJSON_ArrayForEach(member, object)
        read_member(b, shape, member, to);
    for (size_t i = 0; i < shape->count; i++) {
        b->key = shape->fields[i].key;
        if (shape->fields[i].needed &&
            !cJSON_GetObjectItemCaseSensitive(object, b->key))
            complain(b, "is missing");
    }
}

static void *room_for(struct building *b, const cJSON *list, size_t size,
                      size_t *ret_count)
{
    int count = cJSON_GetArraySize(list);

    *ret_count = 0;
    if (count > LIST_MAX) {
        complain(b, "has too many entries");
        return NULL;
    }
    if (b->status != PT_OK)
        return NULL;
    *ret_count = (size_t)count;
    return check_memory(b, pt_arena_alloc(b->arena, (size_t)count * size + 1));
}

static void *read_list(struct building *b, const struct shape *shape,
                       const cJSON *list, size_t *ret_count)
{
    const char *key = b->key;
    char *room = NULL;
    const cJSON *entry;
    size_t n = 0;

    *ret_count = 0;
    if (cJSON_IsArray(list))
        room = room_for(b, list, shape->size, ret_count);
    else
        complain(b, "is not a list");
    cJSON_ArrayForEach(entry, list)
    {
        b->key = key;
        if (room && b->status == PT_OK)
            read_object(b, shape, entry, room + n++ * shape->size);
    }
    return room;
}

/* ---- values ---- */

static bool is_fit(const cJSON *value)
{
    return cJSON_IsString(value) && *value->valuestring &&
           strlen(value->valuestring) <= TEXT_MAX &&
           pt_is_printable(pt_slice_of(value->valuestring));
}

/* Borrowed from the JSON; NULL: it is none. */
static const char *text_in(struct building *b, const cJSON *value)
{
    if (is_fit(value))
        return value->valuestring;
    complain(b, "is not a text");
    return NULL;
}

static void read_text(struct building *b, const cJSON *value, void *to)
{
    const char **text = to;
    const char *given = text_in(b, value);

    if (given)
        *text = check_memory(b, pt_arena_strdup(b->arena, given));
}

/* "": the keys of the object itself. */
static void read_any_text(struct building *b, const cJSON *value, void *to)
{
    const char **text = to;

    if (cJSON_IsString(value) && !*value->valuestring)
        *text = "";
    else
        read_text(b, value, to);
}

static void add_text(struct building *b, const cJSON *value,
                     struct pt_strings *list)
{
    const char *text = text_in(b, value);

    if (!text)
        return;
    if (list->count == LIST_MAX)
        complain(b, "has too many entries");
    else if (!pt_strings_add(b->arena, list, text))
        check_memory(b, NULL);
}

/* A text, or a list of texts. */
static void read_texts(struct building *b, const cJSON *value, void *to)
{
    const cJSON *entry;

    if (!cJSON_IsArray(value))
        add_text(b, value, to);
    else
        cJSON_ArrayForEach(entry, value)
            add_text(b, entry, to);
}

static void read_flag(struct building *b, const cJSON *value, void *to)
{
    bool *flag = to;

    if (!cJSON_IsBool(value))
        complain(b, "is neither true nor false");
    *flag = cJSON_IsTrue(value);
}

static void read_port(struct building *b, const cJSON *value, void *to)
{
    uint16_t *port = to;

    if (cJSON_IsNumber(value) && value->valuedouble >= 1 &&
        value->valuedouble <= 65535)
        *port = (uint16_t)value->valuedouble;
    else
        complain(b, "is not a port (1 to 65535)");
}

static void read_service(struct building *b, const cJSON *value, void *to)
{
    const char *name = text_in(b, value);

    if (name && !pt_service_from(pt_slice_of(name), to))
        complain(b, "is not a service we know");
}

static void read_security(struct building *b, const cJSON *value, void *to)
{
    const char *name = text_in(b, value);

    if (name && !pt_security_from(pt_slice_of(name), to))
        complain(b, "is none of tls, starttls and plain");
}

static void read_os(struct building *b, const cJSON *value, void *to)
{
    const char *os = text_in(b, value);

    if (os && !pt_is(os, "linux") && !pt_is(os, "macos") &&
        !pt_is(os, "windows"))
        complain(b, "is none of linux, macos and windows");
    read_text(b, value, to);
}

static void read_reader(struct building *b, const cJSON *value, void *to)
{
    const char *name = text_in(b, value);

    if (name && !pt_reader_named(name))
        complain(b, "is not a reader we have");
    read_text(b, value, to);
}

static void check_template(struct building *b, const char *template)
{
    static const struct pt_place anywhere = {
        .home = "", .config = "", .data = "", .cache = "", .state = ""};

    if (!pt_place_expand(b->arena, &anywhere, template))
        complain(b, "has a ${...} that is none of home, config, data, cache "
                    "and state");
}

static void read_templates(struct building *b, const cJSON *value, void *to)
{
    struct pt_strings *list = to;

    read_texts(b, value, to);
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

static void read_pattern(struct building *b, const cJSON *value, void *to)
{
    const char *pattern = text_in(b, value);
    regex_t regex;

    if (!pattern)
        return;
    if (!is_modest(pattern)) {
        complain(b, "is too involved for a pattern: no {...}, no \\1, eight + "
                    "and 256 characters at most");
        return;
    }
    if (regcomp(&regex, pattern, REG_EXTENDED)) {
        complain(b, "is not an extended regular expression");
        return;
    }
    regfree(&regex);
    read_text(b, value, to);
}

/* A remark for people. */
static void pass_over(struct building *b, const cJSON *value, void *to)
{
    (void)to;
    text_in(b, value);
}

/* ---- what a service is read by ---- */

#define COUNT(array) (sizeof(array) / sizeof(*(array)))
#define SHAPE(called, rows, type)                                              \
    {                                                                          \
        .what = (called), .fields = (rows), .count = COUNT(rows),              \
        .size = sizeof(type)                                                   \
    }

/* {"key": "value", "other": ["one", "two"], "third": true} */
static struct pt_bridge_condition *
read_conditions(struct building *b, const cJSON *value, size_t *ret_count)
{
    struct pt_bridge_condition *list;
    const cJSON *member;
    size_t n = 0;

    *ret_count = 0;
    if (!cJSON_IsObject(value)) {
        complain(b, "is not an object of keys and values");
        return NULL;
    }
    list = room_for(b, value, sizeof(*list), ret_count);
    cJSON_ArrayForEach(member, value)
    {
        if (!list)
            return NULL;
        list[n].key =
            check_memory(b, pt_arena_strdup(b->arena, member->string));
        if (!cJSON_IsTrue(member))
            read_texts(b, member, &list[n].values);
        n++;
    }
    return list;
}

static void read_when(struct building *b, const cJSON *value, void *to)
{
    struct pt_bridge_rule *rule = to;

    rule->when = read_conditions(b, value, &rule->when_count);
}

static const struct field rule_fields[] = {
    {"is", read_security, offsetof(struct pt_bridge_rule, is), true},
    {"when", read_when, 0, false},
};
static const struct shape rule_shape =
    SHAPE("a security rule", rule_fields, struct pt_bridge_rule);

/* Rules, or, when there is but one and it always holds, its word alone. */
static void read_rules(struct building *b, const cJSON *value, void *to)
{
    struct pt_bridge_service_keys *service = to;

    if (!cJSON_IsString(value)) {
        service->rules =
            read_list(b, &rule_shape, value, &service->rule_count);
        return;
    }
    service->rules = check_memory(
        b, pt_arena_alloc(b->arena, sizeof(*service->rules)));
    if (!service->rules)
        return;
    service->rule_count = 1;
    read_security(b, value, &service->rules->is);
}

static void read_only_if(struct building *b, const cJSON *value, void *to)
{
    struct pt_bridge_service_keys *service = to;

    service->only_if = read_conditions(b, value, &service->only_if_count);
}

#define AT(member) offsetof(struct pt_bridge_service_keys, member)
static const struct field service_fields[] = {
    {"service", read_service, AT(service), true},
    {"port", read_text, AT(port), false},
    {"host", read_text, AT(host), false},
    {"off", read_text, AT(off), false},
    {"off_when_missing", read_flag, AT(off_when_missing), false},
    {"section", read_text, AT(section), false},
    {"only_if", read_only_if, 0, false},
    {"security", read_rules, 0, false},
};
#undef AT
static const struct shape service_shape =
    SHAPE("a service", service_fields, struct pt_bridge_service_keys);

/* ---- places ---- */

/* Several files of one form are written as one place with several paths. */
struct place_draft {
    struct pt_bridge_place place;
    struct pt_strings paths;
};

static void read_services(struct building *b, const cJSON *value, void *to)
{
    struct place_draft *draft = to;

    draft->place.services =
        read_list(b, &service_shape, value, &draft->place.service_count);
}

#define AT(member) offsetof(struct place_draft, member)
static const struct field place_fields[] = {
    {"reader", read_reader, AT(place.reader), true},
    {"path", read_templates, AT(paths), false},
    {"os", read_os, AT(place.os), false},
    {"unless", read_templates, AT(place.unless), false},
    {"path_from_argv", read_text, AT(place.path_from_argv), false},
    {"path_suffix", read_text, AT(place.path_suffix), false},
    {"beside_program", read_text, AT(place.beside_program), false},
    {"services", read_services, 0, false},
    {"account_key", read_text, AT(place.account_key), false},
    {"account_keys_of", read_any_text, AT(place.account_keys_of), false},
    {"account_sections", read_flag, AT(place.account_sections), false},
    {"note", pass_over, 0, false},
};
#undef AT
static const struct shape place_shape =
    SHAPE("a place", place_fields, struct place_draft);

static void add_place(struct building *b, struct pt_bridge_kind *kind,
                      const struct pt_bridge_place *place)
{
    struct pt_bridge_place *more = pt_arena_grow(
        b->arena, kind->places, kind->place_count, sizeof(*more));

    if (!check_memory(b, more))
        return;
    kind->places = more;
    more[kind->place_count++] = *place;
}

/* One place for each path; the first of them is the one that a running process
 * may point elsewhere. */
static void add_places(struct building *b, struct pt_bridge_kind *kind,
                       const struct place_draft *draft)
{
    struct pt_bridge_place place = draft->place;
    const struct pt_reader *reader = pt_reader_named(place.reader);

    if (!draft->paths.count && reader && reader->input != PT_READS_ARGV &&
        !place.path_from_argv && !place.beside_program) {
        b->key = "path";
        complain(b, "is missing: a place needs it, path_from_argv or "
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

static void read_places(struct building *b, const cJSON *value, void *to)
{
    struct pt_bridge_kind *kind = to;
    size_t count;
    struct place_draft *drafts = read_list(b, &place_shape, value, &count);

    for (size_t i = 0; drafts && i < count && b->status == PT_OK; i++)
        add_places(b, kind, &drafts[i]);
}

/* ---- the rest of the file ---- */

static const struct field default_fields[] = {
    {"service", read_service, offsetof(struct pt_bridge_default, service),
     true},
    {"port", read_port, offsetof(struct pt_bridge_default, port), true},
    {"security", read_security, offsetof(struct pt_bridge_default, security),
     true},
};
static const struct shape default_shape =
    SHAPE("a default", default_fields, struct pt_bridge_default);

static const struct field process_fields[] = {
    {"program", read_text, offsetof(struct pt_bridge_process, program), true},
    {"with", read_texts, offsetof(struct pt_bridge_process, with), false},
};
static const struct shape process_shape =
    SHAPE("a process", process_fields, struct pt_bridge_process);

static const struct field greeting_fields[] = {
    {"service", read_service, offsetof(struct pt_bridge_greeting, service),
     true},
    {"pattern", read_pattern, offsetof(struct pt_bridge_greeting, pattern),
     true},
    {"with", read_pattern, offsetof(struct pt_bridge_greeting, with), false},
    {"unless", read_pattern, offsetof(struct pt_bridge_greeting, unless),
     false},
};
static const struct shape greeting_shape =
    SHAPE("a greeting", greeting_fields, struct pt_bridge_greeting);

static void read_defaults(struct building *b, const cJSON *value, void *to)
{
    struct pt_bridge_kind *kind = to;

    kind->defaults = read_list(b, &default_shape, value, &kind->default_count);
}

static void read_processes(struct building *b, const cJSON *value, void *to)
{
    struct pt_bridge_kind *kind = to;

    kind->processes =
        read_list(b, &process_shape, value, &kind->process_count);
}

static void read_greetings(struct building *b, const cJSON *value, void *to)
{
    struct pt_bridge_kind *kind = to;

    kind->greetings =
        read_list(b, &greeting_shape, value, &kind->greeting_count);
}

/* It is typed after --bridge, and is the name of a file. */
static void read_name(struct building *b, const cJSON *value, void *to)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    const char *name = text_in(b, value);

    if (name && (strspn(name, letters) != strlen(name) || name[0] == '-' ||
                 strlen(name) > NAME_LEN_MAX || pt_is(name, "none")))
        complain(b, "is not made of a to z, 0 to 9 and '-' (32 at most)");
    read_text(b, value, to);
}

/* Nothing but this machine is ever spoken to. */
static void read_host(struct building *b, const cJSON *value, void *to)
{
    const char *host = text_in(b, value);

    if (host && !pt_is_loopback(host))
        complain(b, "is not an address of this machine, such as 127.0.0.1");
    read_text(b, value, to);
}

#define AT(member) offsetof(struct pt_bridge_kind, member)
static const struct field kind_fields[] = {
    {"name", read_name, AT(name), true},
    {"title", read_text, AT(title), true},
    {"host", read_host, AT(host), false},
    {"defaults", read_defaults, 0, false},
    {"places", read_places, 0, false},
    {"processes", read_processes, 0, false},
    {"greetings", read_greetings, 0, false},
    {"domains", read_texts, AT(domains), false},
    {"mx", read_texts, AT(mx), false},
    {"login", read_text, AT(login), false},
    {"password", read_text, AT(password), false},
    {"change_ports", read_text, AT(change_ports), false},
    {"greets_late", read_flag, AT(greets_late), false},
    {"reaches_out", read_flag, AT(reaches_out), false},
    {"forwards", read_flag, AT(forwards), false},
    {"closes_offline", read_flag, AT(closes_offline), false},
    {"first_choice", read_flag, AT(first_choice), false},
    {"note", pass_over, 0, false},
};
#undef AT
static const struct shape kind_shape =
    SHAPE("a bridge", kind_fields, struct pt_bridge_kind);

enum pt_status pt_bridge_kind_read(struct pt_arena *arena,
                                   struct pt_slice json,
                                   struct pt_bridge_kind *ret_kind,
                                   struct pt_error *err)
{
    struct pt_bridge_kind kind = {.host = "127.0.0.1"};
    struct building b = {.arena = arena, .err = err};
    PT_JSON cJSON *root = NULL;

    b.status = pt_json_read(json, &root, err);
    if (b.status == PT_OK)
        read_object(&b, &kind_shape, root, &kind);
    if (b.status == PT_OK)
        *ret_kind = kind;
    return b.status;
}
