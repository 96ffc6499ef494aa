/* read_toml.c - the part of TOML (toml.io/en/v1.0.0) that settings files use:
 * sections, and keys with a text, a number or a truth. */
#include "format/reader.h"

#include "base/buf.h"
#include "format/lines.h"

#include <string.h>

static struct pt_slice without_comment(struct pt_slice text)
{
    const char *mark = memchr(text.at, '#', text.len);

    return pt_trim(mark ? pt_slice(text.at, (size_t)(mark - text.at)) : text);
}

/* The text between quotes, its escapes resolved as far as ports and addresses
 * need them. */
static enum pt_status take_text(struct pt_lines *lines, struct pt_slice key,
                                struct pt_slice text)
{
    PT_BUF struct pt_buf value = {.max = PT_VALUE_MAX};
    char quote = text.at[0];
    size_t i = 1;

    for (; i < text.len && text.at[i] != quote; i++) {
        if (quote == '"' && text.at[i] == '\\' && ++i == text.len)
            break;
        pt_buf_putc(&value, text.at[i]);
    }
    if (i >= text.len)
        return pt_lines_fail(lines, "begins a text that does not end");
    if (value.oom)
        return pt_fail_memory(lines->err);
    if (value.overflow)
        return PT_OK;
    return pt_lines_keep(lines, key, pt_slice(value.at, value.len));
}

/* Skip to the line that holds the mark which ends a value of many lines. */
static enum pt_status skip_to(struct pt_lines *lines, struct pt_slice line,
                              const char *mark)
{
    while (!pt_slice_find(line, mark))
        if (!pt_lines_next(lines, &line))
            return pt_lines_fail(lines, "ends in the middle of a value");
    return PT_OK;
}

static struct pt_slice behind(struct pt_slice text, size_t n)
{
    return pt_slice(text.at + n, text.len - n);
}

static enum pt_status take_value(struct pt_lines *lines, struct pt_slice key,
                                 struct pt_slice text)
{
    static const struct {
        const char *begin;
        const char *end;
    } passed_over[] = {
        {"\"\"\"", "\"\"\""}, {"'''", "'''"}, {"[", "]"}, {"{", "}"}};

    for (size_t i = 0; i < sizeof(passed_over) / sizeof(*passed_over); i++)
        if (pt_slice_has_prefix(text, passed_over[i].begin))
            return skip_to(lines, behind(text, strlen(passed_over[i].begin)),
                           passed_over[i].end);
    if (text.len && (text.at[0] == '"' || text.at[0] == '\''))
        return take_text(lines, key, text);
    text = without_comment(text);
    if (!text.len)
        return pt_lines_fail(lines, "has a key without a value");
    return pt_lines_keep(lines, key, text);
}

/* A key may be quoted as a whole. */
static struct pt_slice bare_key(struct pt_slice key)
{
    if (key.len >= 2 && (key.at[0] == '"' || key.at[0] == '\'') &&
        key.at[key.len - 1] == key.at[0])
        return pt_slice(key.at + 1, key.len - 2);
    return key;
}

static enum pt_status take_line(struct pt_lines *lines, struct pt_slice line)
{
    const char *mark = memchr(line.at, '=', line.len);
    struct pt_slice key;

    if (!line.len || line.at[0] == '#')
        return PT_OK;
    if (line.at[0] == '[')
        return pt_lines_section(lines, line);
    key = pt_trim(pt_slice(line.at, mark ? (size_t)(mark - line.at) : 0));
    if (!key.len)
        return pt_lines_fail(lines,
                             "is neither a section nor 'key = value'");
    return take_value(lines, bare_key(key),
                      pt_trim(behind(line, (size_t)(mark - line.at) + 1)));
}

enum pt_status pt_read_toml(struct pt_arena *arena, struct pt_slice bytes,
                            struct pt_pairs *pairs, struct pt_error *err)
{
    struct pt_lines lines = {.arena = arena, .pairs = pairs, .err = err};
    enum pt_status status = pt_lines_begin(&lines, bytes, "a TOML file");
    struct pt_slice line;

    while (status == PT_OK && pt_lines_next(&lines, &line))
        status = take_line(&lines, pt_trim(line));
    return status;
}
