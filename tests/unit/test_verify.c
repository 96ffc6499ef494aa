/* Who is connected to, as whom, and who never is. */
#include "resolve/verify.h"
#include "model/trial.h"
#include "tests/tap.h"

#include <stdlib.h>

enum { ASKS_MAX = 16 };

/* A network that says the same everywhere, but to who signs in. */
struct net {
    struct pt_transport transport;
    struct pt_loop *loop;
    const char *logins[ASKS_MAX]; /* in the order of those who sign in */
    bool is_silent;               /* nobody answers */
    const char *closed;           /* nothing listens where it begins so */
    int64_t now_ms;
    size_t count;
    struct call {
        struct net *net;
        enum pt_ask_kind kind;
        bool is_nearby;
        char what[64];
        char username[64];
        char password[64];
        size_t nth; /* of those who sign in */
        const void *owner;
        pt_answer_fn *done;
        void *ctx;
        struct pt_timer timer;
        bool open;
    } calls[ASKS_MAX];
    size_t signed_in;
};

static struct net net;
static struct pt_arena *arena;
static bool is_done;

static const char *greeting_at(const char *what)
{
    return strstr(what, "smtp") || strstr(what, ":1025")
               ? "greeting 220 ready\nsaid 250-AUTH PLAIN\n"
               : "greeting * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\n";
}

static void answer(void *ctx)
{
    struct call *call = ctx;
    const char *login = call->username[0] ? net.logins[call->nth] : NULL;
    const char *body =
        pt_arena_printf(arena, "%ssecurity tls\nverified\n%s%s\n",
                        greeting_at(call->what), login ? "login " : "",
                        login ? login : "");
    bool is_there = !net.closed || !pt_has_prefix(call->what, net.closed);

    call->open = false;
    call->done(call->ctx,
               &(struct pt_answer){.status = is_there ? PT_ANSWER_OK
                                                      : PT_ANSWER_ABSENT,
                                   .body = body,
                                   .len = strlen(body)});
}

static bool begin(struct pt_transport *self, const struct pt_ask *ask,
                  pt_answer_fn *done, void *ctx)
{
    struct call *call = &net.calls[net.count++];
    const struct pt_credentials *credentials = ask->credentials;

    (void)self;
    if (net.count > ASKS_MAX)
        abort();
    *call = (struct call){.net = &net,
                          .kind = ask->kind,
                          .is_nearby = ask->is_nearby,
                          .nth = credentials ? net.signed_in++ : 0,
                          .owner = ask->owner,
                          .done = done,
                          .ctx = ctx,
                          .open = true};
    snprintf(call->what, sizeof(call->what), "%s", ask->what);
    if (credentials) {
        snprintf(call->username, sizeof(call->username), "%s",
                 credentials->username);
        snprintf(call->password, sizeof(call->password), "%s",
                 credentials->password);
    }
    pt_timer_init(&call->timer, answer, call);
    if (!net.is_silent)
        pt_loop_arm(net.loop, &call->timer, 10);
    return true;
}

static void drop(struct pt_transport *self, const void *owner)
{
    (void)self;
    for (size_t i = 0; i < net.count; i++) {
        struct call *call = &net.calls[i];

        if (!call->open || (owner && call->owner != owner))
            continue;
        call->open = false;
        pt_loop_disarm(net.loop, &call->timer);
        call->done(call->ctx, &(struct pt_answer){.status = PT_ANSWER_FAILED,
                                                  .why = "given up"});
    }
}

static int64_t now(void *ctx)
{
    return ((struct net *)ctx)->now_ms;
}

static void skip(void *ctx, int64_t ms)
{
    ((struct net *)ctx)->now_ms += ms;
}

static void on_done(void *ctx)
{
    (void)ctx;
    is_done = true;
}

/* ---- the world ---- */

static struct pt_clock clock_of_net = {
    .now_ms = now, .skip_ms = skip, .ctx = &net};
static struct pt_settings settings;
static struct pt_query query;
static struct pt_findings found;
static const struct pt_bridge_kind proton = {
    .name = "proton", .title = "Proton Mail Bridge", .host = "127.0.0.1"};

static void begin_world(void)
{
    arena = pt_arena_new();
    net = (struct net){.transport = {.begin = begin, .drop = drop}};
    net.loop = pt_loop_new(&clock_of_net);
    settings = (struct pt_settings){.address = {.text = "ann@example.org",
                                                .local = "ann",
                                                .domain = "example.org",
                                                .shown = "ann@example.org"}};
    query = (struct pt_query){.address = &settings.address,
                              .kinds = &proton,
                              .kind_count = 1,
                              .verify = PT_VERIFY_ALL};
    found = (struct pt_findings){0};
    is_done = false;
}

static void end_world(void)
{
    pt_loop_free(net.loop);
    pt_arena_free(arena);
}

static struct pt_server *add(enum pt_service service, const char *host,
                             uint16_t port, enum pt_trust trust, bool chosen)
{
    struct pt_server *server = pt_settings_add(arena, &settings);

    *server = (struct pt_server){
        .service = service,
        .host = host,
        .port = port,
        .security = PT_TLS,
        .chosen = chosen,
        .why = "only offer",
        .origin = {.source = "autoconfig", .trust = trust, .rank = 4}};
    return server;
}

static void add_both(void)
{
    add(PT_IMAP, "imap.example.org", 993, PT_VERIFIED, true);
    add(PT_SUBMISSION, "smtp.example.org", 465, PT_VERIFIED, true);
}

static void verify(void)
{
    struct pt_verify_setup setup = {.arena = arena,
                                    .loop = net.loop,
                                    .net = &net.transport,
                                    .query = &query,
                                    .found = &found,
                                    .settings = &settings,
                                    .limit_ms = 5000,
                                    .done = on_done};

    if (!pt_verify_begin(&setup))
        abort();
    while (!is_done && pt_loop_step(net.loop))
        ;
}

static bool was_asked(const char *what)
{
    for (size_t i = 0; i < net.count; i++)
        if (!strcmp(net.calls[i].what, what))
            return true;
    return false;
}

/* Who signed in where: "ann@imap.example.org:993 ...". */
static const char *logins(void)
{
    const char *text = "";

    for (size_t i = 0; i < net.count; i++)
        if (net.calls[i].username[0])
            text = pt_arena_printf(arena, "%s%s at %s; ", text,
                                   net.calls[i].username, net.calls[i].what);
    return text;
}

/* ---- tests ---- */

static void test_due(void)
{
    begin_world();
    OK(!pt_verify_is_due(&query, &settings), "nothing chosen, nothing due");
    add_both();
    OK(pt_verify_is_due(&query, &settings), "what is chosen is due");
    query.verify = PT_VERIFY_BRIDGES;
    OK(!pt_verify_is_due(&query, &settings),
       "without --verify no mail server is connected to");
    settings.servers[0].bridge = "proton";
    settings.servers[0].host = "127.0.0.1";
    OK(pt_verify_is_due(&query, &settings), "but for a bridge's");
    query.verify = PT_VERIFY_NONE;
    OK(!pt_verify_is_due(&query, &settings), "with --no-verify not even that");
    end_world();
}

static void test_works(void)
{
    begin_world();
    add_both();
    verify();
    OK(is_done && net.count == 2, "each is connected to once");
    OK(settings.servers[0].trial && settings.servers[1].trial &&
           settings.servers[0].trial->outcome == PT_TRIAL_WORKS,
       "and has its proof");
    IS(logins(), "", "nobody signs in who was not told to");
    end_world();
}

static void test_stands_in(void)
{
    begin_world();
    add(PT_IMAP, "imap.example.org", 993, PT_VERIFIED, true);
    add(PT_IMAP, "unsure.example.org", 993, PT_VERIFIED, false)
        ->needs_consent = true;
    add(PT_IMAP, "less.example.org", 993, PT_THIRD, false);
    add(PT_IMAP, "later.example.org", 993, PT_VERIFIED, false)->origin.rank--;
    add(PT_IMAP, "other.example.org", 993, PT_VERIFIED, false);
    net.closed = "imap.example.org:993";
    verify();
    OK(!was_asked("less.example.org:993"),
       "one that is less trusted is not even connected to");
    OK(!was_asked("unsure.example.org:993"),
       "nor one that nobody vouches for");
    OK(!was_asked("later.example.org:993"),
       "nor one of a source that ranks lower");
    IS(settings.servers[0].host, "other.example.org",
       "one that is worth the same stands in, and comes first");
    OK(settings.servers[0].chosen && !settings.servers[1].chosen,
       "there is one chosen, and but one");
    OK(settings.server_count == 5, "nobody is lost");
    end_world();
}

static void test_many(void)
{
    begin_world();
    for (unsigned i = 0; i < 8; i++)
        add(PT_IMAP, pt_arena_printf(arena, "h%u.example.org", i), 993,
            PT_VERIFIED, !i);
    net.closed = "h";
    verify();
    OK(net.count == 4, "four servers of a service are tried, and no more");
    OK(settings.servers[0].chosen, "and the first stays");
    end_world();
}

/* On this machine or a private network a stranger's word leads nowhere. */
static void test_nearby(enum pt_trust trust, const char *accepted,
                        const char *from, bool want, const char *what)
{
    begin_world();
    add(PT_IMAP, "imap.example.org", 993, trust, true);
    query.from = from;
    if (accepted)
        pt_strings_add(arena, &query.accept, accepted);
    verify();
    OK(net.count == 1 && net.calls[0].is_nearby == want, what);
    end_world();
}

static void test_nobody_answers(void)
{
    begin_world();
    add_both();
    net.is_silent = true;
    verify();
    OK(is_done && net.now_ms == 5000, "it ends when its time is up");
    OK(settings.servers[0].chosen &&
           settings.servers[0].trial->outcome == PT_TRIAL_TIMEOUT,
       "what was not to be proven stays chosen, and says so");
    OK(settings.hints.count == 2, "and people are told");
    end_world();
}

static void test_names(void)
{
    begin_world();
    add_both();
    query.password = "notapassword";
    net.logins[0] = "denied a4 NO [AUTHENTICATIONFAILED] no";
    net.logins[1] = "accepted";
    net.logins[2] = "accepted";
    verify();
    IS(logins(),
       "ann@example.org at imap.example.org:993; ann at imap.example.org:993; "
       "ann at smtp.example.org:465; ",
       "the address, then its first part; the name that is right is used next");
    IS(settings.servers[0].username, "ann", "and is the server's from then on");
    IS(net.calls[0].password, "notapassword", "the password is handed on");
    end_world();
}

static void test_published_name(void)
{
    begin_world();
    add_both();
    settings.servers[0].username = settings.servers[1].username = "a.nn";
    query.password = "notapassword";
    net.logins[0] = net.logins[1] = "denied a4 NO no";
    verify();
    IS(logins(),
       "a.nn at imap.example.org:993; a.nn at smtp.example.org:465; ",
       "a name that was published is tried once");
    end_world();
}

static void test_denied(void)
{
    begin_world();
    add_both();
    query.password = "notapassword";
    net.logins[0] = net.logins[1] = "denied a4 NO no";
    net.logins[2] = "denied 535 5.7.8 no";
    verify();
    IS(logins(),
       "ann@example.org at imap.example.org:993; ann at imap.example.org:993; "
       "ann@example.org at smtp.example.org:465; ",
       "two tries at one server, then one at the next");
    end_world();
}

static void test_no_more(const char *reply, const char *what)
{
    begin_world();
    add_both();
    query.password = "notapassword";
    net.logins[0] = reply;
    verify();
    IS(logins(), "ann@example.org at imap.example.org:993; ", what);
    OK(net.count == 2, "the other server is connected to, without a password");
    OK(settings.servers[1].trial->login == PT_LOGIN_NOT_TRIED &&
           settings.servers[1].trial->login_detail,
       "and it is told why");
    end_world();
}

static void test_bridge(void)
{
    begin_world();
    add(PT_SUBMISSION, "127.0.0.1", 1025, PT_LOCAL, true)->bridge = "proton";
    query.password = "notapassword";
    verify();
    OK(net.count == 1 && net.calls[0].kind == PT_ASK_SPEAK &&
           !net.signed_in,
       "a bridge is greeted, and nobody signs in");
    OK(settings.servers[0].trial->login == PT_LOGIN_NOT_TRIED &&
           settings.servers[0].trial->login_detail,
       "and it is told why");
    end_world();
}

int main(void)
{
    test_due();
    test_works();
    test_stands_in();
    test_many();
    test_nearby(PT_VERIFIED, NULL, NULL, false,
                "who published a server does not lead us to a private one");
    test_nearby(PT_VERIFIED, "smtp.example.org", NULL, false,
                "nor does another host that is accepted");
    test_nearby(PT_VERIFIED, "IMAP.example.org", NULL, true,
                "who accepts a host does");
    test_nearby(PT_VERIFIED, NULL, "a.xml", true, "and who names a file");
    test_nearby(PT_LOCAL, NULL, NULL, true, "and what is set up here");
    test_nobody_answers();
    test_names();
    test_published_name();
    test_denied();
    test_no_more("denied a4 NO [ALERT] Application-specific password required",
                 "where an app password is wanted no more is tried");
    test_no_more("denied a4 NO [LIMIT] too many",
                 "nor where somebody is blocked");
    test_bridge();
    return tap_done();
}
