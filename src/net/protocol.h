/* protocol.h - the mail protocols as far as a short talk needs them: what to
 * say, and how a reply ends.  What it says is model/capability.h's.
 *
 * Pure: lines in, verdicts out.  A line has neither CR nor LF.
 */
#ifndef PT_NET_PROTOCOL_H
#define PT_NET_PROTOCOL_H

#include "model/names.h"

/* How far a talk has come: what the next line belongs to. */
enum pt_phase {
    PT_PHASE_GREETING,
    PT_PHASE_HELLO, /* TLS from the first byte was begun */
    PT_PHASE_GREETING_REST,
    PT_PHASE_CAPABILITIES,
    PT_PHASE_UPGRADE,   /* STARTTLS was sent */
    PT_PHASE_HANDSHAKE, /* and accepted */
    PT_PHASE_SECURED,   /* it is asked again, under TLS */
    PT_PHASE_LOGIN,     /* signing in was begun */
    PT_PHASE_OVER,
};

/* What one line makes of a reply. */
enum pt_response {
    PT_RESPONSE_GOES_ON,
    PT_RESPONSE_YES,
    PT_RESPONSE_NO,
};

struct pt_protocol {
    enum pt_service service;
    const char *ask; /* NULL: the greeting goes on to say it */
    const char *ask_again; /* under TLS; NULL: it says it by itself */
    const char *upgrade;
    bool names_us; /* our address follows when it is asked */
    const char *leave;
    bool last_says; /* the last line of a reply holds a capability too */
    enum pt_response (*judge)(struct pt_slice line, enum pt_phase phase);
};

/* IMAP, SMTP, POP3 and ManageSieve; NULL: not one of them. */
const struct pt_protocol *pt_protocol_of(enum pt_service service);

#endif
