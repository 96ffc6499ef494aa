/* speak.h - conversations with what listens on this machine: PT_ASK_SPEAK.
 *
 * Loopback only.  One connection a conversation; a second one only when a
 * server that was taken for a TLS one greets in plain text after all.
 */
#ifndef PT_NET_SPEAK_H
#define PT_NET_SPEAK_H

#include "base/loop.h"
#include "net/ask.h"

struct pt_speaker;

/* NULL: no memory. */
struct pt_speaker *pt_speaker_new(struct pt_loop *loop);
void pt_speaker_free(struct pt_speaker *speaker); /* takes NULL; drops */

/* As the functions of struct pt_transport. */
bool pt_speaker_begin(struct pt_speaker *speaker, const struct pt_ask *ask,
                      pt_answer_fn *done, void *ctx);
void pt_speaker_drop(struct pt_speaker *speaker, const void *owner);

enum {
    PT_SPEAK_QUIET_MS = 350, /* no greeting for so long: perhaps it is TLS */
    PT_SPEAK_PART_MS = 60,   /* for the other side's good-bye */
};

#endif
