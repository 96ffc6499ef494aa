/* speak.h - conversations with mail servers: PT_ASK_SPEAK, on this machine
 * only, and PT_ASK_PROBE, anywhere.
 *
 * One connection a conversation (of several addresses, the first that takes
 * one); a second one only when a server that was taken for a TLS one greets in
 * plain text after all.  Where there was a greeting, there is a good-bye.
 *
 * libcurl speaks IMAP, POP3 and SMTP too, but keeps to itself how it was
 * greeted, what is offered, and what was slipped in before TLS; and does not
 * ask again what is offered under it.
 */
#ifndef PT_NET_SPEAK_H
#define PT_NET_SPEAK_H

#include "base/loop.h"
#include "net/ask.h"
#include "net/dns_addresses.h"

struct pt_speaker;

/* Borrowed, and only while pt_speaker_new() runs, but for finder.self. */
struct pt_speaker_setup {
    struct pt_finder finder; /* of the hosts that are probed */
    const char *ca_file;     /* as that of net/http.h; or NULL */
};

/* NULL: no memory.  The loop and the finder must outlive it. */
struct pt_speaker *pt_speaker_new(struct pt_loop *loop,
                                  const struct pt_speaker_setup *setup);
void pt_speaker_free(struct pt_speaker *speaker); /* takes NULL; drops */

/* As the functions of struct pt_transport. */
bool pt_speaker_begin(struct pt_speaker *speaker, const struct pt_ask *ask,
                      pt_answer_fn *done, void *ctx);
void pt_speaker_drop(struct pt_speaker *speaker, const void *owner);

enum {
    PT_SPEAK_QUIET_MS = 350, /* no greeting for so long: perhaps it is TLS */
    PT_SPEAK_PART_MS = 60,   /* for the other side's good-bye */
    PT_PROBE_PART_MS = 1000, /* which may come from afar */
};

#endif
