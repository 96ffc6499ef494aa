/* interrupt.h - Ctrl-C as an event of the loop, for who has something to show
 * before it ends.
 */
#ifndef PT_CLI_INTERRUPT_H
#define PT_CLI_INTERRUPT_H

#include "base/loop.h"

#include <signal.h>

struct pt_interrupt {
    struct pt_loop *loop;    /* NULL: nothing is caught */
    struct sigaction before;
    void (*fn)(void *ctx);
    void *ctx;
};

/* From now on the first Ctrl-C calls fn, from the loop; a second one ends the
 * program.  Where it is ignored, it stays so; where it cannot be caught, it
 * ends the program as ever.  One at a time. */
void pt_interrupt_catch(struct pt_interrupt *interrupt, struct pt_loop *loop,
                        void (*fn)(void *ctx), void *ctx);
/* Ctrl-C is again what it was.  Before the loop is freed; takes one that was
 * never caught. */
void pt_interrupt_release(struct pt_interrupt *interrupt);

#endif
