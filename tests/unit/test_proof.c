/* test_proof.c - what is said of servers that were connected to as a client's
 * files have them: from scenarios, and with real sockets on loopback. */
#include "base/file.h"
#include "cli/proof.h"
#include "format/speech.h"
#include "tests/oom/alloc.h"
#include "tests/tap.h"
#include "tests/unit/fake_server.h"

#include <stdio.h>
#include <time.h>

enum { TEXT_SIZE = 8 * 1024 };

#define IMAP "| greeting * OK [CAPABILITY IMAP4rev1] gluon session ID 1\n"
#define SMTP "| greeting 220 127.0.0.1 ESMTP Service Ready\n"
#define UP "| security starttls\n@\n"
#define OTHER                                                                  \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static char dir[] = "/tmp/portolan-proof-XXXXXX";
static char scenario[64];
static char certificate[TEXT_SIZE]; /* "| certificate MII..." */
static char pin[65];
static struct pt_io io;

/* ---- one proof after the other, from what a server is said to say ---- */

static const struct {
    const char *name;
    const char *answer; /* of 127.0.0.1:1144; @ is the certificate */
    enum pt_service service;
    enum pt_security security;
    const char *pinned; /* "pin": that of the certificate */
    const char *bridge;
    const char *host; /* NULL: 127.0.0.1 */
    const char *want; /* outcome, and detail */
} cases[] = {
    {"a bridge that upgrades, with the pinned certificate, works",
     "ok\n" IMAP UP, PT_IMAP, PT_STARTTLS, "pin", "proton", NULL, "works"},
    {"so does one that speaks TLS from the start",
     "ok\n" SMTP "| security tls\n@\n", PT_SUBMISSION, PT_TLS, "pin", "proton",
     NULL, "works"},
    {"with nothing pinned any certificate does", "ok\n" IMAP UP, PT_IMAP,
     PT_STARTTLS, NULL, NULL, NULL, "works"},
    {"localhost is this machine", "ok\n" IMAP UP, PT_IMAP, PT_STARTTLS, "pin",
     "proton", "localhost", "works"},
    {"who writes plain text takes a server that would upgrade",
     "ok\n" IMAP UP, PT_IMAP, PT_PLAIN, NULL, "proton", NULL, "works"},
    {"and one of which only the greeting is known", "ok\n" IMAP, PT_IMAP,
     PT_PLAIN, NULL, "proton", NULL, "works"},
    {"where nothing listens, that is said", "absent\n", PT_IMAP, PT_STARTTLS,
     NULL, "proton", NULL, "refused: nothing listens there"},
    {"silence is told from that", "ok\n| silent\n", PT_IMAP, PT_STARTTLS, NULL,
     "proton", NULL, "timeout: it listens, and says nothing"},
    {"who is too late was silent", "after 5000\nok\n" IMAP, PT_IMAP, PT_PLAIN,
     NULL, "proton", NULL, "timeout: it listens, and says nothing"},
    {"a bridge that asks its own server first has not failed",
     "after 5000\nok\n" IMAP, PT_IMAP, PT_PLAIN, NULL, "davmail", NULL,
     "timeout, no failure: it listens, and says nothing"},
    {"but has when another answers in its place", "ok\n" IMAP, PT_IMAP,
     PT_PLAIN, NULL, "davmail", NULL,
     "wrong-protocol: another program answers there: \"* OK [CAPABILITY "
     "IMAP4rev1] gluon session ID 1\""},
    {"what cannot be connected to says why", "failed Permission denied\n",
     PT_IMAP, PT_PLAIN, NULL, NULL, NULL, "timeout: Permission denied"},
    {"another certificate is told from the pinned one", "ok\n" IMAP UP,
     PT_IMAP, PT_STARTTLS, OTHER, "proton", NULL,
     "bad-certificate: its certificate is PIN..., and 01234567... is trusted"},
    {"so is none at all", "ok\n" IMAP "| security starttls\n", PT_IMAP,
     PT_STARTTLS, OTHER, "proton", NULL,
     "bad-certificate: it has no certificate"},
    {"a certificate is nothing to who writes plain text",
     "ok\n" IMAP UP, PT_IMAP, PT_PLAIN, OTHER, "proton", NULL, "works"},
    {"a server without STARTTLS does not pass for one with it",
     "ok\n" IMAP "| security plain\n", PT_IMAP, PT_STARTTLS, NULL, "proton",
     NULL, "no-starttls: it offers no STARTTLS"},
    {"nor does one that refuses it",
     "ok\n" IMAP "| problem STARTTLS was refused: no\n| security plain\n",
     PT_IMAP, PT_STARTTLS, NULL, "proton", NULL,
     "no-starttls: STARTTLS was refused: no"},
    {"nor one that speaks TLS from the start",
     "ok\n" IMAP "| security tls\n@\n", PT_IMAP, PT_STARTTLS, "pin", "proton",
     NULL,
     "no-starttls: it speaks TLS from the start: choose SSL/TLS there, not "
     "STARTTLS"},
    {"nor one that slips in bytes before it",
     "ok\n" IMAP "| problem bytes were injected after STARTTLS\n" UP, PT_IMAP,
     PT_STARTTLS, "pin", "proton", NULL,
     "tls-failed: bytes were injected after STARTTLS"},
    {"nor one that greets and does no more", "ok\n" IMAP, PT_IMAP, PT_STARTTLS,
     "pin", "proton", NULL,
     "tls-failed: all it says is \"* OK [CAPABILITY IMAP4rev1] gluon session "
     "ID 1\""},
    {"an upgrade is not TLS from the start", "ok\n" IMAP UP, PT_IMAP, PT_TLS,
     "pin", "proton", NULL,
     "tls-failed: it does not speak TLS from the start, it offers STARTTLS: "
     "choose STARTTLS there, not SSL/TLS"},
    {"nor is plain text", "ok\n" IMAP "| security plain\n", PT_IMAP, PT_TLS,
     NULL, "proton", NULL, "tls-failed: it speaks plain text"},
    {"TLS from the start is not plain text",
     "ok\n" IMAP "| security tls\n@\n", PT_IMAP, PT_PLAIN, NULL, "proton", NULL,
     "wrong-protocol: it speaks TLS from the start"},
    {"a handshake that fails says why",
     "ok\n| problem the TLS handshake failed: no shared cipher\n| silent\n",
     PT_IMAP, PT_TLS, "pin", "proton", NULL,
     "tls-failed: the TLS handshake failed: no shared cipher"},
    {"one who hangs up is known for it",
     "ok\n| problem it hung up without a word\n| silent\n", PT_IMAP,
     PT_STARTTLS, "pin", "proton", NULL,
     "wrong-protocol: it hung up without a word"},
    {"IMAP is not where SMTP answers", "ok\n" SMTP UP, PT_IMAP, PT_STARTTLS,
     "pin", "proton", NULL, "wrong-protocol: what answers there is SMTP"},
    {"a web server is no mail server", "ok\n| greeting HTTP/1.1 400 Bad\n",
     PT_IMAP, PT_PLAIN, NULL, NULL, NULL,
     "wrong-protocol: it is no mail server: it says \"HTTP/1.1 400 Bad\""},
    {"neither is gRPC", "ok\n| grpc\n", PT_IMAP, PT_PLAIN, NULL, NULL, NULL,
     "wrong-protocol: it is no mail server"},
    {"another program is not the bridge",
     "ok\n| greeting * OK Dovecot\x1b ready, and so on, and so on, and so on, "
     "and so on, and so on\n" UP, PT_IMAP, PT_STARTTLS, "pin", "proton", NULL,
     "wrong-protocol: another program answers there: \"* OK Dovecot? ready, "
     "and so on, and so on, and so on, and so...\""},
    {"a bridge that would connect elsewhere is not asked", "ok\n" IMAP,
     PT_IMAP, PT_PLAIN, NULL, "oauth2-proxy", NULL,
     "not-asked, no failure: to greet, this bridge would connect elsewhere"},
    {"neither is another machine", "ok\n" IMAP, PT_IMAP, PT_PLAIN, NULL,
     "proton", "192.0.2.1",
     "not-asked, no failure: it is no address of this machine"},
};

static struct pt_call call_on(struct pt_arena *arena, const char *replay)
{
    return (struct pt_call){
        .arena = arena, .io = &io, .options.replay = replay};
}

static void write_scenario(const char *answer)
{
    static char text[2 * TEXT_SIZE];
    const char *at = strchr(answer, '@');
    struct pt_error err;

    snprintf(text, sizeof(text), "ask speak 127.0.0.1:1144\n%.*s%s%s",
             (int)(at ? at - answer : (int)strlen(answer)), answer,
             at ? certificate : "", at ? at + 1 : "");
    if (pt_file_write(scenario, text, strlen(text), &err) != PT_OK)
        abort();
}

static void tell(const struct pt_proof *proof, char *out, size_t size)
{
    bool odd = proof->failed != (proof->trial.outcome != PT_TRIAL_WORKS);

    snprintf(out, size, "%s%s%s%s", pt_trial_outcome_name(proof->trial.outcome),
             odd ? ", no failure" : "", proof->trial.detail ? ": " : "",
             proof->trial.detail ? proof->trial.detail : "");
}

/* "PIN" stands for the first digits of that of the certificate. */
static void fill_in(const char *want, char *out, size_t size)
{
    const char *at = strstr(want, "PIN");
    size_t len = at ? (size_t)(at - want) : strlen(want);

    snprintf(out, size, "%.*s%.8s%s", (int)len, want, at ? pin : "",
             at ? at + strlen("PIN") : "");
}

static void test_cases(void)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        PT_ARENA struct pt_arena *arena = pt_arena_new();
        struct pt_call call = call_on(arena, scenario);
        struct pt_proof proof = {
            .trial.service = cases[i].service,
            .trial.host = cases[i].host ? cases[i].host : "127.0.0.1",
            .trial.port = 1144,
            .trial.security = cases[i].security,
            .trial.pinned =
                pt_is(cases[i].pinned, "pin") ? pin : cases[i].pinned,
            .bridge = cases[i].bridge};
        struct pt_error err = {0};
        char got[512] = "";
        char want[512];

        fill_in(cases[i].want, want, sizeof(want));
        write_scenario(cases[i].answer);
        if (pt_prove(&call, &proof, 1, &err) == PT_OK)
            tell(&proof, got, sizeof(got));
        else
            snprintf(got, sizeof(got), "%s", err.text);
        IS(got, want, cases[i].name);
    }
}

static void test_phrase(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_proof proof = {.trial = {.service = PT_SUBMISSION,
                                       .host = "::1",
                                       .port = 1025,
                                       .detail = "nothing listens there"}};

    IS(pt_proof_phrase(arena, &proof), "SMTP [::1]:1025: nothing listens there",
       "people are told what is wrong where");
}

/* ---- many at once ---- */

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void test_side_by_side(const struct fake_identity *id)
{
    static const char *const scripts[] = {
        "hang",
        "hang",
        ("> * OK [CAPABILITY IMAP4rev1 STARTTLS] hi\n< a2 STARTTLS\n"
         "> a2 OK begin\ntls\n< a5 LOGOUT"),
        "tls\n> 220 hi\n< EHLO [127.0.0.1]\n> 250 AUTH\n< QUIT",
    };
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_call call = call_on(arena, NULL);
    struct fake_server servers[4];
    struct pt_proof proofs[5];
    struct pt_error err = {0};
    int64_t begun_ms = now_ms();

    for (size_t i = 0; i < 4; i++) {
        fake_start(&servers[i], id, scripts[i]);
        proofs[i] = (struct pt_proof){
            .trial = {.service = i == 3 ? PT_SUBMISSION : PT_IMAP,
                      .host = "127.0.0.1",
                      .port = servers[i].port,
                      .security = i == 2 ? PT_STARTTLS : PT_TLS,
                      .pinned = pin}};
    }
    proofs[4] = proofs[2];
    proofs[4].trial.host = "localhost";
    proofs[4].trial.pinned = OTHER;
    OK(pt_prove(&call, proofs, 5, &err) == PT_OK, "servers are proven");
    OK(now_ms() - begun_ms < 3000, "side by side");
    OK(proofs[0].trial.outcome == PT_TRIAL_TIMEOUT &&
           proofs[1].trial.outcome == PT_TRIAL_TIMEOUT,
       "those that say nothing are waited for no longer than that");
    OK(proofs[2].trial.outcome == PT_TRIAL_WORKS &&
           proofs[4].trial.outcome == PT_TRIAL_BAD_CERTIFICATE,
       "one conversation tells on all that is written of the server");
    OK(proofs[3].trial.outcome == PT_TRIAL_WORKS,
       "TLS is spoken where it is written");
    OK(fake_end(&servers[2]) == 0 && fake_end(&servers[3]) == 0,
       "each is asked once, and left politely");
    for (size_t i = 0; i < 2; i++)
        fake_end(&servers[i]);
}

static void test_too_many(void)
{
    enum { MANY = 80 };
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_call call = call_on(arena, scenario);
    struct pt_proof proofs[MANY];
    struct pt_error err;
    size_t asked = 0;

    write_scenario("absent\n");
    for (uint16_t i = 0; i < MANY; i++)
        proofs[i] = (struct pt_proof){
            .trial = {.host = "127.0.0.1", .port = 2000 + i}};
    OK(pt_prove(&call, proofs, MANY, &err) == PT_OK, "of very many servers");
    for (size_t i = 0; i < MANY; i++)
        asked += proofs[i].trial.outcome == PT_TRIAL_REFUSED;
    OK(asked == 64 && proofs[MANY - 1].trial.outcome == PT_TRIAL_NOT_ASKED,
       "the first 64 are asked, and of the others that is said");
}

/* ---- memory ---- */

static enum pt_status prove_two(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_call call = call_on(arena, scenario);
    struct pt_error err;
    struct pt_proof proofs[] = {
        {.trial = {.host = "127.0.0.1",
                   .port = 1144,
                   .security = PT_STARTTLS,
                   .pinned = OTHER},
         .bridge = "proton"},
        {.trial = {.host = "127.0.0.1", .port = 1145}, .bridge = "davmail"},
    };
    enum pt_status status =
        arena ? pt_prove(&call, proofs, 2, &err) : PT_NO_MEMORY;

    if (status == PT_OK &&
        (proofs[0].trial.outcome != PT_TRIAL_BAD_CERTIFICATE ||
         proofs[1].trial.outcome != PT_TRIAL_REFUSED))
        return PT_NOTHING;
    return status;
}

static void test_no_memory(void)
{
    bool orderly = true;
    size_t points;

    write_scenario("ok\n" IMAP UP);
    pt_oom_fail_at(0);
    OK(prove_two() == PT_OK, "with memory it is told");
    points = pt_oom_seen();
    for (size_t nth = 1; nth <= points; nth++) {
        enum pt_status status;

        pt_oom_fail_at(nth);
        status = prove_two();
        pt_oom_fail_at(0);
        if (status != PT_OK && status != PT_NO_MEMORY) {
            printf("# allocation %zu: %d\n", nth, status);
            orderly = false;
        }
    }
    OK(orderly && points > 15, "memory may run out at any time");
}

/* ---- */

static void keep_certificate(const struct fake_identity *id)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    unsigned char *der = NULL;
    int len = i2d_X509(id->certificate, &der);
    const struct pt_certificate *read =
        pt_certificate_read(arena, der, (size_t)len);
    int used = snprintf(certificate, sizeof(certificate), "| certificate ");

    snprintf(pin, sizeof(pin), "%s", read->sha256);
    EVP_EncodeBlock((unsigned char *)certificate + used, der, len);
    OPENSSL_free(der);
}

int main(void)
{
    const char *profiles = getenv("PORTOLAN_PROFILES");
    struct fake_identity id = fake_identity_new();

    if (!mkdtemp(dir))
        return 99;
    snprintf(scenario, sizeof(scenario), "%s/scenario", dir);
    io = (struct pt_io){.in = stdin,
                        .out = stdout,
                        .err = stderr,
                        .profiles_dir = profiles ? profiles : "profiles"};
    keep_certificate(&id);
    test_cases();
    test_phrase();
    test_side_by_side(&id);
    test_too_many();
    test_no_memory();
    unlink(scenario);
    rmdir(dir);
    fake_identity_free(&id);
    return tap_done();
}
