#include "resolve/trials.h"

#include <strings.h>

enum state { WAITING, RUNNING, KNOWN };

/* One trial's place in the line. */
struct turn {
    struct pt_trials *trials;
    struct pt_trial *trial;
    const char *machine;
    enum state state;
    int64_t begun_ms;
};

struct pt_trials {
    struct pt_trials_setup setup;
    struct turn *turns;
    size_t known;
    size_t first; /* everything before it is begun */
    struct turn *running[PT_TRIALS_RUNNING];
    size_t running_count;
    bool is_stopped;
    struct pt_timer tick;
};

/* ---- whose turn it is ---- */

static bool has_line(const char *lines, struct pt_slice wanted)
{
    struct pt_slice rest = pt_slice_of(lines);
    struct pt_slice line;

    while (pt_next_line(&rest, &line))
        if (line.len == wanted.len &&
            !strncasecmp(line.at, wanted.at, line.len))
            return true;
    return false;
}

/* Any address in common will do: which one is connected to, nobody knows. */
static bool may_meet(const char *a, const char *b)
{
    struct pt_slice rest = pt_slice_of(a);
    struct pt_slice line;

    while (pt_next_line(&rest, &line))
        if (has_line(b, line))
            return true;
    return false;
}

static bool may_begin(const struct pt_trials *t, const struct turn *turn)
{
    size_t there = 0;

    for (size_t i = 0; i < t->running_count; i++) {
        const struct turn *other = t->running[i];

        if (!may_meet(other->machine, turn->machine))
            continue;
        if (other->trial->port == turn->trial->port)
            return false;
        there++;
    }
    return there < PT_TRIALS_EACH;
}

static void leave(struct pt_trials *t, const struct turn *turn)
{
    size_t i = 0;

    while (t->running[i] != turn)
        i++;
    t->running[i] = t->running[--t->running_count];
}

/* ---- what comes of it ---- */

static void tell_done(void *ctx)
{
    struct pt_trials *t = ctx;

    t->setup.done(t->setup.ctx);
}

static void settle(struct turn *turn)
{
    struct pt_trials *t = turn->trials;

    turn->state = KNOWN;
    if (t->setup.each)
        t->setup.each(t->setup.ctx, turn->trial);
    if (++t->known < t->setup.count)
        return;
    pt_timer_init(&t->tick, tell_done, t);
    pt_loop_arm(t->setup.loop, &t->tick, 0);
}

static void settle_as(struct turn *turn, enum pt_trial_outcome outcome,
                      const char *detail)
{
    turn->trial->outcome = outcome;
    turn->trial->detail = detail;
    settle(turn);
}

/* No connection came about: that has nothing to do with the name. */
static void share(struct pt_trials *t, const struct turn *from)
{
    for (size_t i = t->first; i < t->setup.count; i++) {
        struct turn *turn = &t->turns[i];

        if (turn->state == WAITING &&
            turn->trial->port == from->trial->port &&
            pt_is_nocase(turn->machine, from->machine)) {
            turn->trial->took_ms = from->trial->took_ms;
            settle_as(turn, from->trial->outcome, from->trial->detail);
        }
    }
}

static void advance(struct pt_trials *t);

static void on_answer(void *ctx, const struct pt_answer *answer)
{
    struct turn *turn = ctx;
    struct pt_trials *t = turn->trials;

    leave(t, turn);
    turn->trial->took_ms = pt_loop_now(t->setup.loop) - turn->begun_ms;
    if (t->is_stopped && answer->status != PT_ANSWER_OK) {
        settle_as(turn, PT_TRIAL_TIMEOUT, "it had not answered when time was "
                                          "up");
        return;
    }
    pt_trial_read(t->setup.arena, turn->trial, answer);
    settle(turn);
    if (answer->status != PT_ANSWER_OK)
        share(t, turn);
    advance(t);
}

/* ---- the course of it ---- */

static void begin(struct pt_trials *t, struct turn *turn)
{
    const struct pt_trials_setup *setup = &t->setup;
    struct pt_ask ask;

    turn->state = RUNNING;
    turn->begun_ms = pt_loop_now(setup->loop);
    t->running[t->running_count++] = turn;
    if (pt_trial_ask(setup->arena, turn->trial, setup->credentials,
                     setup->limit_ms ? setup->limit_ms : PT_TRIAL_MS, &ask)) {
        ask.owner = t;
        if (setup->net->begin(setup->net, &ask, on_answer, turn))
            return;
    }
    pt_arena_fail(setup->arena);
    leave(t, turn);
    settle_as(turn, PT_TRIAL_NOT_ASKED, "out of memory");
}

static void advance(struct pt_trials *t)
{
    for (size_t i = t->first;
         i < t->setup.count && t->running_count < PT_TRIALS_RUNNING &&
         !t->is_stopped;
         i++)
        if (t->turns[i].state == WAITING && may_begin(t, &t->turns[i]))
            begin(t, &t->turns[i]);
    while (t->first < t->setup.count && t->turns[t->first].state != WAITING)
        t->first++;
}

static void on_start(void *ctx)
{
    advance(ctx);
}

struct pt_trials *pt_trials_begin(const struct pt_trials_setup *setup)
{
    struct pt_trials *t = pt_arena_alloc(setup->arena, sizeof(*t));
    struct turn *turns =
        pt_arena_alloc(setup->arena, (setup->count + 1) * sizeof(*turns));

    if (!t || !turns)
        return NULL;
    *t = (struct pt_trials){.setup = *setup, .turns = turns};
    for (size_t i = 0; i < setup->count; i++) {
        const char *machine = setup->addresses ? setup->addresses[i] : NULL;

        turns[i] = (struct turn){
            .trials = t,
            .trial = &setup->trials[i],
            .machine = machine ? machine : setup->trials[i].host};
    }
    pt_timer_init(&t->tick, setup->count ? on_start : tell_done, t);
    pt_loop_arm(setup->loop, &t->tick, 0);
    return t;
}

void pt_trials_stop(struct pt_trials *trials)
{
    if (trials->is_stopped || trials->known == trials->setup.count)
        return;
    trials->is_stopped = true;
    pt_loop_disarm(trials->setup.loop, &trials->tick);
    trials->setup.net->drop(trials->setup.net, trials);
    for (size_t i = 0; i < trials->setup.count; i++)
        if (trials->turns[i].state == WAITING)
            settle_as(&trials->turns[i], PT_TRIAL_NOT_ASKED,
                      "there was no time for it");
}
