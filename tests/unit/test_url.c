#include "base/buf.h"
#include "format/url.h"
#include "tests/tap.h"

static const struct {
    const char *what;
    const char *url;
    const char *https; /* its host, NULL: it is none */
    const char *http;
} cases[] = {
    {"https is https, and not http", "https://a.example/x", "a.example", NULL},
    {"http is http, and not https", "http://a.example/x", NULL, "a.example"},
    {"a URL needs no path", "https://a.example", "a.example", NULL},
    {"a query may follow the host", "https://a.example?b=/@c", "a.example",
     NULL},
    {"so may a fragment", "https://a.example#@b.example", "a.example", NULL},
    {"a host is told in lower case", "https://A.Example:8443/", "a.example",
     NULL},
    {"a host need not be one of IDNA's", "https://r3---sn.example/",
     "r3---sn.example", NULL},
    {"an IPv4 address is a host", "https://192.0.2.1/", "192.0.2.1", NULL},
    {"an IPv6 address is told without brackets, in one spelling",
     "https://[2001:DB8::0:1]:444/", "2001:db8::1", NULL},
    {"another scheme is none", "ftp://a.example/", NULL, NULL},
    {"nor is one in capitals", "HTTPS://a.example/", NULL, NULL},
    {"nor one that only ends so", "xhttps://a.example/", NULL, NULL},
    {"a word is no URL", "a.example", NULL, NULL},
    {"a URL without a host is none", "https:///x", NULL, NULL},
    {"nor is the scheme alone", "https://", NULL, NULL},
    {"a login is refused", "https://u@a.example/", NULL, NULL},
    {"a password is refused", "https://u:p@a.example/", NULL, NULL},
    {"a host that looks like a login is refused",
     "https://a.example\\@b.example/", NULL, NULL},
    {"port 0 is refused", "https://a.example:0/", NULL, NULL},
    {"an empty port is refused", "https://a.example:/", NULL, NULL},
    {"port 65536 is refused", "https://a.example:65536/", NULL, NULL},
    {"a word is no port", "https://a.example:x/", NULL, NULL},
    {"two ports are refused", "https://a.example:1:2/", NULL, NULL},
    {"a half bracket is refused", "https://[::1/", NULL, NULL},
    {"the other half is refused", "https://::1]/", NULL, NULL},
    {"an IPv6 address needs its brackets", "https://::1/", NULL, NULL},
    {"a name has none", "https://[a.example]/", NULL, NULL},
    {"an IPv4 address has none", "https://[192.0.2.1]/", NULL, NULL},
    {"nothing stands behind the brackets", "https://[::1]a/", NULL, NULL},
    {"nor is there a zone", "https://[fe80::1%25eth0]/", NULL, NULL},
    {"an address in disguise is refused", "https://127.1/", NULL, NULL},
    {"so is a number", "https://2130706433/", NULL, NULL},
    {"so is a host with escapes", "https://a%2Eexample/", NULL, NULL},
    {"a backslash is refused", "https://a.example/\\b", NULL, NULL},
    {"a blank is refused", "https://a.example/ b", NULL, NULL},
    {"a control is refused", "https://a.example/\r\nb", NULL, NULL},
    {"so is DEL", "https://a.example/\x7F", NULL, NULL},
    {"what is not ASCII is refused", "https://a.example/\xC3\xA9", NULL, NULL},
    {"so are the signs no URL has", "https://a.example/<x>", NULL, NULL},
    {"NULL is none", NULL, NULL, NULL},
};

static void test_hosts(struct pt_arena *arena)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *want = cases[i].https ? cases[i].https : cases[i].http;

        OK(pt_url_is_https(cases[i].url) == (cases[i].https != NULL) &&
               pt_url_is_http(cases[i].url) == (cases[i].http != NULL),
           cases[i].what);
        IS(pt_url_host(arena, cases[i].url), want, "its host");
    }
}

static void test_limit(void)
{
    PT_BUF struct pt_buf url = {0};

    pt_buf_puts(&url, "https://a.example/");
    while (url.len < PT_URL_MAX)
        pt_buf_putc(&url, 'x');
    OK(pt_url_is_https(url.at), "a URL may have 2048 bytes");
    pt_buf_putc(&url, 'x');
    OK(!pt_url_is_https(url.at), "and no more");
}

static void test_parts(void)
{
    OK(pt_url_has_port("https://[::1]:443/") &&
           !pt_url_has_port("https://[::1]/a:1"),
       "a port is one that is written out");
    OK(pt_url_port("https://[::1]:8443/") == 8443 &&
           pt_url_port("http://a.example:8080") == 8080,
       "it is that port");
    OK(pt_url_port("https://a.example/:1") == 443 &&
           pt_url_port("http://a.example/") == 80,
       "or that of the scheme");
    OK(!pt_url_port("ftp://a.example:21/") && !pt_url_port(NULL),
       "what is no URL has no port");
    IS(pt_url_path("https://a.example:1/b/?c#d"), "/b/?c#d",
       "a path begins with its slash");
    IS(pt_url_path("https://a.example"), "", "there may be none");
    IS(pt_url_path("a.example"), "", "what is no URL has none");
}

static void test_shown(struct pt_arena *arena)
{
    IS(pt_url_shown(arena, "https://ann:secret@a.example/b"),
       "***@a.example/b", "a URL with a password is shown without it");
    IS(pt_url_shown(arena, "//ann:sec@ret@a.example"), "***@a.example",
       "so is what looks like one");
    IS(pt_url_shown(arena, "https://a.example/ann@example.org"),
       "https://a.example/ann@example.org", "an address in its path stays");
    IS(pt_url_shown(arena, "a/b"), "a/b", "and so does what has none");
}

static void test_escape(struct pt_arena *arena)
{
    IS(pt_url_escape(arena, "aZ09-._~"), "aZ09-._~",
       "unreserved characters stay");
    IS(pt_url_escape(arena, "a+b&c=d@e %/?#\xC3\xBC\n"),
       "a%2Bb%26c%3Dd%40e%20%25%2F%3F%23%C3%BC%0A", "all others do not");
    IS(pt_url_escape(arena, ""), "", "nothing stays nothing");
    IS(pt_url_decode(arena, "a%2541b%40c%"), "a%41b@c%",
       "an escape is read once, as it is meant");
    IS(pt_url_unescape(arena, "?a=ann%40b.example%2d%"), "?a=ann@b.example-%",
       "escapes are undone");
    IS(pt_url_unescape(arena, "%2540 %%34%30"), "@ @",
       "also where they hide another");
    IS(pt_url_unescape(arena, "%00%g0%4"), "%00%g0%4",
       "but for a NUL, and what is none");
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    test_hosts(arena);
    test_limit();
    test_parts();
    test_shown(arena);
    test_escape(arena);
    return tap_done();
}
