/* relay_proxyd.h - systemd-socket-proxyd as the one that relays: a process of
 * its own, which is kept running.
 *
 * While there is none, between two targets or after it died, whoever connects
 * waits: the listening socket is open all the time.  It ends when we do.
 */
#ifndef PT_SERVE_RELAY_PROXYD_H
#define PT_SERVE_RELAY_PROXYD_H

#include "base/error.h"
#include "base/loop.h"

#include <sys/socket.h>

struct pt_proxyd;

/* For a listening socket, which stays the caller's; path is copied.  NULL: no
 * memory. */
struct pt_proxyd *pt_proxyd_new(struct pt_loop *loop, const char *path,
                                int listener);
/* Stops it; takes NULL. */
void pt_proxyd_free(struct pt_proxyd *proxyd);

/* From now on it leads to this address of loopback, and is started again
 * should it die; a former one is stopped.  PT_CANNOT_WRITE: it cannot be
 * started; then there is none. */
enum pt_status pt_proxyd_start(struct pt_proxyd *proxyd,
                               const struct sockaddr_storage *target,
                               struct pt_error *err);
/* Its connections end with it.  There may be none. */
void pt_proxyd_stop(struct pt_proxyd *proxyd);

#endif
