/* proxy.h - through which proxy is a URL asked for?
 *
 * The environment says so, by libcurl's rules: no_proxy; then http_proxy (in
 * lower case only: a CGI program's HTTP_PROXY is the client's), https_proxy or
 * HTTPS_PROXY; then all_proxy or ALL_PROXY.  It is decided here and not by
 * libcurl, because a proxy's name, too, is for us to look up.
 */
#ifndef PT_NET_PROXY_H
#define PT_NET_PROXY_H

#include "net/http_url.h"

/* getenv(), or what stands in for it. */
typedef char *pt_env_fn(const char *name);

enum { PT_PROXY_SIZE = 1024 };

/* An empty text: none, the host itself is connected to. */
struct pt_proxy {
    char text[PT_PROXY_SIZE]; /* for CURLOPT_PROXY; may hold a password */
    char host[PT_HOST_SIZE];  /* an address without brackets */
    uint16_t port;
};

/* A SOCKS proxy always looks up the name itself.  False, with *ret_why a
 * phrase for people: there is one, but this is none that can be used. */
bool pt_proxy_find(const struct pt_http_url *url, pt_env_fn *env,
                   struct pt_proxy *ret_proxy, const char **ret_why);

/* Is this host in a list such as no_proxy is? */
bool pt_proxy_is_exempt(const char *host, const char *list);

#endif
