/* diag_linux.h - Linux: the listening sockets, from the kernel itself.
 *
 * To print /proc/net/tcp the kernel walks its whole table of connections, as
 * large as the machine's memory made it: milliseconds, were there not one.
 * Asked by sock_diag(7) for those that listen, it looks at no others.
 */
#ifndef PT_NET_DIAG_LINUX_H
#define PT_NET_DIAG_LINUX_H

#include "net/machine.h"

/* seen has no user and no pid. */
typedef void pt_diag_fn(void *ctx, const struct pt_seen_listener *seen,
                        unsigned long inode);

/* Every TCP socket that listens, of both families.  False: the kernel does not
 * say, or not all; what fn was given is then worth nothing. */
bool pt_diag_listeners(pt_diag_fn *fn, void *ctx);

#endif
