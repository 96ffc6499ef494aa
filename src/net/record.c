#include "net/record.h"

#include <stdlib.h>

struct pt_recorder {
    struct pt_transport transport; /* first: a recorder is a transport */
    struct pt_arena *arena;
    struct pt_loop *loop;
    struct pt_transport *net;
    struct pt_recorded *first;
    struct pt_recorded **last;
    size_t count;
    const struct pt_recorded *latest; /* that was answered */
    size_t size; /* of all answers */
    bool is_full;
    bool is_dropping;
};

/* One ask on its way: remembered, and passed on to whoever asked. */
struct passage {
    struct pt_recorder *recorder;
    struct pt_recorded *recorded; /* NULL: the same was asked before */
    pt_answer_fn *done;
    void *ctx;
};

bool pt_record_is_same(const struct pt_ask *a, const struct pt_ask *b)
{
    return a->kind == b->kind && a->record == b->record &&
           pt_is(a->what ? a->what : "", b->what ? b->what : "") &&
           pt_is(a->method, b->method) &&
           ((a->kind != PT_ASK_SHELF && a->kind != PT_ASK_PROBE) ||
            pt_is(a->within, b->within));
}

/* ---- what is remembered ---- */

/* The same, asked before.  When nothing came of it, it makes room. */
static bool is_remembered(struct pt_recorder *recorder,
                          const struct pt_ask *ask)
{
    struct pt_recorded *r = recorder->first;

    while (r && (r->is_superseded || !pt_record_is_same(&r->ask, ask)))
        r = r->next;
    if (r && r->was_dropped)
        r->is_superseded = true;
    return r && !r->is_superseded;
}

static struct pt_recorded *remember(struct pt_recorder *recorder,
                                    const struct pt_ask *ask)
{
    struct pt_arena *arena = recorder->arena;
    struct pt_recorded *r = pt_arena_alloc(arena, sizeof(*r));

    if (!r)
        return NULL;
    r->nth = recorder->count++;
    r->begun_ms = pt_loop_now(recorder->loop);
    r->ask = (struct pt_ask){.kind = ask->kind,
                             .what = pt_arena_strdup(arena, ask->what),
                             .within = pt_arena_strdup(arena, ask->within),
                             .method = pt_arena_strdup(arena, ask->method),
                             .record = ask->record,
                             .payload = pt_arena_strdup(arena, ask->payload),
                             .limit_ms = ask->limit_ms};
    for (size_t i = 0; i < ask->needles.count; i++)
        pt_strings_add(arena, &r->ask.needles,
                       pt_arena_strdup(arena, ask->needles.at[i]));
    if (pt_arena_failed(arena))
        return NULL;
    *recorder->last = r;
    recorder->last = &r->next;
    return r;
}

/* What comes in the same millisecond, a replay answers in the order it was
 * asked. */
static void keep_order(struct pt_recorder *recorder, struct pt_recorded *r)
{
    const struct pt_recorded *latest = recorder->latest;
    int64_t least_ms = INT64_MIN;

    if (latest)
        least_ms = latest->begun_ms + latest->after_ms + (r->nth < latest->nth);
    if (r->begun_ms + r->after_ms < least_ms)
        r->after_ms = least_ms - r->begun_ms;
    recorder->latest = r;
}

static void keep_answer(struct pt_recorder *recorder, struct pt_recorded *r,
                        const struct pt_answer *answer)
{
    struct pt_arena *arena = recorder->arena;

    r->is_answered = true;
    r->was_dropped = recorder->is_dropping;
    r->after_ms = pt_loop_now(recorder->loop) - r->begun_ms;
    if (!r->was_dropped)
        keep_order(recorder, r);
    r->answer = *answer;
    r->answer.why = pt_arena_strdup(arena, answer->why);
    r->answer.location = pt_arena_strdup(arena, answer->location);
    r->answer.media_type = pt_arena_strdup(arena, answer->media_type);
    r->answer.body = NULL;
    r->answer.len = 0;
    if (answer->len > PT_RECORD_MAX - recorder->size) {
        recorder->is_full = true;
        return;
    }
    recorder->size += answer->len;
    r->answer.body = pt_arena_strndup(arena, answer->body, answer->len);
    r->answer.len = r->answer.body ? answer->len : 0;
}

/* ---- the transport ---- */

static void on_answer(void *ctx, const struct pt_answer *answer)
{
    struct passage passage = *(struct passage *)ctx;

    free(ctx);
    if (passage.recorded)
        keep_answer(passage.recorder, passage.recorded, answer);
    passage.done(passage.ctx, answer);
}

static bool begin(struct pt_transport *self, const struct pt_ask *ask,
                  pt_answer_fn *done, void *ctx)
{
    struct pt_recorder *recorder = (struct pt_recorder *)self;
    struct passage *passage = malloc(sizeof(*passage));

    if (!passage)
        return false;
    *passage = (struct passage){.recorder = recorder,
                                .recorded = is_remembered(recorder, ask)
                                                ? NULL
                                                : remember(recorder, ask),
                                .done = done,
                                .ctx = ctx};
    if (recorder->net->begin(recorder->net, ask, on_answer, passage))
        return true;
    free(passage);
    return false;
}

static void drop(struct pt_transport *self, const void *owner)
{
    struct pt_recorder *recorder = (struct pt_recorder *)self;

    recorder->is_dropping = true;
    recorder->net->drop(recorder->net, owner);
    recorder->is_dropping = false;
}

static bool is_busy(struct pt_transport *self)
{
    struct pt_transport *net = ((struct pt_recorder *)self)->net;

    return net->is_busy && net->is_busy(net);
}

/* ---- life ---- */

struct pt_recorder *pt_recorder_new(struct pt_loop *loop,
                                    struct pt_transport *net)
{
    struct pt_recorder *recorder = calloc(1, sizeof(*recorder));

    if (!recorder)
        return NULL;
    *recorder = (struct pt_recorder){
        .transport = {.begin = begin, .drop = drop, .is_busy = is_busy},
        .arena = pt_arena_new(),
        .loop = loop,
        .net = net};
    recorder->last = &recorder->first;
    if (recorder->arena)
        return recorder;
    free(recorder);
    return NULL;
}

void pt_recorder_free(struct pt_recorder *recorder)
{
    if (!recorder)
        return;
    pt_arena_free(recorder->arena);
    free(recorder);
}

struct pt_transport *pt_recorder_transport(struct pt_recorder *recorder)
{
    return &recorder->transport;
}

const struct pt_recorded *pt_recorder_first(const struct pt_recorder *recorder)
{
    return recorder->first;
}

bool pt_recorder_is_full(const struct pt_recorder *recorder)
{
    return recorder->is_full;
}

bool pt_recorder_failed(const struct pt_recorder *recorder)
{
    return pt_arena_failed(recorder->arena);
}
