#include "format/edit_lines.h"

#include <string.h>

struct syntax {
    const char *comments; /* what begins a line that says nothing */
    const char *const *heads; /* keys that begin a section; NULL: "[" does */
    const char *quotes;
    bool folds_case;
    bool ends_blank;  /* an empty line ends the section */
    bool one_word;    /* the value is */
    bool has_tails;   /* " #" or " ;" ends the value */
    bool continues;   /* a backslash at the end does */
    const char *escapes; /* what stands behind a backslash ... */
    const char *meant;   /* ... and what it means; of others, itself */
};

static const char *const msmtp_heads[] = {"account", "defaults", NULL};
static const char *const mbsync_heads[] = {
    "IMAPAccount", "IMAPStore", "MaildirStore", "Channel", "Group", NULL,
};

static const struct syntax syntaxes[] = {
    [PT_EDIT_MSMTP] = {.comments = "#", .heads = msmtp_heads, .quotes = "\""},
    [PT_EDIT_MBSYNC] = {.comments = "#",
                        .heads = mbsync_heads,
                        .quotes = "\"",
                        .folds_case = true,
                        .ends_blank = true,
                        .one_word = true,
                        .escapes = "",
                        .meant = ""},
    [PT_EDIT_KEYFILE] = {.comments = "#",
                         .quotes = "",
                         .escapes = "sntr",
                         .meant = " \n\t\r"},
    [PT_EDIT_INI] = {.comments = "#;",
                     .quotes = "\"`",
                     .has_tails = true,
                     .continues = true},
};

/* One reading of a file. */
struct reading {
    struct pt_arena *arena;
    const struct syntax *syntax;
    struct pt_edit_file *file;
    size_t at;
    size_t lines;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_one_of(char c, const char *set)
{
    return c && strchr(set, c);
}

static struct pt_span next_line(struct reading *r)
{
    struct pt_slice bytes = r->file->bytes;
    const char *from = bytes.at + r->at;
    const char *end = memchr(from, '\n', bytes.len - r->at);
    struct pt_span line = {r->at, end ? (size_t)(end - from)
                                      : bytes.len - r->at};

    r->at += line.len + (end != NULL);
    if (line.len && from[line.len - 1] == '\r')
        line.len--;
    return line;
}

static bool is_head(const struct reading *r, struct pt_span key)
{
    for (size_t i = 0; r->syntax->heads[i]; i++)
        if (r->syntax->folds_case
                ? pt_span_is_nocase(r->file->bytes, key, r->syntax->heads[i])
                : pt_span_is(r->file->bytes, key, r->syntax->heads[i]))
            return true;
    return false;
}

/* ---- one line ---- */

/* A word that begins with a quote reaches to the next that is no escaped
 * one. */
static struct pt_span first_word(struct pt_slice bytes, struct pt_span text)
{
    bool is_quoted = text.len && bytes.at[text.at] == '"';
    size_t len = is_quoted;

    for (; len < text.len; len++) {
        char c = bytes.at[text.at + len];

        if (is_quoted && c == '\\' && len + 1 < text.len)
            len++;
        else if (is_quoted && c == '"')
            return (struct pt_span){text.at + 1, len - 1};
        else if (!is_quoted && is_blank(c))
            break;
    }
    return (struct pt_span){text.at, len};
}

/* How long the quoted text is that all of the value is, but for a comment; 0:
 * it is none. */
static size_t quoted_len(struct pt_slice bytes, struct pt_span text)
{
    char quote = bytes.at[text.at];
    const char *end = memchr(bytes.at + text.at + 1, quote, text.len - 1);
    size_t len = end ? (size_t)(end - bytes.at) + 1 - text.at : 0;
    struct pt_span rest = {text.at + len, text.len - len};

    if (!is_one_of(quote, "\"`") || !end)
        return 0;
    rest = pt_span_trim(bytes, rest);
    return !rest.len || is_one_of(bytes.at[rest.at], "#;") ? len : 0;
}

/* What a comment behind it leaves. */
static struct pt_span without_tail(struct pt_slice bytes, struct pt_span text)
{
    size_t len = text.len ? quoted_len(bytes, text) : 0;

    if (len || !text.len)
        return (struct pt_span){text.at, len};
    for (len = 1; len < text.len; len++)
        if (is_one_of(bytes.at[text.at + len], "#;") &&
            is_blank(bytes.at[text.at + len - 1]))
            break;
    return pt_span_trim(bytes, (struct pt_span){text.at, len});
}

static struct pt_span read_value(const struct reading *r, struct pt_span text)
{
    struct pt_slice bytes = r->file->bytes;
    struct pt_span value = pt_span_trim(bytes, text);

    if (r->syntax->one_word)
        return first_word(bytes, value);
    if (r->syntax->has_tails)
        value = without_tail(bytes, value);
    for (const char *quote = r->syntax->quotes; *quote; quote++) {
        struct pt_span within = pt_span_unquote(bytes, value, *quote);

        if (within.len != value.len)
            return within;
    }
    return value;
}

/* "[NAME]" and what is behind it. */
static struct pt_edit_line read_bracket(const struct reading *r,
                                        struct pt_span whole,
                                        struct pt_span text)
{
    const char *begin = r->file->bytes.at + text.at;
    const char *end = memchr(begin, ']', text.len);
    size_t len = end ? (size_t)(end - begin) : text.len;

    return (struct pt_edit_line){.whole = whole,
                                 .value = {text.at + 1, len - 1}};
}

/* The key ends at a blank, or at "=". */
static struct pt_edit_line read_pair(const struct reading *r,
                                     struct pt_span whole,
                                     struct pt_span text)
{
    struct pt_slice bytes = r->file->bytes;
    bool has_sign = !r->syntax->heads;
    size_t len = 0;
    size_t skip = 0;

    while (len < text.len && !(has_sign ? bytes.at[text.at + len] == '='
                                        : is_blank(bytes.at[text.at + len])))
        len++;
    if (has_sign && len < text.len)
        skip = 1;
    return (struct pt_edit_line){
        .whole = whole,
        .key = pt_span_trim(bytes, (struct pt_span){text.at, len}),
        .value = read_value(r, (struct pt_span){text.at + len + skip,
                                                text.len - len - skip}),
    };
}

/* ---- all lines ---- */

static bool begin_section(struct reading *r, struct pt_edit_line head)
{
    struct pt_edit_file *file = r->file;
    struct pt_edit_section *more = pt_arena_grow(
        r->arena, file->sections, file->count, sizeof(*more));

    if (!more)
        return false;
    file->sections = more;
    more[file->count++] = (struct pt_edit_section){.head = head};
    return true;
}

static bool add_line(struct reading *r, struct pt_edit_line line)
{
    struct pt_edit_section *section = &r->file->sections[r->file->count - 1];
    struct pt_edit_line *more = pt_arena_grow(
        r->arena, section->lines, section->count, sizeof(*more));

    if (!more)
        return false;
    section->lines = more;
    more[section->count++] = line;
    return true;
}

static bool is_comment(const struct reading *r, struct pt_span text)
{
    return is_one_of(r->file->bytes.at[text.at], r->syntax->comments);
}

static bool continues(const struct reading *r, struct pt_span text)
{
    return r->syntax->continues && text.len &&
           r->file->bytes.at[text.at + text.len - 1] == '\\';
}

static bool read_text(struct reading *r, struct pt_span whole,
                      struct pt_span text)
{
    struct pt_edit_line line;

    if (!r->syntax->heads && r->file->bytes.at[text.at] == '[')
        return begin_section(r, read_bracket(r, whole, text));
    line = read_pair(r, whole, text);
    while (continues(r, text) && r->at < r->file->bytes.len)
        text = next_line(r);
    return r->syntax->heads && is_head(r, line.key) ? begin_section(r, line)
                                                    : add_line(r, line);
}

static bool read_line(struct reading *r)
{
    struct pt_edit_line none = {0};
    struct pt_span whole = next_line(r);
    struct pt_span text = pt_span_trim(r->file->bytes, whole);

    if (++r->lines > PT_EDIT_LINES_MAX)
        return false;
    if (text.len)
        return is_comment(r, text) || read_text(r, whole, text);
    return !r->syntax->ends_blank || begin_section(r, none);
}

bool pt_edit_lines(struct pt_arena *arena, enum pt_edit_syntax syntax,
                   struct pt_slice bytes, struct pt_edit_file *ret_file)
{
    static const char byte_order_mark[] = "\xEF\xBB\xBF";
    struct pt_edit_file file = {.syntax = syntax, .bytes = bytes};
    struct pt_edit_line none = {0};
    struct reading r = {
        .arena = arena, .syntax = &syntaxes[syntax], .file = &file};

    if (pt_slice_has_prefix(bytes, byte_order_mark))
        r.at = strlen(byte_order_mark);
    if (!begin_section(&r, none))
        return false;
    while (r.at < bytes.len)
        if (!read_line(&r))
            return false;
    *ret_file = file;
    return true;
}

/* ---- what was read ---- */

const struct pt_edit_line *
pt_edit_line_of(const struct pt_edit_file *file,
                const struct pt_edit_section *section, const char *key)
{
    bool folds = syntaxes[file->syntax].folds_case;

    for (size_t i = section->count; i-- > 0;)
        if (folds ? pt_span_is_nocase(file->bytes, section->lines[i].key, key)
                  : pt_span_is(file->bytes, section->lines[i].key, key))
            return &section->lines[i];
    return NULL;
}

const struct pt_edit_line *pt_edit_line_in(const struct pt_edit_file *file,
                                           const char *section,
                                           const char *key)
{
    for (size_t i = file->count; i-- > 0;) {
        const struct pt_edit_section *at = &file->sections[i];
        const struct pt_edit_line *line = NULL;

        if (pt_span_is(file->bytes, at->head.value, section))
            line = pt_edit_line_of(file, at, key);
        if (line)
            return line;
    }
    return NULL;
}

static char meaning(const struct syntax *syntax, char c)
{
    if (!is_one_of(c, syntax->escapes))
        return c;
    return syntax->meant[strchr(syntax->escapes, c) - syntax->escapes];
}

const char *pt_edit_value(struct pt_arena *arena,
                          const struct pt_edit_file *file,
                          const struct pt_edit_line *line)
{
    const struct syntax *syntax = &syntaxes[file->syntax];
    char *text = line ? pt_arena_strndup(arena,
                                         file->bytes.at + line->value.at,
                                         line->value.len)
                      : NULL;
    char *to = text;

    if (!text || !syntax->escapes)
        return text;
    for (const char *from = text; *from; from++) {
        if (*from == '\\' && from[1])
            *to++ = meaning(syntax, *++from);
        else
            *to++ = *from;
    }
    *to = '\0';
    return text;
}

/* ---- a new line ---- */

static void add_part(struct pt_buf *out, const struct pt_buf *bytes,
                     size_t from, size_t to)
{
    if (to > from)
        pt_buf_add(out, bytes->at + from, to - from);
}

/* Between key and value, without what quotes the value. */
static void add_gap(struct pt_buf *out, const struct pt_buf *bytes,
                    enum pt_edit_syntax syntax,
                    const struct pt_edit_line *like)
{
    size_t from = like->key.at + like->key.len;
    size_t to = like->value.at;

    if (!like->key.len || !like->value.len) {
        pt_buf_puts(out, syntaxes[syntax].heads ? " " : "=");
        return;
    }
    if (is_one_of(bytes->at[to - 1], syntaxes[syntax].quotes))
        to--;
    add_part(out, bytes, from, to);
}

/* As in the rest of the file. */
static const char *line_end(const struct pt_buf *bytes)
{
    const char *end = memchr(pt_buf_text(bytes), '\n', bytes->len);

    return end && end > bytes->at && end[-1] == '\r' ? "\r\n" : "\n";
}

void pt_edit_add_line(struct pt_buf *bytes, enum pt_edit_syntax syntax,
                      const struct pt_edit_line *like, const char *key,
                      const char *value)
{
    PT_BUF struct pt_buf line = {0};
    struct pt_span behind = {like->whole.at + like->whole.len, 0};

    pt_buf_puts(&line, line_end(bytes));
    if (like->key.len)
        add_part(&line, bytes, like->whole.at, like->key.at);
    pt_buf_puts(&line, key);
    add_gap(&line, bytes, syntax, like);
    pt_buf_puts(&line, value);
    if (line.oom)
        bytes->oom = true;
    pt_edit_put(bytes, behind, pt_buf_text(&line));
}

/* How many line ends are last, of two at most.  A line that goes on in the
 * next one ends at the second. */
static unsigned last_ends(const struct pt_buf *bytes)
{
    size_t len = bytes->len;
    unsigned ends = 0;

    while (ends < 2 && len && bytes->at[len - 1] == '\n') {
        ends++;
        len--;
        if (len && bytes->at[len - 1] == '\r')
            len--;
    }
    return ends;
}

void pt_edit_append(struct pt_buf *bytes, const char *text)
{
    struct pt_slice rest = pt_slice_of(text);
    const char *end = line_end(bytes);
    struct pt_slice line;

    for (unsigned ends = bytes->len ? last_ends(bytes) : 2; ends < 2; ends++)
        pt_buf_puts(bytes, end);
    while (pt_next_line(&rest, &line)) {
        pt_buf_add(bytes, line.at, line.len);
        pt_buf_puts(bytes, end);
    }
}
