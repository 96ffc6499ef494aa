/* recording.c - see recording.h. */
#include "cli/recording.h"

#include "base/file.h"
#include "format/grpc.h"
#include "format/redact.h"
#include "net/scenario_write.h"

#include <stdlib.h>
#include <string.h>

/* No replay reads a longer one. */
enum { FILE_MAX = 4 * 1024 * 1024 };

static const char intro[] =
    "# Recorded by portolan " PACKAGE_VERSION
    ".  The user's name and secrets were\n"
    "# replaced; read it before you hand it on: it still tells which provider\n"
    "# you have, and what listens on your machine.\n\n";

/* What the parts of writing share. */
struct notes {
    const struct pt_call *call;
    const struct pt_recording *recording;
    struct pt_arena *arena;
    struct pt_redaction redaction;
    struct pt_buf *out;
    bool failed; /* memory ran out */
};

/* ---- begin ---- */

static enum pt_status check(const struct pt_call *call, struct pt_error *err)
{
    const struct pt_options *options = &call->options;

    if (options->replay && !call->io->records_replays)
        return pt_fail(err, PT_BAD_INPUT, "a replay is a recording already",
                       "--record and --replay do not go together");
    if (pt_strings_have(&call->operands, "-") ||
        (call->command->bit == PT_ON_FIND && call->operands.count > 1))
        return pt_fail(err, PT_BAD_INPUT, "record them one by one",
                       "a recording is of one address");
    return PT_OK;
}

enum pt_status pt_recording_begin(struct pt_call *call, struct pt_error *err)
{
    enum pt_status status;

    if (!call->options.record)
        return PT_OK;
    status = check(call, err);
    if (status != PT_OK)
        return status;
    call->recording = pt_arena_alloc(call->arena, sizeof(*call->recording));
    return call->recording ? PT_OK : pt_fail_memory(err);
}

/* That of a scenario goes with it. */
static void keep_place(struct pt_arena *arena, struct pt_place *place)
{
    place->os = pt_arena_strdup(arena, place->os);
    place->home = pt_arena_strdup(arena, place->home);
    place->config = pt_arena_strdup(arena, place->config);
    place->data = pt_arena_strdup(arena, place->data);
    place->cache = pt_arena_strdup(arena, place->cache);
    place->state = pt_arena_strdup(arena, place->state);
}

enum pt_status pt_recording_attach(const struct pt_call *call,
                                   struct pt_session *session,
                                   struct pt_error *err)
{
    struct pt_recording *recording = call->recording;

    if (!recording)
        return PT_OK;
    recording->recorder = pt_recorder_new(session->loop, session->net);
    if (!recording->recorder)
        return pt_fail_memory(err);
    recording->query = session->query;
    keep_place(call->arena, &recording->query.place);
    if (pt_arena_failed(call->arena))
        return pt_fail_memory(err);
    session->net = pt_recorder_transport(recording->recorder);
    return PT_OK;
}

/* ---- who the user is ---- */

static void know(struct notes *n, struct pt_strings *known, const char *text)
{
    if (text && !pt_strings_add(n->arena, known, text))
        n->failed = true;
}

static void know_all(struct notes *n, struct pt_strings *known,
                     const struct pt_strings *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        know(n, known, texts->at[i]);
}

static void know_conditions(struct notes *n, struct pt_strings *known,
                            const struct pt_bridge_condition *conditions,
                            size_t count)
{
    for (size_t i = 0; i < count; i++) {
        know(n, known, conditions[i].key);
        know_all(n, known, &conditions[i].values);
    }
}

static void know_service(struct notes *n, struct pt_strings *known,
                         const struct pt_bridge_service_keys *service)
{
    know(n, known, service->port);
    know(n, known, service->host);
    know(n, known, service->off);
    know(n, known, service->section);
    know_conditions(n, known, service->only_if, service->only_if_count);
    for (size_t i = 0; i < service->rule_count; i++)
        know_conditions(n, known, service->rules[i].when,
                        service->rules[i].when_count);
}

static void know_place(struct notes *n, struct pt_strings *known,
                       const struct pt_bridge_place *place)
{
    know(n, known, place->path);
    know_all(n, known, &place->unless);
    know(n, known, place->path_from_argv);
    know(n, known, place->path_suffix);
    know(n, known, place->beside_program);
    know(n, known, place->account_key);
    know(n, known, place->account_keys_of);
    for (size_t i = 0; i < place->service_count; i++)
        know_service(n, known, &place->services[i]);
}

/* The words by which bridges are known must stay what they are. */
static void know_kind(struct notes *n, struct pt_strings *known,
                      const struct pt_bridge_kind *kind)
{
    know(n, known, kind->name);
    know(n, known, kind->title);
    for (size_t i = 0; i < kind->place_count; i++)
        know_place(n, known, &kind->places[i]);
    for (size_t i = 0; i < kind->process_count; i++) {
        know(n, known, kind->processes[i].program);
        know_all(n, known, &kind->processes[i].with);
    }
    for (size_t i = 0; i < kind->greeting_count; i++)
        know(n, known, kind->greetings[i].pattern);
    know_all(n, known, &kind->domains);
    know_all(n, known, &kind->mx);
}

static void add_name(struct notes *n, const char *name, bool before_at,
                     const struct pt_strings *known)
{
    pt_names_add(&n->redaction.names,
                 &(struct pt_redact_name){
                     .text = name,
                     .before_at = before_at,
                     .alone = name && pt_redact_may_stand_alone(name, known)});
}

/* The user the table of processes knows by the number. */
static const char *find_login(const struct notes *n)
{
    const struct pt_place *place = &n->recording->query.place;
    const struct pt_recorded *r = pt_recorder_first(n->recording->recorder);

    while (r && (r->ask.kind != PT_ASK_MACHINE || !r->answer.len))
        r = r->next;
    return r ? pt_redact_user_of(n->arena,
                                 pt_slice(r->answer.body, r->answer.len),
                                 place->uid)
             : NULL;
}

/* The accounts a bridge named: whoever asks for no address in particular has
 * them all. */
static void add_accounts(struct notes *n, const struct pt_recorded *r,
                         const struct pt_strings *known)
{
    struct pt_slice body = pt_slice(r->answer.body, r->answer.len);
    struct pt_grpc_users users = {0};

    if (r->ask.kind != PT_ASK_GRPC ||
        !pt_has_suffix(r->ask.method, "/GetUserList") ||
        pt_grpc_users_read(n->arena, body, &users, NULL) != PT_OK)
        return;
    for (size_t i = 0; i < users.addresses.count; i++) {
        const char *text = users.addresses.at[i];

        add_name(n, pt_arena_strndup(n->arena, text, strcspn(text, "@")), true,
                 known);
    }
    for (size_t i = 0; i < users.waiting.count; i++)
        add_name(n, users.waiting.at[i], true, known);
}

static void add_all_accounts(struct notes *n, const struct pt_strings *known)
{
    const struct pt_recorded *r = pt_recorder_first(n->recording->recorder);

    for (; r; r = r->next)
        add_accounts(n, r, known);
}

static const char *home_name(const struct pt_place *place)
{
    const char *slash = strrchr(place->home, '/');

    return slash ? slash + 1 : place->home;
}

/* A file whose values nobody keeps is known by its name. */
static void seal(struct notes *n, const struct pt_bridge_place *place)
{
    const char *slash = place->path ? strrchr(place->path, '/') : NULL;

    if (slash && pt_is(place->reader, "json-keys") &&
        !pt_strings_add(n->arena, &n->redaction.sealed, slash + 1))
        n->failed = true;
}

/* The addresses among the operands.  False: there are none. */
static bool add_operands(struct notes *n, const struct pt_strings *known)
{
    const struct pt_strings *operands = &n->call->operands;
    bool has_address = false;

    for (size_t i = 0; i < operands->count; i++) {
        struct pt_address address = {0};

        if (pt_address_parse(n->arena, operands->at[i], &address, NULL) !=
            PT_OK)
            continue;
        has_address = true;
        add_name(n, address.local, true, known);
    }
    return has_address;
}

static void learn(struct notes *n)
{
    const struct pt_query *query = &n->recording->query;
    struct pt_strings known = {0};
    bool has_address;

    know(n, &known, query->bridge);
    for (size_t k = 0; k < query->kind_count; k++) {
        know_kind(n, &known, &query->kinds[k]);
        for (size_t p = 0; p < query->kinds[k].place_count; p++)
            seal(n, &query->kinds[k].places[p]);
    }
    has_address = add_operands(n, &known);
    if (!has_address)
        add_all_accounts(n, &known);
    add_name(n, home_name(&query->place), !has_address, &known);
    add_name(n, find_login(n), !has_address, &known);
}

/* ---- what is written ---- */

/* A text as it may be shown, in the arena. */
static const char *redacted(struct notes *n, const char *text)
{
    PT_BUF struct pt_buf out = {0};
    const char *kept;

    if (!text)
        return NULL;
    pt_redact_text(&n->redaction, text, &out);
    kept = pt_arena_strndup(n->arena, pt_buf_text(&out), out.len);
    n->failed |= out.oom || !kept;
    return kept ? kept : "";
}

static void put_place(struct notes *n)
{
    const struct pt_place *place = &n->recording->query.place;

    pt_scenario_add_place(n->out, &(struct pt_place){
                                      .os = place->os,
                                      .home = redacted(n, place->home),
                                      .config = redacted(n, place->config),
                                      .data = redacted(n, place->data),
                                      .cache = redacted(n, place->cache),
                                      .state = redacted(n, place->state),
                                      .uid = place->uid,
                                  });
}

/* What was given up never comes; what was learned until then comes just in
 * time; and nothing is later than its own limit. */
static int64_t time_of(const struct pt_recorded *r)
{
    int64_t after_ms = r->after_ms;

    if (r->was_dropped && r->answer.status != PT_ANSWER_OK)
        return PT_SCENARIO_NEVER_MS;
    if (r->was_dropped && after_ms)
        after_ms--;
    return r->ask.limit_ms && after_ms > r->ask.limit_ms ? r->ask.limit_ms
                                                         : after_ms;
}

static void put_answer(struct notes *n, const struct pt_recorded *r)
{
    PT_BUF struct pt_buf body = {0};
    struct pt_ask ask = r->ask;
    struct pt_answer answer = r->answer;

    if (!pt_redact_body(&n->redaction, &r->ask,
                        pt_slice(answer.body, answer.len), &body))
        n->failed = true;
    ask.what = redacted(n, ask.what);
    answer.why = redacted(n, answer.why);
    answer.location = redacted(n, answer.location);
    answer.media_type = redacted(n, answer.media_type);
    answer.body = body.at;
    answer.len = body.len;
    pt_scenario_add_answer(n->out, &ask, time_of(r), &answer);
}

/* Words of several parts go in quotes; a quote of their own cannot. */
static void put_word(struct notes *n, const char *word)
{
    bool quoted = !*word || strchr(word, ' ');

    pt_buf_puts(n->out, quoted ? " \"" : " ");
    for (; *word; word++)
        pt_buf_putc(n->out, *word == '"' ? '\'' : *word);
    if (quoted)
        pt_buf_putc(n->out, '"');
}

/* What only says how to ask, or where to write, is of no use to a replay. */
static void put_said(struct notes *n, const struct pt_said *said)
{
    const struct pt_option *row = said->row;

    if (row && !(row->is & PT_IN_REPLAY))
        return;
    if (row)
        put_word(n, redacted(n, pt_arena_printf(n->call->arena, "--%s",
                                                row->name)));
    if (said->value)
        put_word(n, row && pt_is(row->name, "name")
                        ? "Some One"
                        : redacted(n, said->value));
}

static void put_run(struct notes *n)
{
    const struct pt_options *options = &n->call->options;

    pt_buf_puts(n->out, "\nrun");
    for (size_t i = 0; i < options->said_count; i++)
        put_said(n, &options->said[i]);
    pt_buf_putc(n->out, '\n');
}

static void put_all(struct notes *n)
{
    const struct pt_recorded *r = pt_recorder_first(n->recording->recorder);

    pt_buf_puts(n->out, intro);
    learn(n);
    put_place(n);
    for (; r; r = r->next)
        if (r->is_answered && !r->is_superseded)
            put_answer(n, r);
    put_run(n);
}

static enum pt_status fail_size(const char *path, struct pt_error *err)
{
    return pt_fail(err, PT_CANNOT_WRITE,
                   "leave out sources with --skip, or choose with --only",
                   "nothing was recorded in '%s': it would be more than %d MiB",
                   path, FILE_MAX / 1024 / 1024);
}

static enum pt_status write_file(const struct pt_call *call,
                                 struct pt_error *err)
{
    const char *path = call->options.record;
    PT_BUF struct pt_buf out = {.max = FILE_MAX};
    struct notes n = {.call = call,
                      .recording = call->recording,
                      .arena = call->arena,
                      .out = &out};

    if (pt_recorder_failed(n.recording->recorder))
        return pt_fail_memory(err);
    put_all(&n);
    if (n.failed || out.oom || pt_arena_failed(n.arena))
        return pt_fail_memory(err);
    if (out.overflow || pt_recorder_is_full(n.recording->recorder))
        return fail_size(path, err);
    return pt_file_write(path, out.at, out.len, err);
}

enum pt_status pt_recording_end(const struct pt_call *call,
                                struct pt_error *err)
{
    struct pt_recording *recording = call->recording;
    enum pt_status status;

    if (!recording || !recording->recorder)
        return PT_OK;
    status = write_file(call, err);
    pt_recorder_free(recording->recorder);
    recording->recorder = NULL;
    return status;
}
