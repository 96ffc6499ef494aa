/* search.h - one search: every source asked, the best offers chosen.
 */
#ifndef PT_RESOLVE_SEARCH_H
#define PT_RESOLVE_SEARCH_H

#include "base/error.h"
#include "base/loop.h"
#include "source/source.h"

/* What a search works with; all of it must live until the search is done.
 * With query->address its settings are looked for, without one only the
 * bridges of this machine. */
struct pt_search_setup {
    struct pt_arena *arena; /* of both results */
    struct pt_loop *loop;
    struct pt_transport *net;
    const struct pt_query *query;
};

struct pt_search;

/* status: PT_OK, also when nothing was found (that is told by the settings);
 * PT_BAD_INPUT: the file named cannot be used; PT_NO_MEMORY. */
typedef void pt_search_done_fn(void *ctx, enum pt_status status,
                               const struct pt_error *err);

/* Are the sources and the bridge that the user named there at all?
 * PT_BAD_INPUT. */
enum pt_status pt_search_check(const struct pt_query *query,
                               struct pt_error *err);

/* Begin.  done() is called once, from the loop; the arena may be freed there.
 * Any number of searches may share a loop and a transport.  NULL: no memory. */
struct pt_search *pt_search_begin(const struct pt_search_setup *setup,
                                  pt_search_done_fn *done, void *ctx);
/* Time is up now: done() is told soon, of what is known so far. */
void pt_search_stop(struct pt_search *search);

/* From done() on. */
const struct pt_settings *pt_search_settings(const struct pt_search *search);
const struct pt_findings *pt_search_findings(const struct pt_search *search);

/* The whole of it, in the loop, for one.  ret_settings may be NULL.  As
 * pt_search_check() and pt_search_done_fn. */
enum pt_status pt_search(const struct pt_search_setup *setup,
                         struct pt_settings *ret_settings,
                         struct pt_findings *ret_findings,
                         struct pt_error *err);

#endif
