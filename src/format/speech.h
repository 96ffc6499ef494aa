/* speech.h - what a mail server said when it was greeted: text and meaning.
 *
 * The text is lines, so that a scenario can be read and written by people:
 *
 *   greeting * OK [CAPABILITY ...] ready    the first line, made printable
 *   said 250-STARTTLS                       each line of the EHLO, CAPABILITY
 *                                           or CAPA reply before TLS
 *   security starttls                       what was really spoken: plain (no
 *                                           upgrade is to be had), tls or
 *                                           starttls (the upgrade was done);
 *                                           no such line: it did not come to it
 *   problem STARTTLS was refused            something did not work
 *   injected                                plain text came after STARTTLS
 *                                           was accepted, before TLS
 *   certificate MIIB...                     base64 of the DER, when TLS was up
 *   grpc                                    it is HTTP/2, not mail
 *   silent                                  it listens and says nothing
 *
 * Of a PT_ASK_PROBE moreover:
 *
 *   end late                                it did not end as it should: gone
 *                                           (it hung up), refused (it hung up,
 *                                           or said no, and TLS was not what
 *                                           it was asked for), late (time was
 *                                           up), flood (it said too much)
 *   address 192.0.2.1                       which address took the connection
 *   secured 250-AUTH PLAIN                  each line of the reply, asked for
 *                                           again once STARTTLS was done
 *   tls TLSv1.3                             the version that was agreed on
 *   verified                                the certificate is the host's, in
 *                                           force, and somebody known signed
 *                                           it; or it is the pinned one
 *   untrusted it has expired: 2026-01-02    why not: one line a reason
 *   login accepted                          signing in worked
 *   login denied a4 NO bad password         it did not: what the server said
 *   login no-method                         no way that takes a password
 *   login failed it hung up                 no answer came to it
 */
#ifndef PT_FORMAT_SPEECH_H
#define PT_FORMAT_SPEECH_H

#include "base/arena.h"
#include "model/greeting.h"
#include "model/settings.h"

enum pt_speech_end {
    PT_END_PROPER,
    PT_END_GONE,
    PT_END_REFUSED,
    PT_END_LATE,
    PT_END_FLOOD,
};

struct pt_speech {
    bool is_mail; /* the greeting is that of a mail service */
    enum pt_service service; /* PT_IMAP, PT_POP3, PT_SUBMISSION or PT_SIEVE */
    enum pt_security security;
    const char *greeting;   /* "" when there was none */
    struct pt_strings said;
    const struct pt_certificate *certificate; /* or NULL */
    const char *problem;                      /* or NULL */
    bool grpc;
    bool silent;
    bool injected;
    enum pt_speech_end end;
    const char *address;        /* or NULL; as the rest, of a probe only */
    struct pt_strings secured;
    const char *tls;            /* or NULL */
    bool verified;
    struct pt_strings untrusted;
    const char *login;          /* what follows the word; NULL: not tried */
};

/* Lenient: unknown lines are passed over.  False: no memory. */
bool pt_speech_read(struct pt_arena *arena, struct pt_slice text,
                    struct pt_speech *ret_speech);

/* Digest and pin of a DER certificate.  NULL: not a certificate, or no
 * memory. */
const struct pt_certificate *pt_certificate_read(struct pt_arena *arena,
                                                 const void *der, size_t len);

#endif
