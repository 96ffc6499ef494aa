/* machine_unknown.c - a system we know no way to ask. */
#include "net/machine.h"

void pt_machine_list(const struct pt_strings *needles, struct pt_reply *reply)
{
    (void)needles;
    pt_reply_fail(reply, "this system does not tell who listens");
}
