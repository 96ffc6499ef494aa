/* fuzz_edit.c - any bytes as a user's settings, in each syntax: what is set to
 * what it is stays, and what is changed is changed there alone. */
#include "format/edit_lines.h"
#include "format/edit_muttrc.h"
#include "format/edit_pem.h"
#include "format/edit_toml.h"
#include "format/edit_url.h"
#include "format/pem.h"
#include "tests/unit/moved.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { EDITS_MAX = 64 };

static void insist(bool holds)
{
    if (!holds)
        abort();
}

static bool is_within(struct pt_slice bytes, struct pt_span span)
{
    return span.at <= bytes.len && span.len <= bytes.len - span.at;
}

/* What is before the span, and what is behind it, is as it was. */
static void check_put(struct pt_slice bytes, struct pt_span span,
                      const char *text)
{
    PT_BUF struct pt_buf out = {0};
    size_t end = span.at + span.len;
    size_t tail = bytes.len - end;

    insist(is_within(bytes, span));
    pt_buf_add(&out, bytes.at, bytes.len);
    pt_edit_put(&out, span, text);
    insist(out.len == span.at + strlen(text) + tail);
    insist(!memcmp(out.at, bytes.at, span.at));
    insist(!memcmp(out.at + span.at, text, strlen(text)));
    insist(!memcmp(out.at + out.len - tail, bytes.at + end, tail));
}

static void check_same(struct pt_slice bytes, struct pt_span span)
{
    PT_BUF struct pt_buf text = {0};

    insist(is_within(bytes, span));
    pt_buf_add(&text, bytes.at + span.at, span.len);
    if (strlen(pt_buf_text(&text)) != text.len)
        return;
    check_put(bytes, span, pt_buf_text(&text));
}

/* A value that was put is read again, and nothing else has changed. */
static void check_line(struct pt_arena *arena, const struct pt_edit_file *file,
                       const struct pt_edit_line *line)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_edit_file again;

    insist(is_within(file->bytes, line->whole));
    insist(is_within(file->bytes, line->key));
    check_same(file->bytes, line->value);
    pt_buf_add(&out, file->bytes.at, file->bytes.len);
    pt_edit_add_line(&out, file->syntax, line, "port", "1144");
    insist(!pt_buf_failed(&out) && out.len > file->bytes.len);
    insist(!memcmp(out.at, file->bytes.at, line->whole.at + line->whole.len));
    insist(pt_edit_lines(arena, file->syntax, pt_slice(out.at, out.len),
                         &again) ||
           file->bytes.len > PT_EDIT_LINES_MAX);
}

static void check_lines(struct pt_slice bytes, enum pt_edit_syntax syntax)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_edit_file file;
    size_t edits = 0;

    if (!arena || !pt_edit_lines(arena, syntax, bytes, &file))
        return;
    for (size_t i = 0; i < file.count; i++) {
        const struct pt_edit_section *section = &file.sections[i];

        if (section->head.whole.len && edits++ < EDITS_MAX)
            check_line(arena, &file, &section->head);
        for (size_t j = 0; j < section->count && edits++ < EDITS_MAX; j++)
            check_line(arena, &file, &section->lines[j]);
    }
}

/* The port is the one that was put; login and host are what they were. */
static void check_url(struct pt_arena *arena, struct pt_slice bytes,
                      const struct pt_edit_url *url)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_span all = {url->scheme.at, 0};
    struct pt_edit_url again;

    check_same(bytes, url->host);
    check_same(bytes, url->user);
    check_same(bytes, url->port);
    pt_edit_url_user(arena, bytes, url);
    pt_buf_add(&out, bytes.at, bytes.len);
    pt_edit_url_put(&out, url, "imaps", 1144);
    all.len = out.len - all.at;
    insist(pt_edit_url_next(pt_slice(out.at, out.len), &all, &again));
    insist(pt_edit_url_port(pt_slice(out.at, out.len), &again) == 1144);
    insist(again.host.len == url->host.len &&
           !memcmp(out.at + again.host.at, bytes.at + url->host.at,
                   url->host.len));
}

static void check_urls(struct pt_slice bytes)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_span rest = {0, bytes.len};
    struct pt_edit_url url;

    for (size_t i = 0; arena && i < EDITS_MAX; i++) {
        if (!pt_edit_url_next(bytes, &rest, &url))
            return;
        check_url(arena, bytes, &url);
    }
}

static void check_bare(struct pt_slice bytes)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_edit_url url;

    if (!pt_edit_url_bare(bytes, (struct pt_span){0, bytes.len}, &url))
        return;
    check_same(bytes, url.host);
    check_same(bytes, url.port);
    pt_buf_add(&out, bytes.at, bytes.len);
    pt_edit_url_put(&out, &url, "", 1144);
    insist(pt_edit_url_bare(pt_slice(out.at, out.len),
                            (struct pt_span){0, out.len}, &url));
    insist(pt_edit_url_port(pt_slice(out.at, out.len), &url) == 1144);
}

static void check_muttrc(struct pt_slice bytes)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_muttrc rc = {.bytes = bytes};
    struct pt_muttrc_item item;
    size_t items = 0;

    while (pt_muttrc_next(&rc, &item)) {
        const char *value =
            arena ? pt_muttrc_value(arena, bytes, &item) : NULL;

        insist(++items <= bytes.len);
        insist(!value || strlen(value) <= item.value.len);
        insist(is_within(bytes, item.command) && is_within(bytes, item.name));
        check_same(bytes, item.value);
    }
}

/* Each value is where it is said to be, and is read as what it is set to. */
static void check_toml(struct pt_slice bytes)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_toml_values values;
    struct pt_toml_values again;

    if (!arena || !pt_edit_toml(arena, bytes, &values))
        return;
    for (size_t i = 0; i < values.count && i < EDITS_MAX; i++) {
        PT_BUF struct pt_buf out = {0};
        const struct pt_toml_value *value = &values.at[i];

        check_same(bytes, value->line.whole);
        check_same(bytes, value->line.key);
        check_same(bytes, value->line.value);
        check_put(bytes, value->text, "1144");
        pt_buf_add(&out, bytes.at, bytes.len);
        pt_edit_put(&out, value->text, "1144");
        insist(pt_edit_toml(arena, pt_slice(out.at, out.len), &again));
        insist(again.count == values.count);
        insist(pt_is(again.at[i].path, value->path));
        insist(pt_span_is(pt_slice(out.at, out.len), again.at[i].text,
                          "1144"));
    }
}

/* What is a table, or the like, is where it is said to be. */
static void check_groups(struct pt_slice bytes)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_toml_values values;

    if (!arena || !pt_edit_toml(arena, bytes, &values))
        return;
    for (size_t i = 0; i < values.group_count && i < EDITS_MAX; i++)
        insist(pt_edit_toml_has(&values, values.groups[i].path));
}

/* What is there stays, and the lines that are added are the last. */
static void check_append(struct pt_slice bytes)
{
    PT_BUF struct pt_buf out = {0};

    pt_buf_add(&out, bytes.at, bytes.len);
    pt_edit_append(&out, "[ann]\n");
    insist(out.len > bytes.len && out.len <= bytes.len + 11);
    insist(!bytes.len || !memcmp(out.at, bytes.at, bytes.len));
    insist(pt_has_suffix(out.at + bytes.len, "[ann]\n") ||
           pt_has_suffix(out.at + bytes.len, "[ann]\r\n"));
}

/* One that was never seen before. */
static const struct pt_certificate *another(void)
{
    static struct pt_arena *arena;
    static const struct pt_certificate *made;

    if (!arena) {
        arena = pt_arena_new();
        made = new_certificate(arena, 1);
    }
    return made;
}

/* Where the file has one certificate, it has the other one afterwards. */
static void check_pem(struct pt_slice bytes)
{
    PT_BUF struct pt_buf out = {0};
    PT_BUF struct pt_buf pem = {0};
    struct pt_span one = {0, 0};

    if (pt_edit_pem(bytes, another(), &one) != PT_PEM_ONE)
        return;
    pt_pem_add(&pem, another());
    check_put(bytes, one, pt_buf_text(&pem));
    pt_buf_add(&out, bytes.at, bytes.len);
    pt_edit_put(&out, one, pt_buf_text(&pem));
    insist(pt_edit_pem(pt_slice(out.at, out.len), another(), &one) ==
           PT_PEM_TRUST);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct pt_slice bytes = pt_slice(len ? (const char *)data : "", len);

    for (size_t i = 0; i <= PT_EDIT_INI; i++)
        check_lines(bytes, (enum pt_edit_syntax)i);
    check_urls(bytes);
    check_bare(bytes);
    check_muttrc(bytes);
    check_toml(bytes);
    check_groups(bytes);
    check_append(bytes);
    check_pem(bytes);
    return 0;
}
