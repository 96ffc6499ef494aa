/* bridge.c - the mail bridges of this machine: gathering the evidence.
 *
 * Three rounds of asks: files, gRPC and the table of processes and sockets;
 * then what the running processes' own arguments point at; then one greeting
 * from each port that matters.  Nothing is ever logged in to, and only
 * loopback addresses are spoken to.
 */
#include "source/bridge_look.h"

#include "format/bridgekind.h"

#include <string.h>

enum step {
    STEP_UNLESS,   /* is the file there that makes this place void? */
    STEP_FILE,     /* a settings file, or a log */
    STEP_ENDPOINT, /* the file that says where gRPC is */
    STEP_REPLY,    /* what gRPC answered */
    STEP_USERS,
    STEP_MACHINE,
    STEP_SPEAK,
};

enum { PHASE_FILES, PHASE_ARGUMENTS, PHASE_GREETINGS, PHASE_DONE };

enum { LISTENERS_OF_ONE_KIND = 8 };

static const char settings_method[] = "/grpc.Bridge/MailServerSettings";
static const char users_method[] = "/grpc.Bridge/GetUserList";
static const char version_method[] = "/focus.Focus/Version";

static struct pt_looks *looks_of(const struct pt_task *task)
{
    return task->state;
}

/* ---- round one: files ---- */

static struct pt_clue *add_clue(struct pt_task *task, struct pt_look *look,
                                const struct pt_bridge_place *place,
                                const char *where)
{
    struct pt_clue *clue = pt_arena_alloc(task->arena, sizeof(*clue));
    struct pt_clue **at = &look->clues;

    if (!clue || !where)
        return NULL;
    *clue = (struct pt_clue){.look = look,
                             .place = place,
                             .reader = pt_reader_named(place->reader),
                             .where = where};
    while (*at)
        at = &(*at)->next;
    *at = clue;
    return clue;
}

static void ask_file(struct pt_task *task, struct pt_clue *clue)
{
    static const char *const words[] = {"Starting IMAP server",
                                        "Starting SMTP server",
                                        "Failed to start", "SetConnectionMode"};
    struct pt_ask ask = {.kind = PT_ASK_FILE,
                         .what = clue->where,
                         .tag = STEP_FILE,
                         .about = clue};

    if (clue->reader->input == PT_READS_GRPC ||
        clue->reader->input == PT_READS_FOCUS)
        ask.tag = STEP_ENDPOINT;
    if (clue->reader->input == PT_READS_LOG) {
        ask.kind = PT_ASK_LOG;
        ask.within = "_bri_";
        for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
            pt_strings_add(task->arena, &ask.needles, words[i]);
    }
    pt_task_ask(task, &ask);
}

static bool is_for_here(const struct pt_bridge_place *bridge_place,
                        const struct pt_place *place)
{
    return !bridge_place->os || pt_is(bridge_place->os, place->os);
}

static void ask_unless(struct pt_task *task, struct pt_clue *clue,
                       const char *template)
{
    const struct pt_place *here = &task->query->place;

    pt_task_ask(task, &(struct pt_ask){
                          .kind = PT_ASK_STAT,
                          .what = pt_place_expand(task->arena, here, template),
                          .tag = STEP_UNLESS,
                          .about = clue,
                      });
}

static void plan_place(struct pt_task *task, struct pt_look *look,
                       const struct pt_bridge_place *place)
{
    const struct pt_place *here = &task->query->place;
    struct pt_clue *clue = add_clue(task, look, place,
                    pt_place_expand(task->arena, here, place->path));

    if (!clue)
        return;
    look->grpc_open += clue->reader->input == PT_READS_GRPC;
    clue->doubts = place->unless.count;
    for (size_t i = 0; i < place->unless.count; i++)
        ask_unless(task, clue, place->unless.at[i]);
    if (!clue->doubts)
        ask_file(task, clue);
}

/* A log is long, and tells less than gRPC does: it waits until that is known
 * to tell nothing. */
static void plan_places(struct pt_task *task, struct pt_look *look, bool logs)
{
    for (size_t p = 0; p < look->kind->place_count; p++) {
        const struct pt_bridge_place *place = &look->kind->places[p];
        const struct pt_reader *reader = pt_reader_named(place->reader);

        if (reader && reader->input != PT_READS_ARGV && place->path &&
            is_for_here(place, &task->query->place) &&
            (reader->input == PT_READS_LOG) == logs)
            plan_place(task, look, place);
    }
}

/* Nothing more comes from this clue to gRPC. */
static void close_grpc(struct pt_task *task, const struct pt_clue *clue)
{
    struct pt_look *look = clue->look;

    look->grpc_told |= clue->state == PT_CLUE_READ;
    if (!--look->grpc_open && !look->grpc_told)
        plan_places(task, look, true);
}

static void ask_machine(struct pt_task *task)
{
    struct pt_ask ask = {.kind = PT_ASK_MACHINE, .tag = STEP_MACHINE};
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
    looks->at = pt_arena_alloc(task->arena,
                               query->kind_count * sizeof(*looks->at));
    if (!looks->at)
        return;
    looks->count = query->kind_count;
    for (size_t k = 0; k < looks->count; k++) {
        looks->at[k].kind = &query->kinds[k];
        plan_places(task, &looks->at[k], false);
        if (!looks->at[k].grpc_open)
            plan_places(task, &looks->at[k], true);
    }
    ask_machine(task);
}

/* ---- reading ---- */

static void mark_bad(struct pt_task *task, struct pt_clue *clue,
                     enum pt_status status, const char *problem)
{
    if (status == PT_NO_MEMORY)
        pt_arena_fail(task->arena);
    clue->state = PT_CLUE_BAD;
    clue->problem = pt_arena_printf(task->arena, "%s: %s", clue->where,
                                    problem);
}

/* Bytes to pairs, pairs to what they claim. */
static void read_clue(struct pt_task *task, struct pt_clue *clue,
                      struct pt_slice bytes)
{
    const struct pt_bridge_kind *kind = clue->look->kind;
    struct pt_pairs pairs = {0};
    struct pt_error err = {0};
    enum pt_status status =
        clue->reader->read(task->arena, bytes, &pairs, &err);

    if (status == PT_OK)
        status = pt_bridge_interpret(task->arena, kind, clue->place, &pairs,
                                     &clue->said, &err);
    if (status != PT_OK) {
        mark_bad(task, clue, status, err.text);
        return;
    }
    clue->state = PT_CLUE_READ;
    clue->version = pt_pairs_get(&pairs, "version");
}

static void read_unless(struct pt_task *task, struct pt_clue *clue,
                        const struct pt_answer *answer)
{
    clue->is_void |= answer->status != PT_ANSWER_ABSENT;
    clue->doubts--;
    if (!clue->doubts && !clue->is_void)
        ask_file(task, clue);
}

/* What lies below the user's directories is that user's. */
static void note_installed(struct pt_clue *clue)
{
    const char *path = clue->place->path;

    clue->look->installed = true;
    clue->look->of_user |= clue->of_process || (path && path[0] == '$');
}

static void read_file(struct pt_task *task, struct pt_clue *clue,
                      const struct pt_answer *answer)
{
    if (answer->status == PT_ANSWER_ABSENT)
        return;
    note_installed(clue);
    if (answer->status == PT_ANSWER_FAILED)
        mark_bad(task, clue, PT_BAD_INPUT, answer->why);
    else
        read_clue(task, clue, pt_slice(answer->body, answer->len));
}

static void note_own_port(struct pt_look *look, uint16_t port)
{
    if (port && look->own_port_count <
                    sizeof(look->own_ports) / sizeof(*look->own_ports))
        look->own_ports[look->own_port_count++] = port;
}

static const char *grpc_target(struct pt_arena *arena,
                               const struct pt_grpc_endpoint *endpoint)
{
    if (endpoint->socket)
        return pt_arena_printf(arena, "unix:%s", endpoint->socket);
    return pt_arena_printf(arena, "%s://127.0.0.1:%u",
                           endpoint->cert ? "https" : "http", endpoint->port);
}

/* False: there is nobody to ask. */
static bool follow_endpoint(struct pt_task *task, struct pt_clue *clue,
                            const struct pt_answer *answer)
{
    bool focus = clue->reader->input == PT_READS_FOCUS;
    struct pt_grpc_endpoint endpoint;
    struct pt_ask ask = {.kind = PT_ASK_GRPC, .about = clue};
    struct pt_error err = {0};
    enum pt_status status;

    if (answer->status == PT_ANSWER_ABSENT)
        return false;
    note_installed(clue);
    if (answer->status == PT_ANSWER_FAILED) {
        mark_bad(task, clue, PT_BAD_INPUT, answer->why);
        return false;
    }
    status = pt_grpc_endpoint_read(task->arena,
                                   pt_slice(answer->body, answer->len),
                                   &endpoint, &err);
    if (status != PT_OK) {
        mark_bad(task, clue, status, err.text);
        return false;
    }
    note_own_port(clue->look, endpoint.port);
    clue->port = focus ? endpoint.port : 0;
    ask.what = grpc_target(task->arena, &endpoint);
    ask.token = endpoint.token;
    ask.ca_pem = endpoint.cert;
    ask.tag = STEP_REPLY;
    ask.method = focus ? version_method : settings_method;
    pt_task_ask(task, &ask);
    ask.tag = STEP_USERS;
    ask.method = users_method;
    if (!focus)
        pt_task_ask(task, &ask);
    return true;
}

static void read_endpoint(struct pt_task *task, struct pt_clue *clue,
                          const struct pt_answer *answer)
{
    if (!follow_endpoint(task, clue, answer) &&
        clue->reader->input == PT_READS_GRPC)
        close_grpc(task, clue);
}

/* A socket nobody answers, or a token it no longer knows: the file is that of
 * an earlier run. */
static void read_reply(struct pt_task *task, struct pt_clue *clue,
                       const struct pt_answer *answer)
{
    if (answer->status == PT_ANSWER_OK) {
        clue->answered = true;
        read_clue(task, clue, pt_slice(answer->body, answer->len));
    } else {
        clue->state = PT_CLUE_STALE;
    }
    if (clue->reader->input == PT_READS_GRPC)
        close_grpc(task, clue);
}

/* It may come before the settings do, and spoils them not when it is broken:
 * then the accounts are not known. */
static void read_users(struct pt_task *task, struct pt_clue *clue,
                       const struct pt_answer *answer)
{
    struct pt_grpc_users users = {0};
    struct pt_error err = {0};
    enum pt_status status;

    if (answer->status != PT_ANSWER_OK)
        return;
    status = pt_grpc_users_read(task->arena,
                                pt_slice(answer->body, answer->len), &users,
                                &err);
    if (status == PT_NO_MEMORY)
        pt_arena_fail(task->arena);
    if (status != PT_OK)
        return;
    clue->look->signed_in = users.addresses;
    clue->look->waiting = users.waiting;
    clue->look->told_users = true;
}

/* macOS shows an ordinary user nobody else's sockets. */
static void read_machine(struct pt_task *task, const struct pt_answer *answer)
{
    struct pt_looks *looks = looks_of(task);

    if (answer->status == PT_ANSWER_OK) {
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

/* What was not said in time, or not to be had at all, is silence. */
static void read_speech(struct pt_task *task, struct pt_spoken *spoken,
                        const struct pt_answer *answer)
{
    spoken->there = answer->status != PT_ANSWER_ABSENT;
    if (answer->status == PT_ANSWER_OK)
        pt_speech_read(task->arena, pt_slice(answer->body, answer->len),
                       &spoken->speech);
    else
        spoken->speech.silent = spoken->there;
}

static void bridge_read(struct pt_task *task, const struct pt_ask *ask,
                        const struct pt_answer *answer)
{
    static void (*const of_clue[])(struct pt_task *, struct pt_clue *,
                                   const struct pt_answer *) = {
        [STEP_UNLESS] = read_unless,     [STEP_FILE] = read_file,
        [STEP_ENDPOINT] = read_endpoint, [STEP_REPLY] = read_reply,
        [STEP_USERS] = read_users,
    };

    if (ask->tag == STEP_MACHINE)
        read_machine(task, answer);
    else if (ask->tag == STEP_SPEAK)
        read_speech(task, ask->about, answer);
    else
        of_clue[ask->tag](task, ask->about, answer);
}

/* ---- who listens ---- */

const char *pt_listener_reach(const struct pt_listener *listener)
{
    return pt_is(listener->address, "0.0.0.0") ||
                   pt_is(listener->address, "::")
               ? "127.0.0.1"
               : listener->address;
}

const struct pt_listener *pt_listener_at(const struct pt_machine *machine,
                                         const char *host, uint16_t port)
{
    const struct pt_listener *any = NULL;

    for (size_t i = 0; i < machine->listener_count; i++) {
        const struct pt_listener *l = &machine->listeners[i];

        if (l->port != port)
            continue;
        if (pt_is(l->address, host))
            return l;
        if (!any && pt_is(pt_listener_reach(l), host))
            any = l;
    }
    return any;
}

bool pt_listener_is_foreign(const struct pt_listener *listener,
                            const struct pt_place *place)
{
    return listener->uid != place->uid && listener->uid != 0;
}

/* ---- round two: what the running processes point at ---- */

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
static bool names_program(const struct pt_process *process,
                          const char *program)
{
    const char *script = pt_process_script(process);

    return is_program(program, process->exe) ||
           (script && is_program(program, script)) ||
           (process->argv.count &&
            is_program(program, process->argv.at[0]));
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
        add_clue(task, look, place,
                 pt_arena_printf(task->arena, "process %u", process->pid));

    if (!clue || !line)
        return;
    clue->of_process = is_of_user(process, &task->query->place);
    read_clue(task, clue, pt_slice_of(line));
}

static void ask_process_file(struct pt_task *task, struct pt_look *look,
                             const struct pt_bridge_place *place,
                             const char *path)
{
    struct pt_clue *clue = path ? add_clue(task, look, place, path) : NULL;

    if (!clue)
        return;
    clue->of_process = true;
    ask_file(task, clue);
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

    if (!reader || !is_for_here(place, &task->query->place))
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
    struct pt_looks *looks = looks_of(task);

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

static void ask_about_processes(struct pt_task *task)
{
    struct pt_looks *looks = looks_of(task);

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

/* ---- round three: greetings ---- */

const struct pt_spoken *pt_spoken_among(const struct pt_spoken *spoken,
                                        const char *host, uint16_t port)
{
    while (spoken && (spoken->port != port || !pt_is(spoken->address, host)))
        spoken = spoken->next;
    return spoken;
}

bool pt_look_answers(const struct pt_look *look)
{
    for (const struct pt_clue *c = look->clues; c; c = c->next)
        if (c->answered)
            return true;
    return false;
}

bool pt_look_has_process(const struct pt_look *look, uint32_t pid)
{
    for (size_t i = 0; pid && i < look->process_count; i++)
        if (look->processes[i]->pid == pid)
            return true;
    return false;
}

const struct pt_bridge_kind *pt_looks_own_port(const struct pt_looks *looks,
                                               uint16_t port)
{
    for (size_t k = 0; k < looks->count; k++)
        for (size_t i = 0; i < looks->at[k].own_port_count; i++)
            if (looks->at[k].own_ports[i] == port)
                return looks->at[k].kind;
    return NULL;
}

static void speak(struct pt_task *task, const char *host, uint16_t port,
                  enum pt_security expected)
{
    struct pt_looks *looks = looks_of(task);
    struct pt_spoken *spoken;
    bool six = strchr(host, ':');

    if (!port || !pt_is_loopback(host) || pt_looks_own_port(looks, port) ||
        pt_spoken_among(looks->spoken, host, port))
        return;
    spoken = pt_arena_alloc(task->arena, sizeof(*spoken));
    if (!spoken)
        return;
    *spoken = (struct pt_spoken){
        .address = host, .port = port, .next = looks->spoken};
    looks->spoken = spoken;
    pt_task_ask(task, &(struct pt_ask){
                          .kind = PT_ASK_SPEAK,
                          .what = pt_arena_printf(task->arena,
                                                  six ? "[%s]:%u" : "%s:%u",
                                                  host, port),
                          .tls_first = expected == PT_TLS,
                          .tag = STEP_SPEAK,
                          .about = spoken,
                      });
}

/* The settings name this port and the process that listens is the bridge:
 * nothing more could be learned than what its upstream says. */
static bool is_settled_by_owner(const struct pt_looks *looks,
                                const struct pt_look *look, const char *host,
                                uint16_t port)
{
    const struct pt_listener *l = pt_listener_at(&looks->machine, host, port);

    return look->kind->reaches_out && l && pt_look_has_process(look, l->pid);
}

static void speak_to_claimed(struct pt_task *task, const struct pt_look *look)
{
    for (const struct pt_clue *clue = look->clues; clue; clue = clue->next)
        for (size_t i = 0; i < clue->said.claim_count; i++) {
            const struct pt_bridge_claim *claim = &clue->said.claims[i];
            const char *host = claim->host ? claim->host : look->kind->host;

            if (pt_service_is_mail(claim->service) &&
                !is_settled_by_owner(looks_of(task), look, host, claim->port))
                speak(task, host, claim->port, claim->security);
        }
}

/* Is it claimed for something that is not mail (CalDAV, LDAP)? */
static bool is_claimed_for_other(const struct pt_look *look, uint16_t port)
{
    for (const struct pt_clue *clue = look->clues; clue; clue = clue->next)
        for (size_t i = 0; i < clue->said.claim_count; i++)
            if (clue->said.claims[i].port == port &&
                !pt_service_is_mail(clue->said.claims[i].service))
                return true;
    return false;
}

static void speak_to_listeners(struct pt_task *task,
                               const struct pt_look *look)
{
    const struct pt_machine *machine = &looks_of(task)->machine;
    int left = LISTENERS_OF_ONE_KIND;

    for (size_t i = 0; left && i < machine->listener_count; i++) {
        const struct pt_listener *l = &machine->listeners[i];

        if (!pt_look_has_process(look, l->pid) || !pt_listener_is_local(l) ||
            look->kind->reaches_out || is_claimed_for_other(look, l->port))
            continue;
        speak(task, pt_listener_reach(l), l->port, PT_SECURITY_UNKNOWN);
        left--;
    }
}

static void speak_to_defaults(struct pt_task *task, const struct pt_look *look)
{
    const struct pt_looks *looks = looks_of(task);

    for (size_t i = 0; i < look->kind->default_count; i++) {
        const struct pt_bridge_default *d = &look->kind->defaults[i];
        bool settled = false;

        for (size_t k = 0; k < looks->count; k++)
            settled |= is_settled_by_owner(looks, &looks->at[k],
                                           look->kind->host, d->port);
        if (!settled && pt_service_is_mail(d->service))
            speak(task, look->kind->host, d->port, PT_SECURITY_UNKNOWN);
    }
}

static void ask_greetings(struct pt_task *task)
{
    struct pt_looks *looks = looks_of(task);

    for (size_t k = 0; k < looks->count; k++)
        speak_to_claimed(task, &looks->at[k]);
    for (size_t k = 0; k < looks->count; k++)
        speak_to_listeners(task, &looks->at[k]);
    for (size_t k = 0; k < looks->count; k++)
        speak_to_defaults(task, &looks->at[k]);
}

/* ---- conclusion ---- */

static void conclude(struct pt_task *task)
{
    struct pt_findings *found = task->found;

    if (task->late && !looks_of(task)->listed)
        pt_strings_add(task->arena, &found->hints,
                       "time was up before all was seen: try again with a "
                       "longer --timeout");
    found->machine = &looks_of(task)->machine;
    found->looks = looks_of(task);
    pt_bridges_judge(task->arena, looks_of(task), &task->query->place, found);
    if (task->query->address)
        pt_bridges_serve(task);
    else if (found->bridge_count)
        task->outcome = PT_FOUND;
}

static void bridge_settle(struct pt_task *task)
{
    struct pt_looks *looks = looks_of(task);

    if (!looks || task->outcome == PT_SKIPPED)
        return;
    if (looks->phase == PHASE_FILES) {
        looks->phase = PHASE_ARGUMENTS;
        ask_about_processes(task);
    }
    if (looks->phase == PHASE_ARGUMENTS && !task->open) {
        looks->phase = PHASE_GREETINGS;
        ask_greetings(task);
    }
    if (looks->phase == PHASE_GREETINGS && !task->open) {
        looks->phase = PHASE_DONE;
        conclude(task);
    }
}

const struct pt_source pt_source_bridge = {
    .name = "bridge",
    .summary = "the mail bridges that run on this machine",
    .ceiling = PT_LOCAL,
    .plan = bridge_plan,
    .read = bridge_read,
    .settle = bridge_settle,
};
