#include "format/pacc.h"

#include "base/base64.h"
#include "format/json_read.h"
#include "format/url.h"

#include <openssl/sha.h>
#include <string.h>

enum {
    NAME_LENGTH_MAX = 240, /* 60 characters (5.3.2) of 4 bytes */
    DIGITS = 44, /* of base64, for 32 bytes */
};

/* ---- the record that vouches ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct pt_slice trim_end(struct pt_slice s)
{
    while (s.len && is_blank(s.at[s.len - 1]))
        s.len--;
    return s;
}

static struct pt_slice trim(struct pt_slice s)
{
    while (s.len && is_blank(s.at[0]))
        s = pt_slice(s.at + 1, s.len - 1);
    return trim_end(s);
}

static bool is_alphanumeric(struct pt_slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!((s.at[i] >= 'a' && s.at[i] <= 'z') ||
              (s.at[i] >= 'A' && s.at[i] <= 'Z') ||
              (s.at[i] >= '0' && s.at[i] <= '9')))
            return false;
    return s.len > 0;
}

static bool is_visible(struct pt_slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] <= ' ' || s.at[i] >= 0x7F)
            return false;
    return s.len > 0;
}

struct record {
    struct pt_slice v;
    struct pt_slice a;
    struct pt_slice d;
};

/* False: it was set already. */
static bool keep(struct record *record, struct pt_slice tag,
                 struct pt_slice value)
{
    struct pt_slice *to = pt_slice_is(tag, "v")   ? &record->v
                          : pt_slice_is(tag, "a") ? &record->a
                          : pt_slice_is(tag, "d") ? &record->d
                                                  : NULL;

    if (to && to->len)
        return false;
    if (to)
        *to = value;
    return true;
}

static bool read_tag(struct pt_slice spec, struct record *record)
{
    const char *equals = pt_slice_find(spec, "=");
    size_t len = equals ? (size_t)(equals - spec.at) : 0;
    struct pt_slice tag = trim(pt_slice(spec.at, len));
    struct pt_slice value;

    if (!equals)
        return false;
    value = trim(pt_slice(equals + 1, spec.len - len - 1));
    return is_alphanumeric(tag) && is_visible(value) &&
           keep(record, tag, value);
}

/* Tags with a ";" between them; one more may end it. */
static bool read_record(struct pt_slice txt, struct record *record)
{
    struct pt_slice rest = trim_end(txt);

    if (rest.len && rest.at[rest.len - 1] == ';')
        rest.len--;
    if (!rest.len || is_blank(rest.at[0]))
        return false;
    for (;;) {
        const char *end = pt_slice_find(rest, ";");
        size_t len = end ? (size_t)(end - rest.at) : rest.len;

        if (!read_tag(pt_slice(rest.at, len), record))
            return false;
        if (!end)
            return true;
        rest = pt_slice(end + 1, rest.len - len - 1);
    }
}

bool pt_pacc_vouches(struct pt_slice txt,
                     const unsigned char sha256[PT_PACC_DIGEST])
{
    struct record record = {0};
    unsigned char digest[DIGITS];
    size_t len = 0;

    return read_record(txt, &record) && pt_slice_is(record.v, "UAAC1") &&
           pt_slice_is(record.a, "sha256") && record.d.len == DIGITS &&
           pt_base64_decode(record.d, digest, &len) && len == PT_PACC_DIGEST &&
           !memcmp(digest, sha256, PT_PACC_DIGEST);
}

_Static_assert(PT_PACC_DIGEST == SHA256_DIGEST_LENGTH, "the digest's length");

void pt_pacc_digest(struct pt_slice body, struct pt_buf *out)
{
    unsigned char digest[PT_PACC_DIGEST];

    SHA256((const unsigned char *)body.at, body.len, digest);
    pt_base64_add(out, pt_slice((const char *)digest, sizeof(digest)));
}

/* ---- the file ---- */

/* Of two rows for one service the first that can be used counts. */
static const struct protocol {
    const char *key;
    enum pt_service service;
    enum pt_security security;
    bool has_url;
    bool needs_path; /* the server is not where a host begins */
} protocols[] = {
    {"imap", PT_IMAP, PT_TLS, false, false},
    {"pop3", PT_POP3, PT_TLS, false, false},
    {"submit", PT_SUBMISSION, PT_TLS, false, false},
    {"smtp", PT_SUBMISSION, PT_TLS, false, false}, /* so -02 called it */
    {"managesieve", PT_SIEVE, PT_STARTTLS, false, false},
    {"jmap", PT_JMAP, PT_TLS, true, false},
    {"caldav", PT_CALDAV, PT_TLS, true, true},
    {"carddav", PT_CARDDAV, PT_TLS, true, true},
};

enum { PROTOCOLS = sizeof(protocols) / sizeof(*protocols) };

static const cJSON *member(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* The text of a member; NULL: it has none, or one not fit to be shown. */
static const char *text_in(const cJSON *object, const char *key)
{
    const char *text = cJSON_GetStringValue(member(object, key));

    return text && *text && pt_is_printable(pt_slice_of(text)) ? text : NULL;
}

/* No port can be said (5.3.1): a URL that has one is a mistake. */
static bool find_url(const cJSON *entry, const struct protocol *protocol,
                     struct pt_arena *arena, struct pt_server *server)
{
    const char *url = text_in(entry, "url");

    if (!pt_url_is_https(url) || pt_url_has_port(url))
        return false;
    if (protocol->needs_path && strcspn(pt_url_path(url), "?#") < 2)
        return false;
    server->url = pt_arena_strdup(arena, url);
    return server->url != NULL;
}

static bool find_host(const cJSON *entry, struct pt_arena *arena,
                      struct pt_server *server)
{
    const char *host = text_in(entry, "host");

    server->host = host ? pt_host_from(arena, host) : NULL;
    server->port = pt_standard_port(server->service, server->security);
    return server->host != NULL;
}

/* The publisher gives no order: what needs no registration goes first. */
static void add_auths(const struct pt_pacc *pacc, struct pt_server *server)
{
    if (pacc->password)
        server->auth[server->auth_count++] = PT_AUTH_CLEARTEXT;
    if (pacc->oauth)
        server->auth[server->auth_count++] = PT_AUTH_OAUTH2;
}

static bool has_service(const struct pt_pacc *pacc, enum pt_service service)
{
    for (size_t i = 0; i < pacc->server_count; i++)
        if (pacc->servers[i].service == service)
            return true;
    return false;
}

static void read_protocols(const cJSON *all, const struct pt_address *address,
                           struct pt_arena *arena, struct pt_pacc *pacc)
{
    for (size_t i = 0; i < PROTOCOLS; i++) {
        const struct protocol *protocol = &protocols[i];
        const cJSON *entry = member(all, protocol->key);
        struct pt_server server = {.service = protocol->service,
                                   .security = protocol->security,
                                   .username = address->text};

        if (has_service(pacc, protocol->service) ||
            !(protocol->has_url ? find_url(entry, protocol, arena, &server)
                                : find_host(entry, arena, &server)))
            continue;
        add_auths(pacc, &server);
        pacc->servers[pacc->server_count++] = server;
    }
}

/* RFC 8414, 2: an issuer has neither a query nor a fragment. */
static bool is_issuer(const char *url)
{
    return pt_url_is_https(url) && !strpbrk(url, "?#");
}

static void read_authentication(const cJSON *all, struct pt_pacc *pacc)
{
    pacc->password = cJSON_IsTrue(member(all, "password"));
    pacc->oauth = is_issuer(text_in(member(all, "oauth-public"), "issuer"));
}

static void read_info(const cJSON *info, struct pt_arena *arena,
                      struct pt_pacc *pacc)
{
    const char *name = text_in(member(info, "provider"), "name");
    const char *help = text_in(member(info, "help"), "documentation");

    if (name && strlen(name) <= NAME_LENGTH_MAX)
        pacc->name = pt_arena_strdup(arena, name);
    if (pt_url_is_https(help))
        pacc->help = pt_arena_strdup(arena, help);
}

enum pt_status pt_pacc_read(struct pt_arena *arena, struct pt_slice json,
                            const struct pt_address *address,
                            struct pt_pacc *ret_pacc, struct pt_error *err)
{
    PT_JSON cJSON *root = NULL;
    struct pt_pacc pacc = {0};
    enum pt_status status = pt_json_read(json, &root, err);

    if (status != PT_OK)
        return status;
    if (!cJSON_IsObject(member(root, "protocols")))
        return pt_fail(err, PT_BAD_INPUT, "see whether it is the right file",
                       "it is JSON, but names no protocols");
    pacc.servers = pt_arena_alloc(arena, PROTOCOLS * sizeof(*pacc.servers));
    if (!pacc.servers)
        return pt_fail_memory(err);
    read_authentication(member(root, "authentication"), &pacc);
    read_info(member(root, "info"), arena, &pacc);
    read_protocols(member(root, "protocols"), address, arena, &pacc);
    if (pt_arena_failed(arena))
        return pt_fail_memory(err);
    if (!pacc.server_count)
        return pt_fail(err, PT_BAD_INPUT, "see whether it is the right file",
                       "it names no server that can be used");
    *ret_pacc = pacc;
    return PT_OK;
}
