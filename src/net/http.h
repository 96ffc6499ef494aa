/* http.h - one page, asked for by libcurl on our loop: PT_ASK_HTTP.
 *
 * libcurl never looks up a name, and no thread is started: the host's
 * addresses (or those of the proxy that is set) are found by whom the setup
 * names, judged, and pinned.  No redirect is followed.  Nothing is sent that
 * was not asked for: no cookie, no password, no referrer.  What comes is
 * bounded in time and size, packed and unpacked.
 */
#ifndef PT_NET_HTTP_H
#define PT_NET_HTTP_H

#include "base/loop.h"
#include "net/ask.h"
#include "net/dns_addresses.h"
#include "net/proxy.h"

/* Borrowed, and only while pt_http_new() runs, but for finder.self. */
struct pt_http_setup {
    struct pt_finder finder;
    pt_env_fn *env;       /* names the proxies; NULL: none is used */
    const char *ca_file;  /* PEM: trusted beside the system's directory of
                             certificates, or instead of its single file,
                             where there is no such directory; or NULL */
    const char *keep_dir; /* where copies are kept (net/keep.h); or NULL */
};

enum {
    PT_HTTP_RUNNING = 100,         /* asks at once; the others wait in line,
                                      which is not counted as their time */
    PT_HTTP_HEADERS = 64 * 1024,   /* bytes, of all of them */
    PT_HTTP_LOCATION_MAX = 2048,   /* one that is longer leads nowhere */
    PT_HTTP_TYPE_MAX = 256,        /* one that is longer says nothing */
};

struct pt_http;

/* NULL: no memory.  libcurl is set up by the first ask.  The loop and the
 * finder must outlive it. */
struct pt_http *pt_http_new(struct pt_loop *loop,
                            const struct pt_http_setup *setup);
void pt_http_free(struct pt_http *http); /* drops; takes NULL */

/* As the functions of struct pt_transport. */
bool pt_http_begin(struct pt_http *http, const struct pt_ask *ask,
                   pt_answer_fn *done, void *ctx);
void pt_http_drop(struct pt_http *http, const void *owner);

#endif
