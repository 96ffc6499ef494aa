#include "cli/probe_live.h"

enum { SPARE_LINES = 2, ROW_COLUMNS = 74 };

/* A table that does not fit, or whose lines break, cannot be drawn over. */
static bool fits(const struct pt_probe_live *live)
{
    return live->io->width >= ROW_COLUMNS &&
           live->io->height > SPARE_LINES &&
           live->plan->trial_count <=
               (size_t)(live->io->height - SPARE_LINES);
}

/* The name as it came is a host's, and so printable. */
static void draw_row(const struct pt_probe_live *live, size_t i)
{
    const struct pt_trial *trial = &live->plan->trials[i];

    fprintf(live->io->err, "  %-32.32s %5u  %-11.11s %s\033[K\n", trial->host,
            trial->port,
            trial->any_service ? "any" : pt_service_title(trial->service),
            live->known[i] ? pt_trial_outcome_name(trial->outcome) : "...");
}

static void draw(struct pt_probe_live *live)
{
    FILE *out = live->io->err;

    if (live->lines)
        fprintf(out, "\033[%zuA", live->lines);
    live->lines = 1;
    if (fits(live)) {
        live->lines = live->plan->trial_count;
        for (size_t i = 0; i < live->plan->trial_count; i++)
            draw_row(live, i);
    } else {
        fprintf(out, "  %zu of %zu ports tried\033[K\n", live->known_count,
                live->plan->trial_count);
    }
    fflush(out);
}

void pt_probe_live_begin(struct pt_probe_live *live, const struct pt_io *io,
                         struct pt_arena *arena,
                         const struct pt_probe_plan *plan)
{
    *live = (struct pt_probe_live){.io = io};
    if (!io->err_is_terminal || !plan->trial_count)
        return;
    live->known = pt_arena_alloc(arena, plan->trial_count);
    if (!live->known)
        return;
    live->plan = plan;
    draw(live);
}

void pt_probe_live_note(struct pt_probe_live *live,
                        const struct pt_trial *trial)
{
    if (!live->plan)
        return;
    live->known[trial - live->plan->trials] = true;
    live->known_count++;
    draw(live);
}

void pt_probe_live_wipe(struct pt_probe_live *live)
{
    if (live->lines) {
        fprintf(live->io->err, "\033[%zuA\033[J", live->lines);
        fflush(live->io->err); /* before the answer comes */
    }
    live->lines = 0;
    live->plan = NULL;
}
