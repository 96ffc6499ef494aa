/* ports.h - which ports could a bridge take?  The body of a PT_ASK_FREE. */
#ifndef PT_NET_PORTS_H
#define PT_NET_PORTS_H

#include "net/reply.h"

enum { PT_PORTS_SPAN = 256 };

void pt_ports_free(const struct pt_ask *ask, struct pt_reply *reply);

#endif
