/* bridgekind.c - see bridgekind.h.  Reading remembers the first complaint and
 * goes on with zeroes, so that the code which builds is straight. */
#include "format/bridgekind.h"

#include "format/reader.h"

#include <cjson/cJSON.h>
#include <string.h>

enum { LIST_MAX = 64 };

struct building {
    struct pt_arena *arena;
    struct pt_error *err;
    enum pt_status status;
};

static const char hint[] = "see docs/bridges.md for what the file may hold";

static void complain(struct building *b, const char *key, const char *what)
{
    if (b->status == PT_OK)
        b->status = pt_fail(b->err, PT_BAD_INPUT, hint, "'%s' %s", key, what);
}

static const cJSON *item(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static void check_memory(struct building *b, const void *at)
{
    if (!at && b->status == PT_OK)
        b->status = pt_fail_memory(b->err);
}

static const char *text(struct building *b, const cJSON *object,
                        const char *key)
{
    const cJSON *value = item(object, key);
    const char *copy;

    if (!value)
        return NULL;
    if (!cJSON_IsString(value) ||
        !pt_is_printable(pt_slice_of(value->valuestring))) {
        complain(b, key, "is not a text");
        return NULL;
    }
    copy = pt_arena_strdup(b->arena, value->valuestring);
    check_memory(b, copy);
    return copy;
}

static const char *needed_text(struct building *b, const cJSON *object,
                               const char *key)
{
    const char *value = text(b, object, key);

    if (!value || !*value)
        complain(b, key, "is missing");
    return value;
}

static bool flag(struct building *b, const cJSON *object, const char *key)
{
    const cJSON *value = item(object, key);

    if (value && !cJSON_IsBool(value))
        complain(b, key, "is neither true nor false");
    return cJSON_IsTrue(value);
}

static struct pt_strings texts(struct building *b, const cJSON *object,
                               const char *key)
{
    const cJSON *list = item(object, key);
    struct pt_strings strings = {0};
    const cJSON *value;

    if (list && !cJSON_IsArray(list))
        complain(b, key, "is not a list");
    cJSON_ArrayForEach(value, list) {
        if (!cJSON_IsString(value) || strings.count == LIST_MAX)
            complain(b, key, "is not a list of texts, or is too long");
        else if (!pt_strings_add(b->arena, &strings, value->valuestring))
            check_memory(b, NULL);
    }
    return strings;
}

/* Room for the elements of a list, and how many there are. */
static void *room_for(struct building *b, const cJSON *list, const char *key,
                      size_t size, size_t *ret_count)
{
    int count = cJSON_GetArraySize(list);
    void *room;

    *ret_count = 0;
    if (!list)
        return NULL;
    if (count > LIST_MAX) {
        complain(b, key, "is too long");
        return NULL;
    }
    room = pt_arena_alloc(b->arena, ((size_t)count + 1) * size);
    check_memory(b, room);
    if (room)
        *ret_count = (size_t)count;
    return room;
}

static enum pt_service service_of(struct building *b, const char *name)
{
    enum pt_service service = PT_IMAP;

    if (!name || !pt_service_from(pt_slice_of(name), &service))
        complain(b, name ? name : "service", "is no service");
    return service;
}

static enum pt_security security_of(struct building *b, const cJSON *object,
                                    const char *key)
{
    enum pt_security security = PT_PLAIN;
    const char *name = needed_text(b, object, key);

    if (name && !pt_security_from(pt_slice_of(name), &security))
        complain(b, name, "is none of tls, starttls, plain");
    return security;
}

/* ---- the lists ---- */

static void read_defaults(struct building *b, const cJSON *root,
                          struct pt_bridge_kind *kind)
{
    const cJSON *list = item(root, "defaults");
    struct pt_bridge_default *at =
        room_for(b, list, "defaults", sizeof(*at), &kind->default_count);
    const cJSON *entry;

    kind->defaults = at;
    cJSON_ArrayForEach(entry, list) {
        const cJSON *port = item(entry, "port");

        if (!at)
            return;
        if (!cJSON_IsNumber(port) || port->valuedouble < 1 ||
            port->valuedouble > 65535) {
            complain(b, "port", "is not a port");
            return;
        }
        at->service = service_of(b, needed_text(b, entry, "service"));
        at->port = (uint16_t)port->valuedouble;
        at->security = security_of(b, entry, "security");
        at++;
    }
}

static void read_rules(struct building *b, const cJSON *entry,
                       struct pt_bridge_service_keys *keys)
{
    const cJSON *list = item(entry, "security");
    struct pt_bridge_rule *at =
        room_for(b, list, "security", sizeof(*at), &keys->rule_count);
    const cJSON *rule;

    keys->rules = at;
    cJSON_ArrayForEach(rule, list) {
        if (!at)
            return;
        at->is = security_of(b, rule, "is");
        at->when = text(b, rule, "when");
        at->equals = text(b, rule, "equals");
        at++;
    }
}

static void read_services(struct building *b, const cJSON *place_item,
                          struct pt_bridge_place *place)
{
    const cJSON *list = item(place_item, "services");
    struct pt_bridge_service_keys *at =
        room_for(b, list, "services", sizeof(*at), &place->service_count);
    const cJSON *entry;

    place->services = at;
    cJSON_ArrayForEach(entry, list) {
        if (!at)
            return;
        at->service = service_of(b, needed_text(b, entry, "service"));
        at->port = text(b, entry, "port");
        at->host = text(b, entry, "host");
        at->off = text(b, entry, "off");
        at->off_when_missing = flag(b, entry, "off_when_missing");
        at->section = text(b, entry, "section");
        at->only_key = text(b, entry, "only_key");
        at->only_values = texts(b, entry, "only_values");
        read_rules(b, entry, at);
        at++;
    }
}

static void read_places(struct building *b, const cJSON *root,
                        struct pt_bridge_kind *kind)
{
    const cJSON *list = item(root, "places");
    struct pt_bridge_place *at =
        room_for(b, list, "places", sizeof(*at), &kind->place_count);
    const cJSON *entry;

    kind->places = at;
    cJSON_ArrayForEach(entry, list) {
        if (!at)
            return;
        at->os = text(b, entry, "os");
        at->reader = needed_text(b, entry, "reader");
        at->path = text(b, entry, "path");
        at->path_from_argv = text(b, entry, "path_from_argv");
        at->path_suffix = text(b, entry, "path_suffix");
        at->unless = text(b, entry, "unless");
        at->account_key = text(b, entry, "account_key");
        at->account_keys_of = text(b, entry, "account_keys_of");
        at->account_sections = flag(b, entry, "account_sections");
        if (at->reader && !pt_reader_named(at->reader))
            complain(b, at->reader, "is no reader");
        read_services(b, entry, at);
        at++;
    }
}

static void read_processes(struct building *b, const cJSON *root,
                           struct pt_bridge_kind *kind)
{
    const cJSON *list = item(root, "processes");
    struct pt_bridge_process *at =
        room_for(b, list, "processes", sizeof(*at), &kind->process_count);
    const cJSON *entry;

    kind->processes = at;
    cJSON_ArrayForEach(entry, list) {
        if (!at)
            return;
        at->program = needed_text(b, entry, "program");
        at->with = texts(b, entry, "with");
        at++;
    }
}

static void read_greetings(struct building *b, const cJSON *root,
                           struct pt_bridge_kind *kind)
{
    const cJSON *list = item(root, "greetings");
    struct pt_bridge_greeting *at =
        room_for(b, list, "greetings", sizeof(*at), &kind->greeting_count);
    const cJSON *entry;

    kind->greetings = at;
    cJSON_ArrayForEach(entry, list) {
        if (!at)
            return;
        at->service = service_of(b, needed_text(b, entry, "service"));
        at->pattern = needed_text(b, entry, "pattern");
        at->with = text(b, entry, "with");
        at->unless = text(b, entry, "unless");
        at++;
    }
}

static void read_kind(struct building *b, const cJSON *root,
                      struct pt_bridge_kind *kind)
{
    kind->name = needed_text(b, root, "name");
    kind->title = needed_text(b, root, "title");
    kind->host = text(b, root, "host");
    if (!kind->host)
        kind->host = "127.0.0.1";
    if (!pt_is_loopback(kind->host))
        complain(b, kind->host, "is not an address of this machine alone");
    kind->domains = texts(b, root, "domains");
    kind->mx = texts(b, root, "mx");
    kind->login = text(b, root, "login");
    kind->password = text(b, root, "password");
    kind->change_ports = text(b, root, "change_ports");
    kind->first_choice = flag(b, root, "first_choice");
    kind->reaches_out = flag(b, root, "reaches_out");
    read_defaults(b, root, kind);
    read_places(b, root, kind);
    read_processes(b, root, kind);
    read_greetings(b, root, kind);
}

enum pt_status pt_bridge_kind_read(struct pt_arena *arena,
                                   struct pt_slice json,
                                   struct pt_bridge_kind *ret_kind,
                                   struct pt_error *err)
{
    struct building b = {.arena = arena, .err = err, .status = PT_OK};
    cJSON *root = cJSON_ParseWithLength(json.at, json.len);
    struct pt_bridge_kind kind = {0};

    if (cJSON_IsObject(root))
        read_kind(&b, root, &kind);
    else
        b.status = pt_fail(err, PT_BAD_INPUT, hint,
                           "it is not a JSON object, or cut short");
    cJSON_Delete(root);
    if (b.status == PT_OK)
        *ret_kind = kind;
    return b.status;
}

/* ---- what settings claim ---- */

struct interpreting {
    struct pt_arena *arena;
    const struct pt_bridge_kind *kind;
    const struct pt_pairs *pairs;
    struct pt_bridge_said *said;
    struct pt_error *err;
};

/* The value of a key, of a section's key when there is a section. */
static const char *value_of(const struct interpreting *in,
                            const char *section, const char *key)
{
    if (key && section)
        key = pt_arena_printf(in->arena, "%s.%s", section, key);
    return key ? pt_pairs_get(in->pairs, key) : NULL;
}

static bool holds(const struct interpreting *in, const char *section,
                  const struct pt_bridge_rule *rule)
{
    const char *value = value_of(in, section, rule->when);

    if (!rule->when)
        return true;
    if (!value || !*value)
        return false;
    return !rule->equals || pt_is_nocase(value, rule->equals);
}

static enum pt_security security_by(const struct interpreting *in,
                                    const char *section,
                                    const struct pt_bridge_service_keys *keys)
{
    for (size_t i = 0; i < keys->rule_count; i++)
        if (holds(in, section, &keys->rules[i]))
            return keys->rules[i].is;
    return PT_SECURITY_UNKNOWN;
}

/* Listening on every address, or on none that was named, is had at the kind's
 * own. */
static const char *host_by(const struct interpreting *in, const char *section,
                           const struct pt_bridge_service_keys *keys)
{
    const char *host = value_of(in, section, keys->host);

    return host && pt_is_loopback(host) && !pt_is_nocase(host, "localhost")
               ? host
               : NULL;
}

static enum pt_status claim(const struct interpreting *in,
                            const struct pt_bridge_service_keys *keys,
                            const char *section, uint16_t port)
{
    struct pt_bridge_claim *more =
        pt_arena_grow(in->arena, in->said->claims, in->said->claim_count,
                      sizeof(*more));

    if (!more)
        return pt_fail_memory(in->err);
    in->said->claims = more;
    more[in->said->claim_count++] = (struct pt_bridge_claim){
        .service = keys->service,
        .host = host_by(in, section, keys),
        .port = port,
        .security = security_by(in, section, keys),
    };
    return PT_OK;
}

static uint16_t default_port(const struct pt_bridge_kind *kind,
                             enum pt_service service)
{
    for (size_t i = 0; i < kind->default_count; i++)
        if (kind->defaults[i].service == service)
            return kind->defaults[i].port;
    return 0;
}

static bool is_off(const struct interpreting *in,
                   const struct pt_bridge_service_keys *keys)
{
    const char *off = value_of(in, NULL, keys->off);
    const char *only = value_of(in, NULL, keys->only_key);

    if (off && !pt_is_nocase(off, "false"))
        return true;
    return keys->only_key &&
           (!only || !pt_strings_have(&keys->only_values, only));
}

static enum pt_status interpret_service(
    const struct interpreting *in, const struct pt_bridge_service_keys *keys)
{
    const char *value = value_of(in, NULL, keys->port);
    uint16_t port = default_port(in->kind, keys->service);

    if (is_off(in, keys))
        return PT_OK;
    if (!value || !*value || pt_is(value, "0"))
        return keys->off_when_missing || !port ? PT_OK
                                               : claim(in, keys, NULL, port);
    if (!pt_parse_port(pt_slice_of(value), &port))
        return pt_fail(in->err, PT_BAD_INPUT,
                       "mend the file, or let the bridge write it anew",
                       "%s is '%s', which is no port", keys->port, value);
    return claim(in, keys, NULL, port);
}

/* Every section IMAP-1993 is one service at that port. */
static enum pt_status interpret_sections(
    const struct interpreting *in, const struct pt_bridge_service_keys *keys)
{
    const char *start = pt_arena_printf(in->arena, "[%s-", keys->section);
    enum pt_status status = start ? PT_OK : pt_fail_memory(in->err);

    for (size_t i = 0; status == PT_OK && i < in->pairs->count; i++) {
        const char *key = in->pairs->at[i].key;
        size_t len = strlen(key);
        size_t skip = strlen(start);
        const char *section;
        uint16_t port;

        if (!pt_has_prefix(key, start) || len <= skip + 1 ||
            !pt_parse_port(pt_slice(key + skip, len - skip - 1), &port))
            continue;
        section = pt_arena_strndup(in->arena, key + 1, len - 2);
        status = section ? claim(in, keys, section, port)
                         : pt_fail_memory(in->err);
    }
    return status;
}

static bool add_account(const struct interpreting *in, const char *at,
                        size_t len)
{
    const char *account = pt_arena_strndup(in->arena, at, len);

    return account &&
           (!*account || !pt_is_printable(pt_slice_of(account)) ||
            pt_strings_add(in->arena, &in->said->accounts, account));
}

static enum pt_status interpret_accounts(const struct interpreting *in,
                                         const struct pt_bridge_place *place)
{
    const char *named = value_of(in, NULL, place->account_key);
    bool kept = !named || add_account(in, named, strlen(named));

    for (size_t i = 0; kept && i < in->pairs->count; i++) {
        const char *key = in->pairs->at[i].key;
        size_t below =
            place->account_keys_of ? strlen(place->account_keys_of) : 0;

        if (place->account_keys_of &&
            pt_has_prefix(key, place->account_keys_of))
            kept = add_account(in, key + below, strlen(key) - below);
        if (place->account_sections && key[0] == '[' && strchr(key, '@'))
            kept = add_account(in, key + 1, strlen(key) - 2);
    }
    return kept ? PT_OK : pt_fail_memory(in->err);
}

enum pt_status pt_bridge_interpret(struct pt_arena *arena,
                                   const struct pt_bridge_kind *kind,
                                   const struct pt_bridge_place *place,
                                   const struct pt_pairs *pairs,
                                   struct pt_bridge_said *ret_said,
                                   struct pt_error *err)
{
    struct pt_bridge_said said = {0};
    struct interpreting in = {.arena = arena, .kind = kind, .pairs = pairs,
                              .said = &said, .err = err};
    enum pt_status status = interpret_accounts(&in, place);

    for (size_t i = 0; status == PT_OK && i < place->service_count; i++)
        status = place->services[i].section
                     ? interpret_sections(&in, &place->services[i])
                     : interpret_service(&in, &place->services[i]);
    if (status == PT_OK)
        *ret_said = said;
    return status;
}
