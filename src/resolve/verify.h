/* verify.h - are the chosen servers what they are said to be?
 *
 * Each is connected to as it would be by a client (source/trying.h).  One that
 * does not work gives way to the next of the same service and the same worth
 * that does; an offer that is less trusted never takes its place, or whoever
 * can block a connection could choose for us.
 *
 * A bridge that the search has just heard is not connected to once more.
 * Nobody ever signs in at a bridge: it may count what is wrong, or throw away
 * its token.
 */
#ifndef PT_RESOLVE_VERIFY_H
#define PT_RESOLVE_VERIFY_H

#include "base/loop.h"
#include "model/settings.h"
#include "source/source.h"

enum {
    PT_VERIFY_MS = 5000,        /* at least, where it was asked for */
    PT_VERIFY_LOGIN_MS = 20000, /* where somebody signs in: that is refused
                                   slowly */
};

struct pt_verify_setup {
    struct pt_arena *arena;
    struct pt_loop *loop;
    struct pt_transport *net;
    const struct pt_query *query; /* ->verify, ->password, ->kinds */
    const struct pt_findings *found; /* what was heard of bridges */
    struct pt_settings *settings; /* of a search that is over; changed */
    int64_t limit_ms;             /* for all of it */
    void (*done)(void *ctx); /* from the loop, never from inside */
    void *ctx;
};

/* Is there anything to be verified? */
bool pt_verify_is_due(const struct pt_query *query,
                      const struct pt_settings *settings);

struct pt_verification;

/* NULL: no memory.  Fills server->trial of each that was connected to, and may
 * change ->chosen, ->why, ->username and ->hints. */
struct pt_verification *pt_verify_begin(const struct pt_verify_setup *setup);
/* Time is up. */
void pt_verify_stop(struct pt_verification *verification);

#endif
