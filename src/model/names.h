/* names.h - the words of this field: services, protection, trust, outcomes.
 *
 * Each enum has one table of names; the names are those of our JSON.
 */
#ifndef PT_MODEL_NAMES_H
#define PT_MODEL_NAMES_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum pt_service {
    PT_IMAP,
    PT_POP3,
    PT_SUBMISSION,
    PT_JMAP,
    PT_SIEVE,
    PT_CALDAV,
    PT_CARDDAV,
    PT_EWS,
    PT_GRAPH,
    PT_ACTIVESYNC,
    PT_LDAP,
    PT_SERVICES
};

enum pt_security {
    PT_SECURITY_UNKNOWN,
    PT_TLS,      /* TLS from the first byte (RFC 8314: implicit TLS) */
    PT_STARTTLS, /* plain text that must be upgraded before anything else */
    PT_PLAIN,
};

enum pt_auth {
    PT_AUTH_CLEARTEXT,
    PT_AUTH_ENCRYPTED,
    PT_AUTH_OAUTH2,
    PT_AUTH_GSSAPI,
    PT_AUTH_NTLM,
    PT_AUTH_NONE,
    PT_AUTH_CLIENT_IP,
    PT_AUTH_TLS_CERT,
    PT_AUTHS
};

enum pt_trust {
    PT_GUESSED,  /* a table: nobody said so */
    PT_HEARD,    /* said over a channel anyone could have changed */
    PT_THIRD,    /* said securely by someone else */
    PT_VERIFIED, /* said securely by the domain itself */
    PT_LOCAL,    /* said by this machine: a bridge, the administrator */
};

/* Of offers that are equally trusted, the lower number goes first. */
enum pt_rank {
    PT_RANK_NONE,
    PT_RANK_FILE,          /* the user's or the administrator's */
    PT_RANK_BRIDGE,        /* a live one, on this machine */
    PT_RANK_PACC,
    PT_RANK_AUTOCONFIG,    /* on autoconfig.DOMAIN */
    PT_RANK_WELL_KNOWN,    /* autoconfig below DOMAIN/.well-known */
    PT_RANK_SRV,           /* signed, or inside the domain */
    PT_RANK_ISPDB,
    PT_RANK_AUTODISCOVER,
    PT_RANK_MX,            /* what the MX host leads to */
    PT_RANK_SRV_ELSEWHERE, /* unsigned, outside the domain */
    PT_RANK_CLEARTEXT,     /* autoconfig over plain HTTP */
    PT_RANK_GUESS,
};

/* How much an offer counts: trust first, then rank. */
struct pt_worth {
    enum pt_trust trust;
    enum pt_rank rank;
};

/* > 0: a is worth more; 0: the same; PT_RANK_NONE is worth nothing. */
int pt_worth_compare(struct pt_worth a, struct pt_worth b);

/* How one source fared. */
enum pt_outcome {
    PT_FOUND,
    PT_ABSENT,  /* a firm no */
    PT_FAILED,  /* no answer: says nothing */
    PT_REFUSED, /* answered, but we must not believe it */
    PT_SKIPPED,
};

const char *pt_service_name(enum pt_service service);   /* "imap" */
const char *pt_service_title(enum pt_service service);  /* "IMAP" */
const char *pt_security_name(enum pt_security security); /* "starttls" */
const char *pt_security_title(enum pt_security security); /* "STARTTLS" */
const char *pt_auth_name(enum pt_auth auth);
const char *pt_trust_name(enum pt_trust trust);
const char *pt_outcome_name(enum pt_outcome outcome);

/* False, and *ret_ untouched, when the name is not one of ours. */
bool pt_service_from(struct pt_slice name, enum pt_service *ret_service);
bool pt_security_from(struct pt_slice name, enum pt_security *ret_security);
bool pt_auth_from(struct pt_slice name, enum pt_auth *ret_auth);

/* The standard port (IANA, RFC 8314), or 0 when the pair has none.  Where the
 * security is not known: that of plain text. */
uint16_t pt_standard_port(enum pt_service service, enum pt_security security);
/* IMAP, POP3 or submission. */
bool pt_service_is_mail(enum pt_service service);

#endif
