/* test_probe.c - hosts are found and mail servers tried, with real sockets. */
#include "net/locate.h"
#include "net/reach.h"
#include "net/speak.h"
#include "tests/unit/http_world.h"
#include "tests/unit/identity.h"

#include <fcntl.h>
#include <openssl/pem.h>

enum { LIMIT_MS = 1500, WHAT_SIZE = 300 };

static const struct world_name names[] = {
    {"mail.example", "127.0.0.1", true},
    {"dead.example", "::1 127.0.0.1", true},
    {"inside.example", "10.0.0.1 fe80::1", false},
    {"unsaid.example", "", false},
    {NULL, NULL, false},
};

/* Which certificate the server has. */
enum who {
    GOOD,
    EXPIRED,
    TOMORROW,
    OTHER,
    CLIENT,
    WEAK,
    ALONE,
    ALONE_OLD_OTHER,
    LOST, /* signed by somebody who is neither known nor shown */
    NAMELESS,
    WHOS
};

static const struct wish wishes[WHOS] = {
    [GOOD] = {"DNS:mail.example", -DAY_S, DAY_S, NULL, 0},
    [EXPIRED] = {"DNS:mail.example", -2 * DAY_S, -DAY_S, NULL, 0},
    [TOMORROW] = {"DNS:mail.example", DAY_S, 2 * DAY_S, NULL, 0},
    [OTHER] = {"DNS:a.example,email:ann@example.org,IP:192.0.2.1,DNS:*.c.d,"
               "DNS:e.example",
               -DAY_S, DAY_S, NULL, 0},
    [CLIENT] = {"DNS:mail.example", -DAY_S, DAY_S, "clientAuth", 0},
    [WEAK] = {"DNS:mail.example", -DAY_S, DAY_S, NULL, 1024},
    [ALONE] = {"DNS:mail.example", -DAY_S, DAY_S, NULL, 0},
    [ALONE_OLD_OTHER] = {"DNS:a.example", -2 * DAY_S, -DAY_S, NULL, 0},
    [LOST] = {"DNS:mail.example", -DAY_S, DAY_S, NULL, 0},
    [NAMELESS] = {"email:ann@example.org", -DAY_S, DAY_S, NULL, 0},
};

struct probe {
    struct world world; /* who finds the hosts */
    struct pt_speaker *speaker;
    struct fake_identity ids[WHOS];
};

#define GREET "* OK [CAPABILITY IMAP4rev1 STARTTLS] hi"
#define BEGIN "> " GREET "\n< a2 STARTTLS\n> a2 OK begin\n"
#define TLS_TALK "tls\n> +OK hi\n< CAPA\n> -ERR no\n< QUIT"
#define TLS_SAYS(judged) \
    "tls TLSv1.3\n" judged "greeting +OK hi\nsecurity tls\ncertificate\n"

static const struct {
    const char *name;
    const char *script;
    bool tls_first;
    bool never_first;
    enum who who;
    const char *want; /* after "address 127.0.0.1" */
} talks[] = {
    {
        .name = "after STARTTLS, IMAP is asked again what it can do",
        .script = BEGIN "tls\n< a3 CAPABILITY\n> * CAPABILITY AUTH=PLAIN\n"
                        "> a3 OK\n< a5 LOGOUT\n> * BYE",
        .want = "greeting " GREET "\ntls TLSv1.3\nverified\n"
                "secured * CAPABILITY AUTH=PLAIN\nsecurity starttls\n"
                "certificate\n",
    },
    {
        .name = "so is SMTP, and told where we are",
        .script = "> 220 hi\n< EHLO [127.0.0.1]\n> 250-x\n> 250 STARTTLS\n"
                  "< STARTTLS\n> 220 go\ntls\n< EHLO [127.0.0.1]\n> 250-x\n"
                  "> 250 AUTH PLAIN\n< QUIT\n> 221 bye",
        .never_first = true,
        .want = "greeting 220 hi\nsaid 250-x\nsaid 250 STARTTLS\n"
                "tls TLSv1.3\nverified\nsecured 250-x\n"
                "secured 250 AUTH PLAIN\nsecurity starttls\ncertificate\n",
    },
    {
        .name = "so is POP3",
        .script = "> +OK hi\n< CAPA\n> +OK\n> STLS\n> .\n< STLS\n> +OK\ntls\n"
                  "< CAPA\n> +OK\n> SASL PLAIN\n> .\n< QUIT\n> +OK",
        .want = "greeting +OK hi\nsaid +OK\nsaid STLS\ntls TLSv1.3\nverified\n"
                "secured +OK\nsecured SASL PLAIN\nsecurity starttls\n"
                "certificate\n",
    },
    {
        .name = "ManageSieve says it unasked",
        .script = "> \"IMPLEMENTATION\" \"x\"\n> \"STARTTLS\"\n> OK\n"
                  "< STARTTLS\n> OK\ntls\n> \"SASL\" \"PLAIN\"\n> OK\n"
                  "< LOGOUT\n> OK",
        .want = "greeting \"IMPLEMENTATION\" \"x\"\nsaid \"STARTTLS\"\n"
                "tls TLSv1.3\nverified\nsecured \"SASL\" \"PLAIN\"\n"
                "security starttls\ncertificate\n",
    },
    {
        .name = "a server may have no more to say under TLS",
        .script = BEGIN "tls\n< a3 CAPABILITY\n> a3 BAD what\n< a5 LOGOUT",
        .want = "greeting " GREET "\ntls TLSv1.3\nverified\n"
                "problem it did not say what it can do under TLS: a3 BAD "
                "what\nsecurity starttls\ncertificate\nend refused\n",
    },
    {
        .name = "or send us away when it is asked",
        .script = "> 220 hi\n< EHLO [127.0.0.1]\n> 421 too many\n< QUIT",
        .want = "greeting 220 hi\nsaid 421 too many\n"
                "problem it did not say what it can do: 421 too many\n"
                "security plain\nend refused\n",
    },
    {
        .name = "or leave without an answer",
        .script = "> 220 hi\n< EHLO [127.0.0.1]",
        .want = "greeting 220 hi\n"
                "problem it hung up when asked what it can do\nend refused\n",
    },
    {
        .name = "to leave when STARTTLS is asked for is something else",
        .script = "> * OK [CAPABILITY STARTTLS]\n< a2 STARTTLS",
        .want = "greeting * OK [CAPABILITY STARTTLS]\n"
                "problem it hung up when asked for STARTTLS\nend gone\n",
    },
    {
        .name = "what is slipped in before TLS is told, and not believed",
        .script = "> * OK [CAPABILITY STARTTLS]\n< a2 STARTTLS\n"
                  "> a2 OK|* CAPABILITY AUTH=EVIL|a3 OK\ntls\n"
                  "< a3 CAPABILITY\n> * CAPABILITY AUTH=PLAIN\n> a3 OK\n"
                  "< a5 LOGOUT",
        .want = "greeting * OK [CAPABILITY STARTTLS]\n"
                "problem bytes were injected after STARTTLS\ntls TLSv1.3\n"
                "verified\nsecured * CAPABILITY AUTH=PLAIN\n"
                "security starttls\ncertificate\ninjected\n",
    },
    {
        .name = "so it is when it comes later than the yes",
        .script = "> * OK [CAPABILITY STARTTLS]\n< a2 STARTTLS\n> a2 OK\n"
                  "wait 100\n> * CAPABILITY AUTH=EVIL\nhang",
        .want = "greeting * OK [CAPABILITY STARTTLS]\n"
                "problem bytes were injected after STARTTLS\ninjected\n",
    },
    {
        .name = "and when it comes in pieces",
        .script = "> * OK [CAPABILITY STARTTLS]\n< a2 STARTTLS\n> a2 OK|* CA\n"
                  "wait 100\n> PABILITY AUTH=EVIL\nhang",
        .want = "greeting * OK [CAPABILITY STARTTLS]\n"
                "problem bytes were injected after STARTTLS\n"
                "problem bytes were injected after STARTTLS\ninjected\n",
    },
    {
        .name = "STARTTLS that is not offered is not to be had",
        .script = "> * OK [CAPABILITY IMAP4rev1] hi\n< a5 LOGOUT",
        .never_first = true,
        .want = "greeting * OK [CAPABILITY IMAP4rev1] hi\nsecurity plain\n",
    },
    {
        .name = "who is signed in already cannot begin TLS",
        .script = "> * PREAUTH [CAPABILITY STARTTLS]\n< a5 LOGOUT",
        .want = "greeting * PREAUTH [CAPABILITY STARTTLS]\n"
                "problem it greets as signed in already (PREAUTH), and so "
                "cannot begin TLS\nsecurity plain\n",
    },
    {
        .name = "a server that is waited for in vain speaks TLS",
        .script = TLS_TALK,
        .want = TLS_SAYS("verified\n"),
    },
    {
        .name = "unless nothing may be said before it greets",
        .script = "hang",
        .never_first = true,
        .want = "end late\nsilent\n",
    },
    {
        .name = "one thought to speak TLS that greets is asked anew",
        .script = "> " GREET "\nread\nagain\n" BEGIN
                  "tls\n< a3 CAPABILITY\n> a3 OK\n< a5 LOGOUT",
        .tls_first = true,
        .want = "greeting " GREET "\ntls TLSv1.3\nverified\n"
                "security starttls\ncertificate\n",
    },
    {
        .name = "TLS 1.1 is too old",
        .script = "tls-old",
        .tls_first = true,
        .want = "problem the TLS handshake failed: it speaks no TLS newer than "
                "1.1\n",
    },
    {
        .name = "a certificate that has expired is told of",
        .script = TLS_TALK,
        .tls_first = true,
        .who = EXPIRED,
        .want = TLS_SAYS("untrusted it has expired: DAY\n"),
    },
    {
        .name = "and one of tomorrow",
        .script = TLS_TALK,
        .tls_first = true,
        .who = TOMORROW,
        .want = TLS_SAYS("untrusted it is not yet in force: DAY\n"),
    },
    {
        .name = "and one for others, with three of its names",
        .script = TLS_TALK,
        .tls_first = true,
        .who = OTHER,
        .want = TLS_SAYS("untrusted it is for a.example, 192.0.2.1, *.c.d and "
                         "others, not for mail.example\n"),
    },
    {
        .name = "and one for nobody",
        .script = TLS_TALK,
        .tls_first = true,
        .who = NAMELESS,
        .want = TLS_SAYS("untrusted it is for no name at all, not for "
                         "mail.example\n"),
    },
    {
        .name = "and one for a client",
        .script = TLS_TALK,
        .tls_first = true,
        .who = CLIENT,
        .want = TLS_SAYS("untrusted it is not made for a server\n"),
    },
    {
        .name = "and a weak key",
        .script = TLS_TALK,
        .tls_first = true,
        .who = WEAK,
        .want = TLS_SAYS("untrusted its key is weak\n"),
    },
    {
        .name = "and one that speaks for itself",
        .script = TLS_TALK,
        .tls_first = true,
        .who = ALONE,
        .want = TLS_SAYS("untrusted it is self-signed\n"),
    },
    {
        .name = "and all of it, when several things are wrong",
        .script = TLS_TALK,
        .tls_first = true,
        .who = ALONE_OLD_OTHER,
        .want = TLS_SAYS("untrusted it is self-signed\n"
                         "untrusted it has expired: DAY\n"
                         "untrusted it is for a.example, not for "
                         "mail.example\n"),
    },
    {
        .name = "and a chain that leads nowhere",
        .script = TLS_TALK,
        .tls_first = true,
        .who = LOST,
        .want = TLS_SAYS("untrusted whoever signed it is not known, or the "
                         "intermediate certificate is missing\n"),
    },
    {
        .name = "a greeting of 100 KB is cut off",
        .script = ": 220 \nflood 100000\nhang",
        .want = "problem it said a line longer than 8 KiB\n"
                "end flood\n",
    },
    {
        .name = "a long line later on is answered by a good-bye",
        .script = "> 220 hi\n< EHLO [127.0.0.1]\nflood 9000\n< QUIT",
        .want = "greeting 220 hi\nproblem it said a line longer than 8 KiB\n"
                "end flood\n",
    },
    {
        .name = "a byte now and then does not hold us up",
        .script = ": 2\nwait 600\n: 2\nwait 600\n: 0\nwait 600\n: x\nhang",
        .want = "greeting 220\nproblem it did not answer in time\n"
                "end late\n",
    },
    {
        .name = "who answers no more is said good-bye to",
        .script = "> 220 hi\n< EHLO [127.0.0.1]\n> 250-x\n< QUIT",
        .want = "greeting 220 hi\nsaid 250-x\n"
                "problem it did not answer in time\n"
                "end late\n",
    },
};

enum { TALKS = sizeof(talks) / sizeof(*talks) };

/* ---- asking ---- */

static void begin(struct probe *p, struct pt_ask ask, struct got *got)
{
    *got = (struct got){0};
    ask.kind = PT_ASK_PROBE;
    if (!ask.limit_ms)
        ask.limit_ms = LIMIT_MS;
    if (!pt_speaker_begin(p->speaker, &ask, world_answer, got) || got->done)
        abort();
}

static void finish(struct probe *p, const struct got *got)
{
    while (!got->done && pt_loop_step(p->world.loop))
        ;
}

static struct got ask_it(struct probe *p, const char *what, bool is_nearby)
{
    struct got got;

    begin(p, (struct pt_ask){.what = what, .is_nearby = is_nearby}, &got);
    finish(p, &got);
    return got;
}

/* The certificate is checked elsewhere: leave the word.  The day of an expired
 * one is not always the same. */
static void cut(char *body, const char *word, const char *by)
{
    char *at = strstr(body, word);
    char rest[sizeof(((struct got *)0)->body)];

    if (!at)
        return;
    at += strlen(word);
    snprintf(rest, sizeof(rest), "%s", at + strcspn(at, "\n"));
    sprintf(at, "%s%s", by, rest);
}

static void tidy(struct got *got)
{
    cut(got->body, "\ncertificate", "");
    cut(got->body, "it has expired", ": DAY");
    cut(got->body, "it is not yet in force", ": DAY");
}

/* ---- what is said ---- */

static void test_talks(struct probe *p)
{
    static struct got got[TALKS];
    static char whats[TALKS][WHAT_SIZE];
    struct fake_server servers[TALKS] = {0};

    for (size_t i = 0; i < TALKS; i++) {
        fake_start(&servers[i], &p->ids[talks[i].who], talks[i].script);
        snprintf(whats[i], sizeof(whats[i]), "mail.example:%u",
                 servers[i].port);
        begin(p,
              (struct pt_ask){.what = whats[i],
                              .tls_first = talks[i].tls_first,
                              .never_first = talks[i].never_first},
              &got[i]);
    }
    for (size_t i = 0; i < TALKS; i++) {
        char want[sizeof(got->body)];

        finish(p, &got[i]);
        tidy(&got[i]);
        snprintf(want, sizeof(want), "address 127.0.0.1\n%s", talks[i].want);
        IS(got[i].body, want, talks[i].name);
    }
    for (size_t i = 0; i < TALKS; i++)
        if (fake_end(&servers[i]) == 3) /* told what its script has not */
            OK(false, talks[i].name);
}

static void test_pins(struct probe *p)
{
    unsigned char sha256[32];
    char pin[2 * sizeof(sha256) + 1];
    const struct fake_identity *id = &p->ids[ALONE_OLD_OTHER];

    X509_digest(id->certificate, EVP_sha256(), sha256, NULL);
    pt_hex(sha256, sizeof(sha256), pin);
    for (int i = 0; i < 2; i++) {
        char what[WHAT_SIZE];
        struct fake_server s = {0};
        struct got got;

        fake_start(&s, i ? &p->ids[GOOD] : id, TLS_TALK);
        snprintf(what, sizeof(what), "MAIL.example:%u", s.port);
        begin(p,
              (struct pt_ask){.what = what, .tls_first = true, .pinned = pin},
              &got);
        finish(p, &got);
        OK(strstr(got.body, i ? "\nuntrusted it is not the pinned certificate\n"
                              : "\nverified\n"),
           i ? "and no other is, however good"
             : "what is pinned is good, whatever else it is");
        fake_end(&s);
    }
}

/* ---- who is signed in ---- */

#define SECRET "AGFubgBzZWNyZXQ="

static const struct {
    const char *name;
    const char *script;
    enum who who;
    const char *want; /* somewhere in the body */
} logins[] = {
    {"signing in is told of",
     "> 220 hi\n< EHLO [127.0.0.1]\n> 250 STARTTLS\n< STARTTLS\n> 220 go\n"
     "tls\n< EHLO [127.0.0.1]\n> 250 AUTH PLAIN\n< AUTH PLAIN " SECRET "\n"
     "> 235 in\n< QUIT\n> 221 bye",
     GOOD, "\nlogin accepted\n"},
    {"and why it was denied, but not what we said",
     "> 220 hi\n< EHLO [127.0.0.1]\n> 250 STARTTLS\n< STARTTLS\n> 220 go\n"
     "tls\n< EHLO [127.0.0.1]\n> 250 AUTH PLAIN\n< AUTH PLAIN " SECRET "\n"
     "> 535-5.7.8 what is " SECRET "\n> 535 5.7.8 secret\n< QUIT\n> 221 bye",
     GOOD, "\nlogin denied 535-5.7.8 what is *** 535 5.7.8 ***\n"},
    {"and that there was no answer",
     BEGIN "tls\n< a3 CAPABILITY\n> * CAPABILITY AUTH=PLAIN SASL-IR\n> a3 OK\n"
           "< a4 AUTHENTICATE PLAIN " SECRET,
     GOOD, "\nlogin failed it hung up\n"},
    {"and that no password is taken",
     BEGIN "tls\n< a3 CAPABILITY\n> * CAPABILITY LOGINDISABLED\n> a3 OK\n"
           "< a5 LOGOUT",
     GOOD, "\nlogin no-method\n"},
    {"nobody signs in by a bad certificate",
     BEGIN "tls\n< a3 CAPABILITY\n> * CAPABILITY AUTH=PLAIN\n> a3 OK\n"
           "< a5 LOGOUT",
     OTHER, "\nsecured * CAPABILITY AUTH=PLAIN\nsecurity starttls\n"},
    {"nor without TLS",
     "> * OK [CAPABILITY AUTH=PLAIN] x\n< a5 LOGOUT", GOOD,
     "\ngreeting * OK [CAPABILITY AUTH=PLAIN] x\nsecurity plain\n"},
    {"nor where something was slipped in",
     "> * OK [CAPABILITY STARTTLS] x\n< a2 STARTTLS\n> a2 OK|x\ntls\n"
     "< a3 CAPABILITY\n> * CAPABILITY AUTH=PLAIN\n> a3 OK\n< a5 LOGOUT",
     GOOD, "\nsecured * CAPABILITY AUTH=PLAIN\nsecurity starttls\n"},
};

static void test_logins(struct probe *p)
{
    static const struct pt_credentials with = {"ann", "secret"};

    for (size_t i = 0; i < sizeof(logins) / sizeof(*logins); i++) {
        char what[WHAT_SIZE];
        struct fake_server s = {0};
        struct got got;

        fake_start(&s, &p->ids[logins[i].who], logins[i].script);
        snprintf(what, sizeof(what), "mail.example:%u", s.port);
        begin(p, (struct pt_ask){.what = what, .credentials = &with}, &got);
        finish(p, &got);
        tidy(&got);
        if (!OK(strstr(got.body, logins[i].want), logins[i].name))
            printf("# got: %s\n# want: %s\n", got.body, logins[i].want);
        OK(fake_end(&s) != 3, "and the server was told what it should be");
    }
}

/* ---- who is connected to ---- */

static void test_hosts(struct probe *p)
{
    static const struct {
        const char *what;
        bool is_nearby;
        const char *says;
        const char *name;
    } cases[] = {
        {"nobody.example:25", false, "absent: there is no such host",
         "a host that is not there is absent"},
        {"unsaid.example:25", false, "failed: the name server did not answer",
         "one that cannot be looked up is not"},
        {"inside.example:25", false,
         "refused: leads to fe80::1, which is on the local link only",
         "a name that leads inside is not followed"},
        {"127.0.0.1:25", false,
         "refused: leads to 127.0.0.1, which is this machine",
         "nor is an address of this machine"},
        {"[::1]:25", false, "refused: leads to ::1, which is this machine",
         "of either family"},
        {"LocalHost:25", false,
         "refused: leads to localhost, which is this machine",
         "nor the name of it"},
        {"224.0.0.1:25", true,
         "refused: leads to 224.0.0.1, which is a multicast address",
         "some are not, whoever allows it"},
        {"mail.example:70000", true, "failed: not a host and a port",
         "there is no port of 70000"},
        {"mail.example", true, "failed: not a host and a port",
         "there is none without one"},
        {"mail.example.:25", true,
         "failed: not a name that can be asked for",
         "a dot at the end is none of a host's"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct got got = ask_it(p, cases[i].what, cases[i].is_nearby);

        IS(world_says(&got), cases[i].says, cases[i].name);
    }
}

static void test_nobody(struct probe *p)
{
    char what[WHAT_SIZE];
    struct fake_server s = {0};
    struct got got;

    OK(fake_listen(&s), "a port is found");
    close(s.listener);
    snprintf(what, sizeof(what), "127.0.0.1:%u", s.port);
    got = ask_it(p, what, true);
    IS(world_says(&got), "absent: nothing listens there",
       "where nobody listens is nobody");
    snprintf(what, sizeof(what), "dead.example:%u", s.port);
    got = ask_it(p, what, true);
    IS(world_says(&got), "absent: nothing listens there",
       "at none of its addresses");
    snprintf(what, sizeof(what), "localhost:%u", s.port);
    got = ask_it(p, what, true);
    IS(world_says(&got), "absent: nothing listens there",
       "nor at those of this machine");
}

/* ---- where a host is ---- */

static void test_locate(struct probe *p)
{
    static const struct {
        const char *what;
        const char *says;
        const char *body;
        const char *name;
    } cases[] = {
        {"dead.example", "ok 0", "::1\n127.0.0.1\n",
         "a host is told by its addresses"},
        {"inside.example", "ok 0", "10.0.0.1\nfe80::1\n",
         "wherever they lead"},
        {"nobody.example", "absent", "", "one that is not there is absent"},
        {"unsaid.example", "failed: the name server did not answer", "",
         "one that cannot be looked up is not"},
    };
    const struct pt_finder finder = {
        .begin = world_find, .cancel = world_cancel, .self = &p->world};
    struct pt_locator *locator = pt_locator_new(&finder);
    struct pt_ask ask = {.kind = PT_ASK_HOST};
    struct got got;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        got = (struct got){0};
        ask.what = cases[i].what;
        OK(pt_locator_begin(locator, &ask, world_answer, &got) && !got.done,
           "a host is looked for");
        finish(p, &got);
        IS(world_says(&got), cases[i].says, cases[i].name);
        IS(got.body, cases[i].body, "and that is all");
    }
    got = (struct got){0};
    pt_locator_begin(locator, &ask, world_answer, &got);
    pt_locator_drop(locator, "another");
    OK(!got.done, "what others ask for is not dropped");
    pt_locator_free(locator);
    IS(world_says(&got), "failed: given up", "what is left is given up");
    OK(!p->world.lookups, "and no look-up is left behind");
}

/* ---- silence, and what is not said ---- */

static void test_patience(struct probe *p)
{
    char what[WHAT_SIZE];
    char byte;
    struct fake_server s = {0};
    struct got got;
    ssize_t heard;

    OK(fake_listen(&s), "a server listens");
    snprintf(what, sizeof(what), "mail.example:%u", s.port);
    begin(p,
          (struct pt_ask){.what = what, .never_first = true, .limit_ms = 300},
          &got);
    finish(p, &got);
    IS(got.body, "address 127.0.0.1\nend late\nsilent\n", "and is silent");
    s.fd = accept(s.listener, NULL, NULL);
    heard = recv(s.fd, &byte, 1, 0);
    OK(heard == 0, "then not a byte is said to it");
    close(s.fd);
    close(s.listener);
}

static void test_drop(struct probe *p)
{
    char what[WHAT_SIZE];
    struct fake_server s = {0};
    struct got got[2];
    int before = world_count("/proc/self/fd");

    OK(fake_listen(&s), "a server listens and says nothing");
    snprintf(what, sizeof(what), "mail.example:%u", s.port);
    begin(p, (struct pt_ask){.what = what}, &got[0]);
    while (world_count("/proc/self/fd") < before + 2)
        pt_loop_step(p->world.loop);
    for (int i = 0; i < 2; i++) /* it is connected */
        pt_loop_step(p->world.loop);
    begin(p, (struct pt_ask){.what = what}, &got[1]);
    pt_speaker_drop(p->speaker, NULL);
    IS(got[0].body, "address 127.0.0.1\nend late\nsilent\n",
       "dropping tells what was learned");
    IS(world_says(&got[1]), "failed: given up", "or that nothing was");
    OK(!p->world.lookups, "no look-up is left behind");
    close(s.listener);
    OK(world_count("/proc/self/fd") == before, "nor any descriptor");
    OK(!pt_loop_step(p->world.loop), "and nothing is waited for");
}

/* ---- main ---- */

static void write_pem(const char *path, X509 *certificate)
{
    FILE *file = fopen(path, "w");

    if (!file || !PEM_write_X509(file, certificate) || fclose(file))
        abort();
}

static void make_identities(struct probe *p, const struct fake_identity *ca)
{
    struct fake_identity lost = fake_identity_new();

    X509_NAME_add_entry_by_txt(X509_get_subject_name(lost.certificate), "O",
                               MBSTRING_ASC, (const unsigned char *)"lost", -1,
                               -1, 0);
    for (int who = 0; who < WHOS; who++)
        p->ids[who] = make_identity(who == ALONE || who == ALONE_OLD_OTHER
                                        ? NULL
                                    : who == LOST ? &lost
                                                  : ca,
                                    &wishes[who]);
    fake_identity_free(&lost);
}

static void open_probe(struct probe *p, const char *ca_file)
{
    *p = (struct probe){.world.names = names};
    p->world.loop = pt_loop_new(&pt_clock_monotonic);
    p->speaker = pt_speaker_new(
        p->world.loop,
        &(struct pt_speaker_setup){.finder = {.begin = world_find,
                                              .cancel = world_cancel,
                                              .self = &p->world},
                                   .ca_file = ca_file});
    if (!p->world.loop || !p->speaker)
        abort();
}

static void test_bad_trust(void)
{
    struct probe p;
    struct got got;

    open_probe(&p, "/dev/null/none");
    got = ask_it(&p, "mail.example:25", true);
    IS(world_says(&got), "failed: the trusted certificates cannot be read",
       "nothing is asked when nobody can be trusted");
    pt_speaker_free(p.speaker);
    pt_loop_free(p.world.loop);
}

int main(void)
{
    struct fake_identity ca = fake_identity_new();
    char ca_file[] = "/tmp/test_probe.XXXXXX";
    int fd = mkstemp(ca_file);
    struct probe p;
    int before;

    write_pem(ca_file, ca.certificate);
    close(fd);
    open_probe(&p, ca_file);
    make_identities(&p, &ca);
    before = world_count("/proc/self/fd");
    test_talks(&p);
    test_pins(&p);
    test_logins(&p);
    test_hosts(&p);
    test_nobody(&p);
    test_locate(&p);
    test_patience(&p);
    test_drop(&p);
    test_bad_trust();
    OK(world_count("/proc/self/task") == 1, "no thread was started");
    OK(world_count("/proc/self/fd") == before, "every descriptor was closed");
    pt_speaker_free(p.speaker);
    pt_loop_free(p.world.loop);
    for (int who = 0; who < WHOS; who++)
        fake_identity_free(&p.ids[who]);
    fake_identity_free(&ca);
    unlink(ca_file);
    return tap_done();
}
