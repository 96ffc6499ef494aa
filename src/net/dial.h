/* dial.h - from the addresses of a host to one connection: happy eyeballs.
 *
 * RFC 8305: IPv6 and IPv4 take turns, IPv6 first; the next address is tried
 * when the one before has failed, or has not answered for a while.  The first
 * that takes the connection wins; the others are hung up.  No address is
 * judged here.
 */
#ifndef PT_NET_DIAL_H
#define PT_NET_DIAL_H

#include "base/loop.h"
#include "net/dns_addresses.h"

enum { PT_DIAL_STAGGER_MS = 250 }; /* RFC 8305, 5 */

/* How it ended. */
struct pt_dialed {
    int fd; /* connected, unwatched, and yours to close; -1: there is none */
    /* Without one, of all addresses what tells most, as errno has it:
     * ENETUNREACH, EADDRNOTAVAIL or EAFNOSUPPORT: none can be got at from
     * here; ECONNREFUSED: those that can say no; ETIMEDOUT: time was up
     * before all of them said anything. */
    int error;
    const struct sockaddr_storage *at; /* who took it; borrowed */
};

/* Called once, never from inside pt_dial_begin(). */
typedef void pt_dial_fn(void *ctx, const struct pt_dialed *dialed);

struct pt_dial;

/* at: with ports, one at least, PT_ADDRESSES_MAX at most; copied.  limit_ms:
 * of all of it, from now on.  NULL: no memory. */
struct pt_dial *pt_dial_begin(struct pt_loop *loop,
                              const struct sockaddr_storage *at, size_t count,
                              int64_t limit_ms, pt_dial_fn *done, void *ctx);
/* Takes NULL.  Give up: done() is not called.  Not after it was called. */
void pt_dial_cancel(struct pt_dial *dial);

#endif
