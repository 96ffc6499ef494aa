/* read_keyfile.h - a key file as GLib reads it (the Desktop Entry
 * Specification, 3 and 4; gkeyfile.c), for tests.
 */
#ifndef PT_TESTS_READ_KEYFILE_H
#define PT_TESTS_READ_KEYFILE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

#include <string.h>

static inline bool read_is_blank(char c)
{
    return c && strchr(" \t\v\f\r\n", c);
}

/* A value without its escapes; of a list the first text.  NULL: it is none. */
static inline const char *read_unescaped(struct pt_arena *arena,
                                         struct pt_slice value, bool in_list)
{
    static const char escapes[] = "s n\nt\tr\r\\\\;;";
    PT_BUF struct pt_buf out = {0};

    for (size_t i = 0; i < value.len; i++) {
        const char *escape = escapes;
        char c = value.at[i];

        if (in_list && c == ';')
            return pt_arena_strdup(arena, pt_buf_text(&out));
        if (c != '\\') {
            pt_buf_putc(&out, c);
            continue;
        }
        if (++i == value.len)
            return NULL;
        while (*escape && *escape != value.at[i])
            escape += 2;
        if (!*escape || (*escape == ';' && !in_list))
            return NULL;
        pt_buf_putc(&out, escape[1]);
    }
    return in_list ? NULL : pt_arena_strdup(arena, pt_buf_text(&out));
}

/* What stands behind the key in its group.  False: it is not there, or a line
 * is none of a key file. */
static inline bool read_raw(struct pt_slice bytes, const char *group,
                            const char *key, struct pt_slice *ret_value)
{
    struct pt_slice line;
    bool here = false;
    bool found = false;

    while (pt_next_line(&bytes, &line)) {
        const char *equals = memchr(line.at, '=', line.len);

        if (!line.len || line.at[0] == '#')
            continue;
        if (line.at[0] == '[') {
            here = pt_slice_is(pt_slice(line.at + 1, line.len - 2), group);
            continue;
        }
        if (!equals)
            return false;
        if (!here || !pt_slice_is(pt_slice(line.at, (size_t)(equals - line.at)),
                                  key))
            continue;
        line.len -= (size_t)(equals + 1 - line.at);
        line.at = equals + 1;
        for (; line.len && read_is_blank(*line.at); line.len--)
            line.at++;
        *ret_value = line;
        found = true;
    }
    return found;
}

static inline const char *read_keyfile(struct pt_arena *arena,
                                       struct pt_slice file,
                                       const char *group, const char *key)
{
    struct pt_slice value;

    return read_raw(file, group, key, &value)
               ? read_unescaped(arena, value, false)
               : NULL;
}

/* The first text of a list. */
static inline const char *read_keyfile_list(struct pt_arena *arena,
                                            struct pt_slice file,
                                            const char *group,
                                            const char *key)
{
    struct pt_slice value;

    return read_raw(file, group, key, &value)
               ? read_unescaped(arena, value, true)
               : NULL;
}

#endif
