#include "model/bridge.h"
#include "model/names.h"
#include "tests/tap.h"

#include <ctype.h>

enum { SENTENCE = 256 };

/* The words of our JSON: whoever reads it relies on them. */
static const char *const services[] = {
    "imap",    "pop3", "submission", "jmap",       "sieve", "caldav",
    "carddav", "ews",  "graph",      "activesync", "ldap",
};
static const char *const securities[] = {
    "unknown",
    "tls",
    "starttls",
    "plain",
};
static const char *const auths[] = {
    "password-cleartext",
    "password-encrypted",
    "oauth2",
    "gssapi",
    "ntlm",
    "none",
    "client-ip-address",
    "tls-client-cert",
};
static const char *const trusts[] = {
    "guessed", "heard", "third", "verified", "local",
};
static const char *const outcomes[] = {
    "found", "absent", "failed", "refused", "skipped",
};
static const char *const states[] = {
    "ok", "offline", "mismatch", "port-taken", "stopped", "unknown",
};
static const char *const learned[] = {
    "grpc", "config", "argv", "log", "socket",
};

static const char *service_name(int i)
{
    return pt_service_name((enum pt_service)i);
}

static const char *security_name(int i)
{
    return pt_security_name((enum pt_security)i);
}

static const char *auth_name(int i)
{
    return pt_auth_name((enum pt_auth)i);
}

static const char *trust_name(int i)
{
    return pt_trust_name((enum pt_trust)i);
}

static const char *outcome_name(int i)
{
    return pt_outcome_name((enum pt_outcome)i);
}

static const char *state_name(int i)
{
    return pt_bridge_state_name((enum pt_bridge_state)i);
}

static const char *learned_name(int i)
{
    return pt_learned_name((enum pt_learned)i);
}

static const struct {
    const char *of;
    const char *(*name)(int i);
    const char *const *want;
    int count;
} words[] = {
    {"service", service_name, services, PT_SERVICES},
    {"security", security_name, securities, PT_PLAIN + 1},
    {"authentication", auth_name, auths, PT_AUTHS},
    {"trust", trust_name, trusts, PT_LOCAL + 1},
    {"outcome", outcome_name, outcomes, PT_SKIPPED + 1},
    {"state of a bridge", state_name, states, PT_BRIDGE_UNKNOWN + 1},
    {"way to learn of it", learned_name, learned, PT_FROM_SOCKET + 1},
};

static void test_words(void)
{
    char what[SENTENCE];

    for (size_t w = 0; w < sizeof(words) / sizeof(*words); w++)
        for (int i = 0; i < words[w].count; i++) {
            snprintf(what, sizeof(what), "a %s is '%s'", words[w].of,
                     words[w].want[i]);
            IS(words[w].name(i), words[w].want[i], what);
        }
}

static void test_titles(void)
{
    for (int i = 0; i < PT_SERVICES; i++) {
        const char *title = pt_service_title((enum pt_service)i);

        OK(title && isupper((unsigned char)title[0]),
           "every service has a title for people");
    }
    IS(pt_service_title(PT_SUBMISSION), "SMTP", "submission is called SMTP");
    IS(pt_security_title(PT_TLS), "SSL/TLS", "TLS is called as clients do");
    IS(pt_security_title(PT_PLAIN), "none", "no protection is called none");
}

static void test_back(void)
{
    enum pt_service service = PT_LDAP;
    enum pt_security security = PT_PLAIN;
    enum pt_auth auth = PT_AUTH_NTLM;

    for (int i = 0; i < PT_SERVICES; i++)
        OK(pt_service_from(pt_slice_of(services[i]), &service) &&
               (int)service == i,
           "a service is known by its name");
    for (int i = PT_TLS; i <= PT_PLAIN; i++)
        OK(pt_security_from(pt_slice_of(securities[i]), &security) &&
               (int)security == i,
           "a security is known by its name");
    OK(!pt_service_from(pt_slice_of("smtp"), &service) &&
           !pt_service_from(pt_slice_of("IMAP"), &service) &&
           !pt_service_from(pt_slice_of(""), &service) && service == PT_LDAP,
       "other names are none, and nothing is returned");
    OK(!pt_security_from(pt_slice_of("unknown"), &security) &&
           !pt_security_from(pt_slice_of("ssl"), &security) &&
           security == PT_PLAIN,
       "nobody can ask for unknown security");
    for (int i = 0; i < PT_AUTHS; i++)
        OK(pt_auth_from(pt_slice_of(auths[i]), &auth) && (int)auth == i,
           "a way to sign in is known by its name");
    OK(!pt_auth_from(pt_slice_of("OAuth2"), &auth) &&
           !pt_auth_from(pt_slice_of(""), &auth) && auth == PT_AUTH_TLS_CERT,
       "other words of other formats are none of ours");
}

/* IANA's port registry; RFC 8314 for the implicit TLS of submission. */
static const struct {
    uint16_t tls;
    uint16_t starttls;
    uint16_t plain;
} ports[PT_SERVICES] = {
    [PT_IMAP] = {993, 143, 143},       [PT_POP3] = {995, 110, 110},
    [PT_SUBMISSION] = {465, 587, 587}, [PT_JMAP] = {443, 0, 0},
    [PT_SIEVE] = {0, 4190, 4190},      [PT_CALDAV] = {443, 0, 80},
    [PT_CARDDAV] = {443, 0, 80},       [PT_EWS] = {443, 0, 0},
    [PT_GRAPH] = {443, 0, 0},          [PT_ACTIVESYNC] = {443, 0, 0},
    [PT_LDAP] = {636, 389, 389},
};

static void check_port(int service, enum pt_security security, uint16_t want)
{
    uint16_t got = pt_standard_port((enum pt_service)service, security);
    char what[SENTENCE];

    snprintf(what, sizeof(what), "%s by %s has standard port %d",
             services[service], securities[security], want);
    if (!OK(got == want, what))
        printf("# got: %d\n", got);
}

static void test_ports(void)
{
    for (int i = 0; i < PT_SERVICES; i++) {
        check_port(i, PT_TLS, ports[i].tls);
        check_port(i, PT_STARTTLS, ports[i].starttls);
        check_port(i, PT_PLAIN, ports[i].plain);
        check_port(i, PT_SECURITY_UNKNOWN, ports[i].plain);
    }
}

static void test_kinds(void)
{
    OK(pt_service_is_mail(PT_IMAP) && pt_service_is_mail(PT_POP3) &&
           pt_service_is_mail(PT_SUBMISSION),
       "IMAP, POP3 and submission are mail");
    OK(!pt_service_is_mail(PT_SIEVE) && !pt_service_is_mail(PT_CALDAV) &&
           !pt_service_is_mail(PT_LDAP),
       "ManageSieve, calendars and directories are not");
}

int main(void)
{
    test_words();
    test_titles();
    test_back();
    test_ports();
    test_kinds();
    return tap_done();
}
