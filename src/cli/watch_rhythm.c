#include "cli/watch_rhythm.h"

enum {
    QUIET_MS = 150, /* news have paused */
    BURST_MS = 600, /* they will not */
    AWAKE_MS = 30 * 1000,
    GLANCE_LEAST_MS = 100,
    GLANCE_MOST_MS = 400,
    DULL_FREE = 8, /* looks that changed nothing, before they get rare */
    DULL_MOST = 6, /* doublings of their pause */
};

/* After a look that found the bridge not ready. */
static const int64_t pauses_ms[] = {300, 700, 1500, 3000, 6000, 12000};

enum { PAUSES = sizeof(pauses_ms) / sizeof(*pauses_ms) };

void pt_rhythm_news(struct pt_rhythm *rhythm, int64_t now_ms)
{
    if (!rhythm->has_news)
        rhythm->first_ms = now_ms;
    rhythm->has_news = true;
    rhythm->last_ms = now_ms;
    rhythm->is_awake = true;
    rhythm->awake_ms = now_ms;
    rhythm->glance_ms = now_ms + GLANCE_LEAST_MS;
    rhythm->is_waiting = false;
    rhythm->repeats = 0;
}

void pt_rhythm_look(struct pt_rhythm *rhythm)
{
    rhythm->is_of_news = rhythm->has_news;
    rhythm->has_news = false;
    rhythm->is_waiting = false;
}

void pt_rhythm_looked(struct pt_rhythm *rhythm, int64_t now_ms,
                      bool is_settled, bool has_changed)
{
    if (has_changed)
        rhythm->dull = 0;
    else if (rhythm->is_of_news)
        rhythm->dull++;
    if (is_settled || rhythm->repeats == PAUSES)
        return;
    rhythm->is_waiting = true;
    rhythm->repeat_ms = now_ms + pauses_ms[rhythm->repeats++];
}

/* Who makes news all the time and never any that matter gets fewer looks. */
static int64_t look_at(const struct pt_rhythm *rhythm)
{
    unsigned dull = rhythm->dull > DULL_FREE ? rhythm->dull - DULL_FREE : 0;
    unsigned doublings = dull < DULL_MOST ? dull : DULL_MOST;
    int64_t quiet_ms = rhythm->last_ms + ((int64_t)QUIET_MS << doublings);
    int64_t burst_ms = rhythm->first_ms + ((int64_t)BURST_MS << doublings);

    return quiet_ms < burst_ms ? quiet_ms : burst_ms;
}

static int64_t next_glance(const struct pt_rhythm *rhythm, int64_t now_ms)
{
    int64_t pause_ms = (now_ms - rhythm->awake_ms) / 10;

    if (pause_ms < GLANCE_LEAST_MS)
        pause_ms = GLANCE_LEAST_MS;
    if (pause_ms > GLANCE_MOST_MS)
        pause_ms = GLANCE_MOST_MS;
    return now_ms + pause_ms;
}

enum pt_due pt_rhythm_due(struct pt_rhythm *rhythm, int64_t now_ms)
{
    if (rhythm->has_news && now_ms >= look_at(rhythm))
        return PT_DUE_LOOK;
    if (rhythm->is_waiting && now_ms >= rhythm->repeat_ms)
        return rhythm->repeats == PAUSES ? PT_DUE_LAST_LOOK : PT_DUE_LOOK;
    if (!rhythm->is_awake || now_ms < rhythm->glance_ms)
        return PT_DUE_NOTHING;
    if (now_ms >= rhythm->awake_ms + AWAKE_MS) {
        rhythm->is_awake = false;
        rhythm->dull = 0;
        return PT_DUE_NOTHING;
    }
    rhythm->glance_ms = next_glance(rhythm, now_ms);
    return PT_DUE_GLANCE;
}

int64_t pt_rhythm_rest(const struct pt_rhythm *rhythm, int64_t now_ms)
{
    int64_t at_ms = INT64_MAX;

    if (rhythm->has_news)
        at_ms = look_at(rhythm);
    if (rhythm->is_waiting && rhythm->repeat_ms < at_ms)
        at_ms = rhythm->repeat_ms;
    if (rhythm->is_awake && rhythm->glance_ms < at_ms)
        at_ms = rhythm->glance_ms;
    if (at_ms == INT64_MAX)
        return -1;
    return at_ms > now_ms ? at_ms - now_ms : 0;
}
