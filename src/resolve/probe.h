/* probe.h - one address or host, probed: its hosts found, their addresses
 * looked up, every port of each tried, and a verdict.
 */
#ifndef PT_RESOLVE_PROBE_H
#define PT_RESOLVE_PROBE_H

#include "base/loop.h"
#include "resolve/probe_verdict.h"
#include "resolve/trials.h"

struct pt_probe;

/* What a probe works with; all of it must live until it is done. */
struct pt_probe_setup {
    struct pt_arena *arena; /* of all that comes of it */
    struct pt_loop *loop;
    struct pt_transport *net;
    const struct pt_query *query; /* without an address; it skips `guess`,
                                     or the usual names are visited twice */
    const struct pt_probe_target *target;
    const struct pt_probe_port *ports; /* that the user adds */
    size_t port_count;
    struct pt_trials_line *line; /* of several probes; NULL: it stands alone */
    int64_t limit_ms; /* of each try; 0: PT_PROBE_MS */
    void (*planned)(void *ctx, const struct pt_probe_plan *plan); /* or NULL */
    pt_trial_fn *each; /* one more is known; or NULL */
    /* Called once, from the loop, never from inside.  PT_NO_MEMORY. */
    void (*done)(void *ctx, enum pt_status status);
    void *ctx;
};

/* NULL: no memory. */
struct pt_probe *pt_probe_begin(const struct pt_probe_setup *setup);
/* Time is up now: done() is told soon, of what is known so far. */
void pt_probe_stop(struct pt_probe *probe);

/* From done() on. */
const struct pt_probe_plan *pt_probe_plan(const struct pt_probe *probe);
const struct pt_probe_verdict *pt_probe_verdict(const struct pt_probe *probe);

#endif
