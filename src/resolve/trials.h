/* trials.h - many trials side by side, without becoming a nuisance.
 *
 * At one port of one address there is one connection at a time, at one address
 * no more than PT_TRIALS_EACH, in all no more than PT_TRIALS_RUNNING; the rest
 * wait in line, which is not counted as their time.  What a connection that
 * does not come about tells goes for every name of the same addresses.
 */
#ifndef PT_RESOLVE_TRIALS_H
#define PT_RESOLVE_TRIALS_H

#include "base/error.h"
#include "base/loop.h"
#include "source/trying.h"

enum {
    PT_TRIALS_EACH = 10,    /* one for each standard port, and two */
    PT_TRIALS_RUNNING = 64,
};

/* One more is known; called from the loop. */
typedef void pt_trial_fn(void *ctx, const struct pt_trial *trial);
/* All are known, called once, from the loop, never from inside; the arena
 * tells whether memory ran out. */
typedef void pt_trials_done_fn(void *ctx);

struct pt_trials;

/* Where those of several stand together, so that the bounds are of all.  As {0}
 * it is empty.  It must outlive them. */
struct pt_trials_line {
    struct pt_turn *running[PT_TRIALS_RUNNING];
    size_t running_count;
    struct pt_trials *first; /* the others in the order they came */
};

struct pt_trials_setup {
    struct pt_arena *arena; /* of what comes of them */
    struct pt_loop *loop;
    struct pt_transport *net;
    struct pt_trial *trials;
    size_t count;
    /* addresses[i] is the machine of trials[i]: its addresses, one a line, so
     * that names of one machine are seen to be the same; NULL, or NULL in it:
     * the host's name stands for it. */
    const char *const *addresses;
    const struct pt_credentials *credentials; /* or NULL */
    struct pt_trials_line *line; /* NULL: these stand alone */
    int64_t limit_ms; /* of each; 0: PT_PROBE_MS */
    pt_trial_fn *each; /* or NULL */
    pt_trials_done_fn *done;
    void *ctx;
};

/* Borrows *setup's pointers, not the setup.  NULL: no memory. */
struct pt_trials *pt_trials_begin(const struct pt_trials_setup *setup);
/* Time is up: what is open ends as PT_TRIAL_TIMEOUT, what was not begun as
 * PT_TRIAL_NOT_ASKED. */
void pt_trials_stop(struct pt_trials *trials);

#endif
