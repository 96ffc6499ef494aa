/* test_probe_verdict.c - what was tried, and which of it is best. */
#include "resolve/probe_verdict.h"
#include "tests/tap.h"

enum { TRIES_MAX = 4 };

static struct pt_arena *arena;

static struct pt_probe_host hosts[] = {
    {.name = "a.example.org", .status = PT_ANSWER_OK},
    {.name = "b.example.org", .status = PT_ANSWER_OK, .is_published = true},
};

/* One try: of the first host or the second, by TLS from the start unless it
 * is said to be STARTTLS. */
struct tried {
    uint16_t port; /* 0: no more of them */
    size_t host;
    enum pt_service service;
    bool begins_plain;
    bool is_open; /* nobody can sign in */
    enum pt_trial_outcome outcome;
    bool connected;
    const char *detail;
};

#define IMAP(number) .service = PT_IMAP, .port = (number)
#define POP3(number) .service = PT_POP3, .port = (number)
#define SMTP(number) .service = PT_SUBMISSION, .port = (number)
#define SILENT .outcome = PT_TRIAL_TIMEOUT
#define ODD .outcome = PT_TRIAL_WRONG_PROTOCOL, .connected = true

static const struct {
    const char *target;
    struct tried tries[TRIES_MAX];
    const char *best;    /* "a:993, a:465" */
    const char *seconds; /* "a:143 (why)" */
    const char *remark;  /* how the first begins; NULL: there is none */
    enum pt_status exit;
    const char *what;
} cases[] = {
    {
        .target = "ann@example.org",
        .tries = {{IMAP(143), .begins_plain = true}, {IMAP(993)},
                  {SMTP(587), .begins_plain = true}, {SMTP(465)}},
        .best = "a:993, a:465",
        .seconds = "a:143 (it begins in plain text: TLS from the start is "
                   "safer), a:587 (it begins in plain text: TLS from the start "
                   "is safer)",
        .exit = PT_OK,
        .what = "TLS from the start goes before STARTTLS",
    },
    {
        .target = "ann@example.org",
        .tries = {{IMAP(993)}, {SMTP(465)},
                  {IMAP(993), .host = 1}, {SMTP(465), .host = 1}},
        .best = "b:993, b:465",
        .seconds = "a:993 (the chosen one is the one that is published), "
                   "a:465 (the chosen one is the one that is published)",
        .exit = PT_OK,
        .what = "what is published goes before what is usual",
    },
    {
        .target = "ann@example.org",
        .tries = {{IMAP(993)}, {SMTP(465)},
                  {IMAP(143), .host = 1, .begins_plain = true}},
        .best = "b:143, a:465",
        .seconds = "a:993 (the chosen one is the one that is published)",
        .exit = PT_OK,
        .what = "also where that begins in plain text",
    },
    {
        .target = "ann@example.org",
        .tries = {{POP3(995)}, {IMAP(143), .begins_plain = true}, {SMTP(465)}},
        .best = "a:143, a:465",
        .seconds = "a:995 (IMAP leaves the mail on the server, for all your "
                   "devices)",
        .exit = PT_OK,
        .what = "IMAP goes before POP3",
    },
    {
        .target = "ann@example.org",
        .tries = {{IMAP(993)}, {SMTP(25), .begins_plain = true, .host = 1},
                  {SMTP(587), .begins_plain = true}},
        .best = "a:993, a:587",
        .seconds = "b:25 (port 25 is for mail between servers: many networks "
                   "block it)",
        .exit = PT_OK,
        .what = "port 25 comes last, though it is published",
    },
    {
        .target = "ann@example.org",
        .tries = {{IMAP(993)}, {SMTP(465), .is_open = true, .host = 1},
                  {SMTP(587), .begins_plain = true}},
        .best = "a:993, a:587",
        .seconds = "b:465 (it asks nobody to sign in: mail programs cannot "
                   "send by it)",
        .exit = PT_OK,
        .what = "where somebody can sign in goes before where nobody can",
    },
    {
        .target = "ann@example.org",
        .tries = {{IMAP(993)}, {SMTP(465), .is_open = true},
                  {SMTP(25), .begins_plain = true}},
        .best = "a:993, a:25",
        .seconds = "a:465 (it asks nobody to sign in: mail programs cannot "
                   "send by it)",
        .exit = PT_OK,
        .what = "even at port 25: a port more is never less",
    },
    {
        .target = "ann@example.org",
        .tries = {{IMAP(993)}, {SMTP(465), .is_open = true}},
        .best = "a:993",
        .seconds = "a:465 (it asks nobody to sign in: mail programs cannot "
                   "send by it)",
        .exit = PT_NOTHING,
        .what = "an address that cannot send does not work",
    },
    {
        .target = "a.example.org",
        .tries = {{IMAP(993)}},
        .best = "a:993",
        .seconds = "",
        .exit = PT_OK,
        .what = "of a host one service is enough",
    },
    {
        .target = "ann@example.org",
        .tries = {{IMAP(993), SILENT}, {SMTP(465), SILENT}},
        .best = "",
        .seconds = "",
        .remark = "No port answers at all.",
        .exit = PT_NOTHING,
        .what = "silence everywhere is a firewall",
    },
    {
        .target = "ann@example.org",
        .tries = {{IMAP(993), SILENT}, {SMTP(465), SILENT, .connected = true}},
        .best = "",
        .seconds = "",
        .exit = PT_NOTHING,
        .what = "but not where somebody took the connection",
    },
    {
        .target = "ann@example.org",
        .tries = {{IMAP(993)}, {SMTP(465), SILENT}, {SMTP(587), SILENT}},
        .best = "a:993",
        .seconds = "",
        .remark = "Every port for sending is silent",
        .exit = PT_NOTHING,
        .what = "silence at all that send is one, too",
    },
    {
        .target = "ann@example.org",
        .tries = {{IMAP(993)}, {SMTP(465), SILENT}},
        .best = "a:993",
        .seconds = "",
        .exit = PT_NOTHING,
        .what = "of a single port nothing can be told",
    },
};

static const char *join(const char *before, const char *more)
{
    return *before ? pt_arena_printf(arena, "%s, %s", before, more) : more;
}

static const char *show(const struct pt_trial *trial)
{
    return pt_arena_printf(arena, "%c:%u", trial->host[0], trial->port);
}

static const char *list_best(const struct pt_probe_verdict *verdict)
{
    const char *all = "";

    for (size_t i = 0; i < verdict->best_count; i++)
        all = join(all, show(verdict->best[i]));
    return all;
}

static const char *list_seconds(const struct pt_probe_verdict *verdict)
{
    const char *all = "";

    for (size_t i = 0; i < verdict->second_count; i++)
        all = join(all, pt_arena_printf(arena, "%s (%s)",
                                        show(verdict->seconds[i].trial),
                                        verdict->seconds[i].why));
    return all;
}

static struct pt_trial make_trial(const struct tried *tried)
{
    bool works = tried->outcome == PT_TRIAL_WORKS;

    return (struct pt_trial){
        .service = tried->service,
        .host = hosts[tried->host].name,
        .port = tried->port,
        .security = tried->begins_plain ? PT_STARTTLS : PT_TLS,
        .outcome = tried->outcome,
        .detail = tried->detail,
        .connected = works || tried->connected,
        .has_spoken = works,
        .speaks = tried->service,
        .spoken = tried->begins_plain ? PT_STARTTLS : PT_TLS,
        .auth = {PT_AUTH_CLEARTEXT},
        .auth_count = works && !tried->is_open};
}

static void judge(const char *text, const struct tried *tries,
                  struct pt_probe_verdict *verdict)
{
    static struct pt_trial trials[TRIES_MAX];
    static const struct pt_probe_host *hosts_of[TRIES_MAX];
    struct pt_probe_plan plan = {.trials = trials, .hosts_of = hosts_of};
    struct pt_probe_target target;
    struct pt_error err = {0};

    for (size_t i = 0; i < TRIES_MAX && tries[i].port; i++) {
        trials[i] = make_trial(&tries[i]);
        hosts_of[i] = &hosts[tries[i].host];
        plan.trial_count++;
    }
    pt_probe_target_parse(arena, text, &target, &err);
    OK(pt_probe_judge(arena, &target, &plan, verdict), "memory suffices");
}

static void test_case(size_t i)
{
    struct pt_probe_verdict verdict;
    const char *remark;

    judge(cases[i].target, cases[i].tries, &verdict);
    remark = verdict.remarks.count ? verdict.remarks.at[0] : NULL;
    IS(list_best(&verdict), cases[i].best, cases[i].what);
    IS(list_seconds(&verdict), cases[i].seconds, cases[i].what);
    OK(verdict.exit == cases[i].exit, cases[i].what);
    OK(cases[i].remark ? pt_has_prefix(remark ? remark : "", cases[i].remark)
                       : !remark,
       cases[i].what);
    OK(!verdict.letter == (cases[i].exit == PT_OK),
       "a letter is for who has not all");
}

/* What a server said is sent to somebody by mail. */
static void test_words(void)
{
    static const struct tried tries[TRIES_MAX] = {
        {IMAP(993), ODD, .detail = "it says \033[2J\n\nBcc: ann"},
        {SMTP(465), ODD, .detail = "it is no mail server"},
    };
    struct pt_probe_verdict verdict;

    judge("ann@example.org", tries, &verdict);
    if (OK(verdict.letter != NULL, "nothing works, and there is a letter"))
        OK(!strchr(verdict.letter, '\033') &&
               !strstr(verdict.letter, "\nBcc"),
           "words of servers cannot break out of their line");
}

int main(void)
{
    arena = pt_arena_new();
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        test_case(i);
    test_words();
    pt_arena_free(arena);
    return tap_done();
}
