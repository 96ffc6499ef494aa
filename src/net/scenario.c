/* scenario.c - see scenario.h; the lines are those of the table below. */
#include "net/scenario.h"

#include "base/arena.h"
#include "base/base64.h"
#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

enum { ENTRIES_MAX = 4096, AFTER_MAX_MS = 600000 };
enum { BASE64_MAX = 4096 }; /* characters of one line */

struct entry {
    enum pt_ask_kind kind;
    const char *what;
    const char *method; /* NULL: any; of http: GET */
    const char *within; /* of shelf: the domain; of probe: "again" */
    enum pt_record record;
    int64_t after_ms;
    struct pt_answer answer;
};

struct pt_scenario {
    struct pt_transport transport; /* first: a scenario is a transport */
    struct pt_arena *arena;
    struct pt_loop *loop;
    struct pt_place place;
    struct entry *entries;
    size_t entry_count;
    int64_t now_ms;
    struct pending *open;
};

struct pending {
    struct pt_timer timer;
    const struct pt_answer *answer;
    pt_answer_fn *done;
    void *ctx;
    const void *owner;
    struct pt_scenario *scenario;
    struct pending *next;
};

static const struct pt_answer absent = {.status = PT_ANSWER_ABSENT};
static const struct pt_answer dropped = {.status = PT_ANSWER_FAILED,
                                         .why = "given up"};

/* ---- reading ---- */

struct reading {
    struct pt_scenario *scenario;
    struct entry *entry; /* the one that is being described, or NULL */
    struct pt_buf body;
    struct pt_error *err;
    unsigned line;
};

static enum pt_status complain(struct reading *r, const char *what)
{
    return pt_fail(r->err, PT_BAD_INPUT,
                   "see docs/scenarios.md for what a scenario holds",
                   "line %u of the scenario: %s", r->line, what);
}

/* The body is whole: move it from the buffer to the entry it belongs to. */
static enum pt_status end_entry(struct reading *r)
{
    char *bytes;

    if (r->entry && r->body.len) {
        bytes = pt_arena_memdup(r->scenario->arena, r->body.at, r->body.len);
        if (!bytes)
            return pt_fail_memory(r->err);
        r->entry->answer.body = bytes;
        r->entry->answer.len = r->body.len;
    }
    pt_buf_clear(&r->body);
    r->entry = NULL;
    return PT_OK;
}

static enum pt_status read_place(struct reading *r, struct pt_slice rest)
{
    struct pt_place *place = &r->scenario->place;
    const struct {
        const char *name;
        const char **field;
    } fields[] = {
        {"os", &place->os},         {"home", &place->home},
        {"config", &place->config}, {"data", &place->data},
        {"cache", &place->cache},   {"state", &place->state},
    };
    struct pt_slice name = {0};
    uint64_t uid;

    pt_next_word(&rest, &name);
    rest = pt_trim(rest);
    if (pt_slice_is(name, "uid") && pt_parse_uint(rest, UINT32_MAX, &uid)) {
        place->uid = (uint32_t)uid;
        return PT_OK;
    }
    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
        if (pt_slice_is(name, fields[i].name) && rest.len) {
            *fields[i].field =
                pt_arena_strndup(r->scenario->arena, rest.at, rest.len);
            return *fields[i].field ? PT_OK : pt_fail_memory(r->err);
        }
    return complain(r, "'place' wants one of os, home, config, data, cache, "
                       "state, uid, and a value");
}

static bool kind_from(struct pt_slice name, enum pt_ask_kind *ret_kind)
{
    for (int kind = 0; kind < PT_ASK_KINDS; kind++)
        if (pt_slice_is(name, pt_ask_kind_name((enum pt_ask_kind)kind))) {
            *ret_kind = (enum pt_ask_kind)kind;
            return true;
        }
    return false;
}

static struct entry *add_entry(struct pt_scenario *scenario)
{
    struct entry *more =
        pt_arena_grow(scenario->arena, scenario->entries,
                      scenario->entry_count, sizeof(*more));

    if (!more)
        return NULL;
    scenario->entries = more;
    return &more[scenario->entry_count++];
}

/* "grpc TARGET METHOD", "dns RECORD NAME", "shelf DOMAIN PATH", "http URL",
 * "http POST URL" or "probe again TARGET": what is left of *rest is the target,
 * the name, the path or the URL. */
static enum pt_status read_particulars(struct reading *r, struct entry *entry,
                                       struct pt_slice *rest)
{
    struct pt_arena *arena = r->scenario->arena;
    struct pt_slice word = {0};
    struct pt_slice behind = *rest;

    if (entry->kind != PT_ASK_GRPC && entry->kind != PT_ASK_DNS &&
        entry->kind != PT_ASK_HTTP && entry->kind != PT_ASK_SHELF &&
        entry->kind != PT_ASK_PROBE)
        return PT_OK;
    pt_next_word(&behind, &word);
    behind = pt_trim(behind);
    if (entry->kind == PT_ASK_DNS && !pt_record_from(word, &entry->record))
        return complain(r, "'ask dns' wants a, aaaa, mx, srv or txt, and a "
                           "name");
    if (entry->kind == PT_ASK_PROBE && !pt_slice_is(word, "again"))
        return PT_OK;
    if (entry->kind == PT_ASK_SHELF || entry->kind == PT_ASK_PROBE)
        entry->within = pt_arena_strndup(arena, word.at, word.len);
    if (entry->kind == PT_ASK_GRPC && word.len) {
        entry->method = pt_arena_strndup(arena, behind.at, behind.len);
        behind = word;
    }
    if (entry->kind == PT_ASK_HTTP && !pt_slice_is(word, "POST"))
        return PT_OK;
    if (entry->kind == PT_ASK_HTTP)
        entry->method = "POST";
    *rest = behind;
    return PT_OK;
}

static enum pt_status read_ask(struct reading *r, struct pt_slice rest)
{
    struct pt_arena *arena = r->scenario->arena;
    struct pt_slice word = {0};
    struct entry entry = {.answer.status = PT_ANSWER_ABSENT};
    enum pt_status status;

    if (r->scenario->entry_count == ENTRIES_MAX)
        return complain(r, "too many asks");
    pt_next_word(&rest, &word);
    if (!kind_from(word, &entry.kind))
        return complain(r, "no such kind of ask");
    rest = pt_trim(rest);
    status = read_particulars(r, &entry, &rest);
    if (status != PT_OK)
        return status;
    entry.what = pt_arena_strndup(arena, rest.at, rest.len);
    r->entry = add_entry(r->scenario);
    if (!r->entry || !entry.what)
        return pt_fail_memory(r->err);
    *r->entry = entry;
    return PT_OK;
}

static enum pt_status read_after(struct reading *r, struct pt_slice rest)
{
    struct pt_slice word = {0};
    uint64_t ms;

    pt_next_word(&rest, &word);
    if (!r->entry || !pt_parse_uint(word, AFTER_MAX_MS, &ms))
        return complain(r, "'after' wants milliseconds, below an ask");
    r->entry->after_ms = (int64_t)ms;
    return PT_OK;
}

static enum pt_status read_ok(struct reading *r, struct pt_slice rest)
{
    if (!r->entry || rest.len)
        return complain(r, "'ok' stands alone, below an ask");
    r->entry->answer.status = PT_ANSWER_OK;
    if (r->entry->kind == PT_ASK_HTTP)
        r->entry->answer.http = 200;
    return PT_OK;
}

static enum pt_status read_http_status(struct reading *r, struct pt_slice rest)
{
    struct pt_answer *answer = r->entry ? &r->entry->answer : NULL;
    struct pt_slice word = {0};
    uint64_t http;

    pt_next_word(&rest, &word);
    rest = pt_trim(rest);
    if (!answer || r->entry->kind != PT_ASK_HTTP ||
        !pt_parse_uint(word, 999, &http))
        return complain(r, "'status' wants a number and perhaps a URL, below "
                           "'ask http'");
    answer->status = PT_ANSWER_OK;
    answer->http = (int)http;
    if (!rest.len)
        return PT_OK;
    answer->location =
        pt_arena_strndup(r->scenario->arena, rest.at, rest.len);
    return answer->location ? PT_OK : pt_fail_memory(r->err);
}

static enum pt_status read_type(struct reading *r, struct pt_slice rest)
{
    if (!r->entry || r->entry->kind != PT_ASK_HTTP)
        return complain(r, "'type' stands below 'ask http'");
    r->entry->answer.media_type =
        pt_arena_strndup(r->scenario->arena, rest.at, rest.len);
    return r->entry->answer.media_type ? PT_OK : pt_fail_memory(r->err);
}

static enum pt_status read_signed(struct reading *r, struct pt_slice rest)
{
    if (!r->entry || r->entry->kind != PT_ASK_DNS || rest.len)
        return complain(r, "'signed' stands alone, below 'ask dns'");
    r->entry->answer.status = PT_ANSWER_OK;
    r->entry->answer.is_signed = true;
    return PT_OK;
}

static enum pt_status keep_why(struct reading *r, struct pt_slice why)
{
    r->entry->answer.why =
        pt_arena_strndup(r->scenario->arena, why.at, why.len);
    return r->entry->answer.why ? PT_OK : pt_fail_memory(r->err);
}

static enum pt_status read_absent(struct reading *r, struct pt_slice rest)
{
    if (!r->entry)
        return complain(r, "'absent' wants an ask above it");
    r->entry->answer.status = PT_ANSWER_ABSENT;
    return rest.len ? keep_why(r, rest) : PT_OK;
}

static enum pt_status read_remark(struct reading *r, struct pt_slice rest)
{
    if (!r->entry || !rest.len)
        return complain(r, "'remark' wants a phrase, below an ask");
    return keep_why(r, rest);
}

static enum pt_status read_why(struct reading *r, struct pt_slice rest,
                               enum pt_answer_status status)
{
    if (!r->entry || !rest.len)
        return complain(r, "'failed' and 'refused' want a reason, below an "
                           "ask");
    r->entry->answer.status = status;
    return keep_why(r, rest);
}

static enum pt_status read_failed(struct reading *r, struct pt_slice rest)
{
    return read_why(r, rest, PT_ANSWER_FAILED);
}

static enum pt_status read_refused(struct reading *r, struct pt_slice rest)
{
    return read_why(r, rest, PT_ANSWER_REFUSED);
}

static enum pt_status read_text(struct reading *r, struct pt_slice rest)
{
    if (!r->entry)
        return complain(r, "a body needs an ask above it");
    pt_buf_add(&r->body, rest.at, rest.len);
    pt_buf_putc(&r->body, '\n');
    return r->body.oom ? pt_fail_memory(r->err) : PT_OK;
}

static enum pt_status read_base64(struct reading *r, struct pt_slice rest)
{
    unsigned char bytes[BASE64_MAX];
    size_t len;

    if (!r->entry || rest.len > sizeof(bytes))
        return complain(r, "a body needs an ask above it, and short lines");
    if (!pt_base64_decode(rest, bytes, &len))
        return complain(r, "this is not base64");
    pt_buf_add(&r->body, bytes, len);
    return r->body.oom ? pt_fail_memory(r->err) : PT_OK;
}

static enum pt_status pass_over(struct reading *r, struct pt_slice rest)
{
    (void)r;
    (void)rest;
    return PT_OK;
}

static const struct {
    const char *word;
    bool ends_entry;
    enum pt_status (*read)(struct reading *r, struct pt_slice rest);
} lines[] = {
    {"|", false, read_text},
    {"=", false, read_base64},
    {"ask", true, read_ask},
    {"after", false, read_after},
    {"ok", false, read_ok},
    {"absent", false, read_absent},
    {"failed", false, read_failed},
    {"refused", false, read_refused},
    {"status", false, read_http_status},
    {"type", false, read_type},
    {"signed", false, read_signed},
    {"remark", false, read_remark},
    {"place", true, read_place},
    {"#", false, pass_over},
    /* what a test expects; the test reads these, we do not */
    {"run", true, pass_over},
    {"exit", true, pass_over},
    {">", true, pass_over},
    {"!", true, pass_over},
};

static enum pt_status read_line(struct reading *r, struct pt_slice line)
{
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        size_t len = strlen(lines[i].word);
        enum pt_status status = PT_OK;
        struct pt_slice rest;

        if (!pt_slice_has_prefix(line, lines[i].word) ||
            (line.len > len && line.at[len] != ' '))
            continue;
        if (lines[i].ends_entry)
            status = end_entry(r);
        if (status != PT_OK)
            return status;
        rest = line.len > len ? pt_slice(line.at + len + 1, line.len - len - 1)
                              : pt_slice("", 0);
        return lines[i].read(r, rest);
    }
    return pt_trim(line).len ? complain(r, "this begins with no word we know")
                             : PT_OK;
}

static enum pt_status read_all(struct pt_scenario *scenario,
                               struct pt_slice text, struct pt_error *err)
{
    struct reading r = {.scenario = scenario, .err = err};
    enum pt_status status = PT_OK;
    struct pt_slice line;

    while (status == PT_OK && pt_next_line(&text, &line)) {
        r.line++;
        status = read_line(&r, line);
    }
    if (status == PT_OK)
        status = end_entry(&r);
    pt_buf_free(&r.body);
    return status;
}

/* ---- answering ---- */

static int64_t virtual_now(void *ctx)
{
    return ((struct pt_scenario *)ctx)->now_ms;
}

static void virtual_skip(void *ctx, int64_t ms)
{
    ((struct pt_scenario *)ctx)->now_ms += ms;
}

static void deliver(void *ctx)
{
    struct pending *p = ctx;
    struct pending **at = &p->scenario->open;

    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
    pt_loop_disarm(p->scenario->loop, &p->timer);
    p->done(p->ctx, p->answer);
    free(p);
}

static void drop(struct pt_transport *self, const void *owner)
{
    struct pt_scenario *scenario = (struct pt_scenario *)self;
    struct pending *next;

    for (struct pending *p = scenario->open; p; p = next) {
        next = p->next;
        if (owner && p->owner != owner)
            continue;
        p->answer = &dropped;
        deliver(p);
    }
}

static const struct entry *find_entry(const struct pt_scenario *scenario,
                                      const struct pt_ask *ask)
{
    for (size_t i = 0; i < scenario->entry_count; i++) {
        const struct entry *entry = &scenario->entries[i];

        if (entry->kind == ask->kind &&
            pt_is(entry->what, ask->what ? ask->what : "") &&
            entry->record == ask->record &&
            ((!entry->within && entry->kind != PT_ASK_PROBE) ||
             pt_is(entry->within, ask->within)) &&
            ((!entry->method && entry->kind != PT_ASK_HTTP) ||
             pt_is(entry->method, ask->method)))
            return entry;
    }
    return NULL;
}

/* What there is when its time is up: a conversation that said nothing, and of
 * all else nothing. */
static const struct pt_answer *late_answer(const struct pt_ask *ask)
{
    static const char said[] = "silent\n";
    static const struct pt_answer silence = {
        .status = PT_ANSWER_OK, .body = said, .len = sizeof(said) - 1};
    static const struct pt_answer late = {.status = PT_ANSWER_FAILED,
                                          .why = "it did not answer in time"};

    return ask->kind == PT_ASK_SPEAK ? &silence : &late;
}

static bool begin(struct pt_transport *self, const struct pt_ask *ask,
                  pt_answer_fn *done, void *ctx)
{
    struct pt_scenario *scenario = (struct pt_scenario *)self;
    const struct entry *entry = find_entry(scenario, ask);
    int64_t after_ms = entry ? entry->after_ms : 0;
    bool late = ask->limit_ms && after_ms > ask->limit_ms;
    struct pending *p = calloc(1, sizeof(*p));

    if (!p)
        return false;
    *p = (struct pending){.answer = late    ? late_answer(ask)
                                    : entry ? &entry->answer
                                            : &absent,
                          .done = done,
                          .ctx = ctx,
                          .owner = ask->owner,
                          .scenario = scenario,
                          .next = scenario->open};
    scenario->open = p;
    pt_timer_init(&p->timer, deliver, p);
    pt_loop_arm(scenario->loop, &p->timer, late ? ask->limit_ms : after_ms);
    return true;
}

/* ---- life ---- */

static const struct pt_place somewhere = {
    .os = "linux",
    .home = "/home/ann",
    .config = "/home/ann/.config",
    .data = "/home/ann/.local/share",
    .cache = "/home/ann/.cache",
    .state = "/home/ann/.local/state",
    .uid = 1000,
};

enum pt_status pt_scenario_new(struct pt_slice text,
                               struct pt_scenario **ret_scenario,
                               struct pt_error *err)
{
    struct pt_scenario *scenario = calloc(1, sizeof(*scenario));
    enum pt_status status;

    if (!scenario)
        return pt_fail_memory(err);
    scenario->transport = (struct pt_transport){.begin = begin, .drop = drop};
    scenario->place = somewhere;
    scenario->arena = pt_arena_new();
    scenario->loop = pt_loop_new(&(struct pt_clock){
        .now_ms = virtual_now, .skip_ms = virtual_skip, .ctx = scenario});
    status = scenario->arena && scenario->loop
                 ? read_all(scenario, text, err)
                 : pt_fail_memory(err);
    if (status != PT_OK) {
        pt_scenario_free(scenario);
        return status;
    }
    *ret_scenario = scenario;
    return PT_OK;
}

void pt_scenario_free(struct pt_scenario *scenario)
{
    if (!scenario)
        return;
    if (scenario->loop)
        drop(&scenario->transport, NULL);
    pt_loop_free(scenario->loop);
    pt_arena_free(scenario->arena);
    free(scenario);
}

struct pt_loop *pt_scenario_loop(struct pt_scenario *scenario)
{
    return scenario->loop;
}

struct pt_transport *pt_scenario_transport(struct pt_scenario *scenario)
{
    return &scenario->transport;
}

const struct pt_place *pt_scenario_place(const struct pt_scenario *scenario)
{
    return &scenario->place;
}
