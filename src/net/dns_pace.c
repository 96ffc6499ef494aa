#include "net/dns_pace.h"

enum { STEP = 4, TOLERATED = 5 }; /* one late answer in five */

void pt_dns_pace_begin(struct pt_dns_pace *pace)
{
    *pace = (struct pt_dns_pace){.window = PT_DNS_WINDOW_FIRST};
}

static unsigned grow(const struct pt_dns_pace *pace)
{
    unsigned window =
        pace->has_shrunk ? pace->window + STEP : pace->window * 2;

    return window < PT_DNS_WINDOW_MOST ? window : PT_DNS_WINDOW_MOST;
}

static unsigned shrink(const struct pt_dns_pace *pace)
{
    unsigned window = pace->window * 2 / 3;

    return window > PT_DNS_WINDOW_LEAST ? window : PT_DNS_WINDOW_LEAST;
}

void pt_dns_pace_note(struct pt_dns_pace *pace, bool late)
{
    pace->answers++;
    pace->late += late;
    if (pace->answers < pace->window)
        return;
    if (pace->late * TOLERATED > pace->answers) {
        pace->window = shrink(pace);
        pace->has_shrunk = true;
    } else {
        pace->window = grow(pace);
    }
    pace->answers = pace->late = 0;
}
