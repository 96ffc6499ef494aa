/* bridge_interpret.c - what flat settings claim, by the rules of the place
 * they came from.  It knows no bridge: all that differs is data. */
#include "format/bridgekind.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

enum { ACCOUNT_MAX = 254 };

struct interpreting {
    struct pt_arena *arena;
    const struct pt_bridge_kind *kind;
    const struct pt_pairs *pairs;
    struct pt_bridge_said *said;
    struct pt_error *err;
};

/* The key as it stands in the pairs: below a section, if there is one.  NULL:
 * there is no key, or no memory. */
static const char *full_key(const struct interpreting *in,
                            const char *section, const char *key)
{
    return key && section
               ? pt_arena_printf(in->arena, "%s.%s", section, key)
               : key;
}

static const char *value_of(const struct interpreting *in,
                            const char *section, const char *key)
{
    return pt_pairs_get(in->pairs, full_key(in, section, key));
}

/* ---- conditions and rules ---- */

static bool is_wanted(const struct pt_bridge_condition *condition,
                      const char *value)
{
    return condition->values.count
               ? pt_strings_have_nocase(&condition->values, value)
               : *value != '\0';
}

/* A key may be there several times (the arguments of a process): one of them
 * has to do. */
static bool holds(const struct interpreting *in, const char *section,
                  const struct pt_bridge_condition *condition)
{
    const char *key = full_key(in, section, condition->key);

    for (size_t i = 0; i < in->pairs->count; i++)
        if (pt_is(in->pairs->at[i].key, key) &&
            is_wanted(condition, in->pairs->at[i].value))
            return true;
    return false;
}

static bool all_hold(const struct interpreting *in, const char *section,
                     const struct pt_bridge_condition *conditions,
                     size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!holds(in, section, &conditions[i]))
            return false;
    return true;
}

static const struct pt_bridge_default *
default_of(const struct pt_bridge_kind *kind, enum pt_service service)
{
    for (size_t i = 0; i < kind->default_count; i++)
        if (kind->defaults[i].service == service)
            return &kind->defaults[i];
    return NULL;
}

static enum pt_security security_by(const struct interpreting *in,
                                    const char *section,
                                    const struct pt_bridge_service_keys *keys)
{
    const struct pt_bridge_default *usual =
        default_of(in->kind, keys->service);

    for (size_t i = 0; i < keys->rule_count; i++)
        if (all_hold(in, section, keys->rules[i].when,
                     keys->rules[i].when_count))
            return keys->rules[i].is;
    return usual ? usual->security : PT_SECURITY_UNKNOWN;
}

/* ---- where it listens ---- */

/* Every address of this machine, one way or another. */
static bool is_any_address(const char *host)
{
    struct in6_addr six;
    struct in_addr four;

    if (inet_pton(AF_INET, host, &four) == 1)
        return four.s_addr == htonl(INADDR_ANY);
    if (inet_pton(AF_INET6, host, &six) == 1)
        return IN6_IS_ADDR_UNSPECIFIED(&six);
    return pt_is(host, "*") || pt_is_nocase(host, "localhost");
}

/* "[::1]" is ::1.  NULL: no memory. */
static const char *without_brackets(const struct interpreting *in,
                                    const char *host)
{
    size_t len = strlen(host);

    if (len < 2 || host[0] != '[' || host[len - 1] != ']')
        return host;
    return pt_arena_strndup(in->arena, host + 1, len - 2);
}

/* NULL: at the kind's own, where also that is had which listens on all
 * addresses.  What is no address at all is not believed. */
static const char *host_by(const struct interpreting *in, const char *section,
                           const struct pt_bridge_service_keys *keys)
{
    const char *host = value_of(in, section, keys->host);

    if (host)
        host = without_brackets(in, host);
    if (!host || !*host || is_any_address(host) || !pt_host_ok(host))
        return NULL;
    return host;
}

/* ---- claims ---- */

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

static enum pt_status refuse_port(const struct interpreting *in,
                                  const char *key, const char *value)
{
    return pt_fail(in->err, PT_BAD_INPUT,
                   "choose a port from 1 to 65535 in the bridge's settings",
                   "%s is '%s', which is no port", key, value);
}

/* A flag is set by standing there; "-flag=false" takes it back. */
static bool is_set(const char *flag)
{
    return flag && !pt_is_nocase(flag, "false") && !pt_is(flag, "0");
}

static enum pt_status claim_default(const struct interpreting *in,
                                    const struct pt_bridge_service_keys *keys)
{
    const struct pt_bridge_default *usual =
        default_of(in->kind, keys->service);

    return usual ? claim(in, keys, NULL, usual->port) : PT_OK;
}

/* Port 0 is no port: off where that is the custom, else chosen by the system
 * and not known. */
static enum pt_status interpret_one(const struct interpreting *in,
                                    const struct pt_bridge_service_keys *keys)
{
    const char *value = value_of(in, NULL, keys->port);
    uint16_t port;

    if (is_set(value_of(in, NULL, keys->off)) || pt_is(value, "0"))
        return PT_OK;
    if (!value || !*value)
        return keys->off_when_missing ? PT_OK : claim_default(in, keys);
    if (!pt_parse_port(pt_slice_of(value), &port))
        return refuse_port(in, keys->port, value);
    return claim(in, keys, NULL, port);
}

static enum pt_status interpret_section(
    const struct interpreting *in, const struct pt_bridge_service_keys *keys,
    struct pt_slice name, struct pt_slice number)
{
    const char *section = pt_arena_strndup(in->arena, name.at, name.len);
    uint64_t any;
    uint16_t port;

    if (!section)
        return pt_fail_memory(in->err);
    if (pt_parse_port(number, &port))
        return claim(in, keys, section, port);
    if (pt_parse_uint(number, UINT64_MAX, &any))
        return refuse_port(in, "a section", section);
    return PT_OK; /* it only sounds like one of ours */
}

/* Every section IMAP-1993 is one service at that port. */
static enum pt_status interpret_sections(
    const struct interpreting *in, const struct pt_bridge_service_keys *keys)
{
    const char *start = pt_arena_printf(in->arena, "[%s-", keys->section);
    enum pt_status status = start ? PT_OK : pt_fail_memory(in->err);

    for (size_t i = 0; status == PT_OK && i < in->pairs->count; i++) {
        const char *key = in->pairs->at[i].key;
        size_t skip = strlen(start);
        size_t len = strlen(key);

        if (pt_has_prefix(key, start) && key[len - 1] == ']')
            status = interpret_section(
                in, keys, pt_slice(key + 1, len - 2),
                pt_slice(key + skip, len - skip - 1));
    }
    return status;
}

static enum pt_status
interpret_service(const struct interpreting *in,
                  const struct pt_bridge_service_keys *keys)
{
    if (!all_hold(in, NULL, keys->only_if, keys->only_if_count))
        return PT_OK;
    return keys->section ? interpret_sections(in, keys)
                         : interpret_one(in, keys);
}

/* ---- accounts ---- */

static bool add_account(const struct interpreting *in, struct pt_slice name)
{
    const char *account;

    if (!name.len || name.len > ACCOUNT_MAX || !pt_is_printable(name))
        return true;
    account = pt_arena_strndup(in->arena, name.at, name.len);
    if (!account || pt_strings_have(&in->said->accounts, account))
        return account != NULL;
    return pt_strings_add(in->arena, &in->said->accounts, account);
}

/* The part of a key below another: "users.ann" is ann of users. */
static struct pt_slice key_below(const char *key, const char *above)
{
    size_t len = strlen(above);

    if (!len)
        return pt_slice_of(key);
    if (!pt_has_prefix(key, above) || key[len] != '.')
        return pt_slice("", 0);
    return pt_slice_of(key + len + 1);
}

static bool add_account_of(const struct interpreting *in,
                           const struct pt_bridge_place *place,
                           const struct pt_pair *pair)
{
    size_t len = strlen(pair->key);

    if (pt_is(pair->key, place->account_key))
        return add_account(in, pt_slice_of(pair->value));
    if (place->account_sections && pair->key[0] == '[' &&
        strchr(pair->key, '@'))
        return add_account(in, pt_slice(pair->key + 1, len - 2));
    if (place->account_keys_of)
        return add_account(in, key_below(pair->key, place->account_keys_of));
    return true;
}

static enum pt_status interpret_accounts(const struct interpreting *in,
                                         const struct pt_bridge_place *place)
{
    for (size_t i = 0; i < in->pairs->count; i++)
        if (!add_account_of(in, place, &in->pairs->at[i]))
            return pt_fail_memory(in->err);
    return PT_OK;
}

enum pt_status pt_bridge_interpret(struct pt_arena *arena,
                                   const struct pt_bridge_kind *kind,
                                   const struct pt_bridge_place *place,
                                   const struct pt_pairs *pairs,
                                   struct pt_bridge_said *ret_said,
                                   struct pt_error *err)
{
    struct pt_bridge_said said = {0};
    const struct interpreting in = {.arena = arena, .kind = kind,
                                    .pairs = pairs, .said = &said,
                                    .err = err};
    enum pt_status status = interpret_accounts(&in, place);

    for (size_t i = 0; status == PT_OK && i < place->service_count; i++)
        status = interpret_service(&in, &place->services[i]);
    if (status == PT_OK && pt_arena_failed(arena))
        status = pt_fail_memory(err);
    if (status == PT_OK)
        *ret_said = said;
    return status;
}
