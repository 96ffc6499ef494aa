/* target.h - where a probe leads: "HOST:PORT" made addresses that may be
 * connected to.
 *
 * The name is looked up as that of a web page is, and its addresses are judged
 * by the same rule (net/reach.h).
 */
#ifndef PT_NET_TARGET_H
#define PT_NET_TARGET_H

#include "base/loop.h"
#include "net/ask.h"
#include "net/dns_addresses.h"
#include "net/endpoint.h"
#include "net/reply.h"

struct pt_target {
    char host[PT_HOST_SIZE]; /* lower case; an address without brackets */
    struct sockaddr_storage at[PT_ADDRESSES_MAX]; /* with the port */
    size_t count;
};

/* Who looks for one, and who wants to know; all borrowed. */
struct pt_target_order {
    struct pt_loop *loop;
    const struct pt_finder *finder;
    const struct pt_ask *ask; /* what, is_nearby */
    int64_t limit_ms;
    struct pt_target *target; /* filled in, when there is one */
    struct pt_reply *reply;   /* OK; or why there is none: ABSENT, FAILED or
                                 REFUSED */
    void (*done)(void *ctx);  /* called once, never from inside */
    void *ctx;
};

struct pt_target_search;

/* What the order points to must live until then; the order need not.  NULL:
 * no memory. */
struct pt_target_search *
pt_target_begin(const struct pt_target_order *order);
/* Takes NULL.  Give up: done() is not called.  Not after it was called. */
void pt_target_cancel(struct pt_target_search *search);

#endif
