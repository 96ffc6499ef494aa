#include "format/edit_muttrc.h"

#include <string.h>

static char byte_at(const struct pt_muttrc *rc, size_t at)
{
    return at < rc->bytes.len ? rc->bytes.at[at] : '\n';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* How long a backslash and what it takes with it are: the end of a line goes
 * on in the next. */
static size_t escape_len(const struct pt_muttrc *rc, size_t at)
{
    if (at + 1 >= rc->bytes.len)
        return 1;
    return byte_at(rc, at + 1) == '\r' && byte_at(rc, at + 2) == '\n' ? 3 : 2;
}

static bool joins_lines(const struct pt_muttrc *rc, size_t at)
{
    size_t len = byte_at(rc, at) == '\\' ? escape_len(rc, at) : 0;

    return len > 1 && byte_at(rc, at + len - 1) == '\n';
}

/* To the end of the line, and of those it is joined to. */
static void skip_comment(struct pt_muttrc *rc)
{
    while (rc->at < rc->bytes.len && byte_at(rc, rc->at) != '\n')
        rc->at += joins_lines(rc, rc->at) ? escape_len(rc, rc->at) : 1;
}

/* Up to the next word.  Commands end at a line's end and at ";". */
static void skip_gap(struct pt_muttrc *rc)
{
    while (rc->at < rc->bytes.len) {
        char c = byte_at(rc, rc->at);

        if (c == '#') {
            skip_comment(rc);
        } else if (joins_lines(rc, rc->at)) {
            rc->at += escape_len(rc, rc->at);
        } else if (c == '\n' || c == ';') {
            rc->command.len = 0;
            rc->at++;
        } else if (is_blank(c)) {
            rc->at++;
        } else {
            return;
        }
    }
}

/* A command of the shell, to its closing backtick in the same line. */
static size_t skip_backticks(const struct pt_muttrc *rc, size_t at)
{
    for (at++; byte_at(rc, at) != '`' && byte_at(rc, at) != '\n'; at++)
        ;
    return byte_at(rc, at) == '`' ? at + 1 : at;
}

static bool ends_word(char c, bool at_sign)
{
    return is_blank(c) || c == ';' || c == '#' || (at_sign && c == '=');
}

/* Words may be quoted in part.  at_sign: "=" ends one, too. */
static struct pt_span take_word(struct pt_muttrc *rc, bool at_sign)
{
    struct pt_span word = {rc->at, 0};
    char quote = '\0';
    size_t at = rc->at;

    while (at < rc->bytes.len && byte_at(rc, at) != '\n') {
        char c = byte_at(rc, at);

        if (c == '\\' && (quote != '\'' || joins_lines(rc, at))) {
            at += escape_len(rc, at);
        } else if (c == '`' && quote != '\'') {
            at = skip_backticks(rc, at);
        } else if (!quote && ends_word(c, at_sign)) {
            break;
        } else {
            if (!quote && (c == '"' || c == '\''))
                quote = c;
            else if (c == quote)
                quote = '\0';
            at++;
        }
    }
    word.len = at - word.at;
    rc->at = at;
    return word;
}

static struct pt_span unquote(const struct pt_muttrc *rc, struct pt_span word)
{
    struct pt_span within = pt_span_unquote(rc->bytes, word, '"');

    return within.len != word.len ? within
                                  : pt_span_unquote(rc->bytes, word, '\'');
}

static bool sets(const struct pt_muttrc *rc)
{
    return pt_span_is(rc->bytes, rc->command, "set") ||
           pt_span_is(rc->bytes, rc->command, "unset");
}

/* NAME, NAME=VALUE or NAME = VALUE. */
static void read_variable(struct pt_muttrc *rc, struct pt_muttrc_item *item)
{
    item->name = take_word(rc, true);
    item->value = (struct pt_span){rc->at, 0};
    while (is_blank(byte_at(rc, rc->at)))
        rc->at++;
    if (byte_at(rc, rc->at) != '=')
        return;
    rc->at++;
    while (is_blank(byte_at(rc, rc->at)))
        rc->at++;
    item->has_value = true;
    item->value = unquote(rc, take_word(rc, false));
}

bool pt_muttrc_next(struct pt_muttrc *rc, struct pt_muttrc_item *ret_item)
{
    struct pt_muttrc_item item = {0};

    skip_gap(rc);
    while (!rc->command.len && rc->at < rc->bytes.len) {
        rc->command = take_word(rc, false);
        skip_gap(rc);
    }
    if (rc->at >= rc->bytes.len)
        return false;
    item.command = rc->command;
    if (sets(rc)) {
        read_variable(rc, &item);
    } else {
        item.value = unquote(rc, take_word(rc, false));
        item.has_value = true;
    }
    *ret_item = item;
    return true;
}

const char *pt_muttrc_value(struct pt_arena *arena, struct pt_slice bytes,
                            const struct pt_muttrc_item *item)
{
    struct pt_slice from = pt_span_text(bytes, item->value);
    bool is_literal = item->value.at && bytes.at[item->value.at - 1] == '\'';
    char *text = pt_arena_alloc(arena, from.len + 1);
    size_t len = 0;

    for (size_t i = 0; text && i < from.len; i++) {
        if (from.at[i] == '\\' && !is_literal && i + 1 < from.len)
            i++;
        text[len++] = from.at[i];
    }
    if (text)
        text[len] = '\0';
    return text;
}

/* "noNAME" is NAME, unset. */
static bool speaks_of(struct pt_slice bytes, const struct pt_muttrc_item *item,
                      const char *name)
{
    struct pt_slice text = pt_span_text(bytes, item->name);

    if (!item->has_value && pt_slice_has_prefix(text, "no"))
        text = pt_slice(text.at + 2, text.len - 2);
    return text.len && pt_slice_is(text, name);
}

bool pt_muttrc_find(struct pt_slice bytes, const char *name,
                    struct pt_muttrc_item *ret_item)
{
    struct pt_muttrc rc = {.bytes = bytes};
    struct pt_muttrc_item item;
    bool found = false;

    while (pt_muttrc_next(&rc, &item)) {
        if (!item.name.len || !speaks_of(bytes, &item, name))
            continue;
        *ret_item = item;
        found = true;
    }
    return found;
}
