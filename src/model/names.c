#include "model/names.h"

static const struct {
    const char *name;
    const char *title;
    uint16_t tls; /* implicit TLS */
    uint16_t starttls;
    uint16_t plain;
} services[PT_SERVICES] = {
    [PT_IMAP] = {"imap", "IMAP", 993, 143, 143},
    [PT_POP3] = {"pop3", "POP3", 995, 110, 110},
    [PT_SUBMISSION] = {"submission", "SMTP", 465, 587, 587},
    [PT_JMAP] = {"jmap", "JMAP", 443, 0, 0},
    [PT_SIEVE] = {"sieve", "ManageSieve", 0, 4190, 4190},
    [PT_CALDAV] = {"caldav", "CalDAV", 443, 0, 80},
    [PT_CARDDAV] = {"carddav", "CardDAV", 443, 0, 80},
    [PT_EWS] = {"ews", "Exchange (EWS)", 443, 0, 0},
    [PT_GRAPH] = {"graph", "Microsoft Graph", 443, 0, 0},
    [PT_ACTIVESYNC] = {"activesync", "ActiveSync", 443, 0, 0},
    [PT_LDAP] = {"ldap", "LDAP", 636, 389, 389},
};

static const struct {
    const char *name;
    const char *title;
} securities[] = {
    [PT_SECURITY_UNKNOWN] = {"unknown", "unknown"},
    [PT_TLS] = {"tls", "SSL/TLS"},
    [PT_STARTTLS] = {"starttls", "STARTTLS"},
    [PT_PLAIN] = {"plain", "none"},
};

static const char *const auths[PT_AUTHS] = {
    [PT_AUTH_CLEARTEXT] = "password-cleartext",
    [PT_AUTH_ENCRYPTED] = "password-encrypted",
    [PT_AUTH_OAUTH2] = "oauth2",
    [PT_AUTH_GSSAPI] = "gssapi",
    [PT_AUTH_NTLM] = "ntlm",
    [PT_AUTH_NONE] = "none",
    [PT_AUTH_CLIENT_IP] = "client-ip-address",
    [PT_AUTH_TLS_CERT] = "tls-client-cert",
};

static const char *const trusts[] = {
    [PT_GUESSED] = "guessed", [PT_HEARD] = "heard", [PT_THIRD] = "third",
    [PT_VERIFIED] = "verified", [PT_LOCAL] = "local",
};

static const char *const outcomes[] = {
    [PT_FOUND] = "found",     [PT_ABSENT] = "absent",
    [PT_FAILED] = "failed",   [PT_REFUSED] = "refused",
    [PT_SKIPPED] = "skipped",
};

const char *pt_service_name(enum pt_service service)
{
    return services[service].name;
}

const char *pt_service_title(enum pt_service service)
{
    return services[service].title;
}

const char *pt_security_name(enum pt_security security)
{
    return securities[security].name;
}

const char *pt_security_title(enum pt_security security)
{
    return securities[security].title;
}

const char *pt_auth_name(enum pt_auth auth)
{
    return auths[auth];
}

const char *pt_trust_name(enum pt_trust trust)
{
    return trusts[trust];
}

const char *pt_outcome_name(enum pt_outcome outcome)
{
    return outcomes[outcome];
}

bool pt_service_from(struct pt_slice name, enum pt_service *ret_service)
{
    for (int i = 0; i < PT_SERVICES; i++)
        if (pt_slice_is(name, services[i].name)) {
            *ret_service = (enum pt_service)i;
            return true;
        }
    return false;
}

bool pt_security_from(struct pt_slice name, enum pt_security *ret_security)
{
    for (int i = PT_TLS; i <= PT_PLAIN; i++)
        if (pt_slice_is(name, securities[i].name)) {
            *ret_security = (enum pt_security)i;
            return true;
        }
    return false;
}

bool pt_auth_from(struct pt_slice name, enum pt_auth *ret_auth)
{
    for (int i = 0; i < PT_AUTHS; i++)
        if (pt_slice_is(name, auths[i])) {
            *ret_auth = (enum pt_auth)i;
            return true;
        }
    return false;
}

uint16_t pt_standard_port(enum pt_service service, enum pt_security security)
{
    if (security == PT_TLS)
        return services[service].tls;
    return security == PT_STARTTLS ? services[service].starttls
                                   : services[service].plain;
}

bool pt_service_is_mail(enum pt_service service)
{
    return service == PT_IMAP || service == PT_POP3 ||
           service == PT_SUBMISSION;
}

int pt_worth_compare(struct pt_worth a, struct pt_worth b)
{
    if (!a.rank || !b.rank)
        return (a.rank != PT_RANK_NONE) - (b.rank != PT_RANK_NONE);
    if (a.trust != b.trust)
        return (int)a.trust - (int)b.trust;
    return (int)b.rank - (int)a.rank;
}
