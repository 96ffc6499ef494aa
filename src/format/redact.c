/* redact.c - see redact.h; one function for each kind of answer. */
#include "format/redact.h"

#include "format/grpc.h"
#include "format/machine.h"
#include "format/protobuf.h"
#include "format/redact_secrets.h"

#include <string.h>

typedef bool redact_fn(const struct pt_redaction *redaction,
                       const struct pt_ask *ask, struct pt_slice body,
                       struct pt_buf *out);

/* Secrets first: what stands in their place holds no name. */
static bool redact_as(const struct pt_redaction *redaction,
                      enum pt_secrecy secrecy, struct pt_slice text, bool alone,
                      struct pt_buf *out)
{
    PT_BUF struct pt_buf open = {0};

    pt_redact_secrets(text, secrecy, &open);
    pt_redact_names(&redaction->names, pt_slice(open.at, open.len), alone, out);
    return !open.oom && !out->oom;
}

void pt_redact_text(const struct pt_redaction *redaction, const char *text,
                    struct pt_buf *out)
{
    if (!redact_as(redaction, PT_OF_PUBLISHED, pt_slice_of(text), true, out))
        out->oom = true;
}

/* ---- files and documents ---- */

/* Somebody's settings, or a document as it might have been published. */
static enum pt_secrecy secrecy_of(const struct pt_redaction *redaction,
                                  const struct pt_ask *ask)
{
    if (ask->what &&
        pt_strings_have(&redaction->sealed, pt_base_name(ask->what)))
        return PT_OF_SEALED;
    return PT_OF_SETTINGS;
}

static bool redact_file(const struct pt_redaction *redaction,
                        const struct pt_ask *ask, struct pt_slice body,
                        struct pt_buf *out)
{
    return redact_as(redaction, secrecy_of(redaction, ask), body, true, out);
}

/* Who was not told the name cannot have answered with it. */
static bool redact_document(const struct pt_redaction *redaction,
                            const struct pt_ask *ask, struct pt_slice body,
                            struct pt_buf *out)
{
    bool told = pt_redact_finds(&redaction->names, pt_slice_of(ask->what)) ||
                pt_redact_finds(&redaction->names, pt_slice_of(ask->payload));

    return redact_as(redaction, PT_OF_PUBLISHED, body, told, out);
}

static bool redact_records(const struct pt_redaction *redaction,
                           const struct pt_ask *ask, struct pt_slice body,
                           struct pt_buf *out)
{
    (void)ask;
    pt_redact_names(&redaction->names, body, false, out);
    return !out->oom;
}

/* A certificate is no text. */
static bool redact_speech(const struct pt_redaction *redaction,
                          const struct pt_ask *ask, struct pt_slice body,
                          struct pt_buf *out)
{
    struct pt_slice line;

    (void)ask;
    while (pt_next_line(&body, &line)) {
        if (pt_slice_has_prefix(line, "certificate "))
            pt_buf_add(out, line.at, line.len);
        else
            pt_redact_names(&redaction->names, line, true, out);
        pt_buf_putc(out, '\n');
    }
    return !out->oom;
}

static bool keep_all(const struct pt_redaction *redaction,
                     const struct pt_ask *ask, struct pt_slice body,
                     struct pt_buf *out)
{
    (void)redaction, (void)ask;
    pt_buf_add(out, body.at, body.len);
    return !out->oom;
}

/* ---- the machine ---- */

struct table {
    const struct pt_redaction *redaction;
    const struct pt_ask *ask;
    struct pt_machine machine;
    struct pt_buf *out;
};

static bool holds(const char *path, const struct pt_strings *needles)
{
    for (size_t i = 0; path && i < needles->count; i++)
        if (strstr(pt_base_name(path), needles->at[i]))
            return true;
    return false;
}

/* Its name is one of those looked for, so that its arguments matter. */
static bool is_looked_for(const struct table *t,
                          const struct pt_process *process)
{
    const struct pt_strings *needles = &t->ask->needles;

    return holds(process->exe, needles) ||
           holds(pt_process_script(process), needles) ||
           (process->argv.count && holds(process->argv.at[0], needles));
}

static bool listens(const struct table *t, const struct pt_process *process)
{
    for (size_t i = 0; i < t->machine.listener_count; i++)
        if (t->machine.listeners[i].pid == process->pid)
            return true;
    return false;
}

static void put_field(const struct table *t, const char *text)
{
    pt_buf_putc(t->out, '\t');
    pt_redact_names(&t->redaction->names, pt_slice_of(text), true, t->out);
}

static bool put_arguments(struct pt_arena *arena, const struct table *t,
                          const struct pt_process *process)
{
    PT_BUF struct pt_buf args = {0};
    const char *line = pt_process_line(arena, process, '\t');

    if (!line)
        return false;
    pt_redact_arguments(pt_slice_of(line), &args);
    put_field(t, pt_buf_text(&args));
    return !args.oom;
}

/* Who only listens is known by its program: of its arguments, the first and
 * the script. */
static bool put_process(struct pt_arena *arena, const struct table *t,
                        const struct pt_process *process)
{
    const char *script = pt_process_script(process);
    bool whole = is_looked_for(t, process);

    if (!whole && !listens(t, process))
        return true;
    pt_buf_printf(t->out, "process\t%u\t%u", process->pid, process->uid);
    put_field(t, process->user);
    put_field(t, process->exe);
    put_field(t, process->cwd);
    if (whole && process->argv.count && !put_arguments(arena, t, process))
        return false;
    if (!whole && process->argv.count)
        put_field(t, process->argv.at[0]);
    if (!whole && script)
        put_field(t, script);
    pt_buf_putc(t->out, '\n');
    return true;
}

/* As it was listed: who holds a port may have been found out since. */
static void put_listener(const struct table *t, struct pt_slice line)
{
    pt_redact_names(&t->redaction->names, line, true, t->out);
    pt_buf_putc(t->out, '\n');
}

static bool redact_machine(const struct pt_redaction *redaction,
                           const struct pt_ask *ask, struct pt_slice body,
                           struct pt_buf *out)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct table t = {.redaction = redaction, .ask = ask, .out = out};
    struct pt_slice line;

    if (!arena || !pt_machine_read(arena, body, &t.machine))
        return false;
    for (size_t i = 0; i < t.machine.process_count; i++)
        if (!put_process(arena, &t, &t.machine.processes[i]))
            return false;
    while (pt_next_line(&body, &line))
        if (pt_slice_has_prefix(line, "listen\t"))
            put_listener(&t, line);
    return !out->oom;
}

const char *pt_redact_user_of(struct pt_arena *arena, struct pt_slice machine,
                              uint32_t uid)
{
    struct pt_machine read;

    if (!pt_machine_read(arena, machine, &read))
        return NULL;
    for (size_t i = 0; i < read.process_count; i++)
        if (read.processes[i].uid == uid)
            return read.processes[i].user;
    return NULL;
}

/* ---- gRPC ---- */

enum { PREFIX = 5, USERS = 1, USER_NAME = 2, USER_EIGHT = 8, USER_TEN = 10 };

/* Numbers, the name, and of the fields that may be an address or the password
 * (grpc.c) those that are an address. */
static bool put_user_field(const struct pt_redaction *redaction,
                           const struct pt_field *f, struct pt_buf *out)
{
    PT_BUF struct pt_buf text = {0};
    bool is_address = memchr(f->bytes.at ? f->bytes.at : "", '@', f->bytes.len);

    if (f->wire == PT_WIRE_VARINT)
        pt_field_add_varint(out, f->number, f->value);
    if (f->wire != PT_WIRE_BYTES)
        return true;
    if (f->number == USER_NAME ||
        (f->number >= USER_EIGHT && f->number <= USER_TEN && is_address))
        pt_redact_names(&redaction->names, f->bytes, true, &text);
    else if (f->number >= USER_EIGHT && f->number <= USER_TEN)
        pt_buf_puts(&text, PT_NO_SECRET);
    else
        return true;
    pt_field_add_bytes(out, f->number, pt_slice(text.at, text.len));
    return !text.oom;
}

/* A field that is cut short stays so. */
static void put_broken(struct pt_buf *out)
{
    pt_buf_add(out, "\x0A\x7F", 2);
}

static bool put_user(const struct pt_redaction *redaction, struct pt_slice user,
                     struct pt_buf *out)
{
    PT_BUF struct pt_buf redacted = {0};
    struct pt_field f;
    bool put = true;

    while (put && user.len) {
        if (!pt_field_next(&user, &f)) {
            put_broken(&redacted);
            break;
        }
        put = put_user_field(redaction, &f, &redacted);
    }
    pt_field_add_bytes(out, USERS, pt_slice(redacted.at, redacted.len));
    return put && !redacted.oom;
}

static bool put_users(const struct pt_redaction *redaction,
                      struct pt_slice message, struct pt_buf *out)
{
    struct pt_field f;
    bool put = true;

    while (put && message.len) {
        if (!pt_field_next(&message, &f)) {
            put_broken(out);
            break;
        }
        if (f.number == USERS && f.wire == PT_WIRE_BYTES)
            put = put_user(redaction, f.bytes, out);
    }
    return put && !out->oom;
}

/* What is no frame (compressed, cut short, too long) stays none. */
static void put_bad_frame(struct pt_slice body, struct pt_buf *out)
{
    const unsigned char *at = (const unsigned char *)body.at;
    size_t len = 0;

    for (size_t i = 1; i < PREFIX && i < body.len; i++)
        len = len << 8 | at[i];
    if (body.len < PREFIX || at[0])
        pt_buf_add(out, body.at, body.len < PREFIX ? body.len : PREFIX);
    else if (len > body.len - PREFIX)
        pt_buf_add(out, "\0\0\0\0\1", PREFIX);
    else
        pt_buf_add(out, "\0\0\0\0\0\0", PREFIX + 1);
}

static bool redact_users(const struct pt_redaction *redaction,
                         struct pt_slice body, struct pt_buf *out)
{
    PT_BUF struct pt_buf users = {0};
    struct pt_slice message;
    struct pt_error err;
    unsigned char prefix[PREFIX] = {0};

    if (pt_grpc_unframe(body, &message, &err) != PT_OK) {
        put_bad_frame(body, out);
        return !out->oom;
    }
    if (!put_users(redaction, message, &users))
        return false;
    for (int i = 1; i < PREFIX; i++)
        prefix[i] = (unsigned char)(users.len >> (8 * (PREFIX - 1 - i)));
    pt_buf_add(out, prefix, PREFIX);
    pt_buf_add(out, users.at, users.len);
    return !out->oom;
}

static bool redact_reply(const struct pt_redaction *redaction,
                         const struct pt_ask *ask, struct pt_slice body,
                         struct pt_buf *out)
{
    if (ask->method && pt_has_suffix(ask->method, "/GetUserList"))
        return redact_users(redaction, body, out);
    return keep_all(redaction, ask, body, out);
}

/* ---- all of them ---- */

bool pt_redact_body(const struct pt_redaction *redaction,
                    const struct pt_ask *ask, struct pt_slice body,
                    struct pt_buf *out)
{
    static redact_fn *const by_kind[] = {
        [PT_ASK_FILE] = redact_file,       [PT_ASK_STAT] = keep_all,
        [PT_ASK_LOG] = redact_file,        [PT_ASK_SHELF] = redact_file,
        [PT_ASK_MACHINE] = redact_machine, [PT_ASK_FREE] = keep_all,
        [PT_ASK_SPEAK] = redact_speech,    [PT_ASK_HOST] = keep_all,
        [PT_ASK_PROBE] = redact_speech,    [PT_ASK_GRPC] = redact_reply,
        [PT_ASK_DNS] = redact_records,     [PT_ASK_HTTP] = redact_document,
    };

    return by_kind[ask->kind](redaction, ask, body, out);
}
