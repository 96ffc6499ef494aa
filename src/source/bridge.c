/* bridge.c - the mail bridges of this machine: gathering the evidence.
 *
 * Three rounds of asks: files, gRPC and the table of processes and sockets
 * (bridge_files.c); then what the running processes' own arguments point at
 * (bridge_processes.c); then one greeting from each port that matters
 * (bridge_speak.c).  Then bridge_judge.c says what it all means, and
 * bridge_serve.c which bridge serves the address, if need be by where the
 * domain's mail goes.
 */
#include "source/bridge_rounds.h"

enum {
    PHASE_FILES,
    PHASE_PROCESSES,
    PHASE_GREETINGS,
    PHASE_LOOKED, /* or somebody else has */
    PHASE_EXCHANGER,
    PHASE_DONE
};

static void ask_machine(struct pt_task *task)
{
    struct pt_ask ask = {.kind = PT_ASK_MACHINE, .tag = PT_STEP_MACHINE};
    const struct pt_query *query = task->query;

    for (size_t k = 0; k < query->kind_count; k++)
        for (size_t p = 0; p < query->kinds[k].process_count; p++)
            pt_strings_add(task->arena, &ask.needles,
                           query->kinds[k].processes[p].program);
    pt_task_ask(task, &ask);
}

static bool is_wanted(const struct pt_query *query)
{
    return !pt_is(query->bridge, "none") && query->kind_count;
}

/* Somebody has looked already. */
static void take_look(struct pt_task *task)
{
    const struct pt_findings *looked = task->query->looked;
    struct pt_looks *looks = pt_looks_of(task);

    looks->phase = PHASE_LOOKED;
    task->found->bridges = looked->bridges;
    task->found->bridge_count = looked->bridge_count;
    task->found->machine = looked->machine;
    task->found->looks = looked->looks;
    for (size_t i = 0; i < looked->hints.count; i++)
        if (!pt_strings_have(&task->found->hints, looked->hints.at[i]))
            pt_strings_add(task->arena, &task->found->hints,
                           looked->hints.at[i]);
}

static void bridge_plan(struct pt_task *task)
{
    const struct pt_query *query = task->query;
    struct pt_looks *looks = pt_arena_alloc(task->arena, sizeof(*looks));

    task->state = looks;
    if (!looks || !is_wanted(query)) {
        task->outcome = PT_SKIPPED;
        task->detail = "not wanted";
        return;
    }
    if (query->looked) {
        take_look(task);
        return;
    }
    looks->at =
        pt_arena_alloc(task->arena, query->kind_count * sizeof(*looks->at));
    if (!looks->at)
        return;
    looks->count = query->kind_count;
    for (size_t k = 0; k < looks->count; k++)
        looks->at[k].kind = &query->kinds[k];
    pt_round_files(task);
    ask_machine(task);
}

/* macOS shows an ordinary user nobody else's sockets. */
static void read_machine(struct pt_task *task, const struct pt_answer *answer)
{
    struct pt_looks *looks = pt_looks_of(task);

    if (answer->status != PT_ANSWER_FAILED) { /* ABSENT: nothing runs */
        pt_machine_read(task->arena, pt_slice(answer->body, answer->len),
                        &looks->machine);
        looks->listed = true;
        looks->sees_all = !pt_is(task->query->place.os, "macos");
        return;
    }
    if (task->late) /* which is told anyway */
        return;
    pt_strings_add(task->arena, &task->found->hints,
                   pt_arena_printf(task->arena,
                                   "who listens on this machine cannot be "
                                   "told%s%s: no listener is trusted",
                                   answer->why ? ": " : "",
                                   answer->why ? answer->why : ""));
}

static void bridge_read(struct pt_task *task, const struct pt_ask *ask,
                        const struct pt_answer *answer)
{
    if (ask->tag == PT_STEP_MACHINE)
        read_machine(task, answer);
    else if (ask->tag == PT_STEP_SPEAK)
        pt_spoken_answer(task, ask->about, answer);
    else if (ask->tag == PT_STEP_EXCHANGER)
        pt_bridges_read_exchanger(task, answer);
    else
        pt_clue_answer(task, ask, answer);
}

static void judge(struct pt_task *task)
{
    struct pt_findings *found = task->found;

    if (task->late && !pt_looks_of(task)->listed)
        pt_strings_add(task->arena, &found->hints,
                       "time was up before all was seen: try again with a "
                       "longer --timeout");
    found->machine = &pt_looks_of(task)->machine;
    found->looks = pt_looks_of(task);
    pt_bridges_judge(task->arena, pt_looks_of(task), &task->query->place,
                     found);
}

static void conclude(struct pt_task *task)
{
    if (task->query->address)
        pt_bridges_serve(task);
    else if (task->found->bridge_count)
        task->outcome = PT_FOUND;
}

/* One phase after the other, each when nothing of the last is open. */
static void bridge_settle(struct pt_task *task)
{
    struct pt_looks *looks = pt_looks_of(task);

    if (!looks || task->outcome == PT_SKIPPED)
        return;
    if (looks->phase == PHASE_FILES) {
        looks->phase = PHASE_PROCESSES;
        pt_round_processes(task);
    }
    if (looks->phase == PHASE_PROCESSES && !task->open) {
        looks->phase = PHASE_GREETINGS;
        pt_round_greetings(task);
    }
    if (looks->phase == PHASE_GREETINGS && !task->open) {
        looks->phase = PHASE_LOOKED;
        judge(task);
    }
    if (looks->phase == PHASE_LOOKED && !task->open) {
        looks->phase = PHASE_EXCHANGER;
        if (task->query->address)
            pt_bridges_ask_exchanger(task);
    }
    if (looks->phase == PHASE_EXCHANGER && !task->open) {
        looks->phase = PHASE_DONE;
        conclude(task);
    }
}

const struct pt_source pt_source_bridge = {
    .name = "bridge",
    .summary = "the mail bridges that run on this machine",
    .ceiling = PT_LOCAL,
    .rank = PT_RANK_BRIDGE,
    .plan = bridge_plan,
    .read = bridge_read,
    .settle = bridge_settle,
};
