#include "format/edit_prefs.h"

#include "format/prefs.h"

#include <stdio.h>
#include <string.h>

enum { NAME_MAX_BYTES = 1024, ESCAPE_MAX = 4, NUMBER_CHARS = 12 };

/* ---- characters ---- */

/* Where we are.  A NUL is the end of the file, wherever it stands. */
struct cursor {
    const char *begin;
    const char *at;
    const char *end;
};

/* -1 at the end. */
static int peek(const struct cursor *c)
{
    return c->at < c->end ? (unsigned char)*c->at : -1;
}

static bool skip(struct cursor *c, char wanted)
{
    if (peek(c) != (unsigned char)wanted)
        return false;
    c->at++;
    return true;
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

static bool is_of_word(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           is_digit(c);
}

static int hex_value(int c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* 0, which must not be, also when there are not so many. */
static uint32_t read_hex(struct cursor *c, int digits)
{
    uint32_t value = 0;

    for (; digits; digits--) {
        int digit = hex_value(peek(c));

        if (digit < 0)
            return 0;
        value = value << 4 | (uint32_t)digit;
        c->at++;
    }
    return value;
}

static size_t put_utf8(uint32_t code, char out[ESCAPE_MAX])
{
    static const unsigned char marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

    for (size_t i = len - 1; i; i--) {
        out[i] = (char)(0x80 | (code & 0x3F));
        code >>= 6;
    }
    out[0] = (char)(code | marks[len]);
    return len;
}

/* A unit of UTF-16, or two of them. */
static size_t read_unit(struct cursor *c, char out[ESCAPE_MAX])
{
    uint32_t high = read_hex(c, 4);
    uint32_t low;

    if (!high || (high & 0xFC00) == 0xDC00)
        return 0;
    if ((high & 0xFC00) != 0xD800)
        return put_utf8(high, out);
    if (!skip(c, '\\') || !skip(c, 'u'))
        return 0;
    low = read_hex(c, 4);
    if ((low & 0xFC00) != 0xDC00)
        return 0;
    return put_utf8(0x10000 + ((high & 0x3FF) << 10 | (low & 0x3FF)), out);
}

/* What stands behind a backslash: how many bytes it means; 0: nothing, and
 * then it went on only as far as it could be understood. */
static size_t read_escape(struct cursor *c, char out[ESCAPE_MAX])
{
    static const char letters[] = "\"'\\nr";
    static const char meanings[] = "\"'\\\n\r";
    int letter = peek(c);
    const char *known;

    if (letter < 0)
        return 0;
    c->at++;
    if (letter == 'u')
        return read_unit(c, out);
    if (letter == 'x') {
        out[0] = (char)read_hex(c, 2);
        return out[0] ? 1 : 0;
    }
    known = strchr(letters, letter);
    if (!known)
        return 0;
    out[0] = meanings[known - letters];
    return 1;
}

/* ---- tokens ---- */

/* Or a character that is itself. */
enum { END = 256, BAD, WORD, TEXT, NUMBER };

struct token {
    int kind;
    struct pt_slice bytes;
    uint32_t number;
};

static void skip_line(struct cursor *c)
{
    while (peek(c) >= 0 && peek(c) != '\n' && peek(c) != '\r')
        c->at++;
}

/* False: it does not end. */
static bool skip_comment(struct cursor *c)
{
    const char *end = pt_slice_find(
        pt_slice(c->at, (size_t)(c->end - c->at)), "*/");

    c->at = end ? end + 2 : c->end;
    return end;
}

/* Up to what means something.  False: something else begins with a slash, or a
 * comment does not end. */
static bool skip_blanks(struct cursor *c)
{
    for (;;) {
        int next = peek(c);

        if (next == ' ' || (next >= '\t' && next <= '\r')) {
            c->at++;
        } else if (next == '#') {
            skip_line(c);
        } else if (next == '/') {
            c->at++;
            if (peek(c) == '/')
                skip_line(c);
            else if (!skip(c, '*') || !skip_comment(c))
                return false;
        } else {
            return true;
        }
    }
}

static const char *find(const struct cursor *c, const char *end, char wanted)
{
    return memchr(c->at, wanted, (size_t)(end - c->at));
}

/* Behind the quote that began it.  Most texts have no escapes. */
static int read_text(struct cursor *c, char quote)
{
    const char *end = NULL;
    int kind = TEXT;

    for (;;) {
        char out[ESCAPE_MAX];
        const char *slash;

        if (!end || end < c->at)
            end = find(c, c->end, quote);
        slash = end ? find(c, end, '\\') : NULL;
        if (!slash) {
            c->at = end ? end + 1 : c->end;
            return end ? kind : BAD;
        }
        c->at = slash + 1;
        if (!read_escape(c, out))
            kind = BAD;
    }
}

static int read_number(struct cursor *c, uint32_t *ret_number)
{
    uint64_t number = 0;

    for (; is_digit(peek(c)); c->at++)
        if (number <= UINT32_MAX)
            number = number * 10 + (uint64_t)(peek(c) - '0');
    if (number > UINT32_MAX)
        return BAD;
    *ret_number = (uint32_t)number;
    return NUMBER;
}

static struct token next_token(struct cursor *c)
{
    struct token token = {.kind = BAD};
    const char *begin;
    int first;

    if (!skip_blanks(c))
        return token;
    begin = c->at;
    first = peek(c);
    if (first < 0) {
        token.kind = END;
    } else if (is_digit(first)) {
        token.kind = read_number(c, &token.number);
    } else if (is_of_word(first)) {
        while (is_of_word(peek(c)))
            c->at++;
        token.kind = WORD;
    } else {
        c->at++;
        if (first == '"' || first == '\'')
            token.kind = read_text(c, (char)first);
        else if (strchr("(),;+-", first))
            token.kind = first;
    }
    token.bytes = pt_slice(begin, (size_t)(c->at - begin));
    return token;
}

static bool is_word(const struct token *token, const char *word)
{
    return token->kind == WORD && pt_slice_is(token->bytes, word);
}

/* ---- statements ---- */

static struct pt_span span_of(const struct cursor *c, const char *begin)
{
    return (struct pt_span){(size_t)(begin - c->begin),
                            (size_t)(c->at - begin)};
}

/* What a literal means, at most room bytes of it and a NUL: how many bytes;
 * more than room: it did not fit. */
static size_t decode(struct pt_slice literal, char *out, size_t room)
{
    struct cursor c = {.at = literal.at + 1,
                       .end = literal.at + literal.len - 1};
    size_t len = 0;

    while (c.at < c.end && len <= room) {
        size_t left = (size_t)(c.end - c.at);
        const char *slash = memchr(c.at, '\\', left);
        size_t n = slash ? (size_t)(slash - c.at) : left;
        char escaped[ESCAPE_MAX];

        if (len + n <= room)
            memcpy(out + len, c.at, n);
        len += n;
        c.at += n + (slash ? 1 : 0);
        n = slash ? read_escape(&c, escaped) : 0;
        if (len + n <= room)
            memcpy(out + len, escaped, n);
        len += n;
    }
    out[len <= room ? len : 0] = '\0';
    return len;
}

/* A statement on its way. */
struct reading {
    struct cursor c;
    const char *branch;
    char name[NAME_MAX_BYTES + 1];
    bool is_wanted;
    struct pt_slice literal; /* the value, when it is a text */
};

static bool read_word(const struct token *word, struct pt_pref_line *line)
{
    line->is_default = !is_word(word, "user_pref");
    return !line->is_default || is_word(word, "pref") ||
           is_word(word, "sticky_pref");
}

static bool read_name(struct reading *r, const struct token *token,
                      struct pt_pref_line *line)
{
    if (token->kind != TEXT)
        return false;
    line->name_at = span_of(&r->c, token->bytes.at);
    r->is_wanted =
        decode(token->bytes, r->name, NAME_MAX_BYTES) <= NAME_MAX_BYTES &&
        pt_has_prefix(r->name, r->branch);
    return true;
}

static bool read_signed(struct reading *r, struct token *token,
                        struct pt_pref_line *line)
{
    bool is_negative = token->kind == '-';

    if (token->kind == '-' || token->kind == '+')
        *token = next_token(&r->c);
    if (token->kind != NUMBER ||
        token->number > (uint32_t)INT32_MAX + (is_negative ? 1 : 0))
        return false;
    line->kind = PT_PREF_NUMBER;
    line->number = (int32_t)(is_negative ? -(int64_t)token->number
                                         : (int64_t)token->number);
    return true;
}

/* token is the last one of it afterwards. */
static bool read_value(struct reading *r, struct token *token,
                       struct pt_pref_line *line)
{
    const char *begin = token->bytes.at;
    bool is_value = true;

    r->literal = token->bytes;
    if (token->kind == TEXT) {
        line->kind = PT_PREF_TEXT;
    } else if (is_word(token, "true") || is_word(token, "false")) {
        line->kind = PT_PREF_TRUTH;
        line->number = is_word(token, "true");
    } else {
        is_value = read_signed(r, token, line);
    }
    if (is_value)
        line->value_at = span_of(&r->c, begin);
    return is_value;
}

static bool expect(struct reading *r, struct token *token, int kind)
{
    *token = next_token(&r->c);
    return token->kind == kind;
}

/* From its first word.  False: it is none, and token is where that came out. */
static bool read_statement(struct reading *r, struct token *token,
                           struct pt_pref_line *line)
{
    const char *begin = token->bytes.at;

    if (!read_word(token, line) || !expect(r, token, '('))
        return false;
    *token = next_token(&r->c);
    if (!read_name(r, token, line) || !expect(r, token, ','))
        return false;
    *token = next_token(&r->c);
    if (!read_value(r, token, line) || !expect(r, token, ')') ||
        !expect(r, token, ';'))
        return false;
    line->whole = span_of(&r->c, begin);
    return true;
}

static void keep(struct pt_pref_lines *lines, const struct reading *r,
                 const struct pt_pref_line *line)
{
    struct pt_pref_line *more =
        pt_arena_grow(lines->arena, lines->at, lines->count, sizeof(*more));
    const char *name = pt_arena_strdup(lines->arena, r->name);
    char *text = NULL;

    if (line->kind == PT_PREF_TEXT) {
        text = pt_arena_alloc(lines->arena, r->literal.len);
        if (text)
            decode(r->literal, text, r->literal.len - 1);
    }
    if (!more || !name || (line->kind == PT_PREF_TEXT && !text))
        return;
    lines->at = more;
    more[lines->count] = *line;
    more[lines->count].name = name;
    more[lines->count++].text = text;
}

static const char byte_order_mark[] = "\xEF\xBB\xBF";

static struct cursor begin_at(struct pt_slice bytes)
{
    const char *nul = bytes.len ? memchr(bytes.at, '\0', bytes.len) : NULL;
    struct cursor c = {.begin = bytes.at,
                       .at = bytes.at,
                       .end = nul ? nul : bytes.at + bytes.len};

    if (pt_slice_has_prefix(bytes, byte_order_mark))
        c.at += strlen(byte_order_mark);
    return c;
}

/* A value of any kind, or what stands in its place: no semicolon is passed but
 * in a text. */
static void skip_value(struct cursor *c)
{
    if (skip(c, '"'))
        (void)read_text(c, '"');
    else
        while (is_of_word(peek(c)) || peek(c) == '-')
            c->at++;
}

/* A statement spelt as Thunderbird spells it, of a branch nobody wants: nearly
 * all are, and what is in them does not matter.  False: it is another, or none,
 * and nothing was passed. */
static bool skip_unwanted(struct cursor *c, const char *branch)
{
    static const char begin[] = "user_pref(\"";
    struct cursor quick = *c;
    struct pt_slice name;
    const char *end;

    if ((size_t)(c->end - c->at) < sizeof(begin) ||
        memcmp(c->at, begin, sizeof(begin) - 1))
        return false;
    quick.at += sizeof(begin) - 1;
    end = find(&quick, quick.end, '"');
    if (!end)
        return false;
    name = pt_slice(quick.at, (size_t)(end - quick.at));
    if (find(&quick, end, '\\') || pt_slice_has_prefix(name, branch))
        return false;
    quick.at = end + 1;
    if (!skip(&quick, ',') || !skip(&quick, ' '))
        return false;
    skip_value(&quick);
    if (!skip(&quick, ')') || !skip(&quick, ';'))
        return false;
    c->at = quick.at;
    return true;
}

/* The first token of what may be a statement that is wanted. */
static struct token begin_statement(struct reading *r)
{
    do {
        while (peek(&r->c) == '\n' || peek(&r->c) == '\r')
            r->c.at++;
    } while (skip_unwanted(&r->c, r->branch));
    return next_token(&r->c);
}

void pt_prefs_read(struct pt_pref_lines *lines, size_t file,
                   struct pt_slice bytes, const char *branch)
{
    struct reading r = {.c = begin_at(bytes), .branch = branch};
    struct token token = begin_statement(&r);

    while (token.kind != END && !pt_arena_failed(lines->arena)) {
        struct pt_pref_line line = {.file = file};

        if (!read_statement(&r, &token, &line)) {
            while (token.kind != ';' && token.kind != END)
                token = next_token(&r.c);
        } else if (r.is_wanted) {
            keep(lines, &r, &line);
        }
        if (token.kind != END)
            token = begin_statement(&r);
    }
}

/* A name has one kind: what is of another than that which was there before
 * does not count, but a user_pref() is taken back by a later one. */
struct pt_pref_line *pt_prefs_find(const struct pt_pref_lines *lines,
                                   size_t file, const char *name)
{
    struct pt_pref_line *by_user = NULL;
    struct pt_pref_line *by_default = NULL;

    for (size_t i = 0; i < lines->count; i++) {
        struct pt_pref_line *line = &lines->at[i];
        const struct pt_pref_line *before =
            by_default || !line->is_default ? by_default : by_user;

        if ((file != PT_PREF_FILES_ALL && line->file != file) ||
            strcmp(line->name, name) ||
            (before && before->kind != line->kind))
            continue;
        if (line->is_default)
            by_default = line;
        else
            by_user = line;
    }
    return by_user ? by_user : by_default;
}

/* ---- changes ---- */

/* Everything from there on, in that file, lies so much further on. */
static void move(struct pt_pref_lines *lines, size_t file, size_t from,
                 size_t removed, size_t added)
{
    for (size_t i = 0; i < lines->count; i++) {
        struct pt_pref_line *line = &lines->at[i];
        struct pt_span *spans[] = {&line->whole, &line->name_at,
                                   &line->value_at};

        for (size_t j = 0; line->file == file && j < 3; j++)
            if (spans[j]->at >= from)
                spans[j]->at += added - removed;
    }
}

static void put_value(struct pt_pref_lines *lines, struct pt_pref_line *line,
                      const char *value, struct pt_buf *bytes)
{
    struct pt_span old = line->value_at;
    size_t len = strlen(value);

    pt_edit_put(bytes, old, value);
    move(lines, line->file, old.at + old.len, old.len, len);
    line->value_at.len = len;
    line->whole.len += len - old.len;
}

void pt_prefs_put(struct pt_pref_lines *lines, struct pt_pref_line *line,
                  int32_t number, struct pt_buf *bytes)
{
    char text[NUMBER_CHARS];

    snprintf(text, sizeof(text), "%d", (int)number);
    put_value(lines, line, text, bytes);
    line->kind = PT_PREF_NUMBER;
    line->text = NULL;
    line->number = number;
}

void pt_prefs_put_text(struct pt_pref_lines *lines, struct pt_pref_line *line,
                       const char *text, struct pt_buf *bytes)
{
    PT_BUF struct pt_buf literal = {0};

    pt_prefs_quote(&literal, text);
    bytes->oom = bytes->oom || pt_buf_failed(&literal);
    put_value(lines, line, pt_buf_text(&literal), bytes);
    line->kind = PT_PREF_TEXT;
    line->text = pt_arena_strdup(lines->arena, text);
    line->number = 0;
}

/* Is there nothing but blanks and comments of this one line, up to its end? */
static bool is_rest_idle(struct pt_slice bytes, size_t *at)
{
    size_t i = *at;

    while (i < bytes.len && (bytes.at[i] == ' ' || bytes.at[i] == '\t'))
        i++;
    if (i < bytes.len &&
        (bytes.at[i] == '#' || pt_slice_has_prefix(
                                   pt_slice(bytes.at + i, bytes.len - i),
                                   "//")))
        while (i < bytes.len && bytes.at[i] != '\n' && bytes.at[i] != '\r' &&
               bytes.at[i])
            i++;
    *at = i;
    return i == bytes.len || bytes.at[i] == '\n' || bytes.at[i] == '\r';
}

static const char *line_end_at(struct pt_slice bytes, size_t at)
{
    if (at == bytes.len)
        return NULL;
    if (bytes.at[at] == '\n')
        return "\n";
    return at + 1 < bytes.len && bytes.at[at + 1] == '\n' ? "\r\n" : "\r";
}

/* How this file's lines end: as its first. */
static const char *line_end_of(struct pt_slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        if (bytes.at[i] == '\n' || bytes.at[i] == '\r')
            return line_end_at(bytes, i);
    return "\n";
}

/* The blanks before a statement, when nothing else is there. */
static struct pt_slice indent_of(struct pt_slice bytes, size_t at)
{
    size_t i = at;

    while (i && (bytes.at[i - 1] == ' ' || bytes.at[i - 1] == '\t'))
        i--;
    if (i && bytes.at[i - 1] != '\n' && bytes.at[i - 1] != '\r')
        i = at;
    return pt_slice(bytes.at + i, at - i);
}

/* What stands between two parts of a statement, where it is blanks and marks;
 * else what Thunderbird would write. */
static void put_between(struct pt_buf *out, struct pt_slice bytes, size_t from,
                        size_t to, const char *plain)
{
    for (size_t i = from; i < to; i++)
        if (!strchr(" \t,()", bytes.at[i])) {
            pt_buf_puts(out, plain);
            return;
        }
    pt_buf_add(out, bytes.at + from, to - from);
}

static void put_statement(struct pt_buf *out, struct pt_slice bytes,
                          const struct pt_pref_line *like, const char *name,
                          int32_t number)
{
    size_t end = like->whole.at + like->whole.len;
    size_t value_end = like->value_at.at + like->value_at.len;
    const char *word = like->is_default ? "pref" : "user_pref";
    char quote = bytes.at[like->name_at.at];

    pt_buf_puts(out, word);
    put_between(out, bytes, like->whole.at + strlen(word), like->name_at.at,
                "(");
    pt_buf_printf(out, "%c%s%c", quote, name, quote);
    put_between(out, bytes, like->name_at.at + like->name_at.len,
                like->value_at.at, ", ");
    pt_buf_printf(out, "%d", (int)number);
    put_between(out, bytes, value_end, end - 1, ")");
    pt_buf_putc(out, ';');
}

void pt_prefs_add(struct pt_pref_lines *lines, const struct pt_pref_line *like,
                  const char *name, int32_t number, struct pt_buf *bytes)
{
    PT_BUF struct pt_buf text = {0};
    struct pt_slice all = pt_slice(bytes->at, bytes->len);
    size_t at = like->whole.at + like->whole.len;
    struct pt_slice indent;

    if (pt_buf_failed(bytes))
        return; /* what like is of may not be there */
    indent = indent_of(all, like->whole.at);
    if (is_rest_idle(all, &at)) {
        const char *end = line_end_at(all, at);

        pt_buf_puts(&text, end ? end : line_end_of(all));
        pt_buf_add(&text, indent.at, indent.len);
    } else {
        at = like->whole.at + like->whole.len;
        pt_buf_putc(&text, ' ');
    }
    put_statement(&text, all, like, name, number);
    bytes->oom = bytes->oom || pt_buf_failed(&text);
    pt_edit_put(bytes, (struct pt_span){at, 0}, pt_buf_text(&text));
    move(lines, like->file, at, 0, text.len);
}

void pt_prefs_append(struct pt_buf *bytes, struct pt_slice statements)
{
    PT_BUF struct pt_buf text = {0};
    const char *end = line_end_of(pt_slice(bytes->at, bytes->len));
    char last = bytes->len ? bytes->at[bytes->len - 1] : '\n';
    struct pt_slice line;

    if (last != '\n' && last != '\r')
        pt_buf_puts(&text, end);
    while (pt_next_line(&statements, &line)) {
        pt_buf_add(&text, line.at, line.len);
        pt_buf_puts(&text, end);
    }
    bytes->oom = bytes->oom || pt_buf_failed(&text);
    pt_buf_add(bytes, text.at, text.len);
}
