/* read_lines.c - settings in lines: Java properties, INI, and the part of
 * TOML that bridges use. */
#include "format/reader.h"

#include "base/buf.h"

#include <string.h>

enum { KEY_MAX = 256, VALUE_MAX = 4096, PAIRS_MOST = 512 };

/* ---- keeping ---- */

static bool holds_nocase(struct pt_slice text, const char *word)
{
    size_t len = strlen(word);

    for (size_t i = 0; len <= text.len && i <= text.len - len; i++) {
        size_t n = 0;

        while (n < len && (text.at[i + n] | 0x20) == word[n])
            n++;
        if (n == len)
            return true;
    }
    return false;
}

static bool is_secret(struct pt_slice key)
{
    static const char *const words[] = {"pass", "secret", "token", "refresh",
                                        "_key", "salt"};

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (holds_nocase(key, words[i]))
            return !holds_nocase(key, "_key_path");
    return false;
}

bool pt_reader_keep(struct pt_arena *arena, struct pt_pairs *pairs,
                    const char *section, struct pt_slice key,
                    struct pt_slice value)
{
    const char *name;
    const char *text;

    if (is_secret(key) || key.len > KEY_MAX || value.len > VALUE_MAX ||
        pairs->count == PAIRS_MOST)
        return true;
    name = pt_arena_printf(arena, "%s%s%.*s", section, *section ? "." : "",
                           (int)key.len, key.at);
    text = pt_arena_strndup(arena, value.at, value.len);
    return name && text && pt_pairs_add(arena, pairs, name, text);
}

/* ---- lines ---- */

struct lines {
    struct pt_arena *arena;
    struct pt_pairs *pairs;
    struct pt_slice rest;
    unsigned number;
    const char *section;
    struct pt_error *err;
};

static enum pt_status complain(const struct lines *l, const char *what)
{
    return pt_fail(l->err, PT_BAD_INPUT,
                   "mend the file, or let the bridge write it anew",
                   "line %u %s", l->number, what);
}

static bool next_line(struct lines *l, struct pt_slice *ret_line)
{
    l->number++;
    return pt_next_line(&l->rest, ret_line);
}

static bool is_comment(struct pt_slice line, const char *marks)
{
    return !line.len || memchr(marks, line.at[0], strlen(marks));
}

static enum pt_status keep(struct lines *l, struct pt_slice key,
                           struct pt_slice value)
{
    return pt_reader_keep(l->arena, l->pairs, l->section, pt_trim(key),
                          pt_trim(value))
               ? PT_OK
               : pt_fail_memory(l->err);
}

static bool is_text(struct pt_slice line)
{
    return !memchr(line.at, '\0', line.len);
}

/* "[section]": sets l->section, and keeps "[section]" as a key of its own, so
 * that an empty section is seen too. */
static enum pt_status take_section(struct lines *l, struct pt_slice line)
{
    const char *end = memchr(line.at, ']', line.len);
    struct pt_slice name;
    struct pt_slice mark;

    if (!end)
        return complain(l, "has a '[' without its ']'");
    name = pt_trim(pt_slice(line.at + 1, (size_t)(end - line.at - 1)));
    if (!name.len || name.len > KEY_MAX)
        return complain(l, "names no section");
    mark = pt_slice(line.at, (size_t)(end - line.at) + 1);
    if (!pt_reader_keep(l->arena, l->pairs, "", mark, pt_slice_of("")))
        return pt_fail_memory(l->err);
    l->section = pt_arena_strndup(l->arena, name.at, name.len);
    return l->section ? PT_OK : pt_fail_memory(l->err);
}

static const char *first_of(struct pt_slice line, const char *marks)
{
    for (size_t i = 0; i < line.len; i++)
        if (memchr(marks, line.at[i], strlen(marks)))
            return line.at + i;
    return NULL;
}

static enum pt_status take_pair(struct lines *l, struct pt_slice line,
                                const char *marks)
{
    const char *mark = first_of(line, marks);
    size_t len = mark ? (size_t)(mark - line.at) : 0;

    if (!len)
        return complain(l, "is not a setting");
    return keep(l, pt_slice(line.at, len),
                pt_slice(mark + 1, line.len - len - 1));
}

/* Python's configparser: # and ; begin comments, a line that begins with a
 * blank goes on with the value before (of no use to us), = or : parts. */
enum pt_status pt_read_ini(struct pt_arena *arena, struct pt_slice bytes,
                           struct pt_pairs *pairs, struct pt_error *err)
{
    struct lines l = {.arena = arena, .pairs = pairs, .rest = bytes,
                      .section = "", .err = err};
    enum pt_status status = PT_OK;
    struct pt_slice line;

    while (status == PT_OK && next_line(&l, &line)) {
        bool goes_on = line.len && (line.at[0] == ' ' || line.at[0] == '\t');

        line = pt_trim(line);
        if (is_comment(line, "#;") || goes_on)
            continue;
        if (!is_text(line))
            status = complain(&l, "is not text: this is no INI file");
        else if (line.at[0] == '[')
            status = take_section(&l, line);
        else
            status = take_pair(&l, line, "=:");
    }
    return status;
}

/* ---- TOML ---- */

/* A string without its quotes, a number or a word without its comment. */
static struct pt_slice toml_value(struct pt_slice value)
{
    const char *end;

    value = pt_trim(value);
    if (value.len && (value.at[0] == '"' || value.at[0] == '\'')) {
        end = memchr(value.at + 1, value.at[0], value.len - 1);
        return end ? pt_slice(value.at + 1, (size_t)(end - value.at - 1))
                   : value;
    }
    end = memchr(value.at, '#', value.len);
    return end ? pt_trim(pt_slice(value.at, (size_t)(end - value.at))) : value;
}

static enum pt_status take_toml(struct lines *l, struct pt_slice line)
{
    const char *mark = memchr(line.at, '=', line.len);
    size_t len = mark ? (size_t)(mark - line.at) : 0;

    if (!len)
        return complain(l, "is not a setting");
    return keep(l, toml_value(pt_slice(line.at, len)),
                toml_value(pt_slice(mark + 1, line.len - len - 1)));
}

enum pt_status pt_read_toml(struct pt_arena *arena, struct pt_slice bytes,
                            struct pt_pairs *pairs, struct pt_error *err)
{
    struct lines l = {.arena = arena, .pairs = pairs, .rest = bytes,
                      .section = "", .err = err};
    enum pt_status status = PT_OK;
    struct pt_slice line;

    while (status == PT_OK && next_line(&l, &line)) {
        line = pt_trim(line);
        if (is_comment(line, "#"))
            continue;
        if (!is_text(line))
            status = complain(&l, "is not text: this is no TOML file");
        else if (line.at[0] == '[')
            status = take_section(&l, line);
        else
            status = take_toml(&l, line);
    }
    return status;
}

/* ---- Java properties (java.util.Properties.load) ---- */

/* A line ends in an odd number of backslashes: it goes on. */
static bool goes_on(struct pt_slice line)
{
    size_t n = 0;

    while (n < line.len && line.at[line.len - 1 - n] == '\\')
        n++;
    return n % 2;
}

static void put_utf8(struct pt_buf *out, unsigned code)
{
    if (code < 0x80) {
        pt_buf_putc(out, (char)code);
    } else if (code < 0x800) {
        pt_buf_putc(out, (char)(0xC0 | code >> 6));
        pt_buf_putc(out, (char)(0x80 | (code & 0x3F)));
    } else {
        pt_buf_putc(out, (char)(0xE0 | code >> 12));
        pt_buf_putc(out, (char)(0x80 | (code >> 6 & 0x3F)));
        pt_buf_putc(out, (char)(0x80 | (code & 0x3F)));
    }
}

static bool hex_four(struct pt_slice text, unsigned *ret_code)
{
    unsigned code = 0;

    if (text.len < 4)
        return false;
    for (size_t i = 0; i < 4; i++) {
        char c = text.at[i];
        char low = (char)(c | 0x20);

        if (c >= '0' && c <= '9')
            code = code * 16 + (unsigned)(c - '0');
        else if (low >= 'a' && low <= 'f')
            code = code * 16 + (unsigned)(low - 'a') + 10;
        else
            return false;
    }
    *ret_code = code;
    return true;
}

/* Put what an escape stands for; returns how many bytes it took. */
static size_t put_escape(struct pt_buf *out, struct pt_slice text)
{
    static const char from[] = "tnrf";
    static const char to[] = "\t\n\r\f";
    const char *known;
    unsigned code;

    if (!text.len)
        return 0;
    if (text.at[0] == 'u' &&
        hex_four(pt_slice(text.at + 1, text.len - 1), &code)) {
        put_utf8(out, code ? code : '?');
        return 5;
    }
    known = text.at[0] ? strchr(from, text.at[0]) : NULL;
    pt_buf_putc(out, known ? to[known - from] : text.at[0]);
    return 1;
}

static void unescape(struct pt_buf *out, struct pt_slice text)
{
    for (size_t i = 0; i < text.len;) {
        char c = text.at[i++];

        if (c == '\\')
            i += put_escape(out, pt_slice(text.at + i, text.len - i));
        else
            pt_buf_putc(out, c);
    }
}

/* The length of the key: up to the first separator that is not escaped. */
static size_t key_length(struct pt_slice line)
{
    size_t i = 0;

    while (i < line.len && !strchr("=: \t\f", line.at[i]))
        i += line.at[i] == '\\' && i + 1 < line.len ? 2 : 1;
    return i;
}

static enum pt_status take_property(struct lines *l, struct pt_slice line)
{
    PT_BUF struct pt_buf key = {.max = KEY_MAX};
    PT_BUF struct pt_buf value = {.max = VALUE_MAX};
    size_t len = key_length(line);
    struct pt_slice rest = pt_trim(pt_slice(line.at + len, line.len - len));

    if (rest.len && (rest.at[0] == '=' || rest.at[0] == ':'))
        rest = pt_trim(pt_slice(rest.at + 1, rest.len - 1));
    unescape(&key, pt_slice(line.at, len));
    unescape(&value, rest);
    if (key.oom || value.oom)
        return pt_fail_memory(l->err);
    if (key.overflow || value.overflow)
        return PT_OK; /* none of ours is that long */
    return keep(l, pt_slice(key.at, key.len), pt_slice(value.at, value.len));
}

static enum pt_status take_logical(struct lines *l, struct pt_slice line)
{
    PT_BUF struct pt_buf whole = {.max = KEY_MAX + VALUE_MAX};
    struct pt_slice more = line;

    if (!goes_on(line))
        return take_property(l, line);
    for (;;) {
        bool again = goes_on(more);

        pt_buf_add(&whole, more.at, more.len - again);
        if (!again || !next_line(l, &more))
            break;
        more = pt_trim(more);
    }
    if (whole.oom)
        return pt_fail_memory(l->err);
    return take_property(l, pt_slice(whole.at, whole.len));
}

enum pt_status pt_read_properties(struct pt_arena *arena,
                                  struct pt_slice bytes,
                                  struct pt_pairs *pairs,
                                  struct pt_error *err)
{
    struct lines l = {.arena = arena, .pairs = pairs, .rest = bytes,
                      .section = "", .err = err};
    enum pt_status status = PT_OK;
    struct pt_slice line;

    while (status == PT_OK && next_line(&l, &line)) {
        line = pt_trim(line);
        if (is_comment(line, "#!"))
            continue;
        status = is_text(line)
                     ? take_logical(&l, line)
                     : complain(&l, "is not text: this is no properties file");
    }
    return status;
}
