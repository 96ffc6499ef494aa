#include "format/edit_toml.h"

#include <string.h>

struct reading {
    struct pt_arena *arena;
    struct pt_slice bytes;
    size_t at;
    const char *table; /* path of the table we are in, NULL: of none that can
                          be named */
    struct pt_toml_values *values;
};

static char byte(const struct reading *r)
{
    return r->at < r->bytes.len ? r->bytes.at[r->at] : '\n';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void skip_blanks(struct reading *r)
{
    while (is_blank(byte(r)))
        r->at++;
}

static void skip_line(struct reading *r)
{
    while (r->at < r->bytes.len && byte(r) != '\n')
        r->at++;
}

/* ---- strings ---- */

static bool has_three(const struct reading *r, char quote)
{
    for (size_t i = 0; i < 3; i++)
        if (r->at + i >= r->bytes.len || r->bytes.at[r->at + i] != quote)
            return false;
    return true;
}

/* Behind the closing quote, or where the line or the file ends. */
static void skip_string(struct reading *r)
{
    char quote = byte(r);
    bool is_long = has_three(r, quote);

    r->at += is_long ? 3 : 1;
    for (; r->at < r->bytes.len; r->at++) {
        if (is_long ? has_three(r, quote) : byte(r) == quote) {
            r->at += is_long ? 3 : 1;
            return;
        }
        if (!is_long && byte(r) == '\n')
            return;
        if (quote == '"' && byte(r) == '\\' && r->at + 1 < r->bytes.len)
            r->at++;
    }
}

/* Behind the bracket that closes this one. */
static void skip_brackets(struct reading *r)
{
    size_t depth = 0;

    while (r->at < r->bytes.len) {
        char c = byte(r);

        if (c == '"' || c == '\'') {
            skip_string(r);
            continue;
        }
        if (c == '#') {
            skip_line(r);
            continue;
        }
        depth += c == '[' || c == '{';
        depth -= c == ']' || c == '}';
        r->at++;
        if (!depth)
            return;
    }
}

/* ---- keys ---- */

/* One of those that dots part. */
static bool read_key(struct reading *r, struct pt_buf *path)
{
    struct pt_span key = {r->at, 0};

    if (byte(r) == '"' || byte(r) == '\'') {
        skip_string(r);
        key.len = r->at - key.at;
        key = pt_span_unquote(r->bytes, key, r->bytes.at[key.at]);
    } else {
        while (!is_blank(byte(r)) && !strchr(".=]\n#\"'", byte(r)))
            r->at++;
        key.len = r->at - key.at;
        if (!key.len)
            return false;
    }
    if (memchr(r->bytes.at + key.at, *PT_TOML_DOT, key.len))
        return false;
    if (path->len)
        pt_buf_puts(path, PT_TOML_DOT);
    pt_buf_add(path, r->bytes.at + key.at, key.len);
    return true;
}

/* Below what path holds already. */
static bool read_keys(struct reading *r, struct pt_buf *path)
{
    for (;;) {
        skip_blanks(r);
        if (!read_key(r, path))
            return false;
        skip_blanks(r);
        if (byte(r) != '.')
            return true;
        r->at++;
    }
}

static const char *keep(struct reading *r, struct pt_buf *path)
{
    if (pt_buf_failed(path))
        pt_arena_fail(r->arena);
    return pt_arena_strndup(r->arena, pt_buf_text(path), path->len);
}

/* False: no memory, or too many. */
static bool add_group(struct reading *r, const char *path, bool is_closed)
{
    struct pt_toml_values *values = r->values;
    struct pt_toml_group *more;

    if (!path || values->group_count == PT_EDIT_LINES_MAX)
        return false;
    more = pt_arena_grow(r->arena, values->groups, values->group_count,
                         sizeof(*more));
    if (!more)
        return false;
    more[values->group_count++] = (struct pt_toml_group){path, is_closed};
    values->groups = more;
    return true;
}

/* "[a.b]"; what is in "[[a]]" has no path of its own.  False: no memory, or
 * too many. */
static bool read_table(struct reading *r)
{
    PT_BUF struct pt_buf path = {0};
    const char *name = NULL;
    bool is_array;

    r->at++;
    is_array = byte(r) == '[';
    r->at += is_array;
    if (read_keys(r, &path) && byte(r) == ']')
        name = keep(r, &path);
    r->table = is_array ? NULL : name;
    skip_line(r);
    return !name || add_group(r, name, is_array);
}

/* ---- values ---- */

static bool add_value(struct reading *r, const struct pt_toml_value *value)
{
    struct pt_toml_value *more;

    if (r->values->count == PT_EDIT_LINES_MAX)
        return false;
    more = pt_arena_grow(r->arena, r->values->at, r->values->count,
                         sizeof(*more));
    if (!more)
        return false;
    more[r->values->count++] = *value;
    r->values->at = more;
    return true;
}

static void read_scalar(struct reading *r)
{
    while (!strchr("\n#", byte(r)) || !byte(r))
        r->at++;
}

/* False: it is none that can be changed. */
static bool read_value(struct reading *r, struct pt_toml_value *value)
{
    char first = byte(r);
    bool is_string = first == '"' || first == '\'';
    bool is_long = is_string && has_three(r, first);
    struct pt_span span = {r->at, 0};

    if (first == '[' || first == '{') {
        skip_brackets(r);
        return false;
    }
    if (is_string)
        skip_string(r);
    else
        read_scalar(r);
    span.len = r->at - span.at;
    span = pt_span_trim(r->bytes, span);
    value->line.value = span;
    value->text = is_string ? pt_span_unquote(r->bytes, span, first) : span;
    return span.len && !is_long &&
           (!is_string || value->text.len != span.len);
}

/* False: no memory, or too many. */
static bool read_pair(struct reading *r)
{
    PT_BUF struct pt_buf path = {0};
    struct pt_toml_value value = {.line.key = {r->at, 0}};
    bool is_pair;
    bool is_group = false;

    if (r->table)
        pt_buf_puts(&path, r->table);
    is_pair = read_keys(r, &path) && byte(r) == '=';
    value.line.key.len = r->at - value.line.key.at;
    value.line.key = pt_span_trim(r->bytes, value.line.key);
    if (is_pair) {
        r->at++;
        skip_blanks(r);
        is_group = (byte(r) == '[' || byte(r) == '{') && r->table;
        is_pair = read_value(r, &value) && r->table;
    }
    skip_line(r);
    value.line.whole.len = r->at;
    value.path = keep(r, &path);
    if (is_group)
        return add_group(r, value.path, true);
    return !is_pair || (value.path && add_value(r, &value));
}

/* The line that a value is in begins before its key, and ends before its line
 * end. */
static void find_whole(struct pt_slice bytes, struct pt_edit_line *line)
{
    size_t begin = line->key.at;
    size_t end = line->whole.len;

    while (begin && is_blank(bytes.at[begin - 1]))
        begin--;
    if (end > begin && bytes.at[end - 1] == '\r')
        end--;
    line->whole = (struct pt_span){begin, end - begin};
}

static bool read_line(struct reading *r)
{
    skip_blanks(r);
    if (byte(r) == '[')
        return read_table(r);
    if (byte(r) != '#')
        return byte(r) == '\n' || read_pair(r);
    skip_line(r);
    return true;
}

bool pt_edit_toml(struct pt_arena *arena, struct pt_slice bytes,
                  struct pt_toml_values *ret_values)
{
    static const char byte_order_mark[] = "\xEF\xBB\xBF";
    struct pt_toml_values values = {0};
    struct reading r = {
        .arena = arena, .bytes = bytes, .table = "", .values = &values};

    if (pt_slice_has_prefix(bytes, byte_order_mark))
        r.at = strlen(byte_order_mark);
    for (; r.at < bytes.len; r.at++)
        if (!read_line(&r))
            return false;
    for (size_t i = 0; i < values.count; i++)
        find_whole(bytes, &values.at[i].line);
    if (pt_arena_failed(arena))
        return false;
    *ret_values = values;
    return true;
}

const struct pt_toml_value *
pt_edit_toml_find(const struct pt_toml_values *values, const char *path)
{
    for (size_t i = 0; i < values->count; i++)
        if (pt_is(values->at[i].path, path))
            return &values->at[i];
    return NULL;
}

static bool is_at_or_below(const char *path, const char *above)
{
    size_t len = strlen(above);

    return pt_has_prefix(path, above) &&
           (!path[len] || pt_has_prefix(path + len, PT_TOML_DOT));
}

bool pt_edit_toml_has(const struct pt_toml_values *values, const char *path)
{
    for (size_t i = 0; i < values->count; i++)
        if (is_at_or_below(values->at[i].path, path))
            return true;
    for (size_t i = 0; i < values->group_count; i++)
        if (is_at_or_below(values->groups[i].path, path))
            return true;
    return false;
}
