#include "net/dns_pace.h"
#include "tests/tap.h"

/* A whole window of questions, so many of them late. */
static void note_window(struct pt_dns_pace *pace, unsigned late)
{
    unsigned window = pace->window;

    for (unsigned i = 0; i < window; i++)
        pt_dns_pace_note(pace, i < late);
}

int main(void)
{
    struct pt_dns_pace pace;

    pt_dns_pace_begin(&pace);
    OK(pace.window == PT_DNS_WINDOW_FIRST, "it begins small");
    note_window(&pace, 0);
    OK(pace.window == 2 * PT_DNS_WINDOW_FIRST,
       "it doubles while nothing is lost");
    for (int i = 0; i < 20; i++)
        note_window(&pace, 0);
    OK(pace.window == PT_DNS_WINDOW_MOST, "as far as it may");
    note_window(&pace, PT_DNS_WINDOW_MOST / 6);
    OK(pace.window == PT_DNS_WINDOW_MOST, "a few late answers are no loss");
    note_window(&pace, PT_DNS_WINDOW_MOST / 2);
    OK(pace.window == PT_DNS_WINDOW_MOST * 2 / 3, "many are: it shrinks");
    note_window(&pace, 0);
    OK(pace.window == PT_DNS_WINDOW_MOST * 2 / 3 + 4,
       "and from then on grows in small steps");
    for (int i = 0; i < 20; i++)
        note_window(&pace, pace.window);
    OK(pace.window == PT_DNS_WINDOW_LEAST, "it never closes");
    return tap_done();
}
