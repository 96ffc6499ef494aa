/* probe_verdict.h - what all the tries come to: what works best, what works
 * less well, and what to ask of whom when nothing does.
 *
 * Pure.
 */
#ifndef PT_RESOLVE_PROBE_VERDICT_H
#define PT_RESOLVE_PROBE_VERDICT_H

#include "base/error.h"
#include "resolve/probe_plan.h"

enum { PT_PROBE_BEST_MAX = 3 }; /* to receive, to send, ManageSieve */

/* What works and is not the best, and why. */
struct pt_probe_second {
    const struct pt_trial *trial;
    const char *why;
};

struct pt_probe_verdict {
    const struct pt_trial *best[PT_PROBE_BEST_MAX];
    size_t best_count;
    struct pt_probe_second *seconds;
    size_t second_count;
    struct pt_strings remarks; /* sentences on what this looks like */
    const char *letter; /* ready to be sent to the provider's administrator; or
                           NULL: there is nothing to ask */
    enum pt_status exit; /* PT_OK; PT_NOTHING: something that is needed does
                            not work; PT_UNREACHABLE: nothing could be asked */
};

/* False: no memory. */
bool pt_probe_judge(struct pt_arena *arena,
                    const struct pt_probe_target *target,
                    const struct pt_probe_plan *plan,
                    struct pt_probe_verdict *ret_verdict);

#endif
