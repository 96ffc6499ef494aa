/* listener_watch.h - be told when a program of this machine stops listening,
 * and see whether others listen than before.
 *
 * A bridge whose ports are in its command line alone writes no file when it
 * moves; but it lets go of its old ports.
 */
#ifndef PT_NET_LISTENER_WATCH_H
#define PT_NET_LISTENER_WATCH_H

#include <stdbool.h>
#include <stdint.h>

/* A descriptor, the caller's own, that becomes readable when a TCP socket goes
 * that was connected to nobody: a listener, or one whose connect() waited in
 * vain.  The digest knows which.  -1: this system does not tell. */
int pt_listener_watch_open(void);
/* Take all that was told so far. */
void pt_listener_watch_read(int fd);

/* A number that is another when other sockets listen, also when one was closed
 * and opened again.  Looked at in a moment.  False: this system does not tell.
 */
bool pt_listeners_digest(uint64_t *ret_digest);

#endif
