/* search.h - one search: every source asked, the best offers chosen.
 */
#ifndef PT_RESOLVE_SEARCH_H
#define PT_RESOLVE_SEARCH_H

#include "base/error.h"
#include "base/loop.h"
#include "source/source.h"

/* Look at this machine and, with query->address, for its settings.  Blocks (in
 * the loop) until every source has settled or query->timeout_ms is over.
 * ret_settings may be NULL when there is no address; both results live in the
 * arena.  What is not found is told by ret_settings->status, not by an error.
 * PT_NO_MEMORY; PT_BAD_INPUT: a source or bridge name nobody has. */
enum pt_status pt_search(struct pt_arena *arena, struct pt_loop *loop,
                         struct pt_transport *net,
                         const struct pt_query *query,
                         struct pt_settings *ret_settings,
                         struct pt_findings *ret_findings,
                         struct pt_error *err);

#endif
