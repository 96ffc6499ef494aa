/* test_record.c - a transport that remembers. */
#include "net/record.h"
#include "net/scenario.h"
#include "tests/tap.h"

static const char world[] = "ask file /a\nafter 7\nok\n| one\n"
                            "ask file /slow\nafter 500\nok\n| late\n"
                            "ask grpc unix:/s /a.B/C\nok\n| g\n";

static void count(void *ctx, const struct pt_answer *answer)
{
    (void)answer;
    ++*(int *)ctx;
}

static void ask(struct pt_transport *net, enum pt_ask_kind kind,
                const char *what, const void *owner, int *answers)
{
    struct pt_ask it = {.kind = kind,
                        .what = what,
                        .method = kind == PT_ASK_GRPC ? "/a.B/C" : NULL,
                        .token = "hunter2",
                        .owner = owner,
                        .limit_ms = 900};

    OK(net->begin(net, &it, count, answers), "an ask is begun");
}

static size_t count_kept(const struct pt_recorder *recorder)
{
    size_t n = 0;

    for (const struct pt_recorded *r = pt_recorder_first(recorder); r;
         r = r->next)
        n += r->is_answered && !r->is_superseded;
    return n;
}

static void test_kept(struct pt_recorder *recorder, struct pt_loop *loop)
{
    struct pt_transport *net = pt_recorder_transport(recorder);
    const struct pt_recorded *r;
    int answers = 0;

    ask(net, PT_ASK_FILE, "/a", NULL, &answers);
    ask(net, PT_ASK_GRPC, "unix:/s", NULL, &answers);
    ask(net, PT_ASK_FILE, "/a", NULL, &answers);
    while (pt_loop_step(loop))
        ;
    OK(answers == 3, "whoever asked is answered, each time");
    OK(count_kept(recorder) == 2, "what was asked twice is kept once");
    r = pt_recorder_first(recorder);
    IS(r->ask.what, "/a", "the first that was asked comes first");
    OK(r->after_ms == 7 && r->ask.limit_ms == 900, "with its times");
    OK(pt_slice_is(pt_slice(r->answer.body, r->answer.len), "one\n"),
       "with its answer");
    OK(!r->ask.token, "and without its token");
    IS(r->next->ask.method, "/a.B/C", "a method is kept");
}

/* Asked one after the other, answered the other way round at one time. */
static void test_order(void)
{
    static const char ties[] = "ask file /late\nafter 6\nok\n"
                               "ask file /soon\nafter 5\nok\n"
                               "ask file /then\nafter 5\nok\n";
    static const char *const names[] = {"/then", "/soon", "/late"};
    struct pt_scenario *scenario;
    struct pt_recorder *recorder;
    const struct pt_recorded *r;
    int64_t done_ms[3] = {0};
    int answers = 0;

    if (pt_scenario_new(pt_slice_of(ties), &scenario, NULL) != PT_OK)
        return;
    recorder = pt_recorder_new(pt_scenario_loop(scenario),
                               pt_scenario_transport(scenario));
    for (int i = 0; i < 3; i++)
        ask(pt_recorder_transport(recorder), PT_ASK_FILE, names[i], NULL,
            &answers);
    while (pt_loop_step(pt_scenario_loop(scenario)))
        ;
    r = pt_recorder_first(recorder);
    for (int i = 0; r && i < 3; i++, r = r->next)
        done_ms[i] = r->after_ms;
    OK(done_ms[0] == 5 && done_ms[1] == 5 && done_ms[2] == 6,
       "what is in order keeps its times");
    pt_recorder_free(recorder);
    pt_scenario_free(scenario);
}

/* Answers only what it is told to, when it is told to. */
struct puppet {
    struct pt_transport transport;
    pt_answer_fn *done[2];
    void *ctx[2];
    int count;
};

static bool hold(struct pt_transport *self, const struct pt_ask *it,
                 pt_answer_fn *done, void *ctx)
{
    struct puppet *puppet = (struct puppet *)self;

    (void)it;
    puppet->done[puppet->count] = done;
    puppet->ctx[puppet->count++] = ctx;
    return true;
}

static void test_backwards(struct pt_loop *loop)
{
    static const struct pt_answer absent = {.status = PT_ANSWER_ABSENT};
    struct puppet puppet = {.transport = {.begin = hold}};
    struct pt_recorder *recorder = pt_recorder_new(loop, &puppet.transport);
    const struct pt_recorded *r;
    int answers = 0;

    ask(pt_recorder_transport(recorder), PT_ASK_FILE, "/1", NULL, &answers);
    ask(pt_recorder_transport(recorder), PT_ASK_FILE, "/2", NULL, &answers);
    puppet.done[1](puppet.ctx[1], &absent);
    puppet.done[0](puppet.ctx[0], &absent);
    r = pt_recorder_first(recorder);
    OK(r->after_ms == 1 && r->next->after_ms == 0,
       "the first to be asked comes later, when it was answered later");
    pt_recorder_free(recorder);
}

static void test_dropped(struct pt_recorder *recorder, struct pt_loop *loop)
{
    struct pt_transport *net = pt_recorder_transport(recorder);
    const struct pt_recorded *r = pt_recorder_first(recorder)->next->next;
    int answers = 0;
    int owner;

    ask(net, PT_ASK_FILE, "/slow", &owner, &answers);
    net->drop(net, &owner);
    r = pt_recorder_first(recorder)->next->next;
    OK(answers == 1 && r && r->was_dropped && !r->is_superseded,
       "what was given up is kept as such");
    ask(net, PT_ASK_FILE, "/slow", &owner, &answers);
    while (pt_loop_step(loop))
        ;
    OK(answers == 2 && r && r->is_superseded && r->next->after_ms == 500 &&
           !r->next->was_dropped,
       "until it is answered after all");
}

/* Answers what it was given, at once. */
struct parrot {
    struct pt_transport transport;
    const struct pt_answer *answer;
};

static bool repeat(struct pt_transport *self, const struct pt_ask *it,
                   pt_answer_fn *done, void *ctx)
{
    (void)it;
    done(ctx, ((struct parrot *)self)->answer);
    return true;
}

static void test_full(struct pt_loop *loop)
{
    static char body[1024 * 1024];
    static const char *const names[] = {"/1", "/2", "/3", "/4", "/5"};
    struct parrot parrot = {
        .transport = {.begin = repeat},
        .answer = &(struct pt_answer){.body = body, .len = sizeof(body)}};
    struct pt_recorder *recorder = pt_recorder_new(loop, &parrot.transport);
    int answers = 0;

    for (int i = 0; i < 4; i++)
        ask(pt_recorder_transport(recorder), PT_ASK_FILE, names[i], NULL,
            &answers);
    OK(!pt_recorder_is_full(recorder), "4 MiB of answers are kept");
    ask(pt_recorder_transport(recorder), PT_ASK_FILE, names[4], NULL, &answers);
    OK(pt_recorder_is_full(recorder) && answers == 5,
       "more are only passed on, and it says so");
    pt_recorder_free(recorder);
}

int main(void)
{
    struct pt_scenario *scenario;
    struct pt_recorder *recorder;
    struct pt_loop *loop;

    if (pt_scenario_new(pt_slice_of(world), &scenario, NULL) != PT_OK)
        return 99;
    loop = pt_scenario_loop(scenario);
    recorder = pt_recorder_new(loop, pt_scenario_transport(scenario));
    OK(recorder && !pt_recorder_first(recorder), "it begins with nothing");
    test_kept(recorder, loop);
    test_dropped(recorder, loop);
    OK(!pt_recorder_failed(recorder) && !pt_recorder_is_full(recorder),
       "it says that all of it was kept");
    pt_recorder_free(recorder);
    test_order();
    test_backwards(loop);
    test_full(loop);
    pt_scenario_free(scenario);
    return tap_done();
}
