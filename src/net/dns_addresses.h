/* dns_addresses.h - the addresses of a host: the hosts file first, then A and
 * AAAA at the same time.
 *
 * No address is judged here.
 */
#ifndef PT_NET_DNS_ADDRESSES_H
#define PT_NET_DNS_ADDRESSES_H

#include "net/dns.h"

enum {
    PT_ADDRESSES_MAX = 32, /* half of them of each family */
    PT_ADDRESSES_GRACE_MS = 250, /* once a family has answered, the other is
                                    waited for no longer */
};

struct pt_addresses {
    enum pt_answer_status status; /* OK, ABSENT or FAILED */
    const char *why;              /* FAILED: a phrase; borrowed */
    const struct sockaddr_storage *at; /* the port is 0; IPv6 first */
    size_t count;
    bool from_hosts_file; /* somebody who may said so */
};

/* Everything is borrowed. */
typedef void pt_addresses_fn(void *ctx, const struct pt_addresses *addresses);

struct pt_lookup;

/* Begins; done() is called once, never from inside.  host: a name, or an
 * address, which is its own; borrowed until then.  limit_ms: as in struct
 * pt_ask.  NULL: no memory. */
struct pt_lookup *pt_lookup_begin(struct pt_resolver *resolver,
                                  const char *host, int64_t limit_ms,
                                  pt_addresses_fn *done, void *ctx);
/* Takes NULL.  Give up: done() is not called.  Not after it was called. */
void pt_lookup_cancel(struct pt_lookup *lookup);

/* How the addresses of a host are found, for those who need not know. */
struct pt_finder {
    /* As pt_lookup_begin() and pt_lookup_cancel(). */
    void *(*begin)(void *self, const char *host, int64_t limit_ms,
                   pt_addresses_fn *done, void *ctx);
    void (*cancel)(void *lookup);
    void *self;
};

#endif
