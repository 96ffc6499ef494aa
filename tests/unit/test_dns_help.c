/* What name servers are told to say; tests/lab/dns-help.sh gives it to them. */
#include "served.h"
#include "tests/tap.h"

static struct pt_arena *arena;
static struct served served;
static struct pt_error err;

static const struct pt_settings *domains[] = {&served.settings};

static struct pt_dns_help help_of(const char *kind)
{
    return (struct pt_dns_help){
        .kind = kind,
        .domains = domains,
        .domain_count = 1,
        .addresses = &served_on_lan,
        .port = 80,
    };
}

/* How the help begins, without its comments and empty lines. */
static const char *said(const struct pt_dns_help *help)
{
    PT_BUF struct pt_buf out = {0};
    PT_BUF struct pt_buf bare = {0};
    enum pt_status status = pt_dns_help_put(help, &out, &err);
    struct pt_slice rest = pt_slice(out.at, out.len);
    struct pt_slice line;

    if (status != PT_OK)
        return err.text;
    while (pt_next_line(&rest, &line)) {
        if (!line.len || strchr("#;!", line.at[0]))
            continue;
        pt_buf_add(&bare, line.at, line.len);
        pt_buf_putc(&bare, '\n');
    }
    return pt_arena_strdup(arena, pt_buf_text(&bare));
}

static bool says(const struct pt_dns_help *help, const char *what)
{
    PT_BUF struct pt_buf out = {0};

    pt_dns_help_put(help, &out, &err);
    if (strstr(pt_buf_text(&out), what))
        return true;
    printf("# no '%s' in:\n# %s\n# %s\n", what, pt_buf_text(&out), err.text);
    return false;
}

static bool is_refused(const struct pt_dns_help *help)
{
    PT_BUF struct pt_buf out = {0};

    return pt_dns_help_put(help, &out, &err) == PT_CANNOT_EXPRESS;
}

static void check_dnsmasq(void)
{
    struct pt_dns_help help = help_of("dnsmasq");

    help.host = "bridge.home.arpa";
    help.has_tls = true;
    help.pacc_digest = "AAAA";
    IS(said(&help),
       "local=/bridge.home.arpa/\n"
       "host-record=bridge.home.arpa,192.168.1.10\n"
       "host-record=bridge.home.arpa,fd00::10\n"
       "local=/autoconfig.example.org/\n"
       "host-record=autoconfig.example.org,192.168.1.10\n"
       "host-record=autoconfig.example.org,fd00::10\n"
       "local=/autodiscover.example.org/\n"
       "host-record=autodiscover.example.org,192.168.1.10\n"
       "host-record=autodiscover.example.org,fd00::10\n"
       "srv-host=_autodiscover._tcp.example.org,"
       "autodiscover.example.org,443,0,1\n"
       "local=/ua-auto-config.example.org/\n"
       "host-record=ua-auto-config.example.org,192.168.1.10\n"
       "host-record=ua-auto-config.example.org,fd00::10\n"
       "txt-record=_ua-auto-config.example.org,"
       "\"v=UAAC1; a=sha256; d=AAAA\"\n"
       "srv-host=_imap._tcp.example.org,bridge.home.arpa,1143,0,1\n"
       "srv-host=_imaps._tcp.example.org\n"
       "srv-host=_submission._tcp.example.org,bridge.home.arpa,1025,0,1\n"
       "srv-host=_submissions._tcp.example.org\n"
       "srv-host=_caldavs._tcp.example.org,dav.example.com,8443,0,1\n"
       "txt-record=_caldavs._tcp.example.org,\"path=/dav/calendars/\"\n",
       "dnsmasq is told of the page's names, the servers, and those there are "
       "none of");
    help.kind = "pihole";
    OK(says(&help, "srv-host=_imaps._tcp.example.org\n") &&
           says(&help, "misc.etc_dnsmasq_d true"),
       "Pi-hole is told the same, and where to have it");
}

static void check_others(void)
{
    struct pt_dns_help help = help_of("unbound");

    OK(says(&help, "server:\n") &&
           says(&help, "    local-zone: \"example.org.\" typetransparent\n"
                       "# where Thunderbird") &&
           says(&help, "    local-zone: \"autoconfig.example.org.\" static\n"
                       "    local-data: 'autoconfig.example.org. 3600 IN A "
                       "192.168.1.10'\n") &&
           says(&help, "'_imaps._tcp.example.org. 3600 IN SRV 0 0 0 .'"),
       "unbound is told the records, and to leave the rest of the zone");
    help.kind = "adguard";
    OK(says(&help, "|autoconfig.example.org^$dnsrewrite=NOERROR;AAAA;"
                   "fd00::10\n") &&
           says(&help, "|_imap._tcp.example.org^$dnsrewrite=NOERROR;SRV;"
                       "0 1 1143 bridge.home.arpa\n") &&
           says(&help, "|_imaps._tcp.example.org^$dnsrewrite=NOERROR;SRV;"
                       "0 0 0 .\n"),
       "AdGuard Home is told by rules, one a record");
    help.kind = "hosts";
    IS(said(&help),
       "192.168.1.10 autoconfig.example.org\n"
       "fd00::10 autoconfig.example.org\n"
       "192.168.1.10 autodiscover.example.org\n"
       "fd00::10 autodiscover.example.org\n",
       "a hosts file is told of addresses alone");
}

static void check_avahi(void)
{
    struct pt_dns_help help = help_of("avahi");

    help.port = 8080;
    help.host = "bridge.home.arpa";
    OK(says(&help, "<name replace-wildcards=\"yes\">Mail setup on %h</name>") &&
           says(&help, "<type>_http._tcp</type>\n\t\t<port>8080</port>") &&
           says(&help, "<type>_imap._tcp</type>\n\t\t<port>1143</port>") &&
           says(&help, "<type>_submission._tcp</type>\n\t\t<port>1025</port>"),
       "Avahi tells of the page and of the mail servers of this machine");
    help.domains = (const struct pt_settings *[]){&served.settings,
                                                  &served.settings};
    help.domain_count = 2;
    said(&help);
    OK(!strstr(strstr(said(&help), "_imap._tcp") + 1, "_imap._tcp"),
       "a server of two domains is told of once");
    served.servers[0].host = "imap.elsewhere.example";
    OK(!strstr(said(&help), "_imap._tcp"),
       "Avahi tells of no server that is elsewhere");
    help.is_public = true;
    OK(is_refused(&help),
       "Avahi is nothing for the world");
}

static void check_world(void)
{
    struct pt_dns_help help = help_of("zone");

    served_world(&served, arena, "ann@example.org");
    help.is_public = true;
    help.has_tls = true;
    help.addresses = &served_nowhere;
    help.host = "www.example.org";
    IS(said(&help),
       "$ORIGIN example.org.\n"
       "autoconfig 3600 IN CNAME www.example.org.\n"
       "autodiscover 3600 IN CNAME www.example.org.\n"
       "_autodiscover._tcp 3600 IN SRV 0 1 443 autodiscover.example.org.\n"
       "_imaps._tcp 3600 IN SRV 0 1 993 imap.example.org.\n"
       "_submissions._tcp 3600 IN SRV 0 1 465 smtp.example.org.\n"
       "_pop3._tcp 3600 IN SRV 0 1 110 imap.example.org.\n"
       "_carddavs._tcp 3600 IN SRV 0 1 443 dav.example.org.\n"
       "_jmap._tcp 3600 IN SRV 0 1 443 jmap.example.org.\n",
       "a zone for the world denies nothing, and has no path where there is "
       "no need of one");
    help.addresses = &served_on_lan;
    OK(is_refused(&help),
       "a private address is nothing for the world");
    IS(err.text,
       "nobody else can be sent to 192.168.1.10, which is in a private "
       "network",
       "which is told");
}

/* ---- what cannot be said ---- */

static void check_left_out(void)
{
    struct pt_dns_help help = help_of("zone");

    served_begin(&served, arena, "ann@example.org");
    served_add(&served, PT_IMAP, "127.0.0.1", 1143, PT_STARTTLS);
    served_add(&served, PT_SUBMISSION, "10.0.0.9", 1025, PT_STARTTLS);
    served_add(&served, PT_POP3, "nas.local", 995, PT_TLS);
    served_add(&served, PT_CALDAV, NULL, 0, PT_TLS)->url =
        "https://dav.example.org/calendars/ann@example.org/";
    served_add(&served, PT_CARDDAV, NULL, 0, PT_TLS)->url =
        "https://dav.example.org/a\"b/";
    IS(said(&help),
       "$ORIGIN example.org.\n"
       "autoconfig 3600 IN A 192.168.1.10\n"
       "autoconfig 3600 IN AAAA fd00::10\n"
       "autodiscover 3600 IN A 192.168.1.10\n"
       "autodiscover 3600 IN AAAA fd00::10\n",
       "no record says what would not be true for others");
    OK(says(&help, "; IMAP of example.org is left out: its server is on this "
                   "machine alone, and devices reach it only by 'portolan "
                   "serve --relay'\n") &&
           says(&help, "; SMTP of example.org is left out: SRV") &&
           says(&help, "; POP3 of example.org is left out: SRV") &&
           says(&help, "; CalDAV of example.org is left out: DNS cannot") &&
           says(&help, "; CardDAV of example.org is left out: DNS cannot"),
       "and why not is a comment");
}

static void check_own_address(void)
{
    struct pt_dns_help help = help_of("dnsmasq");

    served_begin(&served, arena, "ann@example.org");
    served_add(&served, PT_IMAP, "192.168.1.10", 1143, PT_STARTTLS);
    OK(says(&help, "srv-host=_imap._tcp.example.org,autoconfig.example.org,"
                   "1143,0,1\n"),
       "a server at an address of this machine goes by a name of it");
    help.host = "nas.local";
    OK(says(&help, "srv-host=_imap._tcp.example.org,autoconfig.example.org,"
                   "1143,0,1\n") &&
           !strstr(said(&help), "nas.local"),
       "a name of mDNS is none in DNS");
}

static void check_names(void)
{
    static const struct {
        const char *host;
        const char *what;
    } unfit[] = {
        {"imap.example.org\nlocal=/bank.example/", "a line feed"},
        {"imap.example.org'", "a quote"},
        {"imap example.org", "a blank"},
        {"imap.example.org;x", "a semicolon"},
        {"", "nothing"},
    };

    for (size_t i = 0; i < sizeof(unfit) / sizeof(*unfit); i++) {
        for (size_t k = 0; pt_dns_help_kinds[k]; k++) {
            struct pt_dns_help help = help_of(pt_dns_help_kinds[k]);
            char what[100];

            served_begin(&served, arena, "ann@example.org");
            served_add(&served, PT_IMAP, unfit[i].host, 993, PT_TLS);
            snprintf(what, sizeof(what), "%s: no host with %s is told of",
                     help.kind, unfit[i].what);
            OK(is_refused(&help) ||
                   !strstr(said(&help), "imap"),
               what);
        }
    }
}

static void check_server(void)
{
    struct pt_dns_help help = help_of("dnsmasq");
    const char *text = "192.168.1.10\nx";

    served_lan(&served, arena, "ann@example.org");
    help.addresses = &(struct pt_strings){&text, 1};
    OK(is_refused(&help),
       "an address that is none is not told");
    help.addresses = &served_nowhere;
    OK(is_refused(&help),
       "without an address and a name there is nobody to send others to");
    help.host = "nas.example.net";
    OK(says(&help, "cname=autoconfig.example.org,nas.example.net\n"),
       "a name of this server will do");
    help.pacc_digest = "AA\"AA";
    OK(is_refused(&help),
       "a digest that is none is not told");
    help.pacc_digest = NULL;
    help.kind = "hosts";
    OK(is_refused(&help),
       "a hosts file needs an address");
}

static void check_long_domain(void)
{
    struct pt_dns_help help = help_of("zone");
    char domain[300];
    size_t len = 0;

    for (int i = 0; i < 4; i++)
        len += (size_t)snprintf(domain + len, sizeof(domain) - len,
                                "%s%059d", i ? "." : "", 0);
    snprintf(domain + len, sizeof(domain) - len, ".org");
    served_lan(&served, arena, "ann@example.org");
    served.settings.address.domain = domain;
    OK(pt_host_ok(domain) && is_refused(&help),
       "a domain that is too long for a name below it is refused");
}

int main(void)
{
    arena = pt_arena_new();
    served_lan(&served, arena, "ann@example.org");
    check_dnsmasq();
    check_others();
    check_avahi();
    check_world();
    check_left_out();
    check_own_address();
    check_names();
    check_server();
    check_long_domain();
    pt_arena_free(arena);
    return tap_done();
}
