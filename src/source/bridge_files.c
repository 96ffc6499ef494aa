/* bridge_files.c - the first round: what is written down about the bridges, and
 * what those that run say of themselves by gRPC.
 */
#include "source/bridge_rounds.h"

#include "format/bridgekind.h"

static const char settings_method[] = "/grpc.Bridge/MailServerSettings";
static const char users_method[] = "/grpc.Bridge/GetUserList";
static const char version_method[] = "/focus.Focus/Version";

struct pt_clue *pt_clue_add(struct pt_task *task, struct pt_look *look,
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

void pt_clue_ask(struct pt_task *task, struct pt_clue *clue)
{
    static const char *const words[] = {"Starting IMAP server",
                                        "Starting SMTP server",
                                        "Failed to start", "SetConnectionMode"};
    struct pt_ask ask = {.kind = PT_ASK_FILE,
                         .what = clue->where,
                         .tag = PT_STEP_FILE,
                         .about = clue};

    if (clue->reader->input == PT_READS_GRPC ||
        clue->reader->input == PT_READS_FOCUS)
        ask.tag = PT_STEP_ENDPOINT;
    if (clue->reader->input == PT_READS_LOG) {
        ask.kind = PT_ASK_LOG;
        ask.within = "_bri_";
        for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
            pt_strings_add(task->arena, &ask.needles, words[i]);
    }
    pt_task_ask(task, &ask);
}

bool pt_bridge_place_is_here(const struct pt_bridge_place *bridge_place,
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
                          .tag = PT_STEP_UNLESS,
                          .about = clue,
                      });
}

static void plan_place(struct pt_task *task, struct pt_look *look,
                       const struct pt_bridge_place *place)
{
    const char *path =
        pt_place_expand(task->arena, &task->query->place, place->path);
    struct pt_clue *clue = pt_clue_add(task, look, place, path);

    if (!clue)
        return;
    look->grpc_open += clue->reader->input == PT_READS_GRPC;
    clue->doubts = place->unless.count;
    for (size_t i = 0; i < place->unless.count; i++)
        ask_unless(task, clue, place->unless.at[i]);
    if (!clue->doubts)
        pt_clue_ask(task, clue);
}

/* A log is long, and tells less than gRPC does: it waits until that is known
 * to tell nothing. */
static void plan_places(struct pt_task *task, struct pt_look *look, bool logs)
{
    for (size_t p = 0; p < look->kind->place_count; p++) {
        const struct pt_bridge_place *place = &look->kind->places[p];
        const struct pt_reader *reader = pt_reader_named(place->reader);

        if (reader && reader->input != PT_READS_ARGV && place->path &&
            pt_bridge_place_is_here(place, &task->query->place) &&
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

static void mark_bad(struct pt_task *task, struct pt_clue *clue,
                     enum pt_status status, const char *problem)
{
    if (status == PT_NO_MEMORY)
        pt_arena_fail(task->arena);
    clue->state = PT_CLUE_BAD;
    clue->problem =
        pt_arena_printf(task->arena, "%s: %s", clue->where, problem);
}

/* Bytes to pairs, pairs to what they claim. */
void pt_clue_read(struct pt_task *task, struct pt_clue *clue,
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
        pt_clue_ask(task, clue);
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
        pt_clue_read(task, clue, pt_slice(answer->body, answer->len));
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
    status = pt_grpc_endpoint_read(
        task->arena, pt_slice(answer->body, answer->len), &endpoint, &err);
    if (status != PT_OK) {
        mark_bad(task, clue, status, err.text);
        return false;
    }
    note_own_port(clue->look, endpoint.port);
    clue->port = focus ? endpoint.port : 0;
    ask.what = grpc_target(task->arena, &endpoint);
    ask.limit_ms = pt_query_grpc_ms(task->query);
    ask.token = endpoint.token;
    ask.ca_pem = endpoint.cert;
    ask.tag = PT_STEP_REPLY;
    ask.method = focus ? version_method : settings_method;
    pt_task_ask(task, &ask);
    ask.tag = PT_STEP_USERS;
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
        pt_clue_read(task, clue, pt_slice(answer->body, answer->len));
    } else {
        clue->state = PT_CLUE_STALE;
    }
    if (clue->reader->input == PT_READS_GRPC)
        close_grpc(task, clue);
}

/* It may come before the settings do, and spoils them not when it is broken:
 * then the accounts are not known.  Where nobody is there to be asked, nobody
 * failed. */
static void read_users(struct pt_task *task, struct pt_clue *clue,
                       const struct pt_answer *answer)
{
    struct pt_grpc_users users = {0};
    struct pt_error err = {0};
    enum pt_status status;

    if (answer->status == PT_ANSWER_FAILED)
        clue->look->users_problem =
            pt_arena_printf(task->arena, "%s", answer->why);
    if (answer->status != PT_ANSWER_OK)
        return;
    status = pt_grpc_users_read(
        task->arena, pt_slice(answer->body, answer->len), &users, &err);
    if (status == PT_NO_MEMORY)
        pt_arena_fail(task->arena);
    if (status != PT_OK) {
        clue->look->users_problem =
            pt_arena_printf(task->arena, "its list %s", err.text);
        return;
    }
    clue->look->signed_in = users.addresses;
    clue->look->waiting = users.waiting;
    clue->look->told_users = !users.cut;
    if (users.cut)
        clue->look->users_problem = pt_arena_printf(
            task->arena, "only %d of them are kept", PT_GRPC_USERS_MAX);
}

void pt_clue_answer(struct pt_task *task, const struct pt_ask *ask,
                    const struct pt_answer *answer)
{
    static void (*const read[])(struct pt_task *, struct pt_clue *,
                                const struct pt_answer *) = {
        [PT_STEP_UNLESS] = read_unless,     [PT_STEP_FILE] = read_file,
        [PT_STEP_ENDPOINT] = read_endpoint, [PT_STEP_REPLY] = read_reply,
        [PT_STEP_USERS] = read_users,
    };

    read[ask->tag](task, ask->about, answer);
}

void pt_round_files(struct pt_task *task)
{
    struct pt_looks *looks = pt_looks_of(task);

    for (size_t k = 0; k < looks->count; k++) {
        struct pt_look *look = &looks->at[k];

        plan_places(task, look, false);
        if (!look->grpc_open)
            plan_places(task, look, true);
    }
}
