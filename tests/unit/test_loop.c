#include "base/loop.h"
#include "tests/oom/alloc.h"
#include "tests/tap.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

static int64_t now;

static int64_t fake_now(void *ctx)
{
    (void)ctx;
    return now;
}

static void fake_skip(void *ctx, int64_t ms)
{
    (void)ctx;
    now += ms;
}

static const struct pt_clock fake = {.now_ms = fake_now, .skip_ms = fake_skip};

/* What a callback is to do with the loop, and what it saw. */
struct scene {
    struct pt_loop *loop;
    struct pt_timer timer;
    struct pt_timer other;
    int64_t fired_at;
    int fired;
    int seen;
    int stale;
    int ours[2];
    int theirs[2];
    struct scene *many;
};

static void note_time(void *ctx)
{
    ((struct scene *)ctx)->fired_at = now;
    ((struct scene *)ctx)->fired++;
}

static void test_order(struct pt_loop *loop)
{
    struct scene early = {0};
    struct scene late = {0};

    pt_timer_init(&early.timer, note_time, &early);
    pt_timer_init(&late.timer, note_time, &late);
    pt_loop_arm(loop, &late.timer, 5000);
    pt_loop_arm(loop, &early.timer, 20);
    while (pt_loop_step(loop))
        ;
    OK(early.fired_at == 20, "the earlier timer fires at its time");
    OK(late.fired_at == 5000, "the later one fires later, with no waiting");
    pt_loop_arm(loop, &early.timer, 10);
    pt_loop_arm(loop, &early.timer, 30);
    while (pt_loop_step(loop))
        ;
    OK(early.fired == 2 && early.fired_at == 5030,
       "arming an armed timer moves it");
}

static void test_odd_times(struct pt_loop *loop)
{
    struct scene s = {0};

    pt_timer_init(&s.timer, note_time, &s);
    pt_loop_arm(loop, &s.timer, -5);
    pt_loop_step(loop);
    OK(s.fired == 1 && s.fired_at == now, "a time gone by is now");
    pt_loop_arm(loop, &s.timer, INT64_MAX);
    OK(s.timer.at_ms > now, "the longest wait does not overflow");
    pt_loop_disarm(loop, &s.timer);
    OK(!pt_loop_step(loop), "a loop without watches and timers is done");
}

enum { TIMERS = 500, TIMES = 50 };

struct ring {
    struct pt_timer timer;
    int64_t due;
    int nth; /* armed in this order */
    int fired;
    const struct ring **last; /* that fired */
    bool *in_order;
};

static void check_order(void *ctx)
{
    struct ring *ring = ctx;
    const struct ring *last = *ring->last;

    ring->fired++;
    if (now != ring->due ||
        (last && (last->due > ring->due ||
                  (last->due == ring->due && last->nth > ring->nth))))
        *ring->in_order = false;
    *ring->last = ring;
}

/* The same numbers each time. */
static unsigned next_number(void)
{
    static unsigned state = 1;

    state = state * 1103515245u + 12345u;
    return state >> 16;
}

static void arm_ring(struct pt_loop *loop, struct ring *ring, int nth)
{
    int in_ms = (int)(next_number() % TIMES);

    ring->due = now + in_ms;
    ring->nth = nth;
    pt_loop_arm(loop, &ring->timer, in_ms);
}

/* How many did not fire as often as they should: those of every third are
 * armed twice, those of every fifth are disarmed. */
static int count_wrong(const struct ring *rings)
{
    int wrong = 0;

    for (int i = 0; i < TIMERS; i++)
        wrong += rings[i].fired != (i % 5 != 0);
    return wrong;
}

static void test_many_timers(struct pt_loop *loop)
{
    static struct ring rings[TIMERS];
    const struct ring *last = NULL;
    bool in_order = true;
    char wrong[16];

    for (int i = 0; i < TIMERS; i++) {
        rings[i].last = &last;
        rings[i].in_order = &in_order;
        pt_timer_init(&rings[i].timer, check_order, &rings[i]);
        arm_ring(loop, &rings[i], i);
    }
    for (int i = 0; i < TIMERS; i += 3)
        arm_ring(loop, &rings[i], TIMERS + i);
    for (int i = 0; i < TIMES / 4; i++) /* some have fired by then */
        pt_loop_step(loop);
    for (int i = 0; i < TIMERS; i += 5) {
        rings[i].fired = 0;
        pt_loop_disarm(loop, &rings[i].timer);
        pt_loop_disarm(loop, &rings[i].timer);
    }
    while (pt_loop_step(loop))
        ;
    snprintf(wrong, sizeof(wrong), "%d", count_wrong(rings));
    IS(wrong, "0", "of many timers each fires once, but for those disarmed");
    OK(in_order, "each at its time, and of those due at once the one armed "
                 "first comes first");
}

static void rearm(void *ctx)
{
    struct scene *s = ctx;

    s->fired++;
    pt_loop_arm(s->loop, &s->timer, 0);
}

static void drain(void *ctx, int fd, short revents)
{
    struct scene *s = ctx;
    char byte;

    (void)revents;
    s->seen += read(fd, &byte, 1) == 1;
}

static void test_endless_timer(struct pt_loop *loop)
{
    struct scene s = {.loop = loop};

    OK(!pipe(s.ours) && write(s.ours[1], "x", 1) == 1, "there is a pipe");
    pt_timer_init(&s.timer, rearm, &s);
    pt_loop_arm(loop, &s.timer, 0);
    pt_loop_watch(loop, s.ours[0], POLLIN, drain, &s);
    for (int i = 0; i < 3; i++)
        pt_loop_step(loop);
    OK(s.fired == 3, "a timer that arms itself fires once a round");
    OK(s.seen == 1, "and leaves descriptors their turn");
    pt_loop_disarm(loop, &s.timer);
    pt_loop_watch(loop, s.ours[0], 0, NULL, NULL);
    close(s.ours[0]);
    close(s.ours[1]);
}

static void disarm_other(void *ctx)
{
    struct scene *s = ctx;

    s->fired++;
    pt_loop_disarm(s->loop, &s->other);
}

static void test_disarm_from_timer(struct pt_loop *loop)
{
    struct scene s = {.loop = loop};

    pt_timer_init(&s.timer, disarm_other, &s);
    pt_timer_init(&s.other, note_time, &s);
    pt_loop_arm(loop, &s.timer, 1);
    pt_loop_arm(loop, &s.other, 1);
    while (pt_loop_step(loop))
        ;
    OK(s.fired == 1, "a timer disarmed by another does not fire");
}

static void on_stale(void *ctx, int fd, short revents)
{
    struct scene *s = ctx;

    (void)fd;
    (void)revents;
    s->stale++;
}

/* Both ends are readable; whichever comes first closes the other, whose number
 * a new pipe then gets, on which nothing is to be read. */
static void replace_other(void *ctx, int fd, short revents)
{
    struct scene *s = ctx;
    int other = fd == s->ours[0] ? s->theirs[0] : s->ours[0];
    int fresh[2];

    (void)revents;
    s->seen++;
    pt_loop_watch(s->loop, other, 0, NULL, NULL);
    pt_loop_watch(s->loop, fd, 0, NULL, NULL);
    if (pipe(fresh) || dup2(fresh[0], other) != other)
        return;
    pt_loop_watch(s->loop, other, POLLIN, on_stale, s);
    close(fresh[0]);
    close(fresh[1]);
}

static void test_reused_descriptor(struct pt_loop *loop)
{
    struct scene s = {.loop = loop};
    ssize_t written = 0;

    if (pipe(s.ours) || pipe(s.theirs))
        return;
    written += write(s.ours[1], "x", 1);
    written += write(s.theirs[1], "x", 1);
    pt_loop_watch(loop, s.ours[0], POLLIN, replace_other, &s);
    pt_loop_watch(loop, s.theirs[0], POLLIN, replace_other, &s);
    pt_loop_step(loop);
    OK(written == 2 && s.seen == 1, "the first callback removes the other");
    OK(s.stale == 0,
       "what was seen on a descriptor is not told to the next of its number");
    for (int i = 0; i < 2; i++) {
        pt_loop_watch(loop, s.ours[i], 0, NULL, NULL);
        pt_loop_watch(loop, s.theirs[i], 0, NULL, NULL);
        close(s.ours[i]);
        close(s.theirs[i]);
    }
}

enum { MANY = 100 };

/* Adds so many watches that the loop's arrays move under its feet. */
static void add_many(void *ctx, int fd, short revents)
{
    struct scene *s = ctx;

    drain(ctx, fd, revents);
    for (int i = 0; i < MANY; i++)
        if (!pipe(s->many[i].ours))
            pt_loop_watch(s->loop, s->many[i].ours[0], POLLIN, drain,
                          &s->many[i]);
}

static void test_growth_in_callback(struct pt_loop *loop)
{
    struct scene many[MANY] = {0};
    struct scene s = {.loop = loop, .many = many};
    struct scene after = {0};

    if (pipe(s.ours) || pipe(after.ours) || write(s.ours[1], "x", 1) != 1 ||
        write(after.ours[1], "x", 1) != 1)
        return;
    pt_loop_watch(loop, s.ours[0], POLLIN, add_many, &s);
    pt_loop_watch(loop, after.ours[0], POLLIN, drain, &after);
    pt_loop_step(loop);
    OK(s.seen == 1 && after.seen == 1,
       "a callback may add any number of watches");
    OK(write(many[MANY - 1].ours[1], "x", 1) == 1, "the last one has a byte");
    pt_loop_step(loop);
    OK(many[MANY - 1].seen == 1, "and is told of it");
    for (int i = 0; i < MANY; i++) {
        pt_loop_watch(loop, many[i].ours[0], 0, NULL, NULL);
        close(many[i].ours[0]);
        close(many[i].ours[1]);
    }
    pt_loop_watch(loop, s.ours[0], 0, NULL, NULL);
    pt_loop_watch(loop, after.ours[0], 0, NULL, NULL);
    close(s.ours[0]);
    close(s.ours[1]);
    close(after.ours[0]);
    close(after.ours[1]);
}

enum { FAR_FD = 700 };

static void test_far_descriptor(struct pt_loop *loop)
{
    struct scene s = {.loop = loop};
    struct scene far = {.loop = loop};
    int fd = -1;

    OK(pt_loop_watch(loop, FAR_FD, 0, NULL, NULL),
       "a watch that never was may be removed");
    if (!pipe(s.ours) && !pipe(far.ours))
        fd = dup2(far.ours[0], FAR_FD);
    OK(fd == FAR_FD && write(far.ours[1], "x", 1) == 1 &&
           write(s.ours[1], "x", 1) == 1,
       "there is a descriptor of a high number");
    OK(pt_loop_watch(loop, fd, POLLIN, drain, &far) &&
           pt_loop_watch(loop, s.ours[0], POLLIN, drain, &s),
       "it may be watched, beside one of a low number");
    pt_loop_step(loop);
    OK(far.seen == 1 && s.seen == 1, "both are told, once");
    pt_loop_watch(loop, fd, 0, NULL, NULL);
    OK(write(s.ours[1], "x", 1) == 1 && pt_loop_step(loop) && s.seen == 2,
       "and the second is still told when the first is gone");
    pt_loop_watch(loop, s.ours[0], 0, NULL, NULL);
    close(fd);
    for (int i = 0; i < 2; i++) {
        close(s.ours[i]);
        close(far.ours[i]);
    }
}

static void swap_watch(void *ctx, int fd, short revents)
{
    struct scene *s = ctx;

    (void)revents;
    s->seen++;
    pt_loop_watch(s->loop, fd, POLLOUT, drain, s);
    pt_loop_watch(s->loop, s->theirs[0], 0, NULL, NULL);
}

/* Both are readable; whichever comes first says again that the other is
 * watched, as libcurl does. */
static void watch_again(void *ctx, int fd, short revents)
{
    struct scene *s = ctx;
    int other = fd == s->ours[0] ? s->theirs[0] : s->ours[0];

    drain(ctx, fd, revents);
    pt_loop_watch(s->loop, other, POLLIN, watch_again, s);
}

static void test_watch_again(struct pt_loop *loop)
{
    struct scene s = {.loop = loop};

    if (pipe(s.ours) || pipe(s.theirs) || write(s.ours[1], "x", 1) != 1 ||
        write(s.theirs[1], "x", 1) != 1)
        return;
    pt_loop_watch(loop, s.ours[0], POLLIN, watch_again, &s);
    pt_loop_watch(loop, s.theirs[0], POLLIN, watch_again, &s);
    pt_loop_step(loop);
    OK(s.seen == 2, "a watch that is only renewed is told in the same round");
    pt_loop_watch(loop, s.ours[0], 0, NULL, NULL);
    pt_loop_watch(loop, s.theirs[0], 0, NULL, NULL);
    for (int i = 0; i < 2; i++) {
        close(s.ours[i]);
        close(s.theirs[i]);
    }
}

static void test_changed_watch(struct pt_loop *loop)
{
    struct scene s = {.loop = loop};
    struct scene other = {0};

    if (pipe(s.ours) || pipe(s.theirs) || write(s.ours[1], "x", 1) != 1 ||
        write(s.theirs[1], "x", 1) != 1)
        return;
    pt_loop_watch(loop, s.ours[0], POLLIN, swap_watch, &s);
    pt_loop_watch(loop, s.theirs[0], POLLIN, on_stale, &s);
    pt_loop_step(loop);
    OK(s.seen == 1 && s.stale == 0,
       "a watch removed in a round is not told what was seen in it");
    pt_loop_watch(loop, s.theirs[0], 0, NULL, NULL);
    OK(pt_loop_watch(loop, s.ours[0], POLLIN, drain, &other),
       "a watch may be handed to another");
    pt_loop_step(loop);
    OK(s.seen == 1 && other.seen == 1, "which is then told, alone");
    OK(pt_loop_watch(loop, s.ours[0], 0, NULL, NULL) &&
           pt_loop_watch(loop, s.ours[0], 0, NULL, NULL),
       "a watch may be removed, even twice");
    OK(!pt_loop_step(loop), "a watch that was changed was still one watch");
    for (int i = 0; i < 2; i++) {
        close(s.ours[i]);
        close(s.theirs[i]);
    }
}

static void test_real_clock(void)
{
    struct pt_loop *loop = pt_loop_new(&pt_clock_monotonic);
    struct scene s = {0};
    int64_t before = pt_loop_now(loop);

    pt_timer_init(&s.timer, note_time, &s);
    pt_loop_arm(loop, &s.timer, 20);
    while (pt_loop_step(loop))
        ;
    OK(s.fired == 1 && pt_loop_now(loop) - before >= 20,
       "by the real clock a timer really waits");
    pt_loop_free(loop);
    pt_loop_free(NULL);
}

static bool is_watch_refused(size_t nth)
{
    struct pt_loop *loop = pt_loop_new(&fake);
    struct scene s = {0};
    bool refused;

    if (pipe(s.ours))
        return false;
    pt_oom_fail_at(nth);
    refused = !pt_loop_watch(loop, s.ours[0], POLLIN, drain, &s);
    pt_oom_fail_at(0);
    refused = refused && !pt_loop_step(loop) &&
              pt_loop_watch(loop, s.ours[0], POLLIN, drain, &s);
    pt_loop_free(loop);
    close(s.ours[0]);
    close(s.ours[1]);
    return refused;
}

static void test_no_memory(void)
{
    pt_oom_fail_at(1);
    OK(!pt_loop_new(&fake), "without memory there is no loop");
    pt_oom_fail_at(0);
    for (size_t nth = 1; nth <= 4; nth++)
        OK(is_watch_refused(nth),
           "a watch that finds no memory is none, and may be tried again");
}

int main(void)
{
    struct pt_loop *loop = pt_loop_new(&fake);

    test_order(loop);
    test_odd_times(loop);
    test_many_timers(loop);
    test_endless_timer(loop);
    test_disarm_from_timer(loop);
    test_reused_descriptor(loop);
    test_growth_in_callback(loop);
    test_far_descriptor(loop);
    test_watch_again(loop);
    test_changed_watch(loop);
    pt_loop_free(loop);
    test_real_clock();
    test_no_memory();
    return tap_done();
}
