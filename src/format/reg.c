#include "format/reg.h"

#include "format/utf16.h"

#include <stdio.h>
#include <string.h>

static const char header[] = "Windows Registry Editor Version 5.00";
static const char old_header[] = "REGEDIT4";
static const char utf8_mark[] = "\xEF\xBB\xBF";
static const char utf16_mark[] = "\xFF\xFE";

/* ---- the bytes as text ---- */

static struct pt_slice skip(struct pt_slice s, size_t len)
{
    return pt_slice(s.at + len, s.len - len);
}

static bool is_ascii(struct pt_slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.at[i] >= 0x80)
            return false;
    return true;
}

static bool decode(struct pt_slice bytes, struct pt_buf *out)
{
    struct pt_slice text;

    if (pt_slice_has_prefix(bytes, utf16_mark)) {
        if (!pt_utf16_read(skip(bytes, strlen(utf16_mark)), out))
            return false;
    } else {
        if (pt_slice_has_prefix(bytes, utf8_mark))
            bytes = skip(bytes, strlen(utf8_mark));
        pt_buf_add(out, bytes.at, bytes.len);
    }
    text = pt_slice(out->at, out->len);
    return (pt_slice_has_prefix(text, old_header) ? is_ascii(text)
                                                  : pt_is_utf8(text)) &&
           !(text.len && memchr(text.at, '\0', text.len));
}

/* ---- one line ---- */

struct reading {
    struct pt_arena *arena;
    struct pt_slice rest;
    unsigned line; /* that rest begins in, from 1 */
    struct pt_reg *reg;
    struct pt_reg_key *key; /* NULL: none is kept now */
    struct pt_error *err;
};

static enum pt_status fail(const struct reading *r, const char *what)
{
    return pt_fail(r->err, PT_BAD_INPUT, "export it anew with 'reg export'",
                   "line %u of the registry export %s", r->line, what);
}

static void advance(struct reading *r, size_t len)
{
    for (size_t i = 0; i < len; i++)
        r->line += r->rest.at[i] == '\n';
    r->rest = skip(r->rest, len);
}

static bool is_at(const struct reading *r, char c)
{
    return r->rest.len && r->rest.at[0] == c;
}

static void skip_blanks(struct reading *r)
{
    while (is_at(r, ' ') || is_at(r, '\t'))
        advance(r, 1);
}

static bool take(struct reading *r, const char *word)
{
    bool is_there = pt_slice_has_prefix(r->rest, word);

    if (is_there)
        advance(r, strlen(word));
    return is_there;
}

/* To the end of the line, where only a comment may stand. */
static enum pt_status end_line(struct reading *r)
{
    struct pt_slice rest = r->rest;
    struct pt_slice line = {0};

    pt_next_line(&rest, &line);
    line = pt_trim(line);
    if (line.len && line.at[0] != ';')
        return fail(r, "goes on after its value");
    advance(r, r->rest.len - rest.len);
    return PT_OK;
}

/* The text may have line ends in it. */
static enum pt_status take_quoted(struct reading *r, const char **ret_text)
{
    PT_BUF struct pt_buf text = {0};
    size_t i = 1;

    for (; i < r->rest.len && r->rest.at[i] != '"'; i++) {
        const char *at = r->rest.at + i;

        if (*at == '\\' && i + 1 < r->rest.len && strchr("\\\"", at[1]))
            i++;
        pt_buf_putc(&text, r->rest.at[i]);
    }
    if (i >= r->rest.len)
        return fail(r, "has a quote without its end");
    advance(r, i + 1);
    *ret_text = pt_buf_failed(&text)
                    ? NULL
                    : pt_arena_strdup(r->arena, pt_buf_text(&text));
    return *ret_text ? PT_OK : pt_fail_memory(r->err);
}

static int digit_of(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *at = c ? strchr(digits, c) : NULL;

    return at ? (int)((at - digits) % 16) : -1;
}

/* The digits may be fewer than most, and as few as none. */
static size_t take_hex(struct reading *r, size_t most, uint32_t *ret_number)
{
    uint32_t number = 0;
    size_t count = 0;

    for (; count < most && count < r->rest.len; count++) {
        int digit = digit_of(r->rest.at[count]);

        if (digit < 0)
            break;
        number = number << 4 | (uint32_t)digit;
    }
    advance(r, count);
    *ret_number = number;
    return count;
}

/* ---- values ---- */

static enum pt_status take_number(struct reading *r, struct pt_reg_value *value)
{
    if (!take_hex(r, 8, &value->number))
        return fail(r, "has a dword without digits");
    value->is_number = true;
    return PT_OK;
}

/* "\", and the next line goes on with it. */
static bool take_continuation(struct reading *r)
{
    skip_blanks(r);
    if (!take(r, "\\"))
        return false;
    skip_blanks(r);
    if (!take(r, "\r\n") && !take(r, "\n"))
        return false;
    skip_blanks(r);
    return true;
}

static void take_bytes(struct reading *r, struct pt_buf *bytes)
{
    uint32_t byte;

    for (;;) {
        while (take_continuation(r))
            ;
        if (!take_hex(r, 2, &byte))
            return;
        pt_buf_putc(bytes, (char)byte);
        while (take_continuation(r))
            ;
        if (!take(r, ","))
            return;
    }
}

/* What older programs keep as bytes.  NULL: they are no text. */
static const char *text_of(struct reading *r, const struct pt_buf *bytes)
{
    PT_BUF struct pt_buf text = {0};
    struct pt_slice s;

    if (!bytes->len || !pt_utf16_read(pt_slice(bytes->at, bytes->len), &text))
        return NULL;
    if (pt_buf_failed(&text)) {
        pt_arena_fail(r->arena);
        return NULL;
    }
    s = pt_slice(text.at, text.len);
    while (s.len && !s.at[s.len - 1])
        s.len--;
    return pt_is_printable(s) ? pt_arena_strndup(r->arena, s.at, s.len) : NULL;
}

/* "hex:" or "hex(TYPE):", of which the "hex" is behind us. */
static enum pt_status take_binary(struct reading *r, struct pt_reg_value *value)
{
    PT_BUF struct pt_buf bytes = {0};
    uint32_t type;

    if (take(r, "(") && (!take_hex(r, 8, &type) || !take(r, ")")))
        return fail(r, "has a type that is none");
    if (!take(r, ":"))
        return fail(r, "has bytes without a colon");
    take_bytes(r, &bytes);
    if (bytes.oom)
        return pt_fail_memory(r->err);
    value->text = text_of(r, &bytes);
    return PT_OK;
}

/* *ret_kept is false for a value that the file deletes. */
static enum pt_status take_value(struct reading *r, struct pt_reg_value *value,
                                 bool *ret_kept)
{
    *ret_kept = true;
    if (is_at(r, '"'))
        return take_quoted(r, &value->text);
    if (take(r, "dword:"))
        return take_number(r, value);
    if (take(r, "hex"))
        return take_binary(r, value);
    *ret_kept = false;
    return take(r, "-") ? PT_OK : fail(r, "has a value of an unknown kind");
}

static enum pt_status keep(struct reading *r, const struct pt_reg_value *value)
{
    struct pt_reg_value *values;

    if (!r->key)
        return PT_OK;
    values = pt_arena_grow(r->arena, r->key->values, r->key->count,
                           sizeof(*values));
    if (!values)
        return pt_fail_memory(r->err);
    values[r->key->count++] = *value;
    r->key->values = values;
    return PT_OK;
}

static enum pt_status read_value(struct reading *r)
{
    struct pt_reg_value value = {.name = ""};
    enum pt_status status = PT_OK;
    bool kept;

    if (!take(r, "@"))
        status = take_quoted(r, &value.name);
    if (status != PT_OK)
        return status;
    skip_blanks(r);
    if (!take(r, "="))
        return fail(r, "has a name without a value");
    skip_blanks(r);
    status = take_value(r, &value, &kept);
    if (status == PT_OK)
        status = end_line(r);
    return status == PT_OK && kept ? keep(r, &value) : status;
}

/* ---- keys ---- */

/* The path ends at the line's last bracket: it may have others in it. */
static enum pt_status read_key(struct reading *r)
{
    struct pt_slice rest = r->rest;
    struct pt_slice line = {0};
    struct pt_reg_key *keys;

    pt_next_line(&rest, &line);
    line = pt_trim(line);
    if (line.len < 3 || line.at[line.len - 1] != ']')
        return fail(r, "has a '[' without its ']'");
    advance(r, r->rest.len - rest.len);
    r->key = NULL;
    if (line.at[1] == '-')
        return PT_OK;
    keys = pt_arena_grow(r->arena, r->reg->keys, r->reg->count, sizeof(*keys));
    if (!keys)
        return pt_fail_memory(r->err);
    r->reg->keys = keys;
    r->key = &keys[r->reg->count++];
    *r->key = (struct pt_reg_key){
        .path = pt_arena_strndup(r->arena, line.at + 1, line.len - 2)};
    return r->key->path ? PT_OK : pt_fail_memory(r->err);
}

static enum pt_status read_line(struct reading *r)
{
    skip_blanks(r);
    if (is_at(r, '['))
        return read_key(r);
    if (is_at(r, '"') || is_at(r, '@'))
        return read_value(r);
    return end_line(r);
}

static enum pt_status read_header(struct reading *r)
{
    if (!take(r, header) && !take(r, old_header))
        return fail(r, "is not that of one");
    return end_line(r);
}

enum pt_status pt_reg_read(struct pt_arena *arena, struct pt_slice bytes,
                           struct pt_reg *ret_reg, struct pt_error *err)
{
    PT_BUF struct pt_buf text = {0};
    struct pt_reg reg = {0};
    struct reading r = {.arena = arena, .line = 1, .reg = &reg, .err = err};
    enum pt_status status;

    if (bytes.len > PT_REG_BYTES_MAX)
        return pt_fail(err, PT_BAD_INPUT, "export the key of Outlook alone",
                       "the registry export has more than %d MiB",
                       PT_REG_BYTES_MAX >> 20);
    if (!decode(bytes, &text))
        return pt_fail(err, PT_BAD_INPUT, "export it anew with 'reg export'",
                       "the registry export is not text");
    if (pt_buf_failed(&text))
        return pt_fail_memory(err);
    r.rest = pt_slice(text.at, text.len);
    status = read_header(&r);
    while (status == PT_OK && r.rest.len)
        status = read_line(&r);
    if (status == PT_OK && pt_arena_failed(arena))
        return pt_fail_memory(err);
    if (status == PT_OK)
        *ret_reg = reg;
    return status;
}

const struct pt_reg_value *pt_reg_find(const struct pt_reg_key *key,
                                       const char *name)
{
    for (size_t i = 0; i < key->count; i++)
        if (pt_is_nocase(key->values[i].name, name))
            return &key->values[i];
    return NULL;
}

/* ---- writing ---- */

static bool fits(struct pt_reg_writer *reg, const char *text)
{
    struct pt_slice s = pt_slice_of(text);
    bool holds = pt_is_line(s);

    if (!holds && !reg->unfit[0])
        pt_make_printable(s, reg->unfit, sizeof(reg->unfit));
    return holds;
}

static void put(struct pt_reg_writer *reg, const char *text)
{
    pt_utf16_put(reg->out, pt_slice_of(text));
}

static void put_quoted(struct pt_reg_writer *reg, const char *text)
{
    put(reg, "\"");
    while (*text) {
        size_t len = strcspn(text, "\\\"");

        pt_utf16_put(reg->out, pt_slice(text, len));
        text += len;
        if (*text) {
            put(reg, "\\");
            pt_utf16_put(reg->out, pt_slice(text++, 1));
        }
    }
    put(reg, "\"");
}

void pt_reg_begin(struct pt_reg_writer *reg, struct pt_buf *out)
{
    *reg = (struct pt_reg_writer){.out = out};
    pt_buf_puts(out, utf16_mark);
    put(reg, header);
    put(reg, "\r\n");
}

/* A path that begins with '-' would have its key deleted. */
void pt_reg_key(struct pt_reg_writer *reg, const char *path)
{
    if (!fits(reg, path))
        return;
    if (path[0] == '-')
        pt_make_printable(pt_slice_of(path), reg->unfit, sizeof(reg->unfit));
    put(reg, "\r\n[");
    put(reg, path);
    put(reg, "]\r\n");
}

void pt_reg_text(struct pt_reg_writer *reg, const char *name,
                 const char *value)
{
    if (!fits(reg, name) || !fits(reg, value))
        return;
    put_quoted(reg, name);
    put(reg, "=");
    put_quoted(reg, value);
    put(reg, "\r\n");
}

void pt_reg_number(struct pt_reg_writer *reg, const char *name,
                   uint32_t value)
{
    char number[] = "=dword:00000000\r\n";

    if (!fits(reg, name))
        return;
    snprintf(number, sizeof(number), "=dword:%08x\r\n", (unsigned)value);
    put_quoted(reg, name);
    put(reg, number);
}

enum pt_status pt_reg_end(struct pt_reg_writer *reg, struct pt_error *err)
{
    if (pt_buf_failed(reg->out))
        return pt_fail_memory(err);
    if (reg->unfit[0])
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "rename it in Outlook, without characters that cannot "
                       "be printed",
                       "a registry file cannot hold the text '%s'",
                       reg->unfit);
    return PT_OK;
}
