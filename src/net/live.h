/* live.h - asks answered by this machine itself. */
#ifndef PT_NET_LIVE_H
#define PT_NET_LIVE_H

#include "base/loop.h"
#include "net/ask.h"

/* NULL: no memory.  The loop must outlive it.  Starts nothing by itself:
 * a library is set up by the first ask that needs it. */
struct pt_transport *pt_live_new(struct pt_loop *loop);
void pt_live_free(struct pt_transport *transport); /* takes NULL */

#endif
