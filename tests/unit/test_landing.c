#include "serve/landing.h"

#include "base/base64.h"
#include "serve/landing_style.h"
#include "serve/landing_ways.h"
#include "tests/oom/alloc.h"
#include "tests/tap.h"
#include "tests/unit/identity.h"
#include "tests/unit/sample.h"
#include "tests/unit/written.h"

#include <openssl/sha.h>

enum { LIGHT = 30 * 1024 };

/* A page, and what it is made of. */
struct shown {
    struct pt_house house;
    struct pt_site site;
    struct sample sample;
    struct pt_landing landing;
    struct pt_buf out;
};

/* Of servers at an address of the LAN, served at another. */
static void begin(struct shown *shown, struct pt_arena *arena,
                  enum pt_device device)
{
    *shown = (struct shown){
        .house = {.base = "http://192.168.1.10"},
        .site = {.domain = "example.org",
                 .fingerprint = "3f2a 91bc 77d0 1e4c"},
    };
    sample_begin(&shown->sample, arena, "ann@example.org");
    for (size_t i = 0; i < SAMPLE_MORE; i++)
        shown->sample.servers[i].host = "192.168.1.11";
    shown->landing = (struct pt_landing){
        .house = &shown->house,
        .device = device,
        .typed = "ann@example.org",
        .site = &shown->site,
        .settings = &shown->sample.settings,
    };
}

static const char *show(struct shown *shown)
{
    pt_buf_clear(&shown->out);
    return pt_landing_page(shown->sample.arena, &shown->landing, &shown->out,
                           NULL) == PT_OK
               ? pt_buf_text(&shown->out)
               : "";
}

static void end(struct shown *shown)
{
    pt_buf_free(&shown->out);
}

static bool is_xml(const char *page)
{
    PT_TREE xmlDoc *doc =
        xmlReadMemory(page, (int)strlen(page), NULL, NULL,
                      XML_PARSE_NONET | XML_PARSE_NOERROR |
                          XML_PARSE_NOWARNING);

    return doc != NULL;
}

/* How often it stands there. */
static size_t count(const char *page, const char *what)
{
    size_t found = 0;

    for (; (page = strstr(page, what)); page += strlen(what))
        found++;
    return found;
}

/* The part of the page between these two, in the arena. */
static const char *part(struct pt_arena *arena, const char *page,
                        const char *from, const char *to)
{
    const char *at = strstr(page, from);
    const char *stop = at ? strstr(at, to) : NULL;

    return stop ? pt_arena_strndup(arena, at, (size_t)(stop - at)) : "";
}

static bool has(const char *page, const char *what)
{
    bool found = strstr(page, what) != NULL;

    if (!found)
        printf("# there is no %s\n", what);
    return found;
}

static bool lacks(const char *page, const char *what)
{
    const char *found = strstr(page, what);

    if (found)
        printf("# there is: %.60s\n", found);
    return !found;
}

/* ---- devices ---- */

static const struct {
    const char *user_agent;
    enum pt_device device;
    const char *what;
} agents[] = {
    {"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) "
     "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 "
     "Safari/604.1",
     PT_DEVICE_IPHONE, "an iPhone, though it says Mac OS X"},
    {"Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) AppleWebKit/605.1.15",
     PT_DEVICE_IPHONE, "an iPad"},
    {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
     "(KHTML, like Gecko) Version/26.0 Safari/605.1.15",
     PT_DEVICE_MAC, "a Mac"},
    {"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like "
     "Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
     PT_DEVICE_ANDROID, "Android, though it says Linux"},
    {"Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
     PT_DEVICE_ANDROID, "Firefox for Android"},
    {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, "
     "like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
     PT_DEVICE_WINDOWS, "Windows"},
    {"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
     PT_DEVICE_LINUX, "Linux"},
    {"Mozilla/5.0 (X11; OpenBSD amd64; rv:140.0) Gecko/20100101",
     PT_DEVICE_LINUX, "another system with X11 counts as Linux"},
    {"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36",
     PT_DEVICE_OTHER, "ChromeOS, which has none of those programs"},
    {"curl/8.14.1", PT_DEVICE_OTHER, "curl"},
    {"", PT_DEVICE_OTHER, "nothing"},
    {NULL, PT_DEVICE_OTHER, "no such header"},
};

static void test_agents(struct pt_arena *arena)
{
    for (size_t i = 0; i < sizeof(agents) / sizeof(*agents); i++)
        OK(pt_device_of(agents[i].user_agent) == agents[i].device,
           pt_arena_printf(arena, "a browser is known: %s", agents[i].what));
}

static const struct {
    enum pt_device device;
    const char *heading;
    const char *first; /* link of the section for this device */
} firsts[] = {
    {PT_DEVICE_IPHONE, "On this iPhone or iPad",
     "/profile.mobileconfig?address=ann%40example.org"},
    {PT_DEVICE_MAC, "On this Mac",
     "/profile.mobileconfig?address=ann%40example.org"},
    {PT_DEVICE_ANDROID, "On this Android device",
     "/file/k9s?address=ann%40example.org"},
    {PT_DEVICE_WINDOWS, "On this Windows PC",
     "/file/thunderbird?address=ann%40example.org"},
    {PT_DEVICE_LINUX, "On this computer",
     "/file/thunderbird?address=ann%40example.org"},
};

static void test_devices(struct pt_arena *arena)
{
    for (size_t i = 0; i < sizeof(firsts) / sizeof(*firsts); i++) {
        struct shown shown;
        const char *page;
        const char *now;

        begin(&shown, arena, firsts[i].device);
        page = show(&shown);
        now = part(arena, page, "<section id=\"now\"", "</section>");
        OK(has(now, firsts[i].heading) && has(now, "<ol>") &&
               has(now, pt_arena_printf(arena, "class=\"get\" href=\"%s\"",
                                        firsts[i].first)),
           pt_arena_printf(arena, "first comes what is for it: %s",
                           firsts[i].heading));
        OK(count(part(arena, page, "<section id=\"devices\"", "</section>"),
                 "<details>") == 4,
           "and the four others below");
        end(&shown);
    }
}

static void test_unknown_device(struct pt_arena *arena)
{
    struct shown shown;
    const char *page;

    begin(&shown, arena, PT_DEVICE_OTHER);
    page = show(&shown);
    OK(lacks(page, "id=\"now\"") && has(page, "Choose your device") &&
           count(part(arena, page, "<section id=\"devices\"", "</section>"),
                 "<details>") == 5,
       "of a device that is not known nothing is claimed: all five are there");
    end(&shown);
}

/* ---- the form ---- */

static void test_form(struct pt_arena *arena)
{
    struct shown shown;
    const char *page;

    begin(&shown, arena, PT_DEVICE_IPHONE);
    shown.landing = (struct pt_landing){.house = &shown.house,
                                        .device = PT_DEVICE_IPHONE};
    page = show(&shown);
    OK(has(page, "<form action=\"/#settings\" method=\"get\">") &&
           has(page, "<label for=\"address\">") &&
           has(page, "name=\"address\"") && has(page, "value=\"\"") &&
           lacks(page, "<section"),
       "at first there is a form, and nothing else");
    OK(is_xml(page) && has(page, "<!DOCTYPE html>\n") &&
           has(page, " lang=\"en\">") && has(page, "name=\"viewport\""),
       "it is HTML, and XML too");
    shown.landing.typed = "ann@nowhere";
    shown.landing.problem = "no settings for nowhere are served here";
    page = show(&shown);
    OK(has(page, "value=\"ann@nowhere\"") &&
           has(page, "role=\"alert\">That does not work: no settings for "
                     "nowhere are served here.</p>") &&
           has(page, "aria-invalid=\"true\" aria-describedby=\"problem\""),
       "what is wrong with an address is said beside it");
    end(&shown);
}

/* ---- what comes from outside ---- */

static const char nasty[] =
    "</style></title><script>alert(1)</script><img src=x onerror=\"'alert(2)'\""
    "&amp;\001\n\xFF\xE2\x80\xAE\xEF\xBF\xBF*{}*";

static void put_everywhere(struct shown *shown)
{
    struct pt_settings *settings = &shown->sample.settings;

    shown->landing.typed = nasty;
    shown->landing.problem = nasty;
    shown->site.domain = nasty;
    snprintf(shown->site.fingerprint, sizeof(shown->site.fingerprint), "%s",
             "<script>\"'&");
    settings->address.text = settings->address.shown = nasty;
    settings->provider_name = settings->display_name = nasty;
    settings->bridge.password = settings->bridge.title = nasty;
    for (size_t i = 0; i < SAMPLE_MORE; i++) {
        shown->sample.servers[i].host = nasty;
        shown->sample.servers[i].username = nasty;
    }
    shown->sample.servers[SAMPLE_MORE] = (struct pt_server){
        .service = PT_CALDAV, .url = nasty, .chosen = true};
    settings->server_count = SAMPLE_SERVERS;
}

static void test_escaping(struct pt_arena *arena)
{
    struct shown shown;
    const char *page;

    begin(&shown, arena, PT_DEVICE_WINDOWS);
    put_everywhere(&shown);
    page = show(&shown);
    OK(lacks(page, "<script") && lacks(page, "<img") && lacks(page, "\"'alert"),
       "nothing from outside becomes markup");
    OK(count(page, "&lt;/style&gt;") > 10 &&
           has(page, "onerror=&quot;&#39;alert(2)&#39;&quot;&amp;amp;"),
       "it is shown as it stands");
    OK(lacks(page, "\001") && lacks(page, "\xE2\x80\xAE") && is_xml(page),
       "but for what cannot be seen, or is no text");
    OK(count(page, "</style>") == 1 && count(page, "</title>") == 1,
       "and what it stands in does not end");
    end(&shown);
}

/* ---- rules for the whole ---- */

/* Does every link lead to this page, this server, or the same by https? */
static bool stays_here(const char *page)
{
    static const char *const allowed[] = {
        "href=\"/profile.mobileconfig?", "href=\"/file/", "href=\"/root.crt\"",
        "href=\"#card\"", "href=\"data:image/svg+xml,",
        "href=\"https://192.168.1.10/",
    };

    for (; (page = strstr(page, "href=")); page++) {
        bool is_allowed = false;

        for (size_t i = 0; i < sizeof(allowed) / sizeof(*allowed); i++)
            is_allowed |= pt_has_prefix(page, allowed[i]);
        if (!is_allowed) {
            printf("# %.60s\n", page);
            return false;
        }
    }
    return true;
}

/* Bytes of the page without its codes. */
static size_t weigh(const char *page)
{
    size_t codes = 0;

    for (const char *at = page; (at = strstr(at, "<svg xmlns")); at++)
        codes += (size_t)(strstr(at, "</svg>") - at);
    return strlen(page) - codes;
}

static void test_whole(struct pt_arena *arena)
{
    struct shown shown;
    const char *first;
    const char *page;

    begin(&shown, arena, PT_DEVICE_MAC);
    shown.house.has_tls = true;
    first = pt_arena_strdup(arena, show(&shown));
    page = show(&shown);
    IS(page, first, "the same landing gives the same bytes");
    OK(is_xml(page), "a whole page is XML too");
    OK(lacks(page, "<script") && lacks(page, " style=") &&
           lacks(page, "src=") && lacks(page, "url(") &&
           lacks(page, "@import") && lacks(page, " on"
                                                 "click"),
       "it has no script, loads nothing, and has one style");
    OK(stays_here(page), "no link leads anywhere else");
    if (!OK(weigh(page) < LIGHT, "without its codes it is under 30 KB"))
        printf("# %zu bytes\n", weigh(page));
    OK(lacks(page, "type=\"password\""), "no field takes a password");
    end(&shown);
}

static void test_policy(void)
{
    PT_BUF struct pt_buf style = {0};
    PT_BUF struct pt_buf want = {0};
    unsigned char digest[SHA256_DIGEST_LENGTH];

    for (size_t i = 0; pt_landing_style[i]; i++)
        pt_buf_puts(&style, pt_landing_style[i]);
    SHA256((const unsigned char *)style.at, style.len, digest);
    pt_buf_puts(&want, "default-src 'none'; style-src 'sha256-");
    pt_base64_add(&want, pt_slice((const char *)digest, sizeof(digest)));
    pt_buf_puts(&want, "'; img-src data:; form-action 'self'; "
                       "base-uri 'none'; frame-ancestors 'none'");
    IS(pt_landing_policy, want.at, "the policy allows that style, and no more");
}

static void test_words(void)
{
    bool all = true;

    for (unsigned i = 0; i < PT_WORDS; i++) {
        const char *words = pt_words_english.at[i];

        if (words && count(words, "*") % 2 == 0 && count(words, "{}") < 2 &&
            (*words || i == PT_W_NONE))
            continue;
        printf("# word %u: %s\n", i, words ? words : "(null)");
        all = false;
    }
    OK(all, "no word is missing, and what stands out ends");
}

/* ---- codes ---- */

static const char *scan(struct pt_arena *arena, const char *page, size_t nth)
{
    PT_BUF struct pt_buf svg = {0};

    for (; page && nth; nth--)
        page = strstr(page + 1, "<div class=\"code\"");
    if (page)
        pt_buf_puts(&svg, strstr(page, "<svg"));
    return page ? written_qr(arena, &svg) : NULL;
}

static void test_codes(struct pt_arena *arena)
{
    struct shown shown;
    const char *page;

    begin(&shown, arena, PT_DEVICE_LINUX);
    page = show(&shown);
    IS(scan(arena, page, 1),
       "http://192.168.1.10/profile.mobileconfig?address=ann%40example.org",
       "the first code leads an iPhone to its profile");
    IS(scan(arena, page, 2),
       "[1,[1,1],[0,\"192.168.1.11\",1143,2,1,\"ann@example.org\","
       "\"ann@example.org\",\"\"],[[[0,\"192.168.1.11\",1025,2,1,"
       "\"ann@example.org\",\"\"],[\"ann@example.org\","
       "\"ann@example.org\"]]]]",
       "the second is Thunderbird's own");
    OK(count(page, "role=\"img\" aria-label=\"QR code: ") == 2 &&
           has(page, "The phone has to be in the same network."),
       "both have names for who does not see them");
    shown.house.base = "http://127.0.0.1:8080";
    page = show(&shown);
    OK(lacks(page, "127.0.0.1:8080") && has(page, "no code for an iPhone") &&
           scan(arena, page, 1) && !scan(arena, page, 2),
       "no code leads a phone to a server that it cannot reach");
    end(&shown);
}

static void test_here(struct pt_arena *arena)
{
    struct shown shown;
    const char *page;

    begin(&shown, arena, PT_DEVICE_ANDROID);
    sample_begin(&shown.sample, arena, "ann@example.org");
    page = show(&shown);
    OK(count(page, "a phone cannot have this account") == 2 &&
           lacks(page, "id=\"scan\"") && lacks(page, "/file/k9s"),
       "phones are given nothing for servers on this machine");
    OK(has(page, "href=\"/profile.mobileconfig") &&
           has(page, "href=\"/file/thunderbird"),
       "a computer is: it may be this one");
    end(&shown);
}

/* ---- honest words ---- */

static void test_refusals(struct pt_arena *arena)
{
    struct shown shown;
    const char *now;

    begin(&shown, arena, PT_DEVICE_WINDOWS);
    now = part(arena, show(&shown), "<section id=\"now\"", "</section>");
    OK(has(now, "There is no file for it: a PRF cannot say STARTTLS for "
                "receiving, as 192.168.1.11 wants it.") &&
           has(now, "href=\"#card\"") && lacks(now, "/file/outlook"),
       "a file that cannot be is not offered, and the page says why");
    shown.sample.servers[SAMPLE_IN].security = PT_TLS;
    now = part(arena, show(&shown), "<section id=\"now\"", "</section>");
    OK(has(now, "/file/outlook?address=ann%40example.org") &&
           has(now, "New Outlook reads no such file"),
       "one that can is");
    end(&shown);
}

static const struct {
    const char *host;
    bool is_private;
} hosts[] = {
    {"127.0.0.1", true},      {"localhost", true},
    {"10.1.2.3", true},       {"192.168.1.10", true},
    {"172.31.0.1", true},     {"100.64.0.1", true},
    {"169.254.1.1", true},    {"fd00::10", true},
    {"fe80::1", true},        {"::1", true},
    {"nas", true},            {"nas.local", true},
    {"bridge.home.arpa", true}, {"mail.corp.internal", true},
    {"mail.example.org", false}, {"9.9.9.9", false},
    {"172.32.0.1", false},    {"2620:fe::fe", false},
    {"local.example.org", false}, {"homelan.example", false},
};

static void test_private(struct pt_arena *arena)
{
    struct shown shown;
    bool all = true;

    for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++)
        if (pt_host_is_private(hosts[i].host) != hosts[i].is_private) {
            printf("# %s\n", hosts[i].host);
            all = false;
        }
    OK(all, "hosts that the world does not reach are known");
    begin(&shown, arena, PT_DEVICE_IPHONE);
    OK(has(show(&shown), "192.168.1.11 cannot be reached from the internet"),
       "it is said that Microsoft's servers do not get there");
    sample_suit(&shown.sample, "android");
    OK(lacks(show(&shown), "Microsoft") &&
           has(show(&shown), "mail.example.org"),
       "of a server that they reach it is not");
    shown.sample.servers[SAMPLE_IN].bridge = "proton";
    OK(has(show(&shown), "mail.example.org cannot be reached"),
       "behind a bridge they do not, whatever its name is");
    end(&shown);
}

static void test_card(struct pt_arena *arena)
{
    struct shown shown;
    const char *card;

    begin(&shown, arena, PT_DEVICE_OTHER);
    shown.sample.servers[SAMPLE_OUT].username = "sender";
    shown.sample.servers[SAMPLE_OUT].auth[0] = PT_AUTH_NONE;
    shown.sample.servers[SAMPLE_OUT].security = PT_PLAIN;
    card = part(arena, show(&shown), "<section id=\"card\"", "</section>");
    OK(has(card, "<caption>Receiving (IMAP)</caption>") &&
           has(card, "<th scope=\"row\">Server</th><td><code>192.168.1.11<") &&
           has(card, "<td><code>1143<") && has(card, "<code>STARTTLS<") &&
           has(card, "<code>ann@example.org<") && has(card, "by password<"),
       "the card has what is to be typed to receive");
    OK(has(card, "<caption>Sending (SMTP)</caption>") &&
           has(card, "<td><code>1025<") && has(card, "<code>None<") &&
           has(card, "<code>sender<") && has(card, "not at all<"),
       "and to send");
    OK(has(card, "</strong>: the bridge&#39;s own</p>") &&
           count(card, "00:<wbr/>11:<wbr/>") == 4,
       "which password it is, and which certificate");
    OK(has(card, "/file/text?address=ann%40example.org"),
       "all of it can be had as text");
    shown.sample.settings.server_count = 0;
    card = part(arena, show(&shown), "<section id=\"card\"", "</section>");
    OK(lacks(card, "<table") && lacks(card, "/file/"),
       "without servers there is nothing to type");
    end(&shown);
}

static void test_guides(struct pt_arena *arena)
{
    static const struct pt_published published = {
        .guides = {{"You need an <app> password", "en",
                    "https://example.org/help?a=1&b", true},
                   {"Read on", NULL, "javascript:alert(1)", false},
                   {"Or not", "\"><script>", "http://example.org/plain",
                    false}},
        .guide_count = 3,
    };
    struct shown shown;
    const char *card;

    begin(&shown, arena, PT_DEVICE_OTHER);
    shown.sample.settings.published = &published;
    card = part(arena, show(&shown), "<section id=\"card\"", "</section>");
    OK(lacks(card, "Your provider says"),
       "where there is a bridge, the provider's word is for it");
    sample_suit(&shown.sample, "android");
    card = part(arena, show(&shown), "<section id=\"card\"", "</section>");
    OK(has(card, "<li lang=\"en\">You need an &lt;app&gt; password <a "
                 "rel=\"noreferrer\" "
                 "href=\"https://example.org/help?a=1&amp;b\">") &&
           has(card, "<li>Read on</li>") &&
           has(card, "<li lang=\"&quot;&gt;&lt;script&gt;\">Or not</li>"),
       "else the card has it, and links by https alone");
    end(&shown);
}

static void test_check(struct pt_arena *arena)
{
    struct shown shown;
    const char *page;

    begin(&shown, arena, PT_DEVICE_IPHONE);
    page = show(&shown);
    OK(has(page, "<code>3f2a 91bc 77d0 1e4c</code>") &&
           has(page, "the fingerprint of example.org"),
       "there is a fingerprint to compare");
    OK(has(page, "<p class=\"warning\">This page came by plain http") &&
           lacks(page, "https://"),
       "by plain http, it says that nobody vouches for it");
    shown.house.has_tls = true;
    OK(has(show(&shown),
           "href=\"https://192.168.1.10/?address=ann%40example.org\""),
       "and leads to itself by https, where there is that");
    shown.house.base = "http://[fd00::10]:8080";
    OK(has(show(&shown), "href=\"https://[fd00::10]/?address="),
       "at an IPv6 address too");
    shown.landing.is_tls = true;
    OK(lacks(show(&shown), "plain http"), "by https, there is no such warning");
    end(&shown);
}

/* As DER, in the arena; and its digest as people compare it. */
static struct pt_slice make_root(struct pt_arena *arena, const char **ret_print)
{
    static const struct wish wish = {.names = "DNS:portolan", .to_s = DAY_S};
    struct fake_identity id = make_identity(NULL, &wish);
    unsigned char *der = NULL;
    int len = i2d_X509(id.certificate, &der);
    struct pt_slice kept =
        pt_slice(pt_arena_memdup(arena, der, (size_t)len), (size_t)len);
    unsigned char digest[SHA256_DIGEST_LENGTH];
    const char *print = "<code class=\"small\">";

    SHA256(der, (size_t)len, digest);
    for (size_t i = 0; i < sizeof(digest); i++)
        print = pt_arena_printf(arena, "%s%s%02X", print, i ? ":<wbr/>" : "",
                                digest[i]);
    *ret_print = print;
    OPENSSL_free(der);
    X509_free(id.certificate);
    EVP_PKEY_free(id.key);
    return kept;
}

static void test_root(struct pt_arena *arena)
{
    struct shown shown;
    const char *print;
    const char *section;

    begin(&shown, arena, PT_DEVICE_IPHONE);
    OK(lacks(show(&shown), "/root.crt"), "where there is no root, none is had");
    shown.house.root = pt_slice("no certificate", 14);
    OK(lacks(show(&shown), "/root.crt"), "nor is what is no certificate");
    shown.house.root = make_root(arena, &print);
    section = part(arena, show(&shown), "<section id=\"root\"", "</section>");
    OK(has(section, "href=\"/root.crt\"") && has(section, print) &&
           has(section, "Certificate Trust Settings") &&
           count(section, "<details>") == 5,
       "one that is has its fingerprint, and how each system trusts it");
    shown.landing.site = NULL;
    shown.landing.settings = NULL;
    OK(has(show(&shown), "href=\"/root.crt\""),
       "it can be had before an address is typed");
    end(&shown);
}

/* ---- limits ---- */

static void test_limits(struct pt_arena *arena)
{
    struct shown shown;
    struct pt_error err = {0};

    begin(&shown, arena, PT_DEVICE_IPHONE);
    shown.out.max = 4096;
    OK(pt_landing_page(arena, &shown.landing, &shown.out, &err) ==
           PT_NO_MEMORY,
       "what did not fit the buffer is not passed off as whole");
    end(&shown);
}

static bool fails_at(size_t nth, bool *ret_over)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_error err = {0};
    struct shown shown;
    enum pt_status status;

    begin(&shown, arena, PT_DEVICE_MAC);
    pt_oom_fail_at(nth);
    status = pt_landing_page(arena, &shown.landing, &shown.out, &err);
    *ret_over = pt_oom_seen() < nth;
    pt_oom_fail_at(0);
    end(&shown);
    return status == (*ret_over ? PT_OK : PT_NO_MEMORY);
}

static void test_memory(void)
{
    bool over = false;
    size_t nth = 0;

    while (!over && fails_at(nth + 1, &over))
        nth++;
    if (!OK(over && nth > 20, "without memory there is no half page"))
        printf("# allocation %zu\n", nth + 1);
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    test_agents(arena);
    test_devices(arena);
    test_unknown_device(arena);
    test_form(arena);
    test_escaping(arena);
    test_whole(arena);
    test_policy();
    test_words();
    test_codes(arena);
    test_here(arena);
    test_refusals(arena);
    test_private(arena);
    test_card(arena);
    test_guides(arena);
    test_check(arena);
    test_root(arena);
    test_limits(arena);
    test_memory();
    return tap_done();
}
