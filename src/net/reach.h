/* reach.h - which addresses may a name from outside lead us to?
 *
 * Whoever publishes a name chooses its addresses.  One that leads to this
 * machine, to a private network or to a cloud's metadata would make us ask
 * there on a stranger's behalf; so such an address is not connected to, in
 * whatever form it comes.  Pure: looks nothing up.
 */
#ifndef PT_NET_REACH_H
#define PT_NET_REACH_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

enum { PT_REACH_SIZE = INET6_ADDRSTRLEN };

/* NULL: it may be connected to.  Else what speaks against it, as in "which is
 * this machine".  is_nearby: this machine, private networks and the local
 * link are allowed, because the user or the administrator named them; what
 * is no single machine's address (multicast, reserved ...) never is. */
const char *pt_reach_fault(const struct sockaddr *address, bool is_nearby);

/* Copy those of `count` addresses that may be connected to, in their order, to
 * ret_good, which has room for all; how many there are.  When none is, *ret_bad
 * and *ret_fault tell of the last one. */
size_t pt_reach_sift(const struct sockaddr_storage *at, size_t count,
                     bool is_nearby, struct sockaddr_storage *ret_good,
                     const struct sockaddr **ret_bad, const char **ret_fault);

/* The address, without its port; "?" if it is none of IPv4 or IPv6. */
void pt_reach_text(const struct sockaddr *address, char out[PT_REACH_SIZE]);

/* The IPv4 or IPv6 address this text is, without brackets, and with no
 * spelling but the usual one.  False: it is none. */
bool pt_reach_parse(const char *text, struct sockaddr_storage *ret_address);

#endif
