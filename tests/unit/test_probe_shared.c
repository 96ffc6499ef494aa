/* test_probe_shared.c - who asks the same of a mail server shares one visit:
 * with real sockets. */
#include "net/probe_shared.h"
#include "tests/tap.h"
#include "tests/unit/fake_server.h"

enum { LIMIT_MS = 3000, HEARD = 256 };

#define TALK "> 220 hi\n< EHLO [127.0.0.1]\n> 250 x\n< QUIT\n> 221 bye"

static struct pt_loop *loop;
static struct pt_speaker *speaker;
static struct pt_probes *probes;
static const struct fake_identity nobody;

struct heard {
    int count;
    enum pt_answer_status status;
    char said[HEARD];
};

static void on_answer(void *ctx, const struct pt_answer *answer)
{
    struct heard *heard = ctx;

    heard->count++;
    heard->status = answer->status;
    snprintf(heard->said, sizeof(heard->said), "%.*s", (int)answer->len,
             answer->len ? answer->body : "");
}

static void set_up(void)
{
    loop = pt_loop_new(&pt_clock_monotonic);
    speaker = pt_speaker_new(loop, &(struct pt_speaker_setup){0});
    probes = pt_probes_new(loop, speaker);
}

static void tear_down(void)
{
    pt_probes_free(probes);
    pt_speaker_free(speaker);
    pt_loop_free(loop);
}

static void ask(const char *what, const void *owner,
                const struct pt_credentials *credentials, struct heard *heard)
{
    *heard = (struct heard){.count = 0};
    OK(pt_probes_begin(probes,
                       &(struct pt_ask){.kind = PT_ASK_PROBE,
                                        .what = what,
                                        .never_first = true,
                                        .is_nearby = true,
                                        .limit_ms = LIMIT_MS,
                                        .credentials = credentials,
                                        .owner = owner},
                       on_answer, heard) &&
           !heard->count,
       "an ask is begun, and not answered at once");
}

static void wait_for(const struct heard *heard)
{
    while (!heard->count && pt_loop_step(loop))
        ;
}

static void test_sharing(void)
{
    struct fake_server server;
    struct heard first, second, later;
    char what[32];

    set_up();
    fake_start(&server, &nobody, TALK);
    snprintf(what, sizeof(what), "127.0.0.1:%u", server.port);
    ask(what, NULL, NULL, &first);
    ask(what, NULL, NULL, &second);
    wait_for(&first);
    wait_for(&second);
    OK(strstr(first.said, "greeting 220 hi") &&
           !strcmp(first.said, second.said),
       "two who ask at the same time are told the same");
    OK(fake_end(&server) == 0, "of one visit");
    ask(what, NULL, NULL, &later);
    wait_for(&later);
    IS(later.said, first.said, "and who asks soon after, without another");
    tear_down();
}

static void test_giving_up(void)
{
    struct fake_server server;
    struct heard gone, stays;
    char what[32];
    const int one = 1;

    set_up();
    fake_start(&server, &nobody, TALK);
    snprintf(what, sizeof(what), "127.0.0.1:%u", server.port);
    ask(what, &one, NULL, &gone);
    ask(what, NULL, NULL, &stays);
    pt_probes_drop(probes, &one);
    OK(gone.count == 1 && gone.status == PT_ANSWER_FAILED && !stays.count,
       "who gives up is told so, and the others are not");
    wait_for(&stays);
    OK(stays.count == 1 && stays.status == PT_ANSWER_OK && gone.count == 1,
       "the visit goes on for them");
    OK(fake_end(&server) == 0, "to its end");
    tear_down();
}

static void test_giving_up_alone(void)
{
    struct fake_server server;
    struct heard gone, next;
    char what[32];
    const int one = 1;

    set_up();
    fake_start(&server, &nobody, "again\n" TALK);
    snprintf(what, sizeof(what), "127.0.0.1:%u", server.port);
    ask(what, &one, NULL, &gone);
    pt_probes_drop(probes, &one);
    OK(gone.count == 1, "who gives up alone ends the visit");
    pt_loop_step(loop);
    ask(what, NULL, NULL, &next);
    pt_probes_drop(probes, NULL);
    OK(next.count == 1 && next.status == PT_ANSWER_FAILED,
       "what came of that is nobody else's answer");
    fake_end(&server);
    tear_down();
}

static void test_signing_in(void)
{
    static const struct pt_credentials ann = {"ann", "secret"};
    struct fake_server server;
    struct heard first, second;
    char what[32];

    set_up();
    fake_start(&server, &nobody, TALK "\nagain\n" TALK);
    snprintf(what, sizeof(what), "127.0.0.1:%u", server.port);
    ask(what, NULL, &ann, &first);
    wait_for(&first);
    ask(what, NULL, &ann, &second);
    wait_for(&second);
    OK(fake_end(&server) == 0 && second.status == PT_ANSWER_OK,
       "who would sign in has a visit to himself");
    tear_down();
}

int main(void)
{
    test_sharing();
    test_giving_up();
    test_giving_up_alone();
    test_signing_in();
    return tap_done();
}
