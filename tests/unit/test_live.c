/* test_live.c - real conversations with real sockets on loopback. */
#include "base/arena.h"
#include "format/speech.h"
#include "net/live.h"
#include "tests/tap.h"
#include "tests/unit/fake_server.h"

#include <dirent.h>
#include <stdio.h>

struct got {
    bool done;
    enum pt_answer_status status;
    char body[64 * 1024];
    char why[256];
};

static void on_answer(void *ctx, const struct pt_answer *answer)
{
    struct got *got = ctx;

    got->done = true;
    got->status = answer->status;
    snprintf(got->body, sizeof(got->body), "%.*s", (int)answer->len,
             answer->body ? answer->body : "");
    snprintf(got->why, sizeof(got->why), "%s", answer->why ? answer->why : "");
}

static const struct {
    const char *name;
    const char *script;
    bool tls_first;
    const char *want;
} talks[] = {
    {
        .name = "plain IMAP is asked for its capabilities and left in peace",
        .script = "> * OK ready\n< a1 CAPABILITY\n> * CAPABILITY IMAP4rev1 ID\n"
                  "> a1 OK done\n< a5 LOGOUT\n> * BYE",
        .want = "greeting * OK ready\nsaid * CAPABILITY IMAP4rev1 ID\n"
                "security plain\n",
    },
    {
        .name = "capabilities in the greeting are not asked for again",
        .script = "> * OK [CAPABILITY IMAP4rev1] DavMail\n< a5 LOGOUT",
        .want = "greeting * OK [CAPABILITY IMAP4rev1] DavMail\n"
                "security plain\n",
    },
    {
        .name = "the word STARTTLS outside of the list offers nothing",
        .script = "> * OK [CAPABILITY IMAP4rev1] no STARTTLS\n< a5 LOGOUT",
        .want = "greeting * OK [CAPABILITY IMAP4rev1] no STARTTLS\n"
                "security plain\n",
    },
    {
        .name = "IMAP is upgraded by STARTTLS, and said good-bye to inside",
        .script = "> * OK [CAPABILITY IMAP4rev1 STARTTLS] hi\n< a2 STARTTLS\n"
                  "> a2 OK begin\ntls\n< a5 LOGOUT",
        .want = "greeting * OK [CAPABILITY IMAP4rev1 STARTTLS] hi\n"
                "security starttls\ncertificate\n",
    },
    {
        .name = "SMTP is upgraded by STARTTLS",
        .script = "> 220 127.0.0.1 ESMTP Service Ready\n< EHLO [127.0.0.1]\n"
                  "> 250-Hello\n> 250-StartTLS\n> 250 SIZE\n< STARTTLS\n"
                  "> 220 go\ntls\n< QUIT\n> 221 bye",
        .want = "greeting 220 127.0.0.1 ESMTP Service Ready\nsaid 250-Hello\n"
                "said 250-StartTLS\nsaid 250 SIZE\nsecurity starttls\n"
                "certificate\n",
    },
    {
        .name = "POP3 is upgraded by STLS",
        .script = "> +OK hi\n< CAPA\n> +OK list\n> USER\n> STLS\n> .\n< STLS\n"
                  "> +OK go\ntls\n< QUIT",
        .want = "greeting +OK hi\nsaid +OK list\nsaid USER\nsaid STLS\n"
                "security starttls\ncertificate\n",
    },
    {
        .name = "a server that waits for us speaks TLS",
        .script = "tls\n> +OK hi\n< CAPA\n> -ERR what\n< QUIT",
        .want = "greeting +OK hi\nsecurity tls\ncertificate\n",
    },
    {
        .name = "one known to speak TLS is not waited for",
        .script = "tls\n> 220 hi\n< EHLO [127.0.0.1]\n> 250 AUTH\n< QUIT",
        .tls_first = true,
        .want = "greeting 220 hi\nsaid 250 AUTH\nsecurity tls\ncertificate\n",
    },
    {
        .name = "one that was thought to speak TLS and does not is asked anew",
        .script = "> * OK [CAPABILITY IMAP4rev1] a\nread\nagain\n"
                  "> * OK [CAPABILITY IMAP4rev1] b\n< a5 LOGOUT",
        .tls_first = true,
        .want = "greeting * OK [CAPABILITY IMAP4rev1] b\nsecurity plain\n",
    },
    {
        .name = "so is one that greets late",
        .script = "wait 450\n> * OK [CAPABILITY IMAP4rev1] a\nagain\n"
                  "wait 400\n> * OK [CAPABILITY IMAP4rev1] b\n< a5 LOGOUT",
        .want = "greeting * OK [CAPABILITY IMAP4rev1] b\nsecurity plain\n",
    },
    {
        .name = "of two connections the first one's greeting is kept",
        .script = "wait 450\n> 220 slow\nagain\nhang",
        .want = "greeting 220 slow\n",
    },
    {
        .name = "silence to the end is silence",
        .script = "hang",
        .want = "silent\n",
    },
    {
        .name = "a server that hangs up at once is known for it",
        .script = "wait 1",
        .want = "problem it hung up without a word\nsilent\n",
    },
    {
        .name = "a server that hangs up on TLS is known for it",
        .script = "read",
        .want = "problem it hung up when TLS was tried\nsilent\n",
    },
    {
        .name = "an HTTP server is no mail server",
        .script = "read\n> HTTP/1.1 400 Bad Request",
        .want = "greeting HTTP/1.1 400 Bad Request\n",
    },
    {
        .name = "a refused STARTTLS leaves plain text",
        .script = "> 220 hi\n< EHLO [127.0.0.1]\n> 250 STARTTLS\n< STARTTLS\n"
                  "> 454 not now\n< QUIT",
        .want = "greeting 220 hi\nsaid 250 STARTTLS\n"
                "problem STARTTLS was refused: 454 not now\nsecurity plain\n",
    },
    {
        .name = "what is slipped in before TLS is noticed",
        .script = "> 220 hi\n< EHLO [127.0.0.1]\n> 250 STARTTLS\n< STARTTLS\n"
                  "> 220 go|250 evil\ntls\n< QUIT",
        .want = "greeting 220 hi\nsaid 250 STARTTLS\n"
                "problem bytes were injected after STARTTLS\n"
                "security starttls\ncertificate\ninjected\n",
    },
    {
        .name = "a farewell for a greeting ends it, bare line feeds and all",
        .script = "> 421 all network interfaces down",
        .want = "greeting 421 all network interfaces down\n",
    },
    {
        .name = "control characters do not get through",
        .script = "> * BAD \x1b[31mred",
        .want = "greeting * BAD ?[31mred\n",
    },
    {
        .name = "a line without an end is cut off",
        .script = "flood 9000\nhang",
        .want = "problem it said a line longer than 8 KiB\n",
    },
    {
        .name = "a greeting without an end is one at the end",
        .script = ": * OK hal",
        .want = "greeting * OK hal\nproblem it hung up while it greeted\n",
    },
    {
        .name = "an answer that does not come is not waited for",
        .script = "> * OK hi\n< a1 CAPABILITY\nhang",
        .want = "greeting * OK hi\nproblem it did not answer in time\n",
    },
    {
        .name = "a handshake that does not end is not waited for",
        .script = "> * OK [CAPABILITY STARTTLS]\n< a2 STARTTLS\n> a2 OK\nhang",
        .want = "greeting * OK [CAPABILITY STARTTLS]\n"
                "problem the TLS handshake did not end in time\n",
    },
};

enum { TALKS = sizeof(talks) / sizeof(*talks) };

/* The certificate is checked elsewhere: leave the word. */
static void cut_certificate(char *body)
{
    char *at = strstr(body, "certificate ");

    if (!at)
        return;
    at += strlen("certificate");
    memmove(at, at + strcspn(at, "\n"), strlen(at + strcspn(at, "\n")) + 1);
}

static void begin_at(struct pt_transport *net, const char *host, uint16_t port,
                     bool tls_first, struct got *got)
{
    static char kept[64][64]; /* what is asked must outlive the ask */
    static size_t count;
    char *what = kept[count++ % 64];

    snprintf(what, sizeof(kept[0]), "%s:%u", host, port);
    *got = (struct got){0};
    net->begin(net,
               &(struct pt_ask){.kind = PT_ASK_SPEAK,
                                .what = what,
                                .tls_first = tls_first},
               on_answer, got);
}

static bool run_until(struct pt_loop *loop, const struct got *got, size_t count)
{
    int64_t end = pt_loop_now(loop) + 5000;

    for (size_t i = 0; i < count; i++)
        while (!got[i].done && pt_loop_now(loop) < end && pt_loop_step(loop))
            ;
    return count && got[count - 1].done;
}

static void test_talks(struct pt_loop *loop, struct pt_transport *net,
                       const struct fake_identity *id)
{
    static struct got got[TALKS];
    struct fake_server servers[TALKS] = {0};
    int64_t start;

    for (size_t i = 0; i < TALKS; i++)
        fake_start(&servers[i], id, talks[i].script);
    start = pt_loop_now(loop);
    for (size_t i = 0; i < TALKS; i++)
        begin_at(net, "127.0.0.1", servers[i].port, talks[i].tls_first,
                 &got[i]);
    OK(!got[0].done, "nothing is answered before the loop runs");
    run_until(loop, got, TALKS);
    OK(pt_loop_now(loop) - start < PT_SPEAK_MS + 300,
       "all of them together take no longer than one may");
    for (size_t i = 0; i < TALKS; i++) {
        cut_certificate(got[i].body);
        IS(got[i].body, talks[i].want, talks[i].name);
    }
    for (size_t i = 0; i < TALKS; i++) {
        int status = fake_end(&servers[i]);

        if (status == 3) /* it was told something else than its script has */
            OK(false, talks[i].name);
    }
}

static void test_certificate(struct pt_loop *loop, struct pt_transport *net,
                             const struct fake_identity *id)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct fake_server server = {0};
    struct pt_speech speech = {0};
    unsigned char *der = NULL;
    int len = i2d_X509(id->certificate, &der);
    static struct got got;

    fake_start(&server, id, "tls\n> 220 x\n< EHLO [127.0.0.1]\n> 250 x\nhang");
    begin_at(net, "localhost", server.port, true, &got);
    run_until(loop, &got, 1);
    OK(pt_speech_read(arena, pt_slice_of(got.body), &speech) &&
           speech.certificate,
       "the conversation can be read, with its certificate");
    OK(speech.certificate && (int)speech.certificate->der_len == len &&
           !memcmp(speech.certificate->der, der, (size_t)len),
       "the certificate is the server's own");
    OK(speech.is_mail && speech.service == PT_SUBMISSION &&
           speech.security == PT_TLS,
       "and so is what it speaks");
    OPENSSL_free(der);
    fake_end(&server);
}

/* As many rounds as it takes to be connected. */
static void connect_all(struct pt_loop *loop)
{
    for (int i = 0; i < 3; i++)
        pt_loop_step(loop);
}

static void test_http2(struct pt_loop *loop, struct pt_transport *net)
{
    static const char settings[] = "\0\0\6\4\0\0\0\0\0\0\5\0\0@";
    struct fake_server server = {0};
    static struct got got;

    OK(fake_listen(&server), "a server listens");
    begin_at(net, "127.0.0.1", server.port, false, &got);
    connect_all(loop);
    server.fd = accept(server.listener, NULL, NULL);
    fake_say(&server, settings, sizeof(settings));
    run_until(loop, &got, 1);
    IS(got.body, "grpc\n", "HTTP/2 is known by its first bytes");
    close(server.fd);
    close(server.listener);
}

static void test_nobody(struct pt_loop *loop, struct pt_transport *net)
{
    struct fake_server server = {0};
    static struct got got[3];

    OK(fake_listen(&server), "a server listens");
    close(server.listener);
    begin_at(net, "127.0.0.1", server.port, false, &got[0]);
    begin_at(net, "192.0.2.1", 25, false, &got[1]);
    begin_at(net, "example.org", 25, false, &got[2]);
    run_until(loop, got, 3);
    OK(got[0].status == PT_ANSWER_ABSENT, "where nobody listens is nobody");
    IS(got[1].why, "not a loopback address", "no other machine is spoken to");
    IS(got[2].why, "not a loopback address", "names are not looked up");
}

static int count_entries(const char *path)
{
    DIR *dir = opendir(path);
    int count = 0;

    while (dir && readdir(dir))
        count++;
    if (dir)
        closedir(dir);
    return count;
}

static void test_drop(struct pt_loop *loop, struct pt_transport *net)
{
    struct fake_server server = {0};
    static struct got got[2];
    int before;

    OK(fake_listen(&server), "a server listens and says nothing");
    before = count_entries("/proc/self/fd");
    begin_at(net, "127.0.0.1", server.port, false, &got[0]);
    begin_at(net, "127.0.0.1", server.port, true, &got[1]);
    connect_all(loop);
    OK(!got[0].done && count_entries("/proc/self/fd") == before + 2,
       "two conversations are open");
    net->drop(net, NULL);
    OK(got[0].done && got[1].done, "dropping answers both");
    IS(got[0].body, "silent\n", "and tells what was learned so far");
    OK(count_entries("/proc/self/fd") == before, "nothing stays open");
    OK(!pt_loop_step(loop), "and nothing is waited for");
    close(server.listener);
}

int main(void)
{
    struct fake_identity id = fake_identity_new();
    struct pt_loop *loop = pt_loop_new(&pt_clock_monotonic);
    struct pt_transport *net = NULL;
    int before;

    OK(pt_live_new(loop, &(struct pt_live_setup){0}, &net, NULL) == PT_OK,
       "the transport is there");
    before = count_entries("/proc/self/fd");
    test_talks(loop, net, &id);
    test_certificate(loop, net, &id);
    test_http2(loop, net);
    test_nobody(loop, net);
    test_drop(loop, net);
    OK(count_entries("/proc/self/task") == 3, "no thread was started");
    OK(count_entries("/proc/self/fd") == before, "every descriptor was closed");
    pt_live_free(net);
    pt_loop_free(loop);
    fake_identity_free(&id);
    return tap_done();
}
