/* What a domain publishes, as files; tests/lab/publish.sh gives them to real
 * servers. */
#include "serve/publish.h"
#include "serve/publish_list.h"
#include "served.h"
#include "tests/oom/alloc.h"
#include "tests/tap.h"

#include <ctype.h>

static struct pt_arena *arena;
static struct served served;
static struct pt_error err;
static struct pt_publish_files files;

static const struct pt_publish_file *file_at(const char *path)
{
    for (size_t i = 0; i < files.count; i++)
        if (pt_is(files.at[i].path, path))
            return &files.at[i];
    return NULL;
}

/* NULL: there is no such file. */
static const char *text_at(const char *path)
{
    const struct pt_publish_file *file = file_at(path);

    return file ? pt_arena_strndup(arena, file->bytes.at, file->bytes.len)
                : NULL;
}

static bool has(const char *path, const char *part)
{
    const char *text = text_at(path);

    return text && strstr(text, part);
}

static enum pt_status publish(const struct pt_publish_web *web)
{
    struct pt_site *site;
    enum pt_status status =
        pt_site_make(arena, &served.settings, &site, &err);

    files = (struct pt_publish_files){0};
    return status == PT_OK ? pt_publish_site(arena, site, web, &files, &err)
                           : status;
}

/* ---- the files ---- */

static void test_files(void)
{
    static const char *const paths[] = {
        "www/example.org/mail/config-v1.1.xml",
        "www/example.org/.well-known/autoconfig/mail/config-v1.1.xml",
        "www/example.org/v1.1/mail/config-v1.1.xml",
        "www/example.org/v1.1/example.org",
        "www/example.org/autodiscover/autodiscover.xml",
        "www/example.org/autodiscover/autodiscover.json",
        "www/example.org/index.html",
        "conf/nginx.d/example.org.map",
        "conf/lighttpd.d/example.org.conf",
        "conf/caddy.d/example.org.caddy",
        "dns/example.org.zone",
    };
    const struct pt_publish_web web = {.host = "web.example.net"};

    served_world(&served, arena, "postmaster@example.org");
    served.servers[2].chosen = false; /* PACC cannot say such POP3 */
    served.servers[3].url = "https://dav.example.net/book/";
    OK(publish(&web) == PT_OK, "a domain is published");
    for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
        OK(file_at(paths[i]) != NULL, paths[i]);
    OK(file_at("www/example.org/.well-known/user-agent-configuration.json"),
       "PACC, where it can say it");
    OK(files.count == sizeof(paths) / sizeof(*paths) + 1, "and no others");
    IS(text_at(paths[1]), text_at(paths[0]), "autoconfig is one document");
    OK(has(paths[0], "%EMAILADDRESS%") && !has(paths[0], "postmaster"),
       "autoconfig is for everybody");
    OK(!has(paths[4], "LoginName") && !has(paths[4], "postmaster"),
       "so is Autodiscover, without a login name");
    OK(has("dns/example.org.zone", "autoconfig 3600 IN CNAME web.example.net."),
       "the records lead to the web server");
}

static void test_zone(void)
{
    struct pt_publish_web web = {0};

    OK(publish(&web) == PT_OK &&
           !has("dns/example.org.zone", "\nautoconfig ") &&
           has("dns/example.org.zone", "_imaps._tcp"),
       "without a web server the records that can be right are there");
    pt_strings_add(arena, &web.addresses, "9.9.9.9");
    OK(publish(&web) == PT_OK &&
           has("dns/example.org.zone", "autoconfig 3600 IN A 9.9.9.9"),
       "one without a name has an address");
    web.addresses.at[0] = "192.168.1.9";
    OK(publish(&web) == PT_CANNOT_EXPRESS, "a private one is refused");
    served.settings.denied = 1U << PT_POP3;
    web.addresses.count = 0;
    OK(publish(&web) == PT_OK &&
           has("dns/example.org.zone", "_pop3._tcp 3600 IN SRV 0 0 0 .") &&
           has("dns/example.org.zone", "_pop3s._tcp 3600 IN SRV 0 0 0 ."),
       "what is decidedly not offered is said so");
}

/* A URL as nobody would have it, fit for each server. */
static void test_redirects(void)
{
    const struct pt_publish_web web = {0};

    served.servers[3].url = "https://dav.example.net/a$x;'%41(#1)/";
    OK(publish(&web) == PT_OK, "a URL with odd characters is published");
    OK(has("conf/nginx.d/example.org.map",
           "\"~^example\\.org/\\.well-known/carddav$\" "
           "\"https://dav.example.net/a%24x%3B%27%41%28%231%29/\";"),
       "nginx takes none of them for its own");
    OK(has("conf/lighttpd.d/example.org.conf",
           "\"https://dav.example.net/a%%24x%%3B%%27%%41%%28%%231%%29/\","),
       "nor does lighttpd");
    OK(has("conf/caddy.d/example.org.caddy",
           "\"https://dav.example.net/a%24x%3B%27%41%28%231%29/\" 307"),
       "nor does Caddy");
    served.servers[3].chosen = served.servers[4].chosen = false;
    OK(publish(&web) == PT_OK && !file_at("conf/nginx.d/example.org.map"),
       "where nothing leads anywhere there is no file");
}

static void test_card(void)
{
    const struct pt_publish_web web = {0};

    served.servers[3] = *served_add(&served, PT_CALDAV, NULL, 0, PT_TLS);
    served.servers[3].url = "https://dav.example.net/postmaster/";
    served.servers[0].host = "imap.example.org";
    served.servers[1].username = "smtp-<b>&user";
    OK(publish(&web) == PT_OK, "a card is made");
    OK(has("www/example.org/index.html", "imap.example.org") &&
           has("www/example.org/index.html", "your whole mail address"),
       "it says what to type");
    OK(!has("www/example.org/index.html", "postmaster"),
       "but nothing of one account");
    OK(!has("www/example.org/index.html", "<b>"), "and no markup of others");
    OK(!has("www/example.org/index.html", "<script") &&
           !has("www/example.org/index.html", "src=") &&
           !has("www/example.org/index.html", "href="),
       "nobody is asked for anything");
}

/* ---- what the world may know ---- */

static void test_fits(void)
{
    static const char *const bad[] = {
        "127.0.0.1", "localhost", "::1",       "0.0.0.0",
        "10.0.0.1",  "fd00::10",  "fe80::1",   "192.168.1.10",
        "nas.local", "box.lan",   "mail.home.arpa", "mailserver",
        "x.internal",
    };
    char name[128];

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        served_world(&served, arena, "postmaster@example.org");
        served.servers[1].host = bad[i];
        snprintf(name, sizeof(name), "%s is not for the world", bad[i]);
        OK(pt_publish_fits(&served.settings, &err) == PT_CANNOT_EXPRESS &&
               strstr(err.text, bad[i]),
           name);
    }
    served_world(&served, arena, "postmaster@example.org");
    OK(pt_publish_fits(&served.settings, &err) == PT_OK, "other hosts are");
    served.servers[1].host = "192.168.1.10";
    served.servers[1].chosen = false;
    OK(pt_publish_fits(&served.settings, &err) == PT_OK,
       "what is not chosen does not count");
    served.servers[0].bridge = "proton";
    OK(pt_publish_fits(&served.settings, &err) == PT_CANNOT_EXPRESS,
       "a bridge is not, wherever it listens");
    served_world(&served, arena, "postmaster@example.org");
    served.servers[3].url = "https://192.168.1.10/dav/";
    OK(pt_publish_fits(&served.settings, &err) == PT_CANNOT_EXPRESS,
       "nor is a URL in this network");
}

/* ---- what is for all domains ---- */

static void test_servers(void)
{
    static const char *const bad[] = {
        "relative", "/a b", "/a\"b", "/a$b", "/a\\b", "/a{b}", "/a\nb",
        "/a*",      "/a%b", "/a;b",  "/a#b", "/a'b",
    };
    char name[64];

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        snprintf(name, sizeof(name), "no server is told of bad folder %zu", i);
        OK(!pt_publish_root_ok(bad[i]), name);
    }
    OK(pt_publish_root_ok("/srv/m\xC3\xA4il-1.0_x/+@,="), "others are fine");
    OK(pt_publish_servers(arena, "/srv/site", &files) && files.count == 6,
       "each server has its file");
    for (size_t i = 0; i < files.count; i++)
        OK(!has(files.at[i].path, "@ROOT@"), "no gap is left in it");
    OK(has("conf/nginx-names.conf", "root \"/srv/site/www/$portolan_domain\";"),
       "the folder is named");
}

/* ---- the list ---- */

#define A "8eb61f2c2147ecbc7aa15bc37605f05f9719a3cdfedb815bf075d75422800f33"
#define B "00000000000000000000000000000000000000000000000000000000000000ff"

static void test_list(void)
{
    static const char *const bad[] = {
        "x",
        A " *",
        A "  www/a",
        A " *../a",
        A " */etc/passwd",
        A " *www//a",
        A " *www/a\x01",
        "8EB61F2C2147ECBC7AA15BC37605F05F9719A3CDFEDB815BF075D75422800F33 *a",
        A " *a\n\n" B " *b",
    };
    struct pt_publish_list list = {0};
    PT_BUF struct pt_buf text = {0};
    char name[64];

    pt_publish_list_add(arena, &list, "www/a b", A);
    pt_publish_list_add(arena, &list, "www/a b", B);
    pt_publish_list_add(arena, &list, "www/a b", A);
    OK(list.count == 2, "a file may be known in two ways, but each once");
    pt_publish_list_put(&list, &text);
    IS(pt_buf_text(&text), A " *www/a b\n" B " *www/a b\n",
       "it is written as sha256sum reads it");
    list.count = 0;
    OK(pt_publish_list_read(arena, pt_slice(text.at, text.len), &list, &err) ==
               PT_OK &&
           list.count == 2 && pt_publish_list_has(&list, "www/a b", B) &&
           !pt_publish_list_has(&list, "www/a", NULL),
       "and read again");
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        snprintf(name, sizeof(name), "bad list %zu is refused", i);
        OK(pt_publish_list_read(arena, pt_slice_of(bad[i]), &list, &err) ==
               PT_BAD_INPUT,
           name);
    }
}

/* ---- without memory ---- */

static enum pt_status list_files(struct pt_arena *own,
                                 const struct pt_publish_files *all)
{
    PT_BUF struct pt_buf text = {0};
    struct pt_publish_list list = {0};
    const char *kept;

    for (size_t i = 0; i < all->count; i++)
        if (!pt_publish_list_add(own, &list, all->at[i].path, A))
            return PT_NO_MEMORY;
    pt_publish_list_put(&list, &text);
    if (pt_buf_failed(&text))
        return PT_NO_MEMORY;
    kept = pt_arena_strndup(own, text.at, text.len);
    return kept ? pt_publish_list_read(own, pt_slice(kept, text.len), &list,
                                       &err)
                : PT_NO_MEMORY;
}

static enum pt_status make_all(struct pt_arena *own)
{
    const struct pt_publish_web web = {.host = "web.example.net"};
    struct pt_publish_files all;
    struct pt_publish_files servers;
    struct pt_site *site;
    enum pt_status status =
        pt_site_make(own, &served.settings, &site, &err);

    if (status == PT_OK)
        status = pt_publish_site(own, site, &web, &all, &err);
    if (status == PT_OK)
        status = list_files(own, &all);
    if (status == PT_OK && !pt_publish_servers(own, "/srv/site", &servers))
        status = PT_NO_MEMORY;
    return status;
}

/* The nth allocation fails, in an arena in which so much is taken already, so
 * that its blocks end elsewhere. */
static bool fails_at(size_t taken, size_t nth, bool *ret_over)
{
    PT_ARENA struct pt_arena *own = pt_arena_new();
    enum pt_status status;

    if (!own || !pt_arena_alloc(own, taken))
        abort();
    pt_oom_fail_at(nth);
    status = make_all(own);
    *ret_over = pt_oom_seen() < nth;
    pt_oom_fail_at(0);
    return status == (*ret_over ? PT_OK : PT_NO_MEMORY);
}

static void test_memory(void)
{
    enum { BLOCK = 4096, STEP = 160 };
    size_t points = 0;
    bool fine = true;

    served_world(&served, arena, "postmaster@example.org");
    served.servers[3].url = "https://dav.example.net/book/";
    for (size_t taken = 8; fine && taken < BLOCK; taken += STEP) {
        bool over = false;

        for (size_t nth = 1; fine && !over; nth++, points++) {
            fine = fails_at(taken, nth, &over);
            if (!fine)
                printf("# allocation %zu, %zu taken\n", nth, taken);
        }
    }
    OK(fine && points > 500, "without memory there is no half a domain");
}

int main(void)
{
    arena = pt_arena_new();
    if (!arena)
        return 99;
    test_files();
    test_zone();
    test_redirects();
    test_card();
    test_fits();
    test_servers();
    test_list();
    test_memory();
    pt_arena_free(arena);
    return tap_done();
}
