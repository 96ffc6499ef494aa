#include "net/scenario_write.h"

#include "base/base64.h"

#include <stdio.h>
#include <string.h>

/* One line, whatever it holds. */
static void add_line(struct pt_buf *out, const char *word, const char *value)
{
    size_t from;

    pt_buf_puts(out, word);
    if (value && *value)
        pt_buf_putc(out, ' ');
    from = out->len;
    pt_buf_puts(out, value ? value : "");
    for (size_t i = from; i < out->len; i++)
        if ((unsigned char)out->at[i] < 0x20 || out->at[i] == 0x7F)
            out->at[i] = '?';
    pt_buf_putc(out, '\n');
}

void pt_scenario_add_place(struct pt_buf *out, const struct pt_place *place)
{
    const struct {
        const char *word;
        const char *value;
    } lines[] = {
        {"place os", place->os},         {"place home", place->home},
        {"place config", place->config}, {"place data", place->data},
        {"place cache", place->cache},   {"place state", place->state},
    };

    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
        add_line(out, lines[i].word, lines[i].value);
    pt_buf_printf(out, "place uid %u\n", place->uid);
}

static void add_ask(struct pt_buf *out, const struct pt_ask *ask)
{
    bool grpc = ask->kind == PT_ASK_GRPC && ask->method;

    pt_buf_printf(out, "\nask %s", pt_ask_kind_name(ask->kind));
    if (ask->kind == PT_ASK_DNS)
        pt_buf_printf(out, " %s", pt_record_name(ask->record));
    if (ask->kind == PT_ASK_SHELF ||
        (ask->kind == PT_ASK_PROBE && ask->within))
        pt_buf_printf(out, " %s", ask->within);
    if (ask->kind == PT_ASK_HTTP && ask->method)
        pt_buf_printf(out, " %s", ask->method);
    if (grpc)
        pt_buf_printf(out, " %s", ask->what);
    add_line(out, "", grpc ? ask->method : ask->what);
}

static void add_found(struct pt_buf *out, const struct pt_answer *answer)
{
    char status[32];

    snprintf(status, sizeof(status), "status %d", answer->http);
    if (answer->location || (answer->http && answer->http != 200))
        add_line(out, status, answer->location);
    else
        pt_buf_puts(out, answer->is_signed ? "signed\n" : "ok\n");
    if (answer->media_type)
        add_line(out, "type", answer->media_type);
    if (answer->why)
        add_line(out, "remark", answer->why);
}

static void add_status(struct pt_buf *out, const struct pt_answer *answer)
{
    static const char *const words[] = {
        [PT_ANSWER_ABSENT] = "absent",
        [PT_ANSWER_FAILED] = "failed",
        [PT_ANSWER_REFUSED] = "refused",
    };

    if (answer->status == PT_ANSWER_OK)
        add_found(out, answer);
    else
        add_line(out, words[answer->status], answer->why);
}

/* Tabs are text here, though they are not printable elsewhere. */
static bool is_text(struct pt_slice line)
{
    while (line.len) {
        size_t n = 0;

        while (n < line.len && line.at[n] != '\t')
            n++;
        if (!pt_is_printable(pt_slice(line.at, n)))
            return false;
        n += n < line.len;
        line = pt_slice(line.at + n, line.len - n);
    }
    return true;
}

static void add_bytes(struct pt_buf *out, struct pt_slice bytes)
{
    while (bytes.len) {
        size_t n = bytes.len < PT_BASE64_LINE ? bytes.len : PT_BASE64_LINE;

        pt_buf_puts(out, "= ");
        pt_base64_add(out, pt_slice(bytes.at, n));
        pt_buf_putc(out, '\n');
        bytes = pt_slice(bytes.at + n, bytes.len - n);
    }
}

static void add_body(struct pt_buf *out, struct pt_slice body)
{
    while (body.len) {
        const char *end = memchr(body.at, '\n', body.len);
        size_t len = end ? (size_t)(end - body.at) : body.len;
        struct pt_slice line = pt_slice(body.at, len);
        size_t whole = len + (end ? 1 : 0);

        if (!end || !is_text(line)) {
            add_bytes(out, pt_slice(body.at, whole));
        } else {
            pt_buf_puts(out, len ? "| " : "|");
            pt_buf_add(out, line.at, line.len);
            pt_buf_putc(out, '\n');
        }
        body = pt_slice(body.at + whole, body.len - whole);
    }
}

void pt_scenario_add_answer(struct pt_buf *out, const struct pt_ask *ask,
                            int64_t after_ms, const struct pt_answer *answer)
{
    add_ask(out, ask);
    if (after_ms)
        pt_buf_printf(out, "after %lld\n", (long long)after_ms);
    add_status(out, answer);
    if (answer->status == PT_ANSWER_OK)
        add_body(out, pt_slice(answer->body, answer->len));
}
