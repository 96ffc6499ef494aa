/* read_mailbox.h - a name and an address in one text, as a mail program reads
 * them (RFC 5322, 3.4; RFC 2047), for tests.
 */
#ifndef PT_TESTS_READ_MAILBOX_H
#define PT_TESTS_READ_MAILBOX_H

#include "base/arena.h"
#include "base/base64.h"
#include "base/buf.h"
#include "base/text.h"

#include <string.h>

enum { READ_WORD_MAX = 75 };

/* Up to the quote that is not escaped; *at stands behind it then. */
static inline bool read_quoted(const char **at, struct pt_buf *out)
{
    for (++*at; **at && **at != '"'; ++*at) {
        *at += **at == '\\';
        if (!**at)
            return false;
        pt_buf_putc(out, **at);
    }
    return *(*at)++ == '"';
}

/* Encoded words, one blank between two of them. */
static inline bool read_words(const char **at, struct pt_buf *out)
{
    static const char begin[] = "=?UTF-8?B?";

    while (pt_has_prefix(*at, begin)) {
        const char *text = *at + strlen(begin);
        size_t len = strcspn(text, "?");
        unsigned char bytes[READ_WORD_MAX];
        size_t byte_count;

        if (!pt_has_prefix(text + len, "?=") ||
            strlen(begin) + len + 2 > READ_WORD_MAX ||
            !pt_base64_decode(pt_slice(text, len), bytes, &byte_count) ||
            !pt_is_utf8(pt_slice((const char *)bytes, byte_count)))
            return false;
        pt_buf_add(out, bytes, byte_count);
        *at = text + len + 2;
        *at += pt_has_prefix(*at, " =?");
    }
    return true;
}

/* The name, in the arena; NULL: it is no mailbox of this address. */
static inline const char *read_mailbox(struct pt_arena *arena,
                                       const char *text, const char *address)
{
    PT_BUF struct pt_buf name = {0};
    const char *rest = pt_arena_printf(arena, " <%s>", address);
    const char *at = text;

    if (pt_is(text, address))
        return "";
    if (*at == '"' ? !read_quoted(&at, &name) : !read_words(&at, &name))
        return NULL;
    return pt_is(at, rest) ? pt_arena_strdup(arena, pt_buf_text(&name)) : NULL;
}

#endif
