#include "format/machine.h"

#include <stdio.h>
#include <string.h>

enum { LINES_MAX = 8192, ARGS_MAX = 256 };

struct fields {
    struct pt_slice rest;
    bool ended;
};

/* The next field of a line, fields parted by one tab each. */
static struct pt_slice next_field(struct fields *f)
{
    const char *tab = memchr(f->rest.at, '\t', f->rest.len);
    struct pt_slice field = f->rest;

    if (!tab) {
        f->ended = true;
        f->rest = pt_slice("", 0);
        return field;
    }
    field.len = (size_t)(tab - field.at);
    f->rest = pt_slice(tab + 1, f->rest.len - field.len - 1);
    return field;
}

static bool next_number(struct fields *f, uint32_t *ret_number)
{
    uint64_t value;

    if (!pt_parse_uint(next_field(f), UINT32_MAX, &value))
        return false;
    *ret_number = (uint32_t)value;
    return true;
}

static const char *next_text(struct fields *f, struct pt_arena *arena)
{
    struct pt_slice field = next_field(f);

    return pt_arena_strndup(arena, field.at, field.len);
}

static void read_process(struct pt_arena *arena, struct fields *f,
                         struct pt_machine *machine)
{
    struct pt_process p = {0};
    struct pt_process *more;

    if (!next_number(f, &p.pid) || !next_number(f, &p.uid))
        return;
    p.user = next_text(f, arena);
    p.exe = next_text(f, arena);
    p.cwd = next_text(f, arena);
    while (!f->ended && p.argv.count < ARGS_MAX) {
        const char *arg = next_text(f, arena);

        if (!arg || !pt_strings_add(arena, &p.argv, arg))
            return;
    }
    more = pt_arena_grow(arena, machine->processes, machine->process_count,
                         sizeof(*more));
    if (!more || !p.user || !p.exe || !p.cwd)
        return;
    machine->processes = more;
    more[machine->process_count++] = p;
}

static void read_listener(struct pt_arena *arena, struct fields *f,
                          struct pt_machine *machine)
{
    struct pt_listener l = {.address = next_text(f, arena)};
    struct pt_listener *more;

    if (!pt_parse_port(next_field(f), &l.port) || !next_number(f, &l.uid))
        return;
    l.user = next_text(f, arena);
    next_number(f, &l.pid);
    more = pt_arena_grow(arena, machine->listeners, machine->listener_count,
                         sizeof(*more));
    if (!more || !l.address || !l.user)
        return;
    machine->listeners = more;
    more[machine->listener_count++] = l;
}

/* ---- who holds what, when the system does not say ---- */

static bool has_pair(const struct pt_strings *argv, const char *key,
                     const char *value)
{
    for (size_t i = 0; i + 1 < argv->count; i++)
        if (pt_is(argv->at[i], key) && pt_is(argv->at[i + 1], value))
            return true;
    return false;
}

static bool forwards(const struct pt_process *process,
                     const struct pt_listener *l)
{
    const struct pt_strings *argv = &process->argv;
    char port[8];

    snprintf(port, sizeof(port), "%u", l->port);
    return process->uid == l->uid &&
           pt_is(pt_process_executable(process), "docker-proxy") &&
           has_pair(argv, "-host-port", port) &&
           has_pair(argv, "-host-ip", l->address);
}

/* Only root sees what root's descriptors lead to; arguments everybody sees. */
static void find_forwarders(struct pt_machine *machine)
{
    for (size_t i = 0; i < machine->listener_count; i++) {
        struct pt_listener *l = &machine->listeners[i];

        for (size_t p = 0; !l->pid && p < machine->process_count; p++)
            if (forwards(&machine->processes[p], l))
                l->pid = machine->processes[p].pid;
    }
}

bool pt_machine_read(struct pt_arena *arena, struct pt_slice text,
                     struct pt_machine *ret_machine)
{
    struct pt_machine machine = {0};
    struct pt_slice line;

    for (int n = 0; n < LINES_MAX && pt_next_line(&text, &line); n++) {
        struct fields f = {.rest = line};
        struct pt_slice word = next_field(&f);

        if (pt_slice_is(word, "process"))
            read_process(arena, &f, &machine);
        else if (pt_slice_is(word, "listen"))
            read_listener(arena, &f, &machine);
    }
    if (pt_arena_failed(arena))
        return false;
    find_forwarders(&machine);
    *ret_machine = machine;
    return true;
}

const struct pt_process *pt_machine_process(const struct pt_machine *machine,
                                            uint32_t pid)
{
    for (size_t i = 0; pid && i < machine->process_count; i++)
        if (machine->processes[i].pid == pid)
            return &machine->processes[i];
    return NULL;
}

const char *pt_base_name(const char *path)
{
    const char *base = path;

    for (const char *at = path; *at; at++)
        if ((*at == '/' || *at == '\\') && at[1])
            base = at + 1;
    return base;
}

/* Programs that run others, and the option after which the other stands there
 * itself, not its name. */
static const struct interpreter {
    const char *name;
    const char *inlined;
} interpreters[] = {
    {"bash", "-c"}, {"dash", "-c"}, {"java", NULL},   {"javaw", NULL},
    {"node", "-e"}, {"perl", "-e"}, {"python", "-c"}, {"pythonw", "-c"},
    {"ruby", "-e"}, {"sh", "-c"},
};

/* "python3.11" is python.  NULL: it is no interpreter. */
static const struct interpreter *interpreter_of(const char *program)
{
    size_t len = strcspn(program, "0123456789.");

    for (size_t i = 0; i < sizeof(interpreters) / sizeof(*interpreters); i++)
        if (pt_slice_is(pt_slice(program, len), interpreters[i].name))
            return &interpreters[i];
    return NULL;
}

/* "/opt/davmail.jar" is davmail. */
static const char *name_script(struct pt_arena *arena, const char *path)
{
    const char *base = pt_base_name(path);

    return pt_has_suffix(base, ".jar")
               ? pt_arena_strndup(arena, base, strlen(base) - strlen(".jar"))
               : base;
}

const char *pt_process_script(const struct pt_process *process)
{
    const struct pt_strings *argv = &process->argv;
    const char *program = pt_process_executable(process);
    const struct interpreter *by = program ? interpreter_of(program) : NULL;

    if (!by)
        return NULL;
    for (size_t i = 1; i < argv->count; i++)
        if (pt_has_suffix(argv->at[i], ".jar"))
            return argv->at[i];
    for (size_t i = 1; i < argv->count; i++) {
        if (pt_is(by->inlined, argv->at[i]))
            return NULL;
        if (argv->at[i][0] != '-')
            return argv->at[i];
    }
    return NULL;
}

const char *pt_process_executable(const struct pt_process *process)
{
    if (*process->exe)
        return pt_base_name(process->exe);
    return process->argv.count ? pt_base_name(process->argv.at[0]) : NULL;
}

const char *pt_process_program(struct pt_arena *arena,
                               const struct pt_process *process)
{
    const char *script = pt_process_script(process);

    return script ? name_script(arena, script) : pt_process_executable(process);
}

const char *pt_process_line(struct pt_arena *arena,
                            const struct pt_process *process, char mark)
{
    size_t room = 1;
    char *line;
    char *at;

    for (size_t i = 0; i < process->argv.count; i++)
        room += strlen(process->argv.at[i]) + 1;
    line = at = pt_arena_alloc(arena, room);
    for (size_t i = 0; line && i < process->argv.count; i++) {
        if (i)
            *at++ = mark;
        at = stpcpy(at, process->argv.at[i]);
    }
    return line;
}

bool pt_listener_is_local(const struct pt_listener *listener)
{
    return pt_is(listener->address, "0.0.0.0") ||
           pt_is(listener->address, "::") || pt_is_loopback(listener->address);
}
