/* activation.h - sockets that systemd opened for us, and telling it how we
 * are (sd_listen_fds(3), sd_notify(3)); without its library.
 */
#ifndef PT_BASE_ACTIVATION_H
#define PT_BASE_ACTIVATION_H

#include <stdbool.h>
#include <stddef.h>

enum { PT_ACTIVATION_FIRST = 3, PT_ACTIVATION_MAX = 16 };

/* How many descriptors, from PT_ACTIVATION_FIRST on, are ours: they do not
 * pass to programs we start, and do not block.  0: none, or they were meant for
 * another process.  The variables are taken out of the environment. */
size_t pt_activation_take(void);
/* Is that its FileDescriptorName=?  index counts from 0. */
bool pt_activation_is_named(size_t index, const char *name);

/* "READY=1", "RELOADING=1\nMONOTONIC_USEC=...", "STOPPING=1",
 * "STATUS=...".  Nobody listens: nothing happens. */
void pt_activation_notify(const char *state);

#endif
