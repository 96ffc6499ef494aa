/* engine.c - see engine.h.  An ask becomes a slot; a slot is begun once and
 * answered once; a task whose slots are all answered may settle. */
#include "resolve/engine.h"

struct slot {
    struct pt_ask ask;
    struct pt_task *task;
    struct pt_run *run;
    struct slot *next;
};

struct pt_run {
    struct pt_arena *arena;
    struct pt_loop *loop;
    struct pt_transport *net;
    struct pt_task *tasks;
    size_t task_count;
    struct slot *first; /* asked, not begun; in the order asked */
    struct slot **last;
    size_t asked;
    size_t open;
    bool late;
    int64_t start_ms;
};

void pt_task_ask(struct pt_task *task, const struct pt_ask *ask)
{
    struct pt_run *run = task->run;
    struct slot *slot;

    if (run->late || run->asked == PT_ASKS_MAX)
        return;
    slot = pt_arena_alloc(run->arena, sizeof(*slot));
    if (!slot)
        return;
    *slot = (struct slot){.ask = *ask, .task = task, .run = run};
    slot->ask.owner = run;
    run->asked++;
    task->open++;
    *run->last = slot;
    run->last = &slot->next;
}

struct pt_server *pt_task_offer(struct pt_task *task)
{
    struct pt_findings *found = task->found;
    struct pt_server *more;

    if (found->offer_count == PT_OFFERS_MAX)
        return NULL;
    more = pt_arena_grow(task->arena, found->offers, found->offer_count,
                         sizeof(*more));
    if (!more)
        return NULL;
    found->offers = more;
    more += found->offer_count++;
    more->origin.source = task->source->name;
    return more;
}

static void on_answer(void *ctx, const struct pt_answer *answer)
{
    struct slot *slot = ctx;

    slot->run->open--;
    slot->task->open--;
    slot->task->late = slot->run->late;
    slot->task->source->read(slot->task, &slot->ask, answer);
}

static void begin_asked(struct pt_run *run)
{
    static const struct pt_answer no_memory = {.status = PT_ANSWER_FAILED,
                                               .why = "out of memory"};

    while (run->first) {
        struct slot *slot = run->first;

        run->first = slot->next;
        if (!run->first)
            run->last = &run->first;
        run->open++;
        if (!run->net->begin(run->net, &slot->ask, on_answer, slot)) {
            pt_arena_fail(run->arena);
            on_answer(slot, &no_memory);
        }
    }
}

static void settle_idle(struct pt_run *run)
{
    for (size_t i = 0; i < run->task_count; i++) {
        struct pt_task *task = &run->tasks[i];

        if (task->open || task->settled)
            continue;
        task->late = run->late;
        task->source->settle(task);
        task->settled = !task->open;
        task->took_ms = pt_loop_now(run->loop) - run->start_ms;
    }
}

static void on_deadline(void *ctx)
{
    ((struct pt_run *)ctx)->late = true;
}

static void work(struct pt_run *run)
{
    for (;;) {
        begin_asked(run);
        settle_idle(run);
        begin_asked(run);
        if (!run->open || run->late || !pt_loop_step(run->loop))
            break;
    }
    run->late = true;
    run->net->drop(run->net, run);
    settle_idle(run);
}

enum pt_status pt_engine_run(struct pt_arena *arena, struct pt_loop *loop,
                             struct pt_transport *net,
                             const struct pt_query *query,
                             struct pt_task *tasks, size_t count,
                             struct pt_findings *found, struct pt_error *err)
{
    struct pt_run run = {.arena = arena,
                         .loop = loop,
                         .net = net,
                         .tasks = tasks,
                         .task_count = count};
    struct pt_timer deadline;

    run.last = &run.first;
    run.start_ms = pt_loop_now(loop);
    for (size_t i = 0; i < count; i++) {
        tasks[i].query = query;
        tasks[i].arena = arena;
        tasks[i].found = found;
        tasks[i].outcome = PT_ABSENT;
        tasks[i].run = &run;
        tasks[i].source->plan(&tasks[i]);
    }
    pt_timer_init(&deadline, on_deadline, &run);
    pt_loop_arm(loop, &deadline, query->timeout_ms);
    work(&run);
    pt_loop_disarm(loop, &deadline);
    return pt_arena_failed(arena) ? pt_fail_memory(err) : PT_OK;
}
