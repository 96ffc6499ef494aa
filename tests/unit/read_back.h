/* read_back.h - what the programs would read in the text files written for
 * them, by readers that follow their grammars and know nothing of the writers.
 *
 * Each takes the next setting off *at: true, with its key and value; false at
 * the end and where the program would stumble, run something or put something
 * else in (*at is NULL then).
 */
#ifndef PT_TESTS_READ_BACK_H
#define PT_TESTS_READ_BACK_H

#include "base/buf.h"
#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct read_back {
    struct pt_buf key;
    struct pt_buf value;
};

typedef bool read_setting(const char **at, struct read_back *ret);

static inline void read_back_free(struct read_back *pair)
{
    pt_buf_free(&pair->key);
    pt_buf_free(&pair->value);
}

static inline bool read_failed(const char **at)
{
    *at = NULL;
    return false;
}

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The next line that is not empty. */
static inline bool read_line(const char **at, const char **ret_end)
{
    while (**at == '\n')
        ++*at;
    *ret_end = *at + strcspn(*at, "\n");
    return **at;
}

/* The key: up to a blank, or to the end of the line. */
static inline const char *read_key(const char *at, const char *end,
                                   struct read_back *ret)
{
    pt_buf_clear(&ret->key);
    pt_buf_clear(&ret->value);
    while (at < end && !is_blank(*at))
        pt_buf_putc(&ret->key, *at++);
    while (at < end && is_blank(*at))
        at++;
    return at;
}

/* msmtp: the rest of the line without blanks at its end, and then without one
 * pair of quotes around it. */
static inline bool read_msmtp(const char **at, struct read_back *ret)
{
    const char *end;
    const char *next;
    const char *from;

    if (!read_line(at, &end))
        return false;
    next = end;
    if (end - *at > 499 || **at == '#')
        return read_failed(at);
    from = read_key(*at, end, ret);
    while (end > from && isspace((unsigned char)end[-1]))
        end--;
    if (end - from >= 2 && *from == '"' && end[-1] == '"') {
        from++;
        end--;
    }
    pt_buf_add(&ret->value, from, (size_t)(end - from));
    *at = next;
    return true;
}

/* mbsync: words; within quotes a blank is none, after a backslash nothing is
 * anything. */
static inline bool read_mbsync(const char **at, struct read_back *ret)
{
    bool quoted = false;
    const char *end;

    if (!read_line(at, &end))
        return false;
    if (end - *at > 1022 || **at == '#')
        return read_failed(at);
    *at = read_key(*at, end, ret);
    for (; *at < end && (quoted || !isspace((unsigned char)**at)); ++*at) {
        if (**at == '"') {
            quoted = !quoted;
            continue;
        }
        *at += **at == '\\';
        if (*at == end || (unsigned char)**at < ' ')
            return read_failed(at);
        pt_buf_putc(&ret->value, **at);
    }
    return !quoted && *at == end ? true : read_failed(at);
}

/* mutt: set KEY=WORD, the word between double quotes. */
static inline bool read_mutt(const char **at, struct read_back *ret)
{
    const char *end;

    if (!read_line(at, &end))
        return false;
    if (strncmp(*at, "set ", 4))
        return read_failed(at);
    pt_buf_clear(&ret->key);
    pt_buf_clear(&ret->value);
    for (*at += 4; **at != '=' && *at < end; ++*at)
        pt_buf_putc(&ret->key, **at);
    if (strncmp(*at, "=\"", 2))
        return read_failed(at);
    for (*at += 2; **at != '"'; ++*at) {
        if (**at == '`' || **at == '$')
            return read_failed(at);
        *at += **at == '\\';
        if (*at >= end || ((*at)[-1] == '\\' && isalnum((unsigned char)**at) &&
                           (*at)[-2] != '\\'))
            return read_failed(at);
        pt_buf_putc(&ret->value, **at);
    }
    ++*at;
    return *at == end ? true : read_failed(at);
}

/* go-ini: what stands between the first back quote and the last; without
 * them, all up to a comment. */
static inline bool read_ini(const char **at, struct read_back *ret)
{
    const char *end;
    const char *from;

    if (!read_line(at, &end))
        return false;
    from = read_key(*at, end, ret);
    *at = end;
    if (*from++ != '=')
        return read_failed(at);
    while (from < end && isspace((unsigned char)*from))
        from++;
    if (from < end && *from == '`') {
        for (from++; end > from && end[-1] != '`'; end--)
            ;
        end -= end > from;
    } else {
        for (const char *c = from; c < end; c++)
            if (strchr("#;\"'\\", *c))
                return read_failed(at);
    }
    pt_buf_add(&ret->value, from, (size_t)(end - from));
    return strstr(pt_buf_text(&ret->value), "%(") ? read_failed(at) : true;
}

/* TOML: key = "basic string". */
static inline bool read_toml(const char **at, struct read_back *ret)
{
    const char *end;
    const char *from;

    if (!read_line(at, &end))
        return false;
    from = read_key(*at, end, ret);
    if (strncmp(from, "= \"", 3))
        return read_failed(at);
    for (from += 3; *from != '"'; from++) {
        char hex[5] = "";

        if (from >= end || (unsigned char)*from < ' ' || *from == 0x7F)
            return read_failed(at);
        if (*from != '\\') {
            pt_buf_putc(&ret->value, *from);
        } else if (*++from == 'u') {
            memcpy(hex, from + 1, 4);
            from += 4;
            pt_buf_putc(&ret->value, (char)strtol(hex, NULL, 16));
        } else if (*from == '"' || *from == '\\') {
            pt_buf_putc(&ret->value, *from);
        } else {
            return read_failed(at);
        }
    }
    *at = from + 1;
    return *at == end ? true : read_failed(at);
}

/* POSIX, XCU 2.2: the one word that text is, or NULL if it is not one, or if
 * it is more than a word.  In out. */
static inline const char *read_shell_word(const char *text,
                                          struct pt_buf *out)
{
    char quote = '\0';

    pt_buf_clear(out);
    if (!*text)
        return NULL;
    for (; *text; text++) {
        if (quote ? *text == quote : *text == '\'' || *text == '"')
            quote = quote ? '\0' : *text;
        else if (quote == '"' ? strchr("$`\\", *text) != NULL
                              : !quote && strchr(" \t\n|&;<>()$`\\*?[#~=!{}^",
                                                 *text))
            return NULL;
        else
            pt_buf_putc(out, *text);
    }
    return quote ? NULL : pt_buf_text(out);
}

#endif
