/* loop.c - see loop.h.
 *
 * Hundreds of sockets and timers are open when a stream of addresses is
 * looked for.  Watches lie side by side, as poll() wants them; a table by
 * descriptor tells where.  Timers are a pairing heap: they lie in memory that
 * others own, so that arming one needs none and cannot fail.
 */
#include "base/loop.h"

#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
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
    struct pollfd *ready; /* a copy of fds: callbacks change fds */
    size_t count;
    size_t room;
    size_t *places; /* by descriptor: 0, or 1 more than where it lies */
    size_t place_room;
    struct pt_timer *timers; /* the root: the soonest */
    uint64_t armed;          /* so many, so far */
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
    free(loop->places);
    free(loop);
}

int64_t pt_loop_now(const struct pt_loop *loop)
{
    return loop->clock.now_ms(loop->clock.ctx);
}

/* ---- watches ---- */

/* False, and *array as it was: no memory. */
static bool resize(void *array, size_t room, size_t size)
{
    void *moved;

    memcpy(&moved, array, sizeof(moved));
    moved = realloc(moved, room * size);
    if (moved)
        memcpy(array, &moved, sizeof(moved));
    return moved;
}

static bool make_room(struct pt_loop *loop)
{
    size_t room = loop->room ? loop->room * 2 : FIRST_ROOM;

    if (loop->count < loop->room)
        return true;
    if (!resize(&loop->fds, room, sizeof(*loop->fds)) ||
        !resize(&loop->ready, room, sizeof(*loop->ready)) ||
        !resize(&loop->watches, room, sizeof(*loop->watches)))
        return false;
    loop->room = room;
    return true;
}

static bool make_place(struct pt_loop *loop, int fd)
{
    size_t room = loop->place_room ? loop->place_room : FIRST_ROOM;

    while (room <= (size_t)fd)
        room *= 2;
    if (room == loop->place_room)
        return true;
    if (!resize(&loop->places, room, sizeof(*loop->places)))
        return false;
    memset(loop->places + loop->place_room, 0,
           (room - loop->place_room) * sizeof(*loop->places));
    loop->place_room = room;
    return true;
}

/* Where it lies, or count: nowhere. */
static size_t find(const struct pt_loop *loop, int fd)
{
    if (fd < 0 || (size_t)fd >= loop->place_room || !loop->places[fd])
        return loop->count;
    return loop->places[fd] - 1;
}

static void put(struct pt_loop *loop, size_t i, struct pollfd fd,
                struct watch watch)
{
    loop->fds[i] = fd;
    loop->watches[i] = watch;
    loop->places[fd.fd] = i + 1;
}

static void unwatch(struct pt_loop *loop, size_t i)
{
    if (i == loop->count)
        return;
    loop->count--;
    loop->places[loop->fds[i].fd] = 0;
    if (i != loop->count) /* the last one fills the gap */
        put(loop, i, loop->fds[loop->count], loop->watches[loop->count]);
}

bool pt_loop_watch(struct pt_loop *loop, int fd, short events,
                   pt_watch_fn *fn, void *ctx)
{
    struct watch watch = {.fn = fn, .ctx = ctx, .round = loop->round};
    size_t i = find(loop, fd);

    if (!events) {
        unwatch(loop, i);
        return true;
    }
    if (fd < 0 || !make_room(loop) || !make_place(loop, fd))
        return false;
    if (i == loop->count)
        loop->count++;
    else if (loop->watches[i].fn == fn && loop->watches[i].ctx == ctx)
        watch.round = loop->watches[i].round;
    put(loop, i, (struct pollfd){.fd = fd, .events = events}, watch);
    return true;
}

/* ---- timers ---- */

void pt_timer_init(struct pt_timer *timer, pt_timer_fn *fn, void *ctx)
{
    *timer = (struct pt_timer){.fn = fn, .ctx = ctx};
}

static bool is_sooner(const struct pt_timer *a, const struct pt_timer *b)
{
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->number < b->number;
}

/* Of two heaps, one; either may be NULL. */
static struct pt_timer *meld(struct pt_timer *a, struct pt_timer *b)
{
    if (!a || !b)
        return a ? a : b;
    if (is_sooner(b, a))
        return meld(b, a);
    b->before = a;
    b->next = a->child;
    if (b->next)
        b->next->before = b;
    a->child = b;
    return a;
}

/* Takes a heap off a list of siblings. */
static struct pt_timer *pop(struct pt_timer **siblings)
{
    struct pt_timer *first = *siblings;

    if (!first)
        return NULL;
    *siblings = first->next;
    first->next = first->before = NULL;
    return first;
}

/* In pairs, and then the pairs from the last to the first: this order is what
 * makes it cheap in the long run. */
static struct pt_timer *meld_all(struct pt_timer *siblings)
{
    struct pt_timer *pairs = NULL;
    struct pt_timer *heap = NULL;

    while (siblings) {
        struct pt_timer *first = pop(&siblings);
        struct pt_timer *pair = meld(first, pop(&siblings));

        pair->next = pairs;
        pairs = pair;
    }
    while (pairs)
        heap = meld(heap, pop(&pairs));
    return heap;
}

static void cut(struct pt_timer *timer)
{
    if (timer->before->child == timer)
        timer->before->child = timer->next;
    else
        timer->before->next = timer->next;
    if (timer->next)
        timer->next->before = timer->before;
}

void pt_loop_disarm(struct pt_loop *loop, struct pt_timer *timer)
{
    struct pt_timer *rest;

    if (!timer->armed)
        return;
    rest = meld_all(timer->child);
    if (timer == loop->timers) {
        loop->timers = rest;
    } else {
        cut(timer);
        loop->timers = meld(loop->timers, rest);
    }
    timer->child = timer->next = timer->before = NULL;
    timer->armed = false;
}

static int64_t clamp(int64_t value, int64_t most)
{
    return value < 0 ? 0 : value > most ? most : value;
}

void pt_loop_arm(struct pt_loop *loop, struct pt_timer *timer, int64_t in_ms)
{
    pt_loop_disarm(loop, timer);
    timer->at_ms = pt_loop_now(loop) + clamp(in_ms, longest_ms);
    timer->number = loop->armed++;
    timer->round = loop->round;
    timer->armed = true;
    loop->timers = meld(loop->timers, timer);
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

/* What poll() saw of a descriptor, as far as it still matters: since then its
 * number may have been closed, opened and watched anew. */
static void tell(struct pt_loop *loop, const struct pollfd *seen)
{
    const short always = POLLERR | POLLHUP | POLLNVAL;
    size_t i = find(loop, seen->fd);
    short revents;

    if (i == loop->count || loop->watches[i].round == loop->round)
        return;
    revents = (short)(seen->revents & (loop->fds[i].events | always));
    if (revents)
        loop->watches[i].fn(loop->watches[i].ctx, seen->fd, revents);
}

bool pt_loop_step(struct pt_loop *loop)
{
    size_t n = loop->count;
    int left;

    if (!loop->timers && !n)
        return false;
    loop->round++;
    if (n)
        memcpy(loop->ready, loop->fds, n * sizeof(*loop->fds));
    left = poll(loop->ready, (nfds_t)n, time_to_wait(loop));
    for (size_t r = 0; left > 0 && r < n; r++) {
        struct pollfd seen = loop->ready[r]; /* callbacks move the rest */

        if (!seen.revents)
            continue;
        left--;
        tell(loop, &seen);
    }
    fire_due(loop);
    return true;
}
