/* trial.h - one try at one server: what was tried, and what came of it.
 *
 * A trial is one connection (a second one only where the first was begun in
 * the wrong manner): connect, be greeted, ask what the server can do, have TLS
 * put up and ask again, take leave.  Plain values; source/trying.h makes the
 * ask, and judges the answer.
 */
#ifndef PT_MODEL_TRIAL_H
#define PT_MODEL_TRIAL_H

#include "model/bridge.h"

/* The names are those of the JSON of `probe`, but for PT_TRIAL_NOT_ASKED. */
enum pt_trial_outcome {
    PT_TRIAL_WORKS,
    PT_TRIAL_REFUSED,        /* nothing listens there, or it will not serve */
    PT_TRIAL_TIMEOUT,        /* no connection came about, or nothing is said */
    PT_TRIAL_WRONG_PROTOCOL, /* another service, or none of mail's */
    PT_TRIAL_NO_STARTTLS,
    PT_TRIAL_STARTTLS_INJECTION, /* plain text came after STARTTLS */
    PT_TRIAL_BAD_CERTIFICATE,
    PT_TRIAL_TLS_FAILED,
    PT_TRIAL_NOT_ASKED, /* it must not be */
    PT_TRIAL_OUTCOMES
};

/* How signing in went. */
enum pt_login_outcome {
    PT_LOGIN_NOT_TRIED,
    PT_LOGIN_ACCEPTED,
    PT_LOGIN_DENIED,       /* bad user name or password */
    PT_LOGIN_APP_PASSWORD, /* the provider wants an app password */
    PT_LOGIN_NO_METHOD,    /* no method is offered that takes a password */
    PT_LOGIN_BLOCKED,      /* too many tries, account locked, switched off */
    PT_LOGIN_FAILED,       /* no answer, or one that makes no sense */
    PT_LOGIN_OUTCOMES
};

/* Borrows its strings; what comes of it lives in the arena that
 * pt_trial_read() was given. */
struct pt_trial {
    /* what is tried */
    enum pt_service service;
    bool any_service; /* whatever greets there is welcome */
    const char *host; /* a name, or an address without brackets */
    uint16_t port;
    enum pt_security security; /* PT_SECURITY_UNKNOWN: whatever it is */
    const char *pinned; /* SHA-256 of its certificate, lower-case hex: it and
                           no other is good; or NULL */
    const struct pt_bridge_kind *kind; /* the bridge that must answer; then
                                          any certificate is good, unless one
                                          is pinned; or NULL */
    bool is_nearby; /* private networks and this machine are allowed */
    const char *login_name; /* as whom it is signed in; NULL: nobody does */
    unsigned login_tries;   /* at this server, with this one */

    /* what came of it */
    enum pt_trial_outcome outcome;
    const char *detail; /* what is not as it should be, in a phrase; when it
                           works a remark, or NULL */
    bool connected;     /* a connection came about */
    bool has_spoken;    /* the next two tell what is really spoken there */
    enum pt_service speaks;
    enum pt_security spoken; /* PT_SECURITY_UNKNOWN: it did not come to it */
    enum pt_auth auth[PT_AUTH_MAX]; /* what it offers under that protection,
                                       in the order of enum pt_auth */
    size_t auth_count;
    const struct pt_certificate *certificate; /* or NULL */
    const char *tls;     /* "TLSv1.3", or NULL */
    const char *address; /* of those of the host, the one that answered; or
                            NULL */
    const char *greeting; /* its first line, printable; or NULL */
    int64_t took_ms;
    enum pt_login_outcome login;
    const char *login_detail; /* the server's words, printable; or NULL */
};

/* What is wrong with it, in a phrase; it does not work.  NULL: no memory. */
const char *pt_trial_complaint(struct pt_arena *arena,
                               const struct pt_trial *trial);

const char *pt_trial_outcome_name(enum pt_trial_outcome outcome); /* "works" */
const char *pt_login_outcome_name(enum pt_login_outcome outcome); /* "denied" */

#endif
