/* bridge_processes.c - the second round: whose process is running, and which
 * settings its own arguments point at.
 */
#include "source/bridge_rounds.h"

#include <string.h>

static bool is_program(const char *program, const char *path)
{
    const char *base = pt_base_name(path);
    size_t len = strlen(program);

    return !strncmp(base, program, len) &&
           (!base[len] || pt_is_nocase(base + len, ".exe") ||
            pt_is(base + len, " (deleted)"));
}

/* The executable, the name it was started by, or the script it runs: a file
 * that an editor shows is none of these. */
static bool names_program(const struct pt_process *process, const char *program)
{
    const char *script = pt_process_script(process);

    return is_program(program, process->exe) ||
           (script && is_program(program, script)) ||
           (process->argv.count && is_program(program, process->argv.at[0]));
}

static bool has_word(struct pt_arena *arena, const struct pt_process *process,
                     const struct pt_strings *words)
{
    const char *line =
        words->count ? pt_process_line(arena, process, ' ') : NULL;

    for (size_t w = 0; w < words->count; w++)
        if (strstr(process->exe, words->at[w]) ||
            (line && strstr(line, words->at[w])))
            return true;
    return !words->count;
}

static bool is_process_of(struct pt_arena *arena,
                          const struct pt_bridge_kind *kind,
                          const struct pt_process *process)
{
    for (size_t i = 0; i < kind->process_count; i++)
        if (names_program(process, kind->processes[i].program) &&
            has_word(arena, process, &kind->processes[i].with))
            return true;
    return false;
}

/* Two kinds may share a program's name (two generations of one bridge): the
 * one whose files are here has it, else the first choice, else the first. */
static struct pt_look *owner_of(struct pt_arena *arena, struct pt_looks *looks,
                                const struct pt_process *process)
{
    struct pt_look *best = NULL;
    int most = -1;

    for (size_t k = 0; k < looks->count; k++) {
        struct pt_look *look = &looks->at[k];
        int likely = 2 * look->installed + look->kind->first_choice;

        if (likely <= most || !is_process_of(arena, look->kind, process))
            continue;
        best = look;
        most = likely;
    }
    return best;
}

/* A path as it was meant where the process was started.  NULL: that cannot be
 * seen, or no memory. */
static const char *absolute(struct pt_arena *arena,
                            const struct pt_process *process, const char *path)
{
    if (path[0] == '/')
        return path;
    return *path && *process->cwd
               ? pt_arena_printf(arena, "%s/%s", process->cwd, path)
               : NULL;
}

/* The value of a key among the arguments that ends as a settings file of this
 * place does; relative to where the process was started. */
static const char *path_among(struct pt_arena *arena,
                              const struct pt_bridge_place *place,
                              const struct pt_process *process,
                              const struct pt_pairs *pairs)
{
    for (size_t i = 0; i < pairs->count; i++) {
        const char *path = pairs->at[i].value;

        if (!pt_is(pairs->at[i].key, place->path_from_argv) ||
            (place->path_suffix && !pt_has_suffix(path, place->path_suffix)))
            continue;
        return absolute(arena, process, path);
    }
    return NULL;
}

static bool is_of_user(const struct pt_process *process,
                       const struct pt_place *place)
{
    return process->uid == place->uid || process->uid == 0;
}

/* What the process says of itself.  Another user's is heard, and no file it
 * names is opened: it might lead anywhere. */
static void read_arguments(struct pt_task *task, struct pt_look *look,
                           const struct pt_bridge_place *place,
                           const struct pt_process *process)
{
    const char *line = pt_process_line(task->arena, process, '\t');
    struct pt_clue *clue =
        pt_clue_add(task, look, place,
                    pt_arena_printf(task->arena, "process %u", process->pid));

    if (!clue || !line)
        return;
    clue->of_process = is_of_user(process, &task->query->place);
    pt_clue_read(task, clue, pt_slice_of(line));
}

static void ask_process_file(struct pt_task *task, struct pt_look *look,
                             const struct pt_bridge_place *place,
                             const char *path)
{
    struct pt_clue *clue = path ? pt_clue_add(task, look, place, path) : NULL;

    if (!clue)
        return;
    clue->of_process = true;
    pt_clue_ask(task, clue);
}

static const char *path_of_argument(struct pt_arena *arena,
                                    const struct pt_bridge_place *place,
                                    const struct pt_process *process)
{
    const char *line = pt_process_line(arena, process, '\t');
    struct pt_pairs pairs = {0};
    struct pt_error err;

    if (!line || !place->path_from_argv ||
        pt_read_argv(arena, pt_slice_of(line), &pairs, &err) != PT_OK)
        return NULL;
    return path_among(arena, place, process, &pairs);
}

/* A file beside the program, else one where it was started. */
static void ask_beside(struct pt_task *task, struct pt_look *look,
                       const struct pt_bridge_place *place,
                       const struct pt_process *process)
{
    const char *script = pt_process_script(process);
    const char *program =
        absolute(task->arena, process, script ? script : process->exe);
    int len = program ? (int)(pt_base_name(program) - program) : 0;

    if (len)
        ask_process_file(task, look, place,
                         pt_arena_printf(task->arena, "%.*s%s", len, program,
                                         place->beside_program));
    ask_process_file(task, look, place,
                     absolute(task->arena, process, place->beside_program));
}

static void follow_process(struct pt_task *task, struct pt_look *look,
                           const struct pt_bridge_place *place,
                           const struct pt_process *process)
{
    const struct pt_reader *reader = pt_reader_named(place->reader);
    const char *path;

    if (!reader || !pt_bridge_place_is_here(place, &task->query->place))
        return;
    if (reader->input == PT_READS_ARGV) {
        read_arguments(task, look, place, process);
        return;
    }
    if (!is_of_user(process, &task->query->place))
        return;
    path = path_of_argument(task->arena, place, process);
    if (path)
        ask_process_file(task, look, place, path);
    else if (place->beside_program)
        ask_beside(task, look, place, process);
}

/* Set up by this user: what another one runs is not it.  Root may well look
 * at what another user set up. */
static bool is_users_own(const struct pt_task *task, const struct pt_look *look)
{
    return look->of_user && task->query->place.uid != 0;
}

static void claim_processes(struct pt_task *task, bool own)
{
    struct pt_looks *looks = pt_looks_of(task);

    for (size_t i = 0; i < looks->machine.process_count; i++) {
        const struct pt_process *process = &looks->machine.processes[i];
        struct pt_look *look = owner_of(task->arena, looks, process);

        if (!look || is_of_user(process, &task->query->place) != own ||
            look->process_count == PT_LOOK_PROCESSES ||
            (!own && is_users_own(task, look)))
            continue;
        look->processes[look->process_count++] = process;
        look->own_process_count += own;
    }
}

/* A port that an earlier run had may be another user's now.  (gRPC itself is
 * known by its certificate, or by who owns its socket.) */
static void doubt_answers(struct pt_look *look, const struct pt_looks *looks,
                          const struct pt_place *place)
{
    for (struct pt_clue *c = look->clues; c; c = c->next) {
        const struct pt_listener *l =
            c->port ? pt_listener_at(&looks->machine, look->kind->host, c->port)
                    : NULL;

        if (!l || !pt_listener_is_foreign(l, place))
            continue;
        c->answered = false;
        c->state = PT_CLUE_STALE;
    }
}

void pt_round_processes(struct pt_task *task)
{
    struct pt_looks *looks = pt_looks_of(task);

    for (size_t k = 0; k < looks->count; k++)
        doubt_answers(&looks->at[k], looks, &task->query->place);
    claim_processes(task, true);
    claim_processes(task, false);
    for (size_t k = 0; k < looks->count; k++) {
        struct pt_look *look = &looks->at[k];

        for (size_t i = 0; i < look->process_count; i++)
            for (size_t p = 0; p < look->kind->place_count; p++)
                follow_process(task, look, &look->kind->places[p],
                               look->processes[i]);
    }
}
