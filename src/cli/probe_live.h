/* probe_live.h - the table that fills up while a probe runs, on a terminal.
 *
 * It is drawn over itself, and wiped off before the answer is shown.
 */
#ifndef PT_CLI_PROBE_LIVE_H
#define PT_CLI_PROBE_LIVE_H

#include "cli/cli.h"
#include "resolve/probe_plan.h"

struct pt_probe_live {
    const struct pt_io *io;
    const struct pt_probe_plan *plan; /* NULL: nothing is drawn yet */
    bool *known;                      /* of each trial */
    size_t known_count;
    size_t lines; /* on the screen */
};

/* The trials are about to begin.  Nothing happens but on a terminal. */
void pt_probe_live_begin(struct pt_probe_live *live, const struct pt_io *io,
                         struct pt_arena *arena,
                         const struct pt_probe_plan *plan);
void pt_probe_live_note(struct pt_probe_live *live,
                        const struct pt_trial *trial);
void pt_probe_live_wipe(struct pt_probe_live *live);

#endif
