/* dns_pace.h - how many questions a name server takes at once.
 *
 * Small routers drop what comes in a burst of fifty, and each loss costs a
 * second; others take hundreds.  So the window begins small, doubles while
 * nothing is lost, and shrinks when much is.  A few answers that are late are
 * no loss: names that nobody asked for lately take their time.
 */
#ifndef PT_NET_DNS_PACE_H
#define PT_NET_DNS_PACE_H

#include <stdbool.h>

enum {
    PT_DNS_WINDOW_FIRST = 32, /* what one search asks at once fits in */
    PT_DNS_WINDOW_LEAST = 16,
    PT_DNS_WINDOW_MOST = 128, /* more would overrun our own socket's buffer */
};

struct pt_dns_pace {
    unsigned window; /* questions that may be on their way */
    unsigned answers; /* since the window was last set */
    unsigned late;
    bool has_shrunk;
};

void pt_dns_pace_begin(struct pt_dns_pace *pace);

/* One question has ended: late, when it had to be repeated or had no answer. */
void pt_dns_pace_note(struct pt_dns_pace *pace, bool late);

#endif
