/* engine.h - put every source's asks to a transport; gather what they find. */
#ifndef PT_RESOLVE_ENGINE_H
#define PT_RESOLVE_ENGINE_H

#include "base/error.h"
#include "base/loop.h"
#include "source/source.h"

/* Run these tasks at once, until each has settled or query->timeout_ms is
 * over.  The caller fills task->source and, where the source wants one,
 * task->state; took_ms has its time afterwards.  What is found lives in the
 * arena.  PT_NO_MEMORY. */
enum pt_status pt_engine_run(struct pt_arena *arena, struct pt_loop *loop,
                             struct pt_transport *net,
                             const struct pt_query *query,
                             struct pt_task *tasks, size_t count,
                             struct pt_findings *found, struct pt_error *err);

#endif
