#include "model/domain.h"
#include "tests/tap.h"

static void test_registrable(void)
{
    static const struct {
        const char *host;
        const char *want;
    } cases[] = {
        {"example.org", "example.org"},
        {"a.b.example.org", "example.org"},
        {"a.b.example.co.uk", "example.co.uk"},
        {"mx.com.pl", "mx.com.pl"},
        {"com.pl", NULL},
        {"co.uk", NULL},
        {"org", NULL},
        {"ann.github.io", "ann.github.io"},
        {"github.io", NULL},
        {"imap.corp.example", "corp.example"}, /* no such TLD is listed */
        {"localhost", NULL},
        {"192.0.2.1", NULL},
        {"2001:db8::1", NULL},
        {"", NULL},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        IS(pt_registrable(cases[i].host), cases[i].want, cases[i].host);
}

static void test_suffix(void)
{
    OK(pt_is_public_suffix("co.uk"), "anybody may register below co.uk");
    OK(pt_is_public_suffix("org"), "and below a top-level domain");
    OK(pt_is_public_suffix("intranet"), "a single label is one");
    OK(!pt_is_public_suffix("example.org"), "a domain is none");
    OK(!pt_is_public_suffix("192.0.2.1"), "nor is an address");
}

static void test_akin(void)
{
    static const struct {
        const char *host;
        const char *domain;
        bool want;
        const char *what;
    } cases[] = {
        {"imap.example.org", "example.org", true, "a host of the domain"},
        {"example.org", "example.org", true, "the domain itself"},
        {"IMAP.Example.ORG", "example.org", true, "in any case"},
        {"mail.example.org", "sales.example.org", true,
         "a sister below one registrable domain"},
        {"example.org", "sales.example.org", true, "the parent"},
        {"evilexample.org", "example.org", false, "a longer name"},
        {"example.org.evil.example", "example.org", false,
         "the domain as the beginning of another"},
        {"b.co.uk", "a.co.uk", false, "another customer of one suffix"},
        {"bob.github.io", "ann.github.io", false, "likewise"},
        {"bob.s3.amazonaws.com", "amazonaws.com", false,
         "a customer of the domain's, by the list"},
        {"co.uk", "a.co.uk", false, "the suffix"},
        {"mail.co.uk", "co.uk", false, "what is below a suffix"},
        {"co.uk", "co.uk", true, "a suffix is akin to itself"},
        {"", "example.org", false, "nothing"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        OK(pt_is_akin(cases[i].host, cases[i].domain) == cases[i].want,
           cases[i].what);
}

int main(void)
{
    test_registrable();
    test_suffix();
    test_akin();
    return tap_done();
}
