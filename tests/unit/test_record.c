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
    test_full(loop);
    pt_scenario_free(scenario);
    return tap_done();
}
