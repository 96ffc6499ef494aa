/* What mail clients would do, played against networks made of text. */
#include "net/scenario.h"
#include "serve/lan_check.h"
#include "served.h"
#include "tests/oom/alloc.h"
#include "tests/tap.h"

static struct pt_arena *arena;
static struct served served;
static struct pt_lan_check check;

#define OWN "autoconfig.example.org/mail/config-v1.1.xml"
#define KNOWN "example.org/.well-known/autoconfig/mail/config-v1.1.xml"
#define ANN "?emailaddress=ann%40example.org"
#define POX "/autodiscover/autodiscover.xml"

#define SERVER(tag, type, host, port, socket)                                  \
    "| <" tag " type=\"" type "\"><hostname>" host "</hostname><port>" port    \
    "</port><socketType>" socket "</socketType>"                               \
    "<username>%EMAILADDRESS%</username></" tag ">\n"
#define CONFIG(host)                                                           \
    "ok\n"                                                                     \
    "| <clientConfig version=\"1.1\"><emailProvider id=\"example.org\">\n"     \
    "| <domain>example.org</domain>\n"                                         \
    SERVER("incomingServer", "imap", host, "1143", "STARTTLS")                 \
    SERVER("outgoingServer", "smtp", host, "1025", "STARTTLS")                 \
    "| </emailProvider></clientConfig>\n"
#define RIGHT CONFIG("bridge.home.arpa")
#define WRONG CONFIG("mail.hoster.example")
#define PAGE "ok\n| <!doctype html><title>Welcome</title>\n"
#define REFUSES "absent\n"
#define BAD_NAME "failed its certificate is for another name\n"
#define DROPS "after 6000\nfailed it did not answer in time\n"
#define AT_HOME "ask host autoconfig.example.org\nok\n| 192.168.1.10\n"

/* Each spelling of a URL of autoconfig that clients have. */
#define ALL(scheme, path, answer)                                              \
    "ask http " scheme "://" path "\n" answer                                  \
    "ask http " scheme "://" path ANN "\n" answer                              \
    "ask http " scheme "://" path                                              \
    "?emailaddress=EVOLUTIONUSER%40example.org\n" answer

static void play(const char *text)
{
    struct pt_scenario *scenario;
    struct pt_error err;

    check = (struct pt_lan_check){0};
    if (pt_scenario_new(pt_slice_of(text), &scenario, &err)) {
        printf("Bail out! %s\n", err.text);
        exit(1);
    }
    if (pt_lan_check(arena, pt_scenario_loop(scenario),
                     pt_scenario_transport(scenario), &served.settings, &check,
                     &err))
        printf("# %s\n", err.text);
    pt_scenario_free(scenario);
}

static const struct pt_lan_client *client(const char *name)
{
    static const struct pt_lan_client none = {.verdict = "no such client"};

    for (size_t i = 0; i < check.client_count; i++)
        if (pt_is(check.clients[i].client, name))
            return &check.clients[i];
    return &none;
}

static const char *used(const char *name)
{
    const struct pt_lan_client *c = client(name);

    for (size_t i = 0; i < c->step_count; i++)
        if (c->steps[i].is_used)
            return c->steps[i].what;
    return NULL;
}

static const char *outcome(const char *name, const char *what)
{
    const struct pt_lan_client *c = client(name);

    for (size_t i = 0; i < c->step_count; i++)
        if (pt_is(c->steps[i].what, what))
            return c->steps[i].outcome;
    return NULL;
}

static bool hints(const char *what)
{
    for (size_t i = 0; i < check.hints.count; i++)
        if (strstr(check.hints.at[i], what))
            return true;
    for (size_t i = 0; i < check.hints.count; i++)
        printf("# hint: %s\n", check.hints.at[i]);
    return false;
}

static const char *workers(void)
{
    PT_BUF struct pt_buf out = {0};

    for (size_t i = 0; i < check.client_count; i++)
        if (check.clients[i].works)
            pt_buf_printf(&out, "%s%s", out.len ? ", " : "",
                          check.clients[i].client);
    return pt_arena_strdup(arena, pt_buf_text(&out));
}

/* ---- how it goes well ---- */

static void check_https(void)
{
    play(AT_HOME ALL("https", OWN, RIGHT));
    IS(workers(),
       "Thunderbird, Thunderbird for Android, Delta Chat, KMail, Evolution, "
       "Geary",
       "with a good certificate, all find it but Outlook");
    IS(used("Thunderbird"), "GET https://" OWN ANN,
       "Thunderbird asks with the address");
    IS(used("Thunderbird for Android"), "GET https://" OWN,
       "Thunderbird for Android asks without it");
    IS(client("Thunderbird")->verdict, "Thunderbird goes by https://" OWN ANN,
       "what it goes by is told");
    OK(strstr(client("Outlook (classic)")->verdict, "cannot say STARTTLS"),
       "Outlook cannot be told of such ports, which is said");
    OK(hints("known on this network alone"),
       "that others who answer names do not know of it is told");
}

static void check_cleartext(void)
{
    play(AT_HOME ALL("https", OWN, BAD_NAME) ALL("http", OWN, RIGHT));
    IS(workers(), "Thunderbird, Thunderbird for Android, KMail, Evolution",
       "by plain HTTP, who asks by https alone finds nothing");
    IS(used("Evolution"),
       "GET http://" OWN "?emailaddress=EVOLUTIONUSER%40example.org",
       "Evolution hides who asks");
    OK(strstr(client("Thunderbird for Android")->verdict, "agreed to"),
       "Thunderbird for Android asks before it believes plain HTTP");
    OK(strstr(client("Geary")->verdict, "its certificate is for another name"),
       "whose certificate is in the way is told");
    OK(hints("Strict-Transport-Security"), "what plain HTTP is worth is told");
}

static void check_refused(void)
{
    play(AT_HOME ALL("https", OWN, REFUSES) ALL("http", OWN, RIGHT));
    OK(strstr(client("Delta Chat")->verdict, "by https alone"),
       "where there is no https, those who want it are told of");
}

static void check_moved(void)
{
    play(AT_HOME "ask http http://" OWN ANN "\nstatus 301 https://" OWN "\n"
                 "ask http https://" OWN "\n" RIGHT);
    IS(used("Thunderbird"), "GET http://" OWN ANN, "a redirect is followed");
    OK(client("Thunderbird")->works, "to what is right");
    play("ask http http://" OWN "\nstatus 302 http://" OWN "\n");
    IS(outcome("KMail", "GET http://" OWN),
       "it is sent from one place to the next without end",
       "but not without end");
}

/* ---- what hides the right answer ---- */

static void check_catch_all(void)
{
    play(AT_HOME ALL("https", OWN, REFUSES) ALL("https", KNOWN, PAGE)
             ALL("http", OWN, RIGHT));
    OK(!client("Thunderbird")->works && !used("Thunderbird"),
       "a page for everything stops Thunderbird");
    IS(client("Thunderbird")->verdict,
       "Thunderbird stops at https://" KNOWN ANN ": that web server answers "
       "200 with a page that is no settings; have it answer 404 there",
       "which is told, with what to do");
    OK(client("Thunderbird for Android")->works,
       "Thunderbird for Android goes on");
    IS(outcome("Thunderbird", "GET https://" KNOWN ANN),
       "HTTP 200, with something that is no settings", "the page is seen");
}

static void check_empty(void)
{
    play(AT_HOME "ask http https://" OWN ANN "\nstatus 204\n"
         ALL("http", OWN, RIGHT));
    OK(strstr(client("Thunderbird")->verdict, "answers 204"),
       "204 stops Thunderbird");
    OK(client("KMail")->works, "and nobody who does not ask there");
    play(AT_HOME "ask http https://" OWN ANN "\nstatus 404\n"
         ALL("http", OWN, RIGHT));
    OK(client("Thunderbird")->works, "404 does not");
}

static void check_other_stage(void)
{
    play("ask http https://" KNOWN ANN "\n" PAGE
         "ask http https://autoconfig.thunderbird.net/v1.1/example.org\n"
         WRONG);
    IS(used("Thunderbird"),
       "GET https://autoconfig.thunderbird.net/v1.1/example.org",
       "Thunderbird goes on with the database");
    OK(strstr(client("Thunderbird")->verdict, "stops at https://" KNOWN),
       "what stood in the way before is what is told");
}

static void check_wrong(void)
{
    play(AT_HOME ALL("https", OWN, REFUSES) ALL("https", KNOWN, WRONG)
             ALL("http", OWN, RIGHT));
    IS(client("Thunderbird")->verdict,
       "Thunderbird goes by https://" KNOWN ANN ", which names other servers, "
       "and so never takes http://" OWN ANN "; have the former say the same, "
       "or answer 404",
       "who says otherwise, and before whom, is told");
    IS(outcome("Thunderbird", "GET https://" KNOWN ANN),
       "HTTP 200, other servers: mail.hoster.example:1143 (STARTTLS)",
       "and what it says");
    OK(client("Evolution")->works,
       "Evolution asks autoconfig by plain HTTP before the domain itself");
    play(AT_HOME ALL("http", OWN, RIGHT)
         "ask http https://autoconfig.thunderbird.net/v1.1/example.org\n"
         WRONG);
    IS(workers(), "Thunderbird, Thunderbird for Android, Evolution",
       "KMail asks the database first");
}

#define TYPED(type) "ask http https://" OWN ANN "\ntype" type "\n" RIGHT

static void check_type(void)
{
    static const struct {
        const char *what;
        const char *network;
        bool works;
    } cases[] = {
        {"text/xml is XML to Thunderbird", TYPED(" text/xml; charset=utf-8"),
         true},
        {"application/xml too", TYPED(" application/xml"), true},
        {"and text/rdf", TYPED(" text/rdf"), true},
        {"application/octet-stream is not", TYPED(" application/octet-stream"),
         false},
        {"it takes capitals for others", TYPED(" Text/XML"), false},
        {"no type is none", TYPED(""), false},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        play(cases[i].network);
        OK(client("Thunderbird")->works == cases[i].works, cases[i].what);
        OK(client("Delta Chat")->works, "to Delta Chat it is all one");
    }
    IS(client("Thunderbird")->verdict,
       "Thunderbird stops at https://" OWN ANN ": what comes from there has no "
       "Content-Type, and is read as text/xml or application/xml alone; have "
       "that web server say so",
       "what is in the way is told");
    play("ask http https://" OWN ANN "\ntype text/html\n" WRONG);
    IS(outcome("Thunderbird", "GET https://" OWN ANN),
       "HTTP 200, other servers: mail.hoster.example:1143 (STARTTLS), but as "
       "text/html",
       "and so it is of other servers");
    play("ask http https://" OWN ANN "\ntype text/html\n" PAGE);
    OK(strstr(client("Thunderbird")->verdict, "with a page"),
       "a page is no settings, whatever it is called");
}

static void check_other_outgoing(void)
{
    play(AT_HOME "ask http https://" OWN ANN "\nok\n"
                 "| <clientConfig version=\"1.1\">"
                 "<emailProvider id=\"example.org\">\n"
                 "| <domain>example.org</domain>\n"
         SERVER("incomingServer", "imap", "bridge.home.arpa", "1143",
                "STARTTLS")
         SERVER("outgoingServer", "smtp", "bridge.home.arpa", "1026",
                "STARTTLS")
         "| </emailProvider></clientConfig>\n");
    IS(outcome("Thunderbird", "GET https://" OWN ANN),
       "HTTP 200, other servers: bridge.home.arpa:1026 (STARTTLS)",
       "the server that differs is the one that is named");
}

static void check_drop(void)
{
    play(AT_HOME ALL("https", OWN, DROPS) ALL("http", OWN, RIGHT));
    OK(client("Thunderbird")->works &&
           strstr(client("Thunderbird")->verdict, "after waiting 5 seconds"),
       "that a port is silent costs time, which is told");
    OK(hints("port 443 of autoconfig.example.org drops connections"),
       "and how to mend it");
    play("ask http https://autoconfig.thunderbird.net/v1.1/example.org\n" DROPS
         "ask http https://" OWN "\nafter 5000\n"
         "failed the name server did not answer in time\n");
    OK(!strstr(client("KMail")->verdict, "443") && check.hints.count == 1,
       "a name server that is silent is no port, and nobody here mends the "
       "database");
}

/* ---- the name ---- */

static void check_name(void)
{
    play("ask host autoconfig.example.org\nabsent\n");
    IS(workers(), "", "without a name nothing is found");
    IS(outcome("Outlook (classic)", "SRV _autodiscover._tcp.example.org"),
       "no such record", "an SRV record may be missing");
    IS(outcome("KMail", "GET http://" OWN),
       "no such host, or nobody listens there", "and hosts");
    OK(hints("rebind protection"), "and why that may be is told");
    OK(strstr(client("Evolution")->verdict, "--dns-help"),
       "and who helps");
    play("ask host autoconfig.example.org\nok\n| 2a00::80\n");
    OK(hints("leads to 2a00::80, which is not on this network"),
       "a name that leads away is told of");
    play("ask host autoconfig.example.org\nok\n| 2a00::80\n| 192.168.1.10\n");
    OK(hints("public addresses beside private ones"),
       "and one that leads to both");
    play("ask host autoconfig.example.org\nfailed it did not answer\n");
    OK(!check.hints.count, "of what is not known nothing is said");
    play("ask http https://" OWN "\nfailed the sky is down\n"
         "ask http https://autoconfig.thunderbird.net/v1.1/example.org\n"
         "failed the sky is down\n");
    IS(client("Geary")->verdict, "Geary can ask nobody: the sky is down",
       "what keeps a client from asking at all is told");
    OK(strstr(client("KMail")->verdict, "finds nothing"),
       "but not where others could be asked");
}

/* ---- Autodiscover ---- */

#define PROTOCOL(type, host, port, protection)                                 \
    "| <Protocol><Type>" type "</Type><Server>" host "</Server><Port>" port    \
    "</Port>" protection "</Protocol>\n"
#define SSL(on) "<SSL>" on "</SSL>"
#define ANSWER(port, how)                                                      \
    "ok\n| <Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/"       \
    "autodiscover/responseschema/2006\">\n"                                    \
    "| <Response xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/"  \
    "outlook/responseschema/2006a\"><Account>\n"                               \
    "| <AccountType>email</AccountType><Action>settings</Action>\n"            \
    PROTOCOL("IMAP", "imap.example.org", port, how)                            \
    PROTOCOL("SMTP", "smtp.example.org", "465", SSL("on"))                     \
    "| </Account></Response></Autodiscover>\n"

/* A bridge whose settings are those of its own machine. */
static void check_loopback(void)
{
    const char *host = served.servers[0].host;

    served.servers[0].host = "127.0.0.1";
    play(AT_HOME ALL("http", OWN, RIGHT));
    OK(hints("say --relay here too"),
       "of a bridge on this machine, what the LAN is to be told is told");
    play("");
    served.servers[0].host = host;
    play(AT_HOME ALL("http", OWN, RIGHT));
    OK(!hints("--relay"), "and of no other");
}

static void check_pox(void)
{
    served_world(&served, arena, "ann@example.org");
    play("ask http http://autodiscover.example.org" POX "\n"
         "status 302 https://autodiscover.example.org" POX "\n"
         "ask http POST https://autodiscover.example.org" POX "\n"
         ANSWER("993", SSL("on")));
    IS(workers(), "Thunderbird, Outlook (classic)",
       "Autodiscover is for Outlook and Thunderbird");
    IS(used("Outlook (classic)"),
       "POST https://autodiscover.example.org" POX, "by POST");
    play("ask http http://autodiscover.example.org" POX "\n"
         "status 302 https://elsewhere.example" POX "\n"
         "ask http POST https://elsewhere.example" POX "\n"
         ANSWER("993", SSL("on")));
    IS(used("Outlook (classic)"), "GET http://autodiscover.example.org" POX,
       "Outlook goes where plain HTTP redirects it to");
    play("ask dns srv _autodiscover._tcp.example.org\n"
         "ok\n| srv 0 0 8443 elsewhere.example\n"
         "ask http POST https://elsewhere.example:8443" POX "\n"
         ANSWER("993", SSL("on")));
    IS(used("Outlook (classic)"), "SRV _autodiscover._tcp.example.org",
       "and where SRV leads it to");
    OK(!client("Thunderbird")->works, "Thunderbird asks there at port 443");
    OK(strstr(client("Outlook (classic)")->verdict, "Microsoft's cloud"),
       "that Outlook asks elsewhere first is told");
    play("ask http https://autodiscover.example.org" POX "\n"
         ANSWER("993", SSL("on")));
    IS(workers(), "Delta Chat", "Delta Chat asks without saying for whom");
    play("ask http https://" KNOWN "\nstatus 204\n"
         "ask http https://autodiscover.example.org" POX "\n"
         ANSWER("993", SSL("on")));
    IS(workers(), "", "but not once anything was an answer");
    play("ask http POST https://autodiscover.example.org" POX "\n" PAGE
         "ask http POST https://example.org" POX "\n"
         ANSWER("993", SSL("on")));
    IS(workers(), "Outlook (classic)",
       "of Autodiscover too, Thunderbird takes any answer, and Outlook none "
       "but settings");
    play("ask http http://autodiscover.example.org" POX "\n" PAGE);
    IS(outcome("Outlook (classic)", "GET http://autodiscover.example.org" POX),
       "HTTP 200, and no redirect", "a page by plain HTTP is no answer");
}

static void check_pox_security(void)
{
    served_world(&served, arena, "ann@example.org");
    served.servers[0].security = PT_STARTTLS;
    served.servers[0].port = 143;
    play("ask http POST https://example.org" POX "\n" ANSWER("143", SSL("on")));
    OK(client("Thunderbird")->works,
       "Thunderbird takes port 143 for STARTTLS");
    served.servers[0].port = 144;
    play("ask http POST https://example.org" POX "\n"
         ANSWER("144", SSL("on") "<Encryption>TLS</Encryption>"));
    OK(client("Outlook (classic)")->works,
       "Outlook reads STARTTLS at any port");
    OK(!client("Thunderbird")->works,
       "Thunderbird takes every other port for TLS");
    IS(outcome("Thunderbird", "POST https://example.org" POX),
       "HTTP 200, with another protection: imap.example.org:144 (SSL/TLS)",
       "which is told");
    IS(client("Thunderbird")->verdict,
       "Thunderbird goes by https://example.org" POX ", and takes the "
       "protection there for another than the servers have; have autoconfig "
       "say it, or that answer 404",
       "with what to do");
    play("ask http POST https://example.org" POX "\n"
         ANSWER("144", SSL("off")));
    OK(!client("Thunderbird")->works, "and SSL off for plain text");
    served.servers[0].port = 143;
    play("ask http POST https://example.org" POX "\n"
         ANSWER("143", SSL("off") "<Encryption>TLS</Encryption>")
         "ask http https://example.org" POX "\n"
         ANSWER("143", SSL("off") "<Encryption>TLS</Encryption>"));
    IS(workers(), "Outlook (classic)",
       "even where Encryption says TLS, which Outlook alone goes by");
    play("ask http https://example.org" POX "\n"
         ANSWER("143", "<Encryption>SSL</Encryption>"));
    IS(workers(), "Delta Chat", "Delta Chat tries what may be meant");
}

static void check_beyond(void)
{
    served_world(&served, arena, "ann@example.org");
    play("");
    OK(client("Outlook (classic)")->can_be_told,
       "Autodiscover can say TLS at port 993");
    IS(client("Outlook (classic)")->verdict,
       "Outlook (classic) finds nothing; have autodiscover.example.org lead to "
       "this server ('portolan serve --dns-help' tells how)",
       "and where Outlook looks for it is told before https is");
    served.servers[0].security = PT_STARTTLS;
    play(AT_HOME);
    OK(!client("Outlook (classic)")->can_be_told &&
           client("Thunderbird")->can_be_told,
       "what it cannot say is nobody's fault");
    IS(client("Outlook (classic)")->verdict,
       "Outlook (classic) is not told: Autodiscover cannot say STARTTLS at "
       "port 993 so that every client understands it; write its file with "
       "'portolan write outlook'",
       "which is told, with what to do");
}

static void check_costs(void)
{
    size_t steps = 0;

    play(AT_HOME ALL("https", OWN, DROPS) ALL("http", OWN, DROPS)
             ALL("https", KNOWN, DROPS));
    for (size_t i = 0; i < check.client_count; i++)
        steps += check.clients[i].step_count;
    printf("# %zu clients, %zu steps\n", check.client_count, steps);
    OK(client("Thunderbird")->steps[0].took_ms < 7000,
       "all are asked side by side");
}

/* False: all was allocated. */
static bool fails_at(size_t nth, enum pt_status *ret_status)
{
    PT_ARENA struct pt_arena *own = pt_arena_new();
    struct pt_scenario *scenario;
    struct pt_error err;

    if (pt_scenario_new(pt_slice_of(AT_HOME ALL("https", OWN, BAD_NAME)
                                        ALL("http", OWN, RIGHT)),
                        &scenario, &err))
        return false;
    pt_oom_fail_at(nth);
    *ret_status = pt_lan_check(own, pt_scenario_loop(scenario),
                               pt_scenario_transport(scenario),
                               &served.settings, &check, &err);
    nth = pt_oom_seen() < nth ? 0 : nth;
    pt_oom_fail_at(0);
    pt_scenario_free(scenario);
    return nth > 0;
}

/* What the network could not allocate is a failure of the network. */
static void check_memory(void)
{
    enum pt_status status = PT_OK;
    size_t told = 0;
    size_t nth = 1;
    bool others = false;

    for (; fails_at(nth, &status); nth++) {
        told += status == PT_NO_MEMORY;
        others |= status != PT_OK && status != PT_NO_MEMORY;
    }
    printf("# %zu of %zu failures are told\n", told, nth - 1);
    OK(status == PT_OK && nth > 20 && told > 10 && !others,
       "wherever memory runs out, it ends, and says nothing else");
}

int main(void)
{
    arena = pt_arena_new();
    served_lan(&served, arena, "ann@example.org");
    served.servers[1].host = "bridge.home.arpa";
    check_https();
    check_cleartext();
    check_refused();
    check_moved();
    check_catch_all();
    check_empty();
    check_other_stage();
    check_wrong();
    check_other_outgoing();
    check_type();
    check_drop();
    check_name();
    check_loopback();
    check_costs();
    check_memory();
    check_pox();
    check_pox_security();
    check_beyond();
    pt_arena_free(arena);
    return tap_done();
}
