/* engine.c - see engine.h.  An ask becomes a slot; a slot is begun once and
 * answered once; a task whose slots are all answered may settle. */
#include "resolve/engine.h"

#include "format/url.h"
#include "resolve/merge.h"

enum slot_state { WAITING, BEGUN, ANSWERED };

struct slot {
    struct pt_ask ask;
    struct pt_task *task;
    struct pt_run *run;
    enum slot_state state;
    struct pt_answer answer; /* DNS: kept, for others who ask the same */
    int64_t begun_ms;
    struct slot *same;       /* an earlier slot that asks the same, or NULL */
    struct slot *next;
};

struct pt_run {
    struct pt_arena *arena;
    struct pt_loop *loop;
    struct pt_transport *net;
    const struct pt_query *query;
    struct pt_findings *found;
    struct pt_task *tasks;
    size_t task_count;
    struct slot *slots; /* in the order asked */
    struct slot **last;
    size_t asked;
    size_t open;   /* begun, not answered */
    bool over;     /* nothing more is asked */
    bool is_late;  /* time is up: what is open is read as it stands */
    bool finished; /* done() is on its way */
    struct pt_timer deadline;
    struct pt_timer tick;
    int64_t start_ms;
    pt_run_done_fn *done;
    void *ctx;
};

/* ---- what tasks call ---- */

static bool is_same(const struct pt_ask *a, const struct pt_ask *b)
{
    return a->kind == PT_ASK_DNS && b->kind == PT_ASK_DNS &&
           a->record == b->record && pt_is(a->what, b->what);
}

static struct slot *find_same(const struct pt_run *run,
                              const struct pt_ask *ask)
{
    struct slot *slot = ask->kind == PT_ASK_DNS ? run->slots : NULL;

    while (slot && (slot->same || !is_same(&slot->ask, ask)))
        slot = slot->next;
    return slot;
}

void pt_task_ask(struct pt_task *task, const struct pt_ask *ask)
{
    struct pt_run *run = task->run;
    struct slot *slot;

    if (run->over || run->asked == PT_ASKS_MAX)
        return;
    slot = pt_arena_alloc(run->arena, sizeof(*slot));
    if (!slot)
        return;
    *slot = (struct slot){.ask = *ask,
                          .task = task,
                          .run = run,
                          .begun_ms = pt_loop_now(run->loop)};
    slot->ask.owner = run;
    slot->same = find_same(run, ask);
    if (!ask->at_best.rank)
        slot->ask.at_best = (struct pt_worth){.trust = task->source->ceiling,
                                              .rank = task->source->rank};
    run->asked++;
    task->open++;
    *run->last = slot;
    run->last = &slot->next;
}

void pt_task_ignore_open(struct pt_task *task)
{
    for (struct slot *slot = task->run->slots; slot; slot = slot->next)
        if (slot->task == task && slot->state != ANSWERED)
            slot->ask.at_best = (struct pt_worth){0};
}

struct pt_server *pt_task_offer(struct pt_task *task)
{
    struct pt_findings *found = task->found;
    struct pt_server *more;

    if (found->offer_count == PT_OFFERS_MAX || task->offers == PT_OFFERS_EACH)
        return NULL;
    more = pt_arena_grow(task->arena, found->offers, found->offer_count,
                         sizeof(*more));
    if (!more)
        return NULL;
    found->offers = more;
    more += found->offer_count++;
    task->offers++;
    more->origin.source = task->source->name;
    more->origin.rank = task->source->rank;
    return more;
}

/* ---- the story ---- */

static const char *name_ask(struct pt_arena *arena, const struct pt_ask *ask)
{
    if (ask->kind == PT_ASK_DNS)
        return pt_arena_printf(arena, "DNS %s %s", pt_record_name(ask->record),
                               ask->what);
    if (ask->kind == PT_ASK_HOST)
        return pt_arena_printf(arena, "addresses of %s", ask->what);
    if (ask->kind == PT_ASK_PROBE)
        return pt_arena_printf(arena, "connect to %s", ask->what);
    if (ask->kind == PT_ASK_HTTP && ask->method)
        return pt_arena_printf(arena, "%s %s", ask->method, ask->what);
    return ask->what;
}

static const char *tell_answer(struct pt_arena *arena,
                               const struct pt_answer *answer)
{
    if (answer->status == PT_ANSWER_ABSENT)
        return answer->why ? pt_arena_strdup(arena, answer->why) : "none";
    if (answer->status != PT_ANSWER_OK)
        return pt_arena_strdup(arena, answer->why);
    if (answer->location)
        return pt_arena_printf(arena, "sent on to %s",
                               pt_url_shown(arena, answer->location));
    if (answer->http && answer->http != 200)
        return pt_arena_printf(arena, "HTTP status %d", answer->http);
    if (answer->why)
        return pt_arena_strdup(arena, answer->why);
    return answer->is_signed ? "answered, signed" : "answered";
}

static bool is_worth_telling(const struct pt_ask *ask)
{
    return ask->kind == PT_ASK_DNS || ask->kind == PT_ASK_HTTP ||
           ask->kind == PT_ASK_HOST || ask->kind == PT_ASK_PROBE;
}

static void note_event(const struct slot *slot, const struct pt_answer *answer)
{
    const struct pt_run *run = slot->run;
    struct pt_findings *found = run->found;
    bool is_waited_for = !run->over || run->is_late;
    struct pt_event *more;

    if (!run->query->wants_story || slot->same || !is_worth_telling(&slot->ask))
        return;
    more = pt_arena_grow(run->arena, found->events, found->event_count,
                         sizeof(*more));
    if (!more)
        return;
    found->events = more;
    more[found->event_count++] = (struct pt_event){
        .source = slot->task->source->name,
        .what = name_ask(run->arena, &slot->ask),
        .answer = is_waited_for ? tell_answer(run->arena, answer)
                                : "not waited for",
        .begun_ms = slot->begun_ms - run->start_ms,
        .ended_ms = pt_loop_now(run->loop) - run->start_ms,
        .is_answer = answer->status == PT_ANSWER_OK &&
                     (!answer->http || answer->http == 200),
        .given_up = run->over,
    };
}

/* ---- the end ---- */

static const struct pt_answer no_answer = {.status = PT_ANSWER_FAILED,
                                           .why = "no answer in time"};

static void take(struct slot *slot, const struct pt_answer *answer)
{
    struct pt_task *task = slot->task;

    slot->state = ANSWERED;
    task->open--;
    task->answer_ms = pt_loop_now(slot->run->loop) - slot->begun_ms;
    task->source->read(task, &slot->ask, answer);
}

static void tell_done(void *ctx)
{
    struct pt_run *run = ctx;

    run->done(run->ctx);
}

/* What has not answered by now is not waited for. */
static void finish(struct pt_run *run)
{
    run->finished = run->over = true;
    pt_loop_disarm(run->loop, &run->deadline);
    run->net->drop(run->net, run);
    for (size_t i = 0; i < run->task_count; i++) {
        struct pt_task *task = &run->tasks[i];

        if (task->settled)
            continue;
        task->late = true;
        task->source->settle(task);
        task->took_ms = pt_loop_now(run->loop) - run->start_ms;
    }
    pt_loop_disarm(run->loop, &run->tick); /* it may not have begun yet */
    pt_timer_init(&run->tick, tell_done, run);
    pt_loop_arm(run->loop, &run->tick, 0);
}

/* Time is up: what is open could not be asked.  Where something was learned
 * all the same, the transport tells it. */
static void miss_open(struct pt_run *run)
{
    run->over = run->is_late = true;
    for (size_t i = 0; i < run->task_count; i++)
        run->tasks[i].late = true;
    run->net->drop(run->net, run);
    for (struct slot *slot = run->slots; slot; slot = slot->next)
        if (slot->state != ANSWERED)
            take(slot, &no_answer);
}

/* A better answer is there already. */
static void skip_open(struct pt_run *run)
{
    for (size_t i = 0; i < run->task_count; i++) {
        struct pt_task *task = &run->tasks[i];

        if (task->open && task->outcome == PT_ABSENT) {
            task->outcome = PT_SKIPPED;
            task->detail = "not waited for: a better answer was there";
        }
    }
}

/* ---- the course of it ---- */

/* The most that anything still open could be worth. */
static struct pt_worth best_open(const struct pt_run *run)
{
    struct pt_worth best = {0};

    for (const struct slot *slot = run->slots; slot; slot = slot->next)
        if (slot->state != ANSWERED &&
            pt_worth_compare(slot->ask.at_best, best) > 0)
            best = slot->ask.at_best;
    return best;
}

static void settle_idle(struct pt_run *run)
{
    for (size_t i = 0; i < run->task_count; i++) {
        struct pt_task *task = &run->tasks[i];

        if (task->open || task->settled)
            continue;
        task->source->settle(task);
        task->settled = !task->open;
        task->took_ms = pt_loop_now(run->loop) - run->start_ms;
    }
}

static void keep_answer(struct slot *slot, const struct pt_answer *answer)
{
    struct pt_arena *arena = slot->run->arena;

    if (slot->ask.kind != PT_ASK_DNS)
        return;
    slot->answer = *answer;
    slot->answer.body = pt_arena_strndup(arena, answer->body, answer->len);
    if (!slot->answer.body)
        slot->answer.len = 0;
    slot->answer.why = pt_arena_strdup(arena, answer->why);
}

/* An answer is one even if it is an error of the web server's. */
static void note_network(struct slot *slot, const struct pt_answer *answer)
{
    enum pt_ask_kind kind = slot->ask.kind;

    if ((kind == PT_ASK_DNS || kind == PT_ASK_HTTP || kind == PT_ASK_HOST) &&
        answer->status != PT_ANSWER_FAILED)
        slot->run->found->has_network = true;
}

static void advance(struct pt_run *run);

static void on_answer(void *ctx, const struct pt_answer *answer)
{
    struct slot *slot = ctx;
    struct pt_run *run = slot->run;

    run->open--;
    if (run->is_late && answer->status == PT_ANSWER_FAILED)
        answer = &no_answer; /* the transport only says that it gave up */
    note_event(slot, answer);
    note_network(slot, answer);
    if (run->over && !run->is_late)
        return;
    keep_answer(slot, answer);
    take(slot, answer);
    if (!run->over)
        advance(run);
}

/* False: nothing was there to begin. */
static bool begin_asked(struct pt_run *run)
{
    static const struct pt_answer no_memory = {.status = PT_ANSWER_FAILED,
                                               .why = "out of memory"};
    bool moved = false;

    for (struct slot *slot = run->slots; slot; slot = slot->next) {
        if (slot->state != WAITING ||
            (slot->same && slot->same->state != ANSWERED))
            continue;
        moved = true;
        slot->begun_ms = pt_loop_now(run->loop);
        if (slot->same) {
            take(slot, &slot->same->answer);
            continue;
        }
        slot->state = BEGUN;
        run->open++;
        if (!run->net->begin(run->net, &slot->ask, on_answer, slot)) {
            pt_arena_fail(run->arena);
            run->open--;
            take(slot, &no_memory);
        }
    }
    return moved;
}

static void advance(struct pt_run *run)
{
    struct pt_worth open;

    if (run->finished)
        return;
    do
        settle_idle(run);
    while (begin_asked(run));
    open = best_open(run);
    if (open.rank && !pt_merge_is_decided(run->arena, run->query,
                                          run->found, open))
        return;
    if (open.rank)
        skip_open(run);
    finish(run);
}

static void on_deadline(void *ctx)
{
    pt_run_stop(ctx);
}

void pt_run_stop(struct pt_run *run)
{
    if (run->finished)
        return;
    miss_open(run);
    finish(run);
}

static void on_start(void *ctx)
{
    struct pt_run *run = ctx;

    for (size_t i = 0; i < run->task_count; i++)
        run->tasks[i].source->plan(&run->tasks[i]);
    advance(run);
}

struct pt_run *pt_run_begin(const struct pt_run_setup *setup,
                            pt_run_done_fn *done, void *ctx)
{
    struct pt_run *run = pt_arena_alloc(setup->arena, sizeof(*run));

    if (!run)
        return NULL;
    *run = (struct pt_run){.arena = setup->arena,
                           .loop = setup->loop,
                           .net = setup->net,
                           .query = setup->query,
                           .found = setup->found,
                           .tasks = setup->tasks,
                           .task_count = setup->task_count,
                           .start_ms =
                               pt_loop_now(setup->loop) - setup->spent_ms,
                           .done = done,
                           .ctx = ctx};
    run->last = &run->slots;
    for (size_t i = 0; i < run->task_count; i++) {
        run->tasks[i].query = setup->query;
        run->tasks[i].arena = setup->arena;
        run->tasks[i].found = setup->found;
        run->tasks[i].outcome = PT_ABSENT;
        run->tasks[i].run = run;
    }
    pt_timer_init(&run->tick, on_start, run);
    pt_timer_init(&run->deadline, on_deadline, run);
    pt_loop_arm(run->loop, &run->tick, 0);
    pt_loop_arm(run->loop, &run->deadline,
                setup->query->timeout_ms - setup->spent_ms);
    return run;
}

static void note_done(void *ctx)
{
    *(bool *)ctx = true;
}

enum pt_status pt_engine_run(const struct pt_run_setup *setup,
                             struct pt_error *err)
{
    bool done = false;

    if (!pt_run_begin(setup, note_done, &done))
        return pt_fail_memory(err);
    while (!done && pt_loop_step(setup->loop))
        ;
    return pt_arena_failed(setup->arena) ? pt_fail_memory(err) : PT_OK;
}
