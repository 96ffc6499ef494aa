/* read_properties.c - Java's .properties files, by the grammar of
 * java.util.Properties.load(): comments with # or !, a key up to the first '=',
 * ':' or blank, lines that go on after a backslash, and escapes.
 *
 * Old files are ISO-8859-1, new ones UTF-8: a byte that is no part of UTF-8 is
 * taken as ISO-8859-1. */
#include "format/reader.h"

#include "base/buf.h"
#include "format/lines.h"

#include <string.h>

enum { UTF8_MAX = 4, HEX_DIGITS = 4 };

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\f';
}

static struct pt_slice skip_blanks(struct pt_slice text)
{
    size_t n = 0;

    while (n < text.len && is_blank(text.at[n]))
        n++;
    return pt_slice(text.at + n, text.len - n);
}

/* ---- characters ---- */

static void put_code(struct pt_buf *out, uint32_t code)
{
    if (code < 0x80) {
        pt_buf_putc(out, (char)code);
        return;
    }
    if (code < 0x800) {
        pt_buf_putc(out, (char)(0xC0 | code >> 6));
    } else {
        if (code < 0x10000) {
            pt_buf_putc(out, (char)(0xE0 | code >> 12));
        } else {
            pt_buf_putc(out, (char)(0xF0 | code >> 18));
            pt_buf_putc(out, (char)(0x80 | (code >> 12 & 0x3F)));
        }
        pt_buf_putc(out, (char)(0x80 | (code >> 6 & 0x3F)));
    }
    pt_buf_putc(out, (char)(0x80 | (code & 0x3F)));
}

/* Put the character at the start of text; returns how many bytes it took. */
static size_t put_character(struct pt_buf *out, struct pt_slice text)
{
    unsigned char first = (unsigned char)text.at[0];

    for (size_t n = 2; first >= 0x80 && n <= UTF8_MAX && n <= text.len; n++)
        if (pt_is_printable(pt_slice(text.at, n))) {
            pt_buf_add(out, text.at, n);
            return n;
        }
    put_code(out, first);
    return 1;
}

/* ---- escapes ---- */

static int hex_value(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c | 0x20 : c)
                       : NULL;

    return at ? (int)(at - digits) : -1;
}

/* "uXXXX" at the start of text. */
static bool read_unit(struct pt_slice text, uint32_t *ret_unit)
{
    uint32_t unit = 0;

    if (text.len < 1 + HEX_DIGITS || text.at[0] != 'u')
        return false;
    for (size_t i = 1; i <= HEX_DIGITS; i++) {
        int value = hex_value(text.at[i]);

        if (value < 0)
            return false;
        unit = unit * 16 + (uint32_t)value;
    }
    *ret_unit = unit;
    return true;
}

/* A code point may be two units of UTF-16; half of one is none at all.
 * Returns how many bytes it took; 0: it is malformed. */
static size_t put_unicode(struct pt_buf *out, struct pt_slice text)
{
    const size_t len = 1 + HEX_DIGITS;
    struct pt_slice more;
    uint32_t high;
    uint32_t low;

    if (!read_unit(text, &high))
        return 0;
    more = pt_slice(text.at + len, text.len - len);
    if (high < 0xD800 || high > 0xDFFF) {
        put_code(out, high);
        return len;
    }
    if (high < 0xDC00 && more.len && more.at[0] == '\\' &&
        read_unit(pt_slice(more.at + 1, more.len - 1), &low) &&
        low >= 0xDC00 && low <= 0xDFFF) {
        put_code(out, 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
        return 2 * len + 1;
    }
    pt_buf_putc(out, '?');
    return len;
}

/* Put what the escape at the start of text stands for; 0: it is malformed. */
static size_t put_escape(struct pt_buf *out, struct pt_slice text)
{
    static const char from[] = "tnrf";
    static const char to[] = "\t\n\r\f";
    const char *known;

    if (text.at[0] == 'u')
        return put_unicode(out, text);
    known = strchr(from, text.at[0]);
    if (!known)
        return put_character(out, text);
    pt_buf_putc(out, to[known - from]);
    return 1;
}

/* False: an escape is malformed. */
static bool unescape(struct pt_buf *out, struct pt_slice text)
{
    for (size_t i = 0; i < text.len;) {
        bool escaped = text.at[i] == '\\' && i + 1 < text.len;
        struct pt_slice rest;
        size_t took;

        i += escaped;
        rest = pt_slice(text.at + i, text.len - i);
        took = escaped ? put_escape(out, rest) : put_character(out, rest);
        if (!took)
            return false;
        i += took;
    }
    return true;
}

/* ---- lines ---- */

/* The length of the key: up to the first separator that is not escaped. */
static size_t key_length(struct pt_slice line)
{
    size_t i = 0;

    while (i < line.len && line.at[i] != '=' && line.at[i] != ':' &&
           !is_blank(line.at[i]))
        i += line.at[i] == '\\' && i + 1 < line.len ? 2 : 1;
    return i;
}

static enum pt_status take_property(struct pt_lines *lines,
                                    struct pt_slice line)
{
    PT_BUF struct pt_buf key = {.max = PT_KEY_MAX};
    PT_BUF struct pt_buf value = {.max = PT_VALUE_MAX};
    size_t len = key_length(line);
    struct pt_slice rest =
        skip_blanks(pt_slice(line.at + len, line.len - len));

    if (rest.len && (rest.at[0] == '=' || rest.at[0] == ':'))
        rest = skip_blanks(pt_slice(rest.at + 1, rest.len - 1));
    if (!unescape(&key, pt_slice(line.at, len)) ||
        !unescape(&value, pt_trim(rest)))
        return pt_lines_fail(lines, "has a \\u without its four digits");
    if (key.oom || value.oom)
        return pt_fail_memory(lines->err);
    if (key.overflow || value.overflow)
        return PT_OK;
    return pt_lines_keep(lines, pt_slice(key.at, key.len),
                         pt_slice(value.at, value.len));
}

/* It ends in an odd number of backslashes. */
static bool goes_on(struct pt_slice line)
{
    size_t n = 0;

    while (n < line.len && line.at[line.len - 1 - n] == '\\')
        n++;
    return n % 2;
}

static enum pt_status take_line(struct pt_lines *lines, struct pt_slice line)
{
    PT_BUF struct pt_buf whole = {.max = PT_KEY_MAX + PT_VALUE_MAX};

    line = skip_blanks(line);
    if (!line.len || line.at[0] == '#' || line.at[0] == '!')
        return PT_OK;
    if (!goes_on(line))
        return take_property(lines, line);
    for (;;) {
        bool again = goes_on(line);

        pt_buf_add(&whole, line.at, line.len - again);
        if (!again || !pt_lines_next(lines, &line))
            break;
        line = skip_blanks(line);
    }
    if (whole.oom)
        return pt_fail_memory(lines->err);
    if (whole.overflow)
        return PT_OK;
    return take_property(lines, pt_slice(whole.at, whole.len));
}

enum pt_status pt_read_properties(struct pt_arena *arena,
                                  struct pt_slice bytes,
                                  struct pt_pairs *pairs,
                                  struct pt_error *err)
{
    struct pt_lines lines = {.arena = arena, .pairs = pairs, .err = err};
    enum pt_status status =
        pt_lines_begin(&lines, bytes, "a properties file");
    struct pt_slice line;

    while (status == PT_OK && pt_lines_next(&lines, &line))
        status = take_line(&lines, line);
    return status;
}
