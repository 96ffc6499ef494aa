/* dialogue.h - a short talk with an unknown server: what to say next, and what
 * was learned.
 *
 * Pure: events and bytes in, bytes and a wish out; no socket, no clock, no
 * TLS.  It is greeted, asks what the server can do, upgrades by STARTTLS where
 * that is offered (a thorough one then asks again), and takes its leave.  It
 * signs in, once, only where it was given something to sign in with, and under
 * TLS with a good certificate.  It never names itself, and never believes what
 * came before TLS once TLS is up.
 */
#ifndef PT_NET_DIALOGUE_H
#define PT_NET_DIALOGUE_H

#include "base/buf.h"
#include "net/login.h"
#include "net/protocol.h"

enum pt_manner {
    PT_MANNER_WAIT,  /* wait for a greeting; try TLS when none comes */
    PT_MANNER_TLS,   /* begin with TLS */
    PT_MANNER_PLAIN, /* wait for a greeting, however long */
};

/* What the dialogue wants of whoever holds the connection, once `out` is
 * sent. */
enum pt_wish {
    PT_WISH_HEAR,   /* what comes next */
    PT_WISH_SECURE, /* a TLS handshake, beginning now */
    PT_WISH_RETRY,  /* another connection, in PT_MANNER_PLAIN */
    PT_WISH_PART,   /* it said good-bye: nothing more is to be learned */
    PT_WISH_END,    /* hang up */
};

enum { PT_OWN_SIZE = 64 };

struct pt_dialogue {
    struct pt_buf out; /* to be sent; the sender takes it off, and wipes it */
    enum pt_wish wish;
    bool heard; /* any byte came; set it for those of a handshake */

    /* to be set by whom it serves, once it has begun */
    bool is_thorough;
    char own[PT_OWN_SIZE]; /* our end, as SMTP names it: "127.0.0.1",
                              "IPv6:2001:db8::1" */
    const struct pt_credentials *credentials; /* borrowed; or NULL */

    /* its own */
    enum pt_manner manner;
    enum pt_phase phase;
    const struct pt_protocol *protocol;
    enum pt_security security;
    struct pt_buf in;   /* the line that is not whole yet */
    struct pt_buf text; /* the report, as far as it is known */
    struct pt_buf der;
    unsigned lines;
    bool greeted;
    bool is_late; /* it greeted in plain text after TLS was begun */
    bool grpc;
    bool injected;
    const char *ended; /* how, if not as it should: "late" ... */
    bool is_verified;
    bool is_signed_in; /* it greeted so */
    struct pt_capability can; /* once TLS is up, under TLS */
    struct pt_login login;
    struct pt_buf denial; /* its first lines; nothing secret is in it */
};

/* Who is at the other end of TLS. */
struct pt_met {
    const void *der; /* the certificate */
    size_t der_len;  /* 0: there is none */
    const char *version; /* "TLSv1.3"; NULL: nobody judged, and nothing of what
                            follows is told */
    bool is_verified;
    struct pt_slice faults; /* what speaks against it, a line each */
};

void pt_dialogue_begin(struct pt_dialogue *d, enum pt_manner manner);
void pt_dialogue_free(struct pt_dialogue *d); /* takes NULL */

/* Bytes came: in plain text, or out of TLS once that is up.  Plain text that
 * came in answer to the first bytes of a handshake is told here too, and ends
 * the handshake. */
void pt_dialogue_hear(struct pt_dialogue *d, const void *bytes, size_t len);
/* Nothing came for a while. */
void pt_dialogue_silence(struct pt_dialogue *d);
/* The handshake is done. */
void pt_dialogue_secured(struct pt_dialogue *d, const struct pt_met *met);
/* The handshake failed: a phrase. */
void pt_dialogue_insecure(struct pt_dialogue *d, const char *why);
void pt_dialogue_hung_up(struct pt_dialogue *d);
/* Time is up: what is still to be said is a good-bye. */
void pt_dialogue_late(struct pt_dialogue *d);

/* The body of a PT_ASK_SPEAK or, but for the address, of a PT_ASK_PROBE
 * (format/speech.h). */
void pt_dialogue_report(const struct pt_dialogue *d, struct pt_buf *body);

/* Could these bytes be the beginning of a TLS record? */
bool pt_is_tls(const void *bytes, size_t len);

#endif
