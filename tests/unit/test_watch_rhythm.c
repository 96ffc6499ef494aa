/* test_watch_rhythm.c - when the watcher looks, on a clock of its own. */
#include "cli/watch_rhythm.h"
#include "tests/tap.h"

#include <stdlib.h>

/* What a watcher does from now on, until it rests or the time is over: "L150"
 * is a look after 150 ms, "Z" the last one; glances are counted only. */
struct diary {
    char text[512];
    int64_t rests_ms; /* since then nothing was due; -1: it never rested */
    int glances;
    int64_t longest_ms; /* between two glances */
};

struct run {
    struct pt_rhythm rhythm;
    int64_t now_ms;
    bool is_settled;
    bool has_changed;
};

static void write_down(struct diary *diary, char what, int64_t now_ms)
{
    size_t len = strlen(diary->text);

    snprintf(diary->text + len, sizeof(diary->text) - len, "%s%c%lld",
             len ? " " : "", what, (long long)now_ms);
}

static void act(struct run *run, struct diary *diary, int64_t *last_ms)
{
    enum pt_due due = pt_rhythm_due(&run->rhythm, run->now_ms);

    if (due == PT_DUE_GLANCE) {
        diary->glances++;
        if (*last_ms >= 0 && run->now_ms - *last_ms > diary->longest_ms)
            diary->longest_ms = run->now_ms - *last_ms;
        *last_ms = run->now_ms;
    }
    if (due != PT_DUE_LOOK && due != PT_DUE_LAST_LOOK)
        return;
    write_down(diary, due == PT_DUE_LOOK ? 'L' : 'Z', run->now_ms);
    pt_rhythm_look(&run->rhythm);
    pt_rhythm_looked(&run->rhythm, run->now_ms, run->is_settled,
                     run->has_changed);
}

static struct diary live(struct run *run, int64_t until_ms)
{
    struct diary diary = {.rests_ms = -1};
    int64_t last_ms = -1;

    while (run->now_ms < until_ms) {
        int64_t rest_ms = pt_rhythm_rest(&run->rhythm, run->now_ms);

        if (rest_ms < 0) {
            diary.rests_ms = run->now_ms;
            break;
        }
        run->now_ms += rest_ms;
        act(run, &diary, &last_ms);
    }
    return diary;
}

static void test_rest(void)
{
    struct pt_rhythm rhythm = {0};

    OK(pt_rhythm_rest(&rhythm, 5) == -1, "without news nothing is ever due");
    OK(pt_rhythm_due(&rhythm, 5) == PT_DUE_NOTHING, "nor is it now");
}

static void test_one(void)
{
    struct run run = {.is_settled = true, .has_changed = true};
    struct diary diary;

    pt_rhythm_news(&run.rhythm, 0);
    diary = live(&run, 100 * 1000);
    IS(diary.text, "L150", "one piece of news, one look");
    OK(diary.rests_ms >= 30 * 1000 && diary.rests_ms < 31 * 1000,
       "for half a minute it stays awake, and then sleeps for good");
    OK(diary.longest_ms > 0 && diary.longest_ms <= 400,
       "a listener is seen within 400 ms");
    OK(diary.glances < 120, "it does not glance more often than that needs");
}

static void test_burst(void)
{
    struct run run = {.is_settled = true, .has_changed = true};
    struct diary diary;

    for (int i = 0; i < 1000; i++)
        pt_rhythm_news(&run.rhythm, i / 10);
    diary = live(&run, 20 * 1000);
    IS(diary.text, "L249", "a thousand pieces of news, one look");
}

/* News that never pause, in steps of 50 ms. */
static int looks_in_storm(bool has_changed, int64_t span_ms)
{
    struct run run = {.is_settled = true, .has_changed = has_changed};
    int looks = 0;

    while (run.now_ms < span_ms) {
        struct diary diary;
        int64_t until_ms = run.now_ms + 50;

        pt_rhythm_news(&run.rhythm, run.now_ms);
        diary = live(&run, until_ms);
        looks += strchr(diary.text, 'L') != NULL;
        run.now_ms = until_ms;
    }
    return looks;
}

static void test_storm(void)
{
    int looks = looks_in_storm(true, 6000);

    OK(looks >= 8 && looks <= 10,
       "news that never pause are looked at every 600 ms or so");
    looks = looks_in_storm(false, 10 * 60 * 1000);
    OK(looks > 15 && looks < 40,
       "and ever less often, while they change nothing");
}

static void test_slow_bridge(void)
{
    struct run run = {0};
    struct diary diary;

    pt_rhythm_news(&run.rhythm, 0);
    diary = live(&run, 200 * 1000);
    IS(diary.text, "L150 L450 L1150 L2650 L5650 L11650 Z23650",
       "a bridge that is not ready is looked at less and less often");
    OK(diary.rests_ms > 0, "and then no more");
    pt_rhythm_news(&run.rhythm, run.now_ms);
    OK(pt_rhythm_rest(&run.rhythm, run.now_ms) == 100 ||
           pt_rhythm_rest(&run.rhythm, run.now_ms) == 150,
       "until there are news again");
}

static void test_settled_between(void)
{
    struct run run = {0};
    struct diary diary;

    pt_rhythm_news(&run.rhythm, 0);
    live(&run, 1000);
    run.is_settled = true;
    run.has_changed = true;
    diary = live(&run, 200 * 1000);
    IS(diary.text, "L1150", "once it is ready, no look is repeated");
}

int main(void)
{
    test_rest();
    test_one();
    test_burst();
    test_storm();
    test_slow_bridge();
    test_settled_between();
    return tap_done();
}
