#include "net/proxy.h"

#include "base/text.h"
#include "model/address.h"
#include "net/reach.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_PORT = 1080, TOKEN_SIZE = 256 };

static const char unusable[] = "the proxy that is set cannot be used";

/* socks4 and socks5 would have libcurl look up the name. */
static const struct {
    const char *scheme;
    const char *use;
    uint16_t port;
} schemes[] = {
    {"http", "http", DEFAULT_PORT},       {"https", "https", 443},
    {"socks", "socks4a", DEFAULT_PORT},   {"socks4", "socks4a", DEFAULT_PORT},
    {"socks4a", "socks4a", DEFAULT_PORT}, {"socks5", "socks5h", DEFAULT_PORT},
    {"socks5h", "socks5h", DEFAULT_PORT},
};

/* ---- exempt hosts ---- */

static struct pt_slice cut_token(struct pt_slice *rest)
{
    size_t len = 0;
    struct pt_slice token;

    while (rest->len && strchr(" \t,", rest->at[0]))
        *rest = pt_slice(rest->at + 1, rest->len - 1);
    while (len < rest->len && !strchr(" \t,", rest->at[len]))
        len++;
    token = pt_slice(rest->at, len);
    *rest = pt_slice(rest->at + len, rest->len - len);
    return token;
}

/* "example.org" and ".example.org" are the host and all below it. */
static bool is_below(const char *host, const char *name)
{
    size_t len = strlen(host);
    size_t tail = strlen(name + (name[0] == '.'));

    name += name[0] == '.';
    if (!tail || tail > len || !pt_is_nocase(host + len - tail, name))
        return false;
    return tail == len || host[len - tail - 1] == '.';
}

static bool have_same_bits(const unsigned char *a, const unsigned char *b,
                           size_t bits)
{
    unsigned mask = 0xFF00U >> bits % 8 & 0xFF;

    return !memcmp(a, b, bits / 8) &&
           (!(bits % 8) || !((a[bits / 8] ^ b[bits / 8]) & mask));
}

/* An address, or "ADDRESS/BITS". */
static bool is_in_network(int family, const void *address, char *network)
{
    unsigned char bytes[sizeof(struct in6_addr)];
    char *slash = strchr(network, '/');
    uint64_t most = family == AF_INET ? 32 : 128;
    uint64_t bits = most;

    if (slash) {
        *slash = '\0';
        if (!pt_parse_uint(pt_slice_of(slash + 1), most, &bits))
            return false;
    }
    return inet_pton(family, network, bytes) == 1 &&
           have_same_bits(address, bytes, (size_t)bits);
}

static bool fits(const char *host, struct pt_slice token)
{
    unsigned char address[sizeof(struct in6_addr)];
    char text[TOKEN_SIZE];

    if (!token.len || token.len >= sizeof(text))
        return false;
    memcpy(text, token.at, token.len);
    text[token.len] = '\0';
    if (inet_pton(AF_INET, host, address) == 1)
        return is_in_network(AF_INET, address, text);
    if (inet_pton(AF_INET6, host, address) == 1)
        return is_in_network(AF_INET6, address, text);
    if (text[token.len - 1] == '.')
        text[token.len - 1] = '\0';
    return is_below(host, text);
}

bool pt_proxy_is_exempt(const char *host, const char *list)
{
    struct pt_slice rest = pt_slice_of(list);
    struct pt_slice token;

    if (pt_is(list, "*"))
        return true;
    while ((token = cut_token(&rest)).len)
        if (fits(host, token))
            return true;
    return false;
}

/* ---- which one ---- */

/* The first of these that is set, and not empty. */
static const char *first_set(pt_env_fn *env, const char *const *names)
{
    for (; *names; names++) {
        const char *value = env(*names);

        if (value && *value)
            return value;
    }
    return NULL;
}

static const char *named_for(const struct pt_http_url *url, pt_env_fn *env)
{
    static const char *const exempt[] = {"no_proxy", "NO_PROXY", NULL};
    static const char *const plain[] = {"http_proxy", "all_proxy",
                                        "ALL_PROXY", NULL};
    static const char *const tls[] = {"https_proxy", "HTTPS_PROXY",
                                      "all_proxy", "ALL_PROXY", NULL};
    const char *list = first_set(env, exempt);

    if (list && pt_proxy_is_exempt(url->host, list))
        return NULL;
    return first_set(env, url->is_tls ? tls : plain);
}

/* ---- taken apart ---- */

static bool copy_host(struct pt_proxy *proxy, const char *host)
{
    struct pt_slice s = pt_slice_of(host);

    if (s.len > 2 && host[0] == '[')
        s = pt_slice(host + 1, s.len - 2);
    if (s.len >= sizeof(proxy->host))
        return false;
    memcpy(proxy->host, s.at, s.len);
    proxy->host[s.len] = '\0';
    return pt_host_ok(proxy->host);
}

static bool copy_port(struct pt_proxy *proxy, CURLU *url, uint16_t otherwise)
{
    char text[8];
    char *port = NULL;

    proxy->port = otherwise;
    if (curl_url_get(url, CURLUPART_PORT, &port, 0) == CURLUE_OK &&
        !pt_parse_port(pt_slice_of(port), &proxy->port))
        proxy->port = 0;
    curl_free(port);
    snprintf(text, sizeof(text), "%u", proxy->port);
    return proxy->port && !curl_url_set(url, CURLUPART_PORT, text, 0);
}

static bool use_scheme(struct pt_proxy *proxy, CURLU *url)
{
    const size_t count = sizeof(schemes) / sizeof(*schemes);
    char *scheme = NULL;
    size_t i = 0;

    if (curl_url_get(url, CURLUPART_SCHEME, &scheme, 0))
        return false;
    while (i < count && !pt_is(scheme, schemes[i].scheme))
        i++;
    curl_free(scheme);
    return i < count && copy_port(proxy, url, schemes[i].port) &&
           !curl_url_set(url, CURLUPART_SCHEME, schemes[i].use,
                         CURLU_NON_SUPPORT_SCHEME);
}

static bool take_apart(struct pt_proxy *proxy, CURLU *url)
{
    char *host = NULL;
    char *text = NULL;
    bool taken = use_scheme(proxy, url) &&
                 !curl_url_get(url, CURLUPART_HOST, &host, 0) &&
                 copy_host(proxy, host) &&
                 !curl_url_get(url, CURLUPART_URL, &text, 0) &&
                 strlen(text) < sizeof(proxy->text);

    if (taken)
        memcpy(proxy->text, text, strlen(text) + 1);
    curl_free(host);
    curl_free(text);
    return taken;
}

static bool read_proxy(const char *text, struct pt_proxy *proxy)
{
    char full[PT_PROXY_SIZE];
    CURLU *url;
    bool is_read;

    if (snprintf(full, sizeof(full), "%s%s",
                 strstr(text, "://") ? "" : "http://",
                 text) >= (int)sizeof(full))
        return false;
    url = curl_url();
    is_read = url &&
              !curl_url_set(url, CURLUPART_URL, full,
                            CURLU_NON_SUPPORT_SCHEME) &&
              take_apart(proxy, url);
    curl_url_cleanup(url);
    return is_read;
}

bool pt_proxy_find(const struct pt_http_url *url, pt_env_fn *env,
                   struct pt_proxy *ret_proxy, const char **ret_why)
{
    const char *text = named_for(url, env);
    struct pt_proxy proxy = {.port = 0};

    if (text && !read_proxy(text, &proxy)) {
        *ret_why = unusable;
        return false;
    }
    *ret_proxy = proxy;
    return true;
}
