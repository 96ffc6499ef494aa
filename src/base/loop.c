/* loop.c - see loop.h.  A few dozen descriptors at most: lists will do. */
#include "base/loop.h"

#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>

enum { FIRST_ROOM = 16 };

/* A century: no sum with it overflows. */
static const int64_t longest_ms = INT64_C(100) * 366 * 24 * 3600 * 1000;

struct watch {
    pt_watch_fn *fn;
    void *ctx;
    uint64_t round; /* the loop's round it began in */
};

struct pt_loop {
    struct pt_clock clock;
    struct pollfd *fds; /* fds[i] belongs to watches[i] */
    struct watch *watches;
    nfds_t count;
    nfds_t room;
    struct pollfd *ready;    /* a copy of fds: callbacks change fds */
    struct pt_timer *timers; /* soonest first */
    uint64_t round;
};

static int64_t monotonic_now(void *ctx)
{
    struct timespec ts;

    (void)ctx;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

const struct pt_clock pt_clock_monotonic = {.now_ms = monotonic_now};

struct pt_loop *pt_loop_new(const struct pt_clock *clock)
{
    struct pt_loop *loop = calloc(1, sizeof(*loop));

    if (loop)
        loop->clock = *clock;
    return loop;
}

void pt_loop_free(struct pt_loop *loop)
{
    if (!loop)
        return;
    free(loop->fds);
    free(loop->watches);
    free(loop->ready);
    free(loop);
}

int64_t pt_loop_now(const struct pt_loop *loop)
{
    return loop->clock.now_ms(loop->clock.ctx);
}

/* ---- watches ---- */

static bool grow(struct pt_loop *loop)
{
    nfds_t room = loop->room ? loop->room * 2 : FIRST_ROOM;
    struct pollfd *fds = realloc(loop->fds, room * sizeof(*fds));
    struct pollfd *ready;
    struct watch *watches;

    if (!fds)
        return false;
    loop->fds = fds;
    ready = realloc(loop->ready, room * sizeof(*ready));
    if (!ready)
        return false;
    loop->ready = ready;
    watches = realloc(loop->watches, room * sizeof(*watches));
    if (!watches)
        return false;
    loop->watches = watches;
    loop->room = room;
    return true;
}

static nfds_t find(const struct pt_loop *loop, int fd)
{
    nfds_t i = 0;

    while (i < loop->count && loop->fds[i].fd != fd)
        i++;
    return i;
}

static void unwatch(struct pt_loop *loop, nfds_t i)
{
    if (i == loop->count)
        return;
    loop->count--;
    loop->fds[i] = loop->fds[loop->count];
    loop->watches[i] = loop->watches[loop->count];
}

bool pt_loop_watch(struct pt_loop *loop, int fd, short events,
                   pt_watch_fn *fn, void *ctx)
{
    nfds_t i = find(loop, fd);
    bool is_new = i == loop->count;

    if (!events) {
        unwatch(loop, i);
        return true;
    }
    if (is_new && loop->count == loop->room && !grow(loop))
        return false;
    if (is_new)
        loop->count++;
    if (is_new || loop->watches[i].fn != fn || loop->watches[i].ctx != ctx)
        loop->watches[i] = (struct watch){
            .fn = fn, .ctx = ctx, .round = loop->round};
    loop->fds[i] = (struct pollfd){.fd = fd, .events = events};
    return true;
}

/* ---- timers ---- */

void pt_timer_init(struct pt_timer *timer, pt_timer_fn *fn, void *ctx)
{
    *timer = (struct pt_timer){.fn = fn, .ctx = ctx};
}

void pt_loop_disarm(struct pt_loop *loop, struct pt_timer *timer)
{
    struct pt_timer **at;

    if (!timer->armed)
        return;
    for (at = &loop->timers; *at != timer; at = &(*at)->next)
        ;
    *at = timer->next;
    timer->armed = false;
}

static int64_t clamp(int64_t value, int64_t most)
{
    return value < 0 ? 0 : value > most ? most : value;
}

void pt_loop_arm(struct pt_loop *loop, struct pt_timer *timer, int64_t in_ms)
{
    struct pt_timer **at;

    pt_loop_disarm(loop, timer);
    timer->at_ms = pt_loop_now(loop) + clamp(in_ms, longest_ms);
    for (at = &loop->timers; *at && (*at)->at_ms <= timer->at_ms;
         at = &(*at)->next)
        ;
    timer->next = *at;
    *at = timer;
    timer->round = loop->round;
    timer->armed = true;
}

/* What a callback armed waits for the next round: a timer that arms itself
 * anew without end must not keep the descriptors waiting. */
static void fire_due(struct pt_loop *loop)
{
    int64_t now = pt_loop_now(loop);

    while (loop->timers && loop->timers->at_ms <= now &&
           loop->timers->round != loop->round) {
        struct pt_timer *timer = loop->timers;

        pt_loop_disarm(loop, timer);
        timer->fn(timer->ctx);
    }
}

/* ---- a round ---- */

static int64_t time_to_next(const struct pt_loop *loop)
{
    return clamp(loop->timers->at_ms - pt_loop_now(loop), INT_MAX);
}

/* How long poll() may wait; -1: for ever. */
static int time_to_wait(const struct pt_loop *loop)
{
    if (!loop->timers)
        return -1;
    if (!loop->clock.skip_ms)
        return (int)time_to_next(loop);
    loop->clock.skip_ms(loop->clock.ctx, time_to_next(loop));
    return 0;
}

/* What poll() saw of the r-th descriptor, as far as it still matters: since
 * then its number may have been closed, opened and watched anew. */
static void tell(struct pt_loop *loop, nfds_t r)
{
    const short always = POLLERR | POLLHUP | POLLNVAL;
    int fd = loop->ready[r].fd;
    nfds_t i = find(loop, fd);
    short revents;

    if (i == loop->count || loop->watches[i].round == loop->round)
        return;
    revents = (short)(loop->ready[r].revents & (loop->fds[i].events | always));
    if (revents)
        loop->watches[i].fn(loop->watches[i].ctx, fd, revents);
}

bool pt_loop_step(struct pt_loop *loop)
{
    nfds_t n = loop->count;

    if (!loop->timers && !n)
        return false;
    loop->round++;
    for (nfds_t i = 0; i < n; i++)
        loop->ready[i] = loop->fds[i];
    if (poll(loop->ready, n, time_to_wait(loop)) > 0)
        for (nfds_t r = 0; r < n; r++)
            tell(loop, r);
    fire_due(loop);
    return true;
}
