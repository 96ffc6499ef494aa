/* capability.h - what a mail server says it can do: of its lines, the upgrade
 * to TLS and the ways to sign in.
 *
 * Pure.  RFC 9051, 7.2.2 (IMAP: STARTTLS, AUTH=, LOGINDISABLED); RFC 3207, 2
 * and RFC 4954, 3 (SMTP: STARTTLS, AUTH, and the old "AUTH="); RFC 2449, 6, RFC
 * 2595, 4 and RFC 5034, 6 (POP3: USER, STLS, SASL); RFC 5804, 1.7 (ManageSieve:
 * "STARTTLS", "SASL").
 */
#ifndef PT_MODEL_CAPABILITY_H
#define PT_MODEL_CAPABILITY_H

#include "model/settings.h"

/* What a password can be handed over by, best first. */
enum pt_password_way {
    PT_BY_SASL_PLAIN = 1 << 0, /* RFC 4616 */
    PT_BY_SASL_LOGIN = 1 << 1, /* draft-murchison-sasl-login */
    PT_BY_COMMAND = 1 << 2,    /* IMAP's LOGIN, POP3's USER and PASS */
};

struct pt_capability {
    bool auth[PT_AUTHS]; /* the kinds of methods that are offered */
    unsigned ways;       /* enum pt_password_way */
    bool upgrade;        /* to TLS is offered */
    bool sasl_ir;        /* IMAP: the first answer may stand in the command */
    /* its own */
    bool has_list;       /* something of what it can do was heard */
    bool no_command;     /* IMAP: LOGINDISABLED */
};

/* Take one more line of a greeting or a reply into account.  Zero it before
 * the first. */
void pt_capability_read(enum pt_service service, struct pt_slice line,
                        struct pt_capability *capability);

/* All lines are read: IMAP's LOGIN and POP3's USER go without saying, unless
 * it was said otherwise. */
void pt_capability_end(enum pt_service service,
                       struct pt_capability *capability);

#endif
