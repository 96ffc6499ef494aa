/* dns_shared.h - the addresses of a host, looked up once for all who ask at
 * the same time.
 *
 * One search asks several pages of the same host, and a hundred searches ask
 * the same database: each look-up would be two questions to the name server,
 * which takes only so many at once.  Nothing is remembered: who asks after the
 * answer came has it looked up anew.
 */
#ifndef PT_NET_DNS_SHARED_H
#define PT_NET_DNS_SHARED_H

#include "net/dns_addresses.h"

struct pt_lookups;
struct pt_sharer;

/* NULL: no memory.  The resolver must outlive it. */
struct pt_lookups *pt_lookups_new(struct pt_resolver *resolver);
/* Nobody may be waiting any more.  Takes NULL. */
void pt_lookups_free(struct pt_lookups *lookups);

/* As pt_lookup_begin() and pt_lookup_cancel(), but for host, which need not
 * outlive the call.  Shared by those with the same limit: so nobody waits
 * longer than alone. */
struct pt_sharer *pt_lookups_join(struct pt_lookups *lookups, const char *host,
                                  int64_t limit_ms, pt_addresses_fn *done,
                                  void *ctx);
void pt_lookups_leave(struct pt_sharer *sharer);

#endif
