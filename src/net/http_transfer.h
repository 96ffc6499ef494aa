/* http_transfer.h - one HTTP request by libcurl, its addresses known.
 *
 * The part of http.h that speaks libcurl.
 */
#ifndef PT_NET_HTTP_TRANSFER_H
#define PT_NET_HTTP_TRANSFER_H

#include "net/curl_loop.h"
#include "net/http_url.h"
#include "net/proxy.h"
#include "net/reply.h"

#include <sys/socket.h>

/* Whose certificates are believed: files in PEM, a directory as c_rehash(1)
 * makes it, or NULL. */
struct pt_http_trust {
    const char *file;
    const char *directory;
};

struct pt_http_order {
    const struct pt_ask *ask;
    const struct pt_http_url *url;
    const struct pt_proxy *proxy;
    const struct pt_http_trust *trust;
    const struct sockaddr_storage *at; /* of the proxy, if there is one */
    size_t count;
    bool may_be_near; /* what pt_reach_fault() is to know */
    const char *etag; /* of a copy we have; or "" */
    long limit_ms;
};

struct pt_http_transfer;

/* The reply says how it ended; its location lives as long as the transfer. */
typedef void pt_http_transfer_fn(void *ctx, struct pt_http_transfer *transfer);

/* What the order and the ask point to must live until done() was called, which
 * is never from inside, or the transfer was freed; what `at` points to need
 * not.  NULL: no memory, or a libcurl that cannot do this. */
struct pt_http_transfer *pt_http_transfer_begin(
    struct pt_curl_loop *curl, const struct pt_http_order *order,
    struct pt_reply *reply, pt_http_transfer_fn *done, void *ctx);

/* The ETag that came; "": none that can be used. */
const char *pt_http_transfer_etag(const struct pt_http_transfer *transfer);

/* Takes NULL.  Gives up, if it still runs. */
void pt_http_transfer_free(struct pt_http_transfer *transfer);

/* The system's directory of certificates as libcurl knows it, if it can be
 * searched by hash; or NULL.  To search it costs a fraction of what it costs
 * to read the one file of them all. */
const char *pt_http_trusted_directory(void);

#endif
