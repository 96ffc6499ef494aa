/* Verdicts: what was tried, what was heard, and what it comes to. */
#include "source/trying.h"
#include "tests/tap.h"

static struct pt_arena *arena;

#define IMAP "greeting * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\n"
#define SMTP "greeting 220 mail.example.org ESMTP\n"
#define GOOD "tls TLSv1.3\nverified\n"

static const struct {
    enum pt_service service;
    enum pt_security security;
    const char *heard;
    const char *want; /* outcome, and ": detail" if there is any */
    const char *what;
} cases[] = {
    {PT_IMAP, PT_TLS, IMAP "security tls\n" GOOD, "works", "TLS works"},
    {PT_IMAP, PT_STARTTLS, IMAP "security starttls\n" GOOD, "works",
     "STARTTLS works"},
    {PT_IMAP, PT_SECURITY_UNKNOWN, IMAP "security starttls\n" GOOD, "works",
     "whatever protects is welcome where nothing was chosen"},
    {PT_IMAP, PT_SECURITY_UNKNOWN, IMAP "security plain\n",
     "no-starttls: it speaks plain text, and offers no STARTTLS",
     "but plain text is not"},
    {PT_IMAP, PT_TLS, IMAP "security starttls\n" GOOD,
     "tls-failed: it does not speak TLS from the start, it offers STARTTLS: "
     "choose STARTTLS there, not SSL/TLS",
     "SSL chosen on a STARTTLS port is told in words"},
    {PT_IMAP, PT_STARTTLS, IMAP "security tls\n" GOOD,
     "no-starttls: it speaks TLS from the start: choose SSL/TLS there, not "
     "STARTTLS",
     "and STARTTLS chosen on an SSL port"},
    {PT_IMAP, PT_TLS, IMAP "security plain\n",
     "tls-failed: it speaks plain text", "plain text where TLS was chosen"},
    {PT_IMAP, PT_STARTTLS, IMAP "security plain\n",
     "no-starttls: it offers no STARTTLS", "an offer that is missing"},
    {PT_SUBMISSION, PT_STARTTLS,
     SMTP "problem STARTTLS was refused: 454 no\nsecurity plain\n",
     "no-starttls: STARTTLS was refused: 454 no",
     "an offer that is taken back"},
    {PT_SUBMISSION, PT_STARTTLS,
     SMTP "injected\nproblem bytes were injected after STARTTLS\n"
          "security starttls\n" GOOD,
     "starttls-injection: plain text came after STARTTLS: somebody on the way, "
     "or the server itself, mixes commands into the connection",
     "injected text outweighs a handshake that went well"},
    {PT_IMAP, PT_TLS,
     IMAP "security tls\nuntrusted it has expired: 2026-01-02\n"
          "untrusted it is for b, not for a\n",
     "bad-certificate: it has expired: 2026-01-02; it is for b, not for a",
     "all that is wrong with a certificate is told"},
    {PT_IMAP, PT_TLS, IMAP "security tls\n",
     "bad-certificate: it has no certificate",
     "what nobody vouched for is not good"},
    {PT_IMAP, PT_TLS,
     "problem the TLS handshake failed: it speaks no TLS newer than 1.1\n",
     "tls-failed: the TLS handshake failed: it speaks no TLS newer than 1.1",
     "a handshake that failed"},
    {PT_IMAP, PT_STARTTLS,
     SMTP "security starttls\n" GOOD,
     "wrong-protocol: what answers there is SMTP", "another service"},
    {PT_IMAP, PT_STARTTLS, "greeting SSH-2.0-x\n",
     "wrong-protocol: it is no mail server: it says \"SSH-2.0-x\"",
     "no mail server"},
    {PT_IMAP, PT_STARTTLS, "grpc\n", "wrong-protocol: it is no mail server",
     "HTTP/2"},
    {PT_IMAP, PT_STARTTLS, "problem it said a line longer than 8 KiB\n",
     "wrong-protocol: it said a line longer than 8 KiB", "a flood"},
    {PT_IMAP, PT_STARTTLS,
     "greeting * O\nproblem it did not answer in time\nend late\n",
     "timeout: it did not answer in time", "a greeting that drips"},
    {PT_SUBMISSION, PT_STARTTLS,
     SMTP "problem it said more than 100 lines\nend flood\n",
     "wrong-protocol: it said more than 100 lines", "a reply without an end"},
    {PT_IMAP, PT_STARTTLS, "problem it hung up without a word\nend refused\n",
     "refused: it hung up without a word", "who leaves at once refuses"},
    {PT_IMAP, PT_STARTTLS,
     "problem it hung up when TLS was tried\nend gone\n",
     "refused: it hung up when TLS was tried", "nor need TLS be to its taste"},
    {PT_IMAP, PT_TLS, "problem it hung up when TLS was tried\nend gone\n",
     "tls-failed: it hung up when TLS was tried",
     "but who leaves at TLS has failed at it"},
    {PT_IMAP, PT_TLS,
     "problem it hung up without a word\nend refused\nsecurity tls\n" GOOD,
     "refused: it hung up without a word",
     "and who leaves once TLS is up refuses"},
    {PT_IMAP, PT_TLS,
     IMAP "problem it hung up when asked what it can do\nend refused\n"
          "security tls\n" GOOD,
     "refused: it hung up when asked what it can do",
     "who greets well and answers nothing serves nobody"},
    {PT_SUBMISSION, PT_TLS,
     SMTP "said 421 4.7.0 too many\n"
          "problem it did not say what it can do: 421 4.7.0 too many\n"
          "end refused\nsecurity tls\n" GOOD,
     "refused: it did not say what it can do: 421 4.7.0 too many",
     "nor does who sends away when asked, under TLS"},
    {PT_SUBMISSION, PT_STARTTLS,
     SMTP "said 421 4.7.0 too many\n"
          "problem it did not say what it can do: 421 4.7.0 too many\n"
          "end refused\nsecurity plain\n",
     "refused: it did not say what it can do: 421 4.7.0 too many",
     "or before it: of STARTTLS that tells nothing"},
    {PT_IMAP, PT_STARTTLS,
     SMTP "problem it did not answer in time\nend late\n",
     "wrong-protocol: what answers there is SMTP",
     "that it is another service matters more than that it is slow"},
    {PT_IMAP, PT_STARTTLS,
     SMTP "problem it hung up when asked what it can do\nend refused\n",
     "wrong-protocol: what answers there is SMTP", "or that it leaves"},
    {PT_IMAP, PT_TLS,
     IMAP "login failed it said more than 100 lines\nend flood\n"
          "security tls\n" GOOD,
     "works", "a flood in answer to a password is told of signing in"},
    {PT_IMAP, PT_STARTTLS, "silent\n", "timeout: it listens, and says nothing",
     "silence"},
    {PT_IMAP, PT_STARTTLS, "greeting * BYE too many connections\n",
     "refused: it sends everybody away: \"* BYE too many connections\"",
     "a farewell for a greeting"},
    {PT_SUBMISSION, PT_STARTTLS, "greeting 421 4.7.0 too many\n",
     "refused: it sends everybody away: \"421 4.7.0 too many\"",
     "the same of SMTP"},
};

static const char *describe(const struct pt_trial *trial)
{
    const char *outcome = pt_trial_outcome_name(trial->outcome);

    return trial->detail
               ? pt_arena_printf(arena, "%s: %s", outcome, trial->detail)
               : outcome;
}

static struct pt_trial judge(struct pt_trial trial, const char *heard)
{
    pt_trial_read(arena, &trial,
                  &(struct pt_answer){.status = PT_ANSWER_OK,
                                      .body = heard,
                                      .len = strlen(heard)});
    return trial;
}

static void speeches(void)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct pt_trial trial = judge(
            (struct pt_trial){.service = cases[i].service,
                              .security = cases[i].security,
                              .any_service = !cases[i].security,
                              .host = "a",
                              .port = 1},
            cases[i].heard);

        IS(describe(&trial), cases[i].want, cases[i].what);
    }
}

static void answers(void)
{
    static const struct {
        enum pt_answer_status status;
        const char *why;
        const char *want;
    } rows[] = {
        {PT_ANSWER_ABSENT, NULL, "refused: nothing listens there"},
        {PT_ANSWER_ABSENT, "no such host", "refused: no such host"},
        {PT_ANSWER_FAILED, "no route", "timeout: no route"},
        {PT_ANSWER_REFUSED, "a private one", "not-asked: a private one"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct pt_trial trial = {.host = "a"};

        pt_trial_read(arena, &trial,
                      &(struct pt_answer){.status = rows[i].status,
                                          .why = rows[i].why});
        IS(describe(&trial), rows[i].want, "no connection came about");
    }
}

static void methods(void)
{
    struct pt_trial upgraded = judge(
        (struct pt_trial){.security = PT_STARTTLS, .host = "a"},
        "greeting * OK [CAPABILITY AUTH=CRAM-MD5 LOGINDISABLED STARTTLS] x\n"
        "said * CAPABILITY AUTH=CRAM-MD5 STARTTLS\n"
        "secured * CAPABILITY LOGINDISABLED AUTH=XOAUTH2\n"
        "security starttls\n" GOOD);
    struct pt_trial mute = judge(
        (struct pt_trial){.service = PT_POP3,
                          .security = PT_STARTTLS,
                          .host = "a"},
        "greeting +OK ready\nsaid SASL XOAUTH2\nsaid STLS\n"
        "security starttls\n" GOOD);
    struct pt_trial tls =
        judge((struct pt_trial){.security = PT_TLS, .host = "a"},
              IMAP "security tls\naddress 192.0.2.1\n" GOOD);

    OK(upgraded.auth_count == 1 && upgraded.auth[0] == PT_AUTH_OAUTH2,
       "what was offered before TLS is not believed after it");
    OK(mute.auth_count == 1 && mute.auth[0] == PT_AUTH_CLEARTEXT,
       "not even where nothing is said after it");
    OK(tls.auth_count == 1 && tls.auth[0] == PT_AUTH_CLEARTEXT,
       "under TLS from the start the greeting counts");
    IS(tls.address, "192.0.2.1", "the address that answered is told");
    IS(tls.tls, "TLSv1.3", "and the version of TLS");
    OK(tls.has_spoken && tls.speaks == PT_IMAP && tls.spoken == PT_TLS,
       "and what is spoken there");
}

static void logins(void)
{
    static const struct {
        const char *line;
        enum pt_login_outcome want;
    } rows[] = {
        {"login accepted\n", PT_LOGIN_ACCEPTED},
        {"login no-method\n", PT_LOGIN_NO_METHOD},
        {"login denied a4 NO [AUTHENTICATIONFAILED] no\n", PT_LOGIN_DENIED},
        {"login denied a4 NO [ALERT] Application-specific password required\n",
         PT_LOGIN_APP_PASSWORD},
        {"login failed it hung up\n", PT_LOGIN_FAILED},
        {"login what\n", PT_LOGIN_FAILED},
        {"", PT_LOGIN_NOT_TRIED},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct pt_trial trial = judge(
            (struct pt_trial){.security = PT_TLS, .host = "a"},
            pt_arena_printf(arena, IMAP "security tls\n" GOOD "%s",
                            rows[i].line));

        IS(pt_login_outcome_name(trial.login),
           pt_login_outcome_name(rows[i].want), "how signing in went is told");
    }
}

/* Only a conversation that asks for no authority is without faults. */
static void this_machine(void)
{
    const struct pt_trial here = {.security = PT_TLS, .host = "127.0.0.1"};
    struct pt_trial unasked = judge(here, IMAP "security tls\n");
    struct pt_trial bad = judge(
        here, IMAP "security tls\nuntrusted it is signed by itself\n");

    IS(describe(&unasked), "works",
       "on this machine nobody has to have signed");
    IS(describe(&bad), "bad-certificate: it is signed by itself",
       "but where a certificate was judged, that counts");
}

static void pins(void)
{
    struct pt_trial wrong = judge(
        (struct pt_trial){.security = PT_TLS, .host = "a", .pinned = "00"},
        IMAP "security tls\n" GOOD);
    const struct pt_bridge_kind kind = {.name = "x"};
    struct pt_trial bridge =
        judge((struct pt_trial){.security = PT_TLS, .host = "a", .kind = &kind},
              IMAP "security tls\nuntrusted it is signed by itself\n");

    IS(describe(&wrong), "bad-certificate: it has no certificate",
       "a pin is kept though somebody known has signed");
    IS(describe(&bridge), "works", "a bridge's own certificate is good");
}

static void asks(void)
{
    struct pt_ask ask;
    const struct pt_bridge_kind kind = {.name = "x"};

    pt_trial_ask(arena,
                 &(struct pt_trial){.host = "2001:db8::1",
                                    .port = 25,
                                    .security = PT_STARTTLS},
                 NULL, 5, &ask);
    IS(ask.what, "[2001:db8::1]:25", "an IPv6 address goes in brackets");
    OK(ask.kind == PT_ASK_PROBE && ask.never_first && !ask.tls_first,
       "nobody speaks first on port 25");
    pt_trial_ask(arena,
                 &(struct pt_trial){.host = "a", .port = 993,
                                    .security = PT_TLS, .kind = &kind},
                 NULL, 5, &ask);
    OK(ask.kind == PT_ASK_SPEAK && ask.tls_first && ask.limit_ms == 5,
       "a bridge is spoken to as bridges are");
    OK(!ask.is_nearby, "nobody is nearby who is not said to be");
    pt_trial_ask(arena,
                 &(struct pt_trial){.host = "a", .port = 993,
                                    .is_nearby = true},
                 NULL, 5, &ask);
    OK(ask.is_nearby, "and who is, is");
}

int main(void)
{
    arena = pt_arena_new();
    speeches();
    answers();
    methods();
    logins();
    pins();
    this_machine();
    asks();
    OK(!pt_arena_failed(arena), "memory sufficed");
    pt_arena_free(arena);
    return tap_done();
}
