/* test_http_url.c - which URLs are asked for, and what host they name. */
#include "net/http_url.h"
#include "tests/tap.h"

static const struct {
    const char *text;
    const char *host;
    const char *url;
    uint16_t port;
    bool is_tls;
} good[] = {
    {"https://example.org/a?b=c", "example.org", "https://example.org/a?b=c",
     443, true},
    {"http://example.org", "example.org", "http://example.org/", 80, false},
    {"HTTPS://Example.ORG:8443/A", "example.org", "https://Example.ORG:8443/A",
     8443, true},
    {"https://example.org#top", "example.org", "https://example.org/", 443,
     true},
    {"https://example.org?x", "example.org", "https://example.org/?x", 443,
     true},
    {"https://xn--bcher-kva.example/", "xn--bcher-kva.example",
     "https://xn--bcher-kva.example/", 443, true},
    {"http://192.0.2.1:8080/", "192.0.2.1", "http://192.0.2.1:8080/", 8080,
     false},
    {"https://[2001:db8::1]/", "2001:db8::1", "https://[2001:db8::1]/", 443,
     true},
    {"https://[::1]:8443/", "::1", "https://[::1]:8443/", 8443, true},
    {"https://localhost/", "localhost", "https://localhost/", 443, true},
};

static const char odd[] = "its URL has an address in an odd spelling";
static const char none[] = "it is no URL that can be asked for";
static const char scheme[] = "neither http nor https is its scheme";
static const char user[] = "its URL has a user's name in it";

static const struct {
    const char *text;
    const char *why;
    enum pt_answer_status status;
} bad[] = {
    {"http://2130706433/", odd, PT_ANSWER_REFUSED},
    {"http://0x7f000001/", odd, PT_ANSWER_REFUSED},
    {"http://017700000001/", odd, PT_ANSWER_REFUSED},
    {"http://127.1/", odd, PT_ANSWER_REFUSED},
    {"http://127.0.1/", odd, PT_ANSWER_REFUSED},
    {"http://0x7f.0.0.1/", odd, PT_ANSWER_REFUSED},
    {"http://0177.0.0.1/", odd, PT_ANSWER_REFUSED},
    {"http://0/", odd, PT_ANSWER_REFUSED},
    {"http://%31%32%37.0.0.1/", odd, PT_ANSWER_REFUSED},
    {"http://ex%61mple.org/", odd, PT_ANSWER_REFUSED},
    {"http://[fe80::1%25eth0]/", odd, PT_ANSWER_REFUSED},
    {"https:///a", odd, PT_ANSWER_REFUSED},
    {"http://ann@example.org/", user, PT_ANSWER_REFUSED},
    {"http://ann:secret@example.org/", user, PT_ANSWER_REFUSED},
    {"http://:secret@example.org/", user, PT_ANSWER_REFUSED},
    {"http://example.org@127.0.0.1/", user, PT_ANSWER_REFUSED},
    {"file:///etc/passwd", scheme, PT_ANSWER_REFUSED},
    {"gopher://example.org/", scheme, PT_ANSWER_REFUSED},
    {"ftp://example.org/", scheme, PT_ANSWER_REFUSED},
    {"ldap://example.org/", scheme, PT_ANSWER_REFUSED},
    {"", none, PT_ANSWER_FAILED},
    {"example.org", none, PT_ANSWER_FAILED},
    {"https://", none, PT_ANSWER_FAILED},
    {"https://example.org:0/", none, PT_ANSWER_FAILED},
    {"https://example.org:65536/", none, PT_ANSWER_FAILED},
    {"https://example.org:x/", none, PT_ANSWER_FAILED},
    {"https://exa mple.org/", none, PT_ANSWER_FAILED},
    {"https://example.org/a b", none, PT_ANSWER_FAILED},
    {"https://example.org/\r\nX: y", none, PT_ANSWER_FAILED},
    {"https://example.org/\x1B[2J", none, PT_ANSWER_FAILED},
    {"https://exa_mple.org/", none, PT_ANSWER_FAILED},
    {"https://-example.org/", none, PT_ANSWER_FAILED},
    {"https://example..org/", none, PT_ANSWER_FAILED},
    {"https://b\303\274cher.example/", none, PT_ANSWER_FAILED},
    {"https://[::1/", none, PT_ANSWER_FAILED},
    {"https://[]/", none, PT_ANSWER_FAILED},
    {"https://[g::1]/", none, PT_ANSWER_FAILED},
    {"https://999.999.999.999/", none, PT_ANSWER_FAILED},
};

static void test_good(void)
{
    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
        struct pt_http_url url = {.port = 0};
        const char *why;
        char what[128];

        snprintf(what, sizeof(what), "%s may be asked for", good[i].text);
        pt_http_url_read(good[i].text, &url, &why);
        IS(why, NULL, what);
        IS(url.host, good[i].host, "at its host");
        IS(url.text, good[i].url, "with what follows");
        OK(url.port == good[i].port && url.is_tls == good[i].is_tls,
           "at its port");
    }
}

static void test_bad(void)
{
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct pt_http_url url;
        const char *why;
        char what[128];
        char text[64];

        pt_make_printable(pt_slice_of(bad[i].text), text, sizeof(text));
        snprintf(what, sizeof(what), "'%s' is not asked for", text);
        OK(pt_http_url_read(bad[i].text, &url, &why) == bad[i].status, what);
        IS(why, bad[i].why, "and it is said why");
    }
}

static void test_length(void)
{
    char text[PT_URL_SIZE + 1] = "https://example.org/";
    struct pt_http_url url;
    const char *why;
    size_t len = strlen(text);

    memset(text + len, 'a', PT_URL_SIZE - len);
    OK(pt_http_url_read(text, &url, &why) == PT_ANSWER_FAILED,
       "a URL of 2049 bytes is too long");
    text[PT_URL_SIZE - 1] = '\0';
    OK(pt_http_url_read(text, &url, &why) == PT_ANSWER_OK,
       "one of 2048 is not");
}

int main(void)
{
    test_good();
    test_bad();
    test_length();
    return tap_done();
}
