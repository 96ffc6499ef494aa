#include "resolve/trials.h"

#include <strings.h>

enum state { WAITING, RUNNING, KNOWN };

/* One trial's place in the line. */
struct pt_turn {
    struct pt_trials *trials;
    struct pt_trial *trial;
    const char *machine;
    enum state state;
    int64_t begun_ms;
};

struct pt_trials {
    struct pt_trials_setup setup;
    struct pt_turn *turns;
    size_t known;
    size_t first; /* everything before it is begun */
    struct pt_trials_line *line;
    struct pt_trials_line own;
    struct pt_trials *next; /* in the line */
    bool is_stopped;
    struct pt_timer tick;
};

/* ---- whose machine it is ---- */

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

/* Name servers give the addresses of each name in any order. */
static bool is_within(const char *a, const char *b)
{
    struct pt_slice rest = pt_slice_of(a);
    struct pt_slice line;

    while (pt_next_line(&rest, &line))
        if (!has_line(b, line))
            return false;
    return true;
}

/* ---- whose turn it is ---- */

static bool may_begin(const struct pt_turn *turn)
{
    const struct pt_trials_line *line = turn->trials->line;
    size_t there = 0;

    for (size_t i = 0; i < line->running_count; i++) {
        const struct pt_turn *other = line->running[i];

        if (!may_meet(other->machine, turn->machine))
            continue;
        if (other->trial->port == turn->trial->port)
            return false;
        there++;
    }
    return there < PT_TRIALS_EACH;
}

static void leave(const struct pt_turn *turn)
{
    struct pt_trials_line *line = turn->trials->line;
    size_t i = 0;

    while (line->running[i] != turn)
        i++;
    line->running[i] = line->running[--line->running_count];
}

static void join_line(struct pt_trials *t)
{
    struct pt_trials **end = &t->line->first;

    while (*end)
        end = &(*end)->next;
    *end = t;
}

static void leave_line(struct pt_trials *t)
{
    struct pt_trials **at = &t->line->first;

    while (*at != t)
        at = &(*at)->next;
    *at = t->next;
}

/* ---- what comes of it ---- */

static void tell_done(void *ctx)
{
    struct pt_trials *t = ctx;

    t->setup.done(t->setup.ctx);
}

static void settle(struct pt_turn *turn)
{
    struct pt_trials *t = turn->trials;

    turn->state = KNOWN;
    if (t->setup.each)
        t->setup.each(t->setup.ctx, turn->trial);
    if (++t->known < t->setup.count)
        return;
    leave_line(t);
    pt_timer_init(&t->tick, tell_done, t);
    pt_loop_arm(t->setup.loop, &t->tick, 0);
}

static void settle_as(struct pt_turn *turn, enum pt_trial_outcome outcome,
                      const char *detail)
{
    turn->trial->outcome = outcome;
    turn->trial->detail = detail;
    settle(turn);
}

/* What a trial would hear that is let do what the other was. */
static bool is_alike(const struct pt_turn *turn, const struct pt_turn *from)
{
    return turn->trial->port == from->trial->port &&
           turn->trial->is_nearby == from->trial->is_nearby &&
           is_within(turn->machine, from->machine);
}

static void share_with(struct pt_trials *t, const struct pt_turn *from)
{
    for (size_t i = t->first; i < t->setup.count; i++) {
        struct pt_turn *turn = &t->turns[i];

        if (turn->state != WAITING || !is_alike(turn, from))
            continue;
        turn->trial->took_ms = from->trial->took_ms;
        settle_as(turn, from->trial->outcome,
                  pt_arena_strdup(t->setup.arena, from->trial->detail));
    }
}

/* No connection came about: that has nothing to do with the name. */
static void share(const struct pt_turn *from)
{
    struct pt_trials *next;

    for (struct pt_trials *t = from->trials->line->first; t; t = next) {
        next = t->next; /* with all of it known, t leaves */
        share_with(t, from);
    }
}

static void advance(struct pt_trials_line *line);

static void on_answer(void *ctx, const struct pt_answer *answer)
{
    struct pt_turn *turn = ctx;
    struct pt_trials *t = turn->trials;

    leave(turn);
    turn->trial->took_ms = pt_loop_now(t->setup.loop) - turn->begun_ms;
    if (t->is_stopped && answer->status != PT_ANSWER_OK) {
        settle_as(turn, PT_TRIAL_TIMEOUT, "it had not answered when time was "
                                          "up");
    } else {
        pt_trial_read(t->setup.arena, turn->trial, answer);
        settle(turn);
        if (answer->status != PT_ANSWER_OK)
            share(turn);
    }
    advance(t->line);
}

/* ---- the course of it ---- */

static void begin(struct pt_trials *t, struct pt_turn *turn)
{
    const struct pt_trials_setup *setup = &t->setup;
    struct pt_ask ask;

    turn->state = RUNNING;
    turn->begun_ms = pt_loop_now(setup->loop);
    t->line->running[t->line->running_count++] = turn;
    if (pt_trial_ask(setup->arena, turn->trial, setup->credentials,
                     setup->limit_ms ? setup->limit_ms : PT_PROBE_MS, &ask)) {
        ask.owner = t;
        if (setup->net->begin(setup->net, &ask, on_answer, turn))
            return;
    }
    pt_arena_fail(setup->arena);
    leave(turn);
    settle_as(turn, PT_TRIAL_NOT_ASKED, "out of memory");
}

static void begin_some(struct pt_trials *t)
{
    for (size_t i = t->first;
         i < t->setup.count && t->line->running_count < PT_TRIALS_RUNNING &&
         !t->is_stopped;
         i++)
        if (t->turns[i].state == WAITING && may_begin(&t->turns[i]))
            begin(t, &t->turns[i]);
    while (t->first < t->setup.count && t->turns[t->first].state != WAITING)
        t->first++;
}

static void advance(struct pt_trials_line *line)
{
    struct pt_trials *next;

    for (struct pt_trials *t = line->first; t; t = next) {
        next = t->next; /* with all of it known, t leaves */
        begin_some(t);
    }
}

static void on_start(void *ctx)
{
    begin_some(ctx);
}

struct pt_trials *pt_trials_begin(const struct pt_trials_setup *setup)
{
    struct pt_trials *t = pt_arena_alloc(setup->arena, sizeof(*t));
    struct pt_turn *turns =
        pt_arena_alloc(setup->arena, (setup->count + 1) * sizeof(*turns));

    if (!t || !turns)
        return NULL;
    *t = (struct pt_trials){.setup = *setup, .turns = turns};
    t->line = setup->line ? setup->line : &t->own;
    for (size_t i = 0; i < setup->count; i++) {
        const char *machine = setup->addresses ? setup->addresses[i] : NULL;

        turns[i] = (struct pt_turn){
            .trials = t,
            .trial = &setup->trials[i],
            .machine = machine ? machine : setup->trials[i].host};
    }
    if (setup->count)
        join_line(t);
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
