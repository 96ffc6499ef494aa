/* test_probe_stop.c - a probe that is not waited for: what is known by then is
 * told, and nothing is made up about the rest. */
#include "resolve/probe.h"
#include "tests/tap.h"

enum { CALLS_MAX = 64 };

/* A network that answers when it is told to. */
static struct {
    struct pt_transport transport;
    struct {
        struct pt_ask ask;
        pt_answer_fn *done;
        void *ctx;
    } calls[CALLS_MAX];
    size_t count;
} net;

static struct {
    struct pt_arena *arena;
    struct pt_loop *loop;
    struct pt_probe *probe;
    bool done;
} world;

static bool begin(struct pt_transport *self, const struct pt_ask *ask,
                  pt_answer_fn *done, void *ctx)
{
    (void)self;
    if (net.count == CALLS_MAX)
        return false;
    net.calls[net.count].ask = *ask;
    net.calls[net.count].done = done;
    net.calls[net.count++].ctx = ctx;
    return true;
}

static void answer(size_t i, enum pt_answer_status status, const char *body)
{
    pt_answer_fn *done = net.calls[i].done;

    net.calls[i].done = NULL;
    done(net.calls[i].ctx, &(struct pt_answer){.status = status,
                                               .body = body,
                                               .len = strlen(body),
                                               .why = "given up"});
}

static void drop(struct pt_transport *self, const void *owner)
{
    (void)self;
    for (size_t i = 0; i < net.count; i++)
        if (net.calls[i].done && net.calls[i].ask.owner == owner)
            answer(i, PT_ANSWER_FAILED, "");
}

static void note_done(void *ctx, enum pt_status status)
{
    (void)ctx;
    world.done = status == PT_OK;
}

static void begin_probe(const char *text)
{
    static const struct pt_query query = {.timeout_ms = 1000};
    static struct pt_probe_target target;
    struct pt_error err = {0};

    memset(&net, 0, sizeof(net));
    net.transport = (struct pt_transport){.begin = begin, .drop = drop};
    world.arena = pt_arena_new();
    world.loop = pt_loop_new(&pt_clock_monotonic);
    world.done = false;
    pt_probe_target_parse(world.arena, text, &target, &err);
    world.probe =
        pt_probe_begin(&(struct pt_probe_setup){.arena = world.arena,
                                                .loop = world.loop,
                                                .net = &net.transport,
                                                .query = &query,
                                                .target = &target,
                                                .done = note_done});
}

/* As far as it comes without another answer. */
static void go_on(void)
{
    while (!world.done && pt_loop_step(world.loop))
        ;
}

static void end_probe(void)
{
    pt_loop_free(world.loop);
    pt_arena_free(world.arena);
}

static void stop(const char *what)
{
    pt_probe_stop(world.probe);
    go_on();
    OK(world.done, what);
}

/* The call to a port; count: there is none. */
static size_t find_call(const char *what)
{
    size_t i = 0;

    while (i < net.count && strcmp(net.calls[i].ask.what, what) != 0)
        i++;
    return i;
}

static void test_trials(void)
{
    static const char heard[] = "address 192.0.2.1\ngreeting * OK ready\n"
                                "tls TLSv1.3\nverified\n"
                                "secured * CAPABILITY IMAP4rev1 AUTH=PLAIN\n"
                                "security tls\n";
    const struct pt_probe_verdict *verdict;
    size_t imaps;

    begin_probe("mail.example.org");
    go_on();
    answer(0, PT_ANSWER_OK, "192.0.2.1\n");
    go_on();
    imaps = find_call("mail.example.org:993");
    if (OK(imaps < net.count, "993 is tried"))
        answer(imaps, PT_ANSWER_OK, heard);
    stop("while ports are tried it can be stopped");
    verdict = pt_probe_verdict(world.probe);
    OK(verdict->best_count == 1 && verdict->best[0]->port == 993,
       "what works by then is told");
    OK(verdict->remarks.count == 1 &&
           !strncmp(verdict->remarks.at[0], "It was stopped", 14),
       "and that there is more");
    end_probe();
}

static void test_silent(void)
{
    const struct pt_probe_verdict *verdict;

    begin_probe("mail.example.org");
    go_on();
    answer(0, PT_ANSWER_OK, "192.0.2.1\n");
    go_on();
    stop("though nothing has answered");
    verdict = pt_probe_verdict(world.probe);
    OK(verdict->remarks.count == 1 && !verdict->letter,
       "no firewall is blamed for it, and no administrator");
    end_probe();
}

static void test_lookups(void)
{
    begin_probe("mail.example.org");
    go_on();
    OK(net.count == 1, "the host is looked up");
    stop("and that can be stopped");
    OK(net.count == 1, "then no port is tried");
    end_probe();
}

static void test_start(void)
{
    begin_probe("mail.example.org");
    stop("it can be stopped before it began");
    OK(net.count == 0, "then nothing is asked");
    end_probe();
}

int main(void)
{
    test_trials();
    test_silent();
    test_lookups();
    test_start();
    return tap_done();
}
