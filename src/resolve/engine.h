/* engine.h - put every source's asks to a transport; gather what they find. */
#ifndef PT_RESOLVE_ENGINE_H
#define PT_RESOLVE_ENGINE_H

#include "base/error.h"
#include "base/loop.h"
#include "source/source.h"

/* What a run works with; all of it must live until the run is done.  The
 * caller fills task->source of each task and, where the source wants one,
 * task->state. */
struct pt_run_setup {
    struct pt_arena *arena; /* of all that is found */
    struct pt_loop *loop;
    struct pt_transport *net;
    const struct pt_query *query;
    struct pt_task *tasks;
    size_t task_count;
    struct pt_findings *found;
    int64_t spent_ms; /* of query->timeout_ms, by what came before the run */
};

struct pt_run;
typedef void pt_run_done_fn(void *ctx);

/* Run the tasks at once, until each has settled, nothing that is still open
 * could change the outcome, or query->timeout_ms is over.  done() is called
 * once, from the loop, never from inside; the arena may be freed there, and
 * tells whether memory ran out.  NULL: no memory. */
struct pt_run *pt_run_begin(const struct pt_run_setup *setup,
                            pt_run_done_fn *done, void *ctx);

/* Time is up now. */
void pt_run_stop(struct pt_run *run);

/* The same, until it is done.  PT_NO_MEMORY. */
enum pt_status pt_engine_run(const struct pt_run_setup *setup,
                             struct pt_error *err);

#endif
