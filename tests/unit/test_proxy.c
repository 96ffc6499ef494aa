/* test_proxy.c - through which proxy a URL is asked for. */
#include "net/proxy.h"
#include "tests/tap.h"

#include <stdlib.h>

/* ---- the environment ---- */

static const char *environment; /* "NAME=VALUE NAME=VALUE" */

static char *look(const char *name)
{
    static char value[2048];
    size_t len = strlen(name);

    for (const char *at = environment; at; at = strchr(at, ' ')) {
        at += *at == ' ';
        if (!strncmp(at, name, len) && at[len] == '=') {
            snprintf(value, sizeof(value), "%s", at + len + 1);
            value[strcspn(value, " ")] = '\0';
            return value;
        }
    }
    return NULL;
}

static const struct {
    const char *name;
    const char *environment;
    bool is_tls;
    const char *want; /* NULL: it cannot be used */
    const char *host;
    uint16_t port;
} cases[] = {
    {"without a proxy the host itself is connected to", "", true, "", "", 0},
    {"http_proxy is for http", "http_proxy=http://192.0.2.1:3128", false,
     "http://192.0.2.1:3128/", "192.0.2.1", 3128},
    {"and not for https", "http_proxy=http://192.0.2.1:3128", true, "", "", 0},
    {"HTTP_PROXY is somebody else's", "HTTP_PROXY=http://192.0.2.1:3128",
     false, "", "", 0},
    {"https_proxy is for https", "https_proxy=http://p.example:8080", true,
     "http://p.example:8080/", "p.example", 8080},
    {"and not for http", "https_proxy=http://p.example:8080", false, "", "",
     0},
    {"HTTPS_PROXY is as good", "HTTPS_PROXY=http://p.example:8080", true,
     "http://p.example:8080/", "p.example", 8080},
    {"but https_proxy goes first",
     "HTTPS_PROXY=http://q.example https_proxy=http://p.example:8080", true,
     "http://p.example:8080/", "p.example", 8080},
    {"all_proxy is for http", "all_proxy=http://p.example:8080", false,
     "http://p.example:8080/", "p.example", 8080},
    {"and for https", "ALL_PROXY=http://p.example:8080", true,
     "http://p.example:8080/", "p.example", 8080},
    {"the scheme's own goes first",
     "all_proxy=http://a.example http_proxy=http://p.example:8080", false,
     "http://p.example:8080/", "p.example", 8080},
    {"an empty one is none", "http_proxy= all_proxy=http://p.example:8080",
     false, "http://p.example:8080/", "p.example", 8080},
    {"a proxy without a scheme speaks http", "http_proxy=p.example:8080",
     false, "http://p.example:8080/", "p.example", 8080},
    {"even if it is called ftp", "http_proxy=ftp.example:8080", false,
     "http://ftp.example:8080/", "ftp.example", 8080},
    {"its port is 1080 unless it says so", "http_proxy=http://p.example",
     false, "http://p.example:1080/", "p.example", 1080},
    {"or 443, if it speaks TLS", "https_proxy=https://p.example", true,
     "https://p.example:443/", "p.example", 443},
    {"its password is kept", "http_proxy=http://u:pw@p.example:8080", false,
     "http://u:pw@p.example:8080/", "p.example", 8080},
    {"it may be an IPv6 address", "http_proxy=http://[::1]:8080", false,
     "http://[::1]:8080/", "::1", 8080},
    {"or this machine", "http_proxy=localhost:8080", false,
     "http://localhost:8080/", "localhost", 8080},
    {"a SOCKS proxy looks names up", "all_proxy=socks5h://p.example", true,
     "socks5h://p.example:1080/", "p.example", 1080},
    {"even one that was not told to", "all_proxy=socks5://p.example", true,
     "socks5h://p.example:1080/", "p.example", 1080},
    {"and one of version 4", "all_proxy=socks4://p.example:9050", true,
     "socks4a://p.example:9050/", "p.example", 9050},
    {"or of no version", "all_proxy=socks://p.example:9050", true,
     "socks4a://p.example:9050/", "p.example", 9050},
    {"no_proxy exempts a host",
     "http_proxy=p.example no_proxy=www.example.org", false, "", "", 0},
    {"as does NO_PROXY", "http_proxy=p.example NO_PROXY=example.org", false,
     "", "", 0},
    {"but no_proxy goes first",
     "http_proxy=p.example:1 NO_PROXY=example.org no_proxy=example.net", false,
     "http://p.example:1/", "p.example", 1},
    {"* exempts them all", "http_proxy=p.example no_proxy=*", false, "", "",
     0},
    {"a proxy of another scheme cannot be used", "http_proxy=ftp://p.example",
     false, NULL, "", 0},
    {"nor one without a host", "http_proxy=http://:80", false, NULL, "", 0},
    {"nor one with a host that is none", "http_proxy=http://a_b:80", false,
     NULL, "", 0},
    {"nor one with port 0", "http_proxy=http://p.example:0", false, NULL, "",
     0},
};

static void test_cases(void)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct pt_http_url url = {.host = "www.example.org"};
        struct pt_proxy proxy = {.port = 0};
        const char *why = NULL;
        bool found;

        environment = cases[i].environment;
        url.is_tls = cases[i].is_tls;
        found = pt_proxy_find(&url, look, &proxy, &why);
        IS(found ? proxy.text : NULL, cases[i].want, cases[i].name);
        IS(proxy.host, cases[i].host, "its host is known");
        OK(proxy.port == cases[i].port, "and its port");
        IS(why, found ? NULL : "the proxy that is set cannot be used",
           "and why not");
    }
}

static const struct {
    const char *host;
    const char *list;
    bool is_exempt;
} lists[] = {
    {"example.org", "example.org", true},
    {"example.org", ".example.org", true},
    {"example.org", "example.org.", true},
    {"www.example.org", "example.org", true},
    {"www.example.org", ".Example.ORG", true},
    {"example.org", "www.example.org", false},
    {"badexample.org", "example.org", false},
    {"example.org", "a.example, example.org", true},
    {"example.org", "a.example\texample.org", true},
    {"example.org", ",,example.org,,", true},
    {"example.org", "", false},
    {"example.org", " ,. ", false},
    {"example.org", "*.org", false},
    {"example.org", "*, example.net", false},
    {"192.0.2.1", "192.0.2.1", true},
    {"192.0.2.1", "192.0.2.0/24", true},
    {"192.0.3.1", "192.0.2.0/24", false},
    {"192.0.3.1", "192.0.2.0/23", true},
    {"192.0.2.1", "192.0.2.1/33", false},
    {"192.0.2.1", "192.0.2.1/x", false},
    {"192.0.2.1", "2.1", false},
    {"2001:db8::1", "2001:db8::/32", true},
    {"2001:db9::1", "2001:db8::/31", true},
    {"2001:dba::1", "2001:db8::/31", false},
    {"2001:db8::1", "2001:DB8:0::1", true},
    {"2001:db8::1", "192.0.2.1", false},
    {"::1", "::1", true},
};

static void test_lists(void)
{
    for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
        char what[128];

        snprintf(what, sizeof(what), "%s is %sin '%s'", lists[i].host,
                 lists[i].is_exempt ? "" : "not ", lists[i].list);
        OK(pt_proxy_is_exempt(lists[i].host, lists[i].list) ==
               lists[i].is_exempt,
           what);
    }
}

static void test_length(void)
{
    static char text[PT_PROXY_SIZE + 64] = "http_proxy=http://p.example/";
    struct pt_http_url url = {.host = "www.example.org"};
    struct pt_proxy proxy;
    const char *why = NULL;

    memset(text + strlen(text), 'a', PT_PROXY_SIZE);
    environment = text;
    OK(!pt_proxy_find(&url, look, &proxy, &why), "an endless one is not used");
}

int main(void)
{
    test_cases();
    test_lists();
    test_length();
    return tap_done();
}
