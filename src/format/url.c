#include "format/url.h"

#include "base/text.h"
#include "model/address.h"

#include <string.h>

enum { HOST_SIZE = 256 };

struct url {
    struct pt_slice scheme;
    struct pt_slice host; /* without brackets */
    struct pt_slice port;
    const char *path;
    bool has_brackets;
    bool has_port;
};

static const char separator[] = "://";

/* The port begins at the colon behind the host, whose own are in brackets. */
static void split_authority(struct pt_slice authority, struct url *url)
{
    const char *bracket = pt_slice_find(authority, "]");
    size_t from = bracket ? (size_t)(bracket - authority.at) : 0;
    const char *colon = pt_slice_find(
        pt_slice(authority.at + from, authority.len - from), ":");
    size_t len = colon ? (size_t)(colon - authority.at) : authority.len;

    url->has_port = colon != NULL;
    if (colon)
        url->port = pt_slice(colon + 1, authority.len - len - 1);
    url->has_brackets = len >= 2 && authority.at[0] == '[' &&
                        authority.at[len - 1] == ']';
    url->host = url->has_brackets ? pt_slice(authority.at + 1, len - 2)
                                  : pt_slice(authority.at, len);
}

static bool split(const char *text, struct url *url)
{
    const char *authority = strstr(text, separator);
    size_t len;

    if (!authority)
        return false;
    *url = (struct url){.scheme = pt_slice(text, (size_t)(authority - text))};
    authority += strlen(separator);
    len = strcspn(authority, "/?#");
    url->path = authority + len;
    split_authority(pt_slice(authority, len), url);
    return true;
}

/* Nothing a reader might skip, turn round or take for an end. */
static bool is_clean(const char *text)
{
    size_t len = 0;

    for (; text[len]; len++)
        if (len == PT_URL_MAX || text[len] <= ' ' || text[len] >= 0x7F ||
            strchr("\"<>\\^`{|}", text[len]))
            return false;
    return true;
}

/* Only an IPv6 address has colons, and brackets. */
static bool is_host(const struct url *url)
{
    char host[HOST_SIZE];

    if (url->host.len >= sizeof(host) ||
        url->has_brackets != (pt_slice_find(url->host, ":") != NULL))
        return false;
    memcpy(host, url->host.at, url->host.len);
    host[url->host.len] = '\0';
    return pt_host_ok(host);
}

static bool is_url(const char *text, const char *scheme)
{
    struct url url;
    uint16_t port;

    return text && is_clean(text) && split(text, &url) &&
           pt_slice_is(url.scheme, scheme) && is_host(&url) &&
           (!url.has_port || pt_parse_port(url.port, &port));
}

bool pt_url_is_https(const char *url)
{
    return is_url(url, "https");
}

bool pt_url_is_http(const char *url)
{
    return is_url(url, "http");
}

/* Not by pt_host_from(): IDNA refuses names that DNS has ("r3---sn.example"),
 * and of ASCII it changes nothing else. */
static const char *to_lower(struct pt_arena *arena, struct pt_slice host)
{
    char *copy = pt_arena_strndup(arena, host.at, host.len);

    for (char *at = copy; at && *at; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    return copy;
}

const char *pt_url_host(struct pt_arena *arena, const char *url)
{
    struct url parts;
    const char *host;

    if (!pt_url_is_https(url) && !pt_url_is_http(url))
        return NULL;
    split(url, &parts);
    host = to_lower(arena, parts.host);
    return host && parts.has_brackets ? pt_host_from(arena, host) : host;
}

bool pt_url_has_port(const char *url)
{
    struct url parts;

    return split(url, &parts) && parts.has_port;
}

uint16_t pt_url_port(const char *url)
{
    bool is_https = pt_url_is_https(url);
    struct url parts;
    uint16_t port = is_https ? 443 : 80;

    if (!is_https && !pt_url_is_http(url))
        return 0;
    split(url, &parts);
    if (parts.has_port)
        pt_parse_port(parts.port, &port);
    return port;
}

const char *pt_url_path(const char *url)
{
    struct url parts;

    return split(url, &parts) ? parts.path : "";
}

const char *pt_url_shown(struct pt_arena *arena, const char *url)
{
    const char *at = strrchr(url, '@');

    if (!at || pt_url_is_https(url) || pt_url_is_http(url))
        return pt_arena_strdup(arena, url);
    return pt_arena_printf(arena, "***%s", at);
}

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || (c && strchr("-._~", c));
}

const char *pt_url_escape(struct pt_arena *arena, const char *text)
{
    static const char digits[] = "0123456789ABCDEF";
    char *escaped = pt_arena_alloc(arena, 3 * strlen(text) + 1);
    char *to = escaped;

    for (; escaped && *text; text++) {
        unsigned char byte = (unsigned char)*text;

        if (is_unreserved(*text)) {
            *to++ = *text;
            continue;
        }
        *to++ = '%';
        *to++ = digits[byte >> 4];
        *to++ = digits[byte & 15];
    }
    return escaped;
}

/* The byte that "%41" stands for; 0: it is no escape. */
static char escaped_byte(const char *at)
{
    static const char digits[] = "0123456789ABCDEF0123456789abcdef";
    const char *high = at[0] == '%' && at[1] ? strchr(digits, at[1]) : NULL;
    const char *low = high && at[2] ? strchr(digits, at[2]) : NULL;

    if (!low)
        return 0;
    return (char)((high - digits) % 16 * 16 + (low - digits) % 16);
}

const char *pt_url_decode(struct pt_arena *arena, const char *text)
{
    char *plain = pt_arena_alloc(arena, strlen(text) + 1);
    size_t len = 0;

    if (!plain)
        return NULL;
    while (*text) {
        char byte = escaped_byte(text);

        plain[len++] = byte ? byte : *text;
        text += byte ? 3 : 1;
    }
    plain[len] = '\0';
    return plain;
}

const char *pt_url_unescape(struct pt_arena *arena, const char *text)
{
    char *plain = pt_arena_alloc(arena, strlen(text) + 1);
    size_t len = 0;

    if (!plain)
        return NULL;
    for (; *text; text++) {
        char byte;

        plain[len++] = *text;
        /* what it stands for may end another escape */
        while (len > 2 && (byte = escaped_byte(plain + len - 3))) {
            len -= 2;
            plain[len - 1] = byte;
        }
    }
    plain[len] = '\0';
    return plain;
}
