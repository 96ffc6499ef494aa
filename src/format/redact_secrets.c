/* redact_secrets.c - see redact_secrets.h. */
#include "format/redact_secrets.h"

#include <string.h>

/* So that no document takes time that grows with its square. */
enum { MISSES_MAX = 16 };

struct scan {
    struct pt_slice rest;
    enum pt_secrecy secrecy;
    struct pt_buf *out;
    struct pt_slice element; /* XML: the secret one whose tag is open, or "" */
    bool in_secret_section;  /* INI, TOML */
    bool at_start;           /* of a line, but for blanks */
    int misses;              /* searches for the end of an element, in vain */
};

/* ---- keys ---- */

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_plain(char c)
{
    return (fold(c) >= 'a' && fold(c) <= 'z') || (c >= '0' && c <= '9');
}

static bool begins(struct pt_slice text, const char *word)
{
    size_t n = 0;

    while (n < text.len && word[n] && fold(text.at[n]) == word[n])
        n++;
    return !word[n];
}

static struct pt_slice behind(struct pt_slice text, size_t n)
{
    return n < text.len ? pt_slice(text.at + n, text.len - n) : pt_slice("", 0);
}

static bool holds_one_of(struct pt_slice key, const char *const *words)
{
    for (; key.len; key = behind(key, 1))
        for (size_t i = 0; words[i]; i++)
            if (begins(key, words[i]))
                return true;
    return false;
}

/* "key" of "api.key", "api_key" and "apiKey". */
static struct pt_slice last_word(struct pt_slice key)
{
    size_t at = key.len;

    while (at && is_plain(key.at[at - 1]) &&
           !(at < key.len && is_capital(key.at[at]) &&
             !is_capital(key.at[at - 1])))
        at--;
    return behind(key, at);
}

static bool is_one_of(struct pt_slice word, const char *const *words)
{
    for (size_t i = 0; words[i]; i++)
        if (word.len == strlen(words[i]) && begins(word, words[i]))
            return true;
    return false;
}

bool pt_key_is_secret(struct pt_slice key, enum pt_secrecy secrecy)
{
    static const char *const published[] = {"passw", "pwd", "secret", NULL};
    static const char *const own[] = {"pass",    "pwd",        "secret",
                                      "token",   "credential", "cookie",
                                      "refresh", NULL};
    static const char *const last[] = {"key", "pin", "auth", NULL};

    if (secrecy == PT_OF_PUBLISHED)
        return holds_one_of(key, published);
    return holds_one_of(key, own) || is_one_of(last_word(key), last);
}

/* An element that leads to a token is no token. */
static bool is_secret_element(struct pt_slice name, enum pt_secrecy secrecy)
{
    static const char *const no_secrets[] = {"url", "uri", "auth", "key", NULL};

    return pt_key_is_secret(name, secrecy) &&
           !is_one_of(last_word(name), no_secrets);
}

/* ---- going along ---- */

static void copy(struct scan *s, size_t len)
{
    pt_buf_add(s->out, s->rest.at, len);
    for (size_t i = 0; i < len; i++)
        s->at_start =
            s->rest.at[i] == '\n' ||
            (s->at_start && (s->rest.at[i] == ' ' || s->rest.at[i] == '\t'));
    s->rest = behind(s->rest, len);
}

/* Put text in place of so many bytes; lines that go are made up for. */
static void replace(struct scan *s, size_t len, const char *text)
{
    pt_buf_puts(s->out, text);
    for (size_t i = 0; i < len; i++)
        if (s->rest.at[i] == '\n')
            pt_buf_putc(s->out, '\n');
    s->rest = behind(s->rest, len);
    s->at_start = false;
}

static size_t count_blanks(struct pt_slice text, const char *blanks)
{
    size_t n = 0;

    while (n < text.len && text.at[n] && strchr(blanks, text.at[n]))
        n++;
    return n;
}

static size_t count_until(struct pt_slice text, const char *ends)
{
    size_t n = 0;

    while (n < text.len && (!text.at[n] || !strchr(ends, text.at[n])))
        n++;
    return n;
}

/* The length of a quoted text; 0: it is none, or does not end. */
static size_t quoted_length(struct pt_slice text)
{
    char quote = text.len ? text.at[0] : 0;

    if (quote != '"' && quote != '\'')
        return 0;
    for (size_t i = 1; i < text.len; i++) {
        if (text.at[i] == quote)
            return i + 1;
        i += text.at[i] == '\\';
    }
    return 0;
}

/* ---- values ---- */

/* {...} or [...] with all that is in it; one that does not end goes on to the
 * end of the text. */
static size_t nested_length(struct pt_slice text)
{
    size_t depth = 0;

    for (size_t i = 0; i < text.len; i++) {
        size_t quoted = quoted_length(behind(text, i));

        if (quoted || text.at[i] == '\\') {
            i += quoted ? quoted - 1 : 1;
            continue;
        }
        depth += text.at[i] == '{' || text.at[i] == '[';
        depth -= text.at[i] == '}' || text.at[i] == ']';
        if (!depth)
            return i + 1;
    }
    return text.len;
}

static bool is_cut_short(struct pt_slice nested)
{
    char end = nested.at[nested.len - 1];

    return (end != '}' && end != ']') ||
           nested_length(pt_slice(nested.at, nested.len - 1)) + 1 != nested.len;
}

/* A quoted text within a quoted text: between \" and \".  0: it is none. */
static size_t escaped_length(struct pt_slice text)
{
    const char *end = pt_slice_has_prefix(text, "\\\"")
                          ? pt_slice_find(behind(text, 2), "\\\"")
                          : NULL;

    return end ? (size_t)(end - text.at) + 2 : 0;
}

/* TOML's texts of several lines.  0: it is none. */
static size_t multiline_length(struct pt_slice text)
{
    static const char *const marks[] = {"\"\"\"", "'''"};

    for (size_t i = 0; i < 2; i++) {
        const char *end = pt_slice_has_prefix(text, marks[i])
                              ? pt_slice_find(behind(text, 3), marks[i])
                              : NULL;

        if (end)
            return (size_t)(end - text.at) + 3;
    }
    return 0;
}

/* The rest of a line, and the lines it goes on in: those behind a backslash,
 * and those that are indented and no pair of their own. */
static size_t line_length(struct pt_slice text)
{
    size_t len = count_until(text, "\r\n");

    for (;;) {
        size_t end = len + count_blanks(behind(text, len), "\r");
        struct pt_slice next = behind(text, end + 1);
        size_t more = count_until(next, "\r\n");
        bool odd = false;

        for (size_t i = len; i && text.at[i - 1] == '\\'; i--)
            odd = !odd;
        if (end >= text.len || !more ||
            !(odd || (count_blanks(next, " \t") &&
                      count_until(next, "=:\r\n") == more)))
            return len;
        len = end + 1 + more;
    }
}

static bool is_literal(struct pt_slice text, size_t len)
{
    struct pt_slice word = pt_slice(text.at, len);

    return pt_slice_is(word, "true") || pt_slice_is(word, "false") ||
           pt_slice_is(word, "null");
}

static void blank_quoted(struct scan *s, size_t len)
{
    char text[] = "\"" PT_NO_SECRET "\"";

    text[0] = text[sizeof(text) - 2] = s->rest.at[0];
    replace(s, len, text);
}

static void blank_nested(struct scan *s)
{
    size_t len = nested_length(s->rest);

    replace(s, len,
            is_cut_short(pt_slice(s->rest.at, len)) ? "\"" PT_NO_SECRET
                                                    : "\"" PT_NO_SECRET "\"");
}

static void blank_word(struct scan *s, size_t len, const char *text)
{
    if (len && !is_literal(s->rest, len))
        replace(s, len, text);
}

/* in_json: its key was quoted.  whole: it has the line for itself. */
static void blank_value(struct scan *s, bool in_json, bool whole)
{
    size_t multiline = multiline_length(s->rest);
    size_t quoted = quoted_length(s->rest);
    size_t escaped = escaped_length(s->rest);
    char first = s->rest.len ? s->rest.at[0] : 0;

    if (multiline)
        blank_quoted(s, multiline);
    else if (quoted)
        blank_quoted(s, quoted);
    else if (escaped)
        replace(s, escaped, "\\\"" PT_NO_SECRET "\\\"");
    else if (s->secrecy == PT_OF_PUBLISHED)
        return;
    else if (first == '{' || first == '[')
        blank_nested(s);
    else if (first == '"' && in_json) /* cut short */
        replace(s, s->rest.len, "\"" PT_NO_SECRET);
    else if (in_json)
        blank_word(s, count_until(s->rest, ",}] \t\r\n"),
                   "\"" PT_NO_SECRET "\"");
    else if (whole)
        blank_word(s, line_length(s->rest), PT_NO_SECRET);
    else
        blank_word(s, count_until(s->rest, " \t\r\n,;}&\\\"'<"), PT_NO_SECRET);
}

/* ---- keys and what is behind them ---- */

static bool is_key_byte(char c)
{
    return is_plain(c) || (unsigned char)c >= 0x80 || (c && strchr("_.-", c));
}

/* The key may be quoted and is so long; if it has a value, that goes. */
static void take_key(struct scan *s, size_t len, bool is_quoted)
{
    size_t escaped = pt_slice_has_prefix(behind(s->rest, len), "\\\"") ? 2 : 0;
    struct pt_slice next = behind(s->rest, len + escaped);
    size_t blanks = count_blanks(next, is_quoted ? " \t\r\n" : " \t");
    struct pt_slice mark = behind(next, blanks);
    bool has_mark = mark.len && (mark.at[0] == '=' || mark.at[0] == ':');
    bool is_option = s->rest.at[0] == '-';
    bool at_start = s->at_start;

    if (has_mark) {
        blanks++;
        blanks +=
            count_blanks(behind(next, blanks), is_quoted ? " \t\r\n" : " \t");
    }
    copy(s, len + escaped);
    if (!has_mark && (is_quoted || !blanks || !(at_start || is_option) ||
                      s->secrecy == PT_OF_PUBLISHED))
        return;
    copy(s, blanks);
    if (!is_option || has_mark || !s->rest.len || s->rest.at[0] != '-')
        blank_value(s, is_quoted, at_start && !is_option);
}

/* Below a section that speaks of secrets, all do. */
static bool is_secret(const struct scan *s, struct pt_slice key)
{
    return pt_key_is_secret(key, s->secrecy) ||
           (s->in_secret_section && s->at_start);
}

/* At the start of a line a key may be of several words. */
static size_t long_key_length(const struct scan *s)
{
    size_t len = s->at_start ? count_until(s->rest, "=:\r\n\"'<{,") : 0;

    if (!len || len == s->rest.len ||
        (s->rest.at[len] != '=' && s->rest.at[len] != ':'))
        return 0;
    return pt_trim(pt_slice(s->rest.at, len)).len;
}

static void take_word(struct scan *s)
{
    size_t whole = long_key_length(s);
    size_t len = 0;

    while (len < s->rest.len && is_key_byte(s->rest.at[len]))
        len++;
    if (whole > len && is_secret(s, pt_slice(s->rest.at, whole)))
        take_key(s, whole, false);
    else if (is_secret(s, pt_slice(s->rest.at, len)))
        take_key(s, len, false);
    else
        copy(s, len);
}

/* What is no key may well hold one. */
static void take_quote(struct scan *s)
{
    size_t len = quoted_length(s->rest);
    struct pt_slice mark =
        behind(s->rest, len + count_blanks(behind(s->rest, len), " \t\r\n"));
    bool is_key = len && mark.len && (mark.at[0] == ':' || mark.at[0] == '=');

    if (is_key && is_secret(s, pt_slice(s->rest.at + 1, len - 2)))
        take_key(s, len, true);
    else
        copy(s, 1);
}

static void take_section(struct scan *s)
{
    size_t len = s->at_start ? count_until(s->rest, "\r\n") : 0;

    if (len && memchr(s->rest.at, ']', len) && !memchr(s->rest.at, '"', len))
        s->in_secret_section =
            pt_key_is_secret(pt_slice(s->rest.at + 1, len - 1), s->secrecy);
    copy(s, 1);
}

/* "://user:password@" */
static void take_authority(struct scan *s)
{
    struct pt_slice rest = behind(s->rest, 3);
    struct pt_slice name =
        pt_slice(rest.at, count_until(rest, "/?# \t\r\n\"'<>\\"));
    size_t user = count_until(name, ":@");
    size_t at = name.len;

    while (at > user && name.at[at - 1] != '@')
        at--;
    copy(s, 3);
    if (at <= user + 1 || name.at[user] != ':')
        return;
    copy(s, user + 1);
    replace(s, at - 1 - (user + 1), PT_NO_SECRET);
}

/* ---- XML ---- */

static void take_tag(struct scan *s)
{
    size_t len = 1;
    size_t local = 1;

    for (; len < s->rest.len &&
           (is_key_byte(s->rest.at[len]) || s->rest.at[len] == ':');
         len++)
        if (s->rest.at[len] == ':')
            local = len + 1;
    if (is_secret_element(pt_slice(s->rest.at + local, len - local),
                          s->secrecy))
        s->element = pt_slice(s->rest.at + 1, len - 1);
    copy(s, len);
}

/* Where the element ends; else the next tag; else the end of all. */
static size_t content_length(struct scan *s)
{
    struct pt_slice text = s->rest;
    size_t len;

    for (len = 0; s->misses < MISSES_MAX && len < text.len; len++) {
        struct pt_slice at = behind(text, len);

        if (at.len >= s->element.len + 2 && at.at[0] == '<' &&
            at.at[1] == '/' &&
            !memcmp(at.at + 2, s->element.at, s->element.len))
            return len;
    }
    s->misses++;
    return count_until(text, "<");
}

static void end_tag(struct scan *s)
{
    bool is_empty = s->out->len && s->out->at[s->out->len - 1] == '/';
    size_t len;

    copy(s, 1);
    len = s->element.len && !is_empty ? content_length(s) : 0;
    s->element = pt_slice("", 0);
    if (len > count_blanks(s->rest, " \t\r\n"))
        replace(s, len, PT_NO_SECRET);
}

/* ---- all of it ---- */

static void step(struct scan *s)
{
    char c = s->rest.at[0];

    if (is_key_byte(c))
        take_word(s);
    else if (c == '"' || c == '\'')
        take_quote(s);
    else if (c == '<')
        take_tag(s);
    else if (c == '>')
        end_tag(s);
    else if (c == '[')
        take_section(s);
    else if (c == '\\')
        copy(s, s->rest.len > 1 ? 2 : 1);
    else if (pt_slice_has_prefix(s->rest, "://"))
        take_authority(s);
    else
        copy(s, 1);
}

static bool is_key_of_sealed(const struct scan *s, size_t len)
{
    struct pt_slice next = behind(s->rest, len);
    struct pt_slice mark = behind(next, count_blanks(next, " \t\r\n"));

    return len && mark.len && mark.at[0] == ':';
}

static void step_sealed(struct scan *s)
{
    size_t len = quoted_length(s->rest);

    if (is_key_of_sealed(s, len))
        take_key(s, len, true);
    else if (len)
        blank_quoted(s, len);
    else if (s->rest.at[0] == '"') /* cut short */
        replace(s, s->rest.len, "\"" PT_NO_SECRET);
    else
        copy(s, 1);
}

void pt_redact_secrets(struct pt_slice text, enum pt_secrecy secrecy,
                       struct pt_buf *out)
{
    struct scan s = {.rest = text,
                     .secrecy = secrecy,
                     .out = out,
                     .element = pt_slice("", 0),
                     .at_start = true};

    while (s.rest.len && !pt_buf_failed(out))
        if (secrecy == PT_OF_SEALED)
            step_sealed(&s);
        else
            step(&s);
}

/* ---- arguments ---- */

/* "--password", whose value is the next argument. */
static bool asks_for_secret(struct pt_slice arg)
{
    return arg.len > 1 && arg.at[0] == '-' && !memchr(arg.at, '=', arg.len) &&
           pt_key_is_secret(arg, PT_OF_SETTINGS);
}

void pt_redact_arguments(struct pt_slice args, struct pt_buf *out)
{
    bool is_secret = false;

    while (args.len) {
        size_t len = count_until(args, "\t");
        struct pt_slice arg = pt_slice(args.at, len);
        bool is_value = is_secret && len && arg.at[0] != '-';

        if (is_value)
            pt_buf_puts(out, PT_NO_SECRET);
        else
            pt_redact_secrets(arg, PT_OF_SETTINGS, out);
        is_secret = asks_for_secret(arg);
        if (len < args.len)
            pt_buf_putc(out, '\t');
        args = behind(args, len + 1);
    }
}
