/* loop.h - one poll() loop: watched descriptors, timers, and the clock.
 *
 * The loop owns no policy.  Whoever adds a watch or timer owns the memory of
 * it and must remove it before freeing it (a watch: before its descriptor is
 * closed); both may be added and removed from inside any callback.  A
 * callback must not run the loop.  Time is whatever clock() says, so tests can
 * move it by hand.
 */
#ifndef PT_BASE_LOOP_H
#define PT_BASE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct pt_loop;

typedef void pt_watch_fn(void *ctx, int fd, short revents);
typedef void pt_timer_fn(void *ctx);

struct pt_timer {
    int64_t at_ms;
    pt_timer_fn *fn;
    void *ctx;
    bool armed;
    /* The loop's own. */
    uint64_t round;          /* it was armed in */
    uint64_t number;         /* of all that were armed, in order */
    struct pt_timer *child;  /* the first of those that come later */
    struct pt_timer *next;   /* a sibling */
    struct pt_timer *before; /* the sibling before it, or the parent */
};

struct pt_clock {
    int64_t (*now_ms)(void *ctx);
    /* NULL: really wait in poll().  Otherwise: pretend `ms` went by. */
    void (*skip_ms)(void *ctx, int64_t ms);
    void *ctx;
};

extern const struct pt_clock pt_clock_monotonic;

/* NULL: no memory. */
struct pt_loop *pt_loop_new(const struct pt_clock *clock);
void pt_loop_free(struct pt_loop *loop); /* takes NULL */

int64_t pt_loop_now(const struct pt_loop *loop);

/* Watch fd for events (POLLIN|POLLOUT); 0 stops.  One watch per fd.  What was
 * seen on a descriptor before it was watched anew is not told.  False: no
 * memory. */
bool pt_loop_watch(struct pt_loop *loop, int fd, short events,
                   pt_watch_fn *fn, void *ctx);

void pt_timer_init(struct pt_timer *timer, pt_timer_fn *fn, void *ctx);
/* Fires once; arming it again moves it.  Of those due at the same time the one
 * armed first fires first.  Armed by a callback, it fires in a later round at
 * the soonest. */
void pt_loop_arm(struct pt_loop *loop, struct pt_timer *timer, int64_t in_ms);
void pt_loop_disarm(struct pt_loop *loop, struct pt_timer *timer);

/* Run one round.  False when there is nothing left to wait for. */
bool pt_loop_step(struct pt_loop *loop);

#endif
