/* read_argv.c - a process's arguments, the way Go's flag package and most
 * others take them.  Nobody but the program knows whether a word behind a flag
 * is its value: it is told as both. */
#include "format/reader.h"

#include <string.h>

static bool next_argument(struct pt_slice *rest, struct pt_slice *ret_arg)
{
    const char *tab;
    size_t len;

    if (!rest->len)
        return false;
    tab = memchr(rest->at, '\t', rest->len);
    len = tab ? (size_t)(tab - rest->at) : rest->len;
    *ret_arg = pt_slice(rest->at, len);
    *rest = pt_slice(rest->at + len + (tab ? 1 : 0),
                     rest->len - len - (tab ? 1 : 0));
    return true;
}

static bool is_flag(struct pt_slice arg)
{
    return arg.len > 1 && arg.at[0] == '-';
}

static struct pt_slice without_dashes(struct pt_slice arg)
{
    size_t n = arg.at[1] == '-' ? 2 : 1;

    return pt_slice(arg.at + n, arg.len - n);
}

/* The value is behind '=', or the next argument unless that is a flag. */
static struct pt_slice value_of(struct pt_slice *key, struct pt_slice rest)
{
    const char *mark = memchr(key->at, '=', key->len);
    struct pt_slice next;

    if (mark) {
        size_t len = (size_t)(mark - key->at);
        struct pt_slice value = pt_slice(mark + 1, key->len - len - 1);

        key->len = len;
        return value;
    }
    if (next_argument(&rest, &next) && !is_flag(next))
        return next;
    return pt_slice_of("true");
}

enum pt_status pt_read_argv(struct pt_arena *arena, struct pt_slice bytes,
                            struct pt_pairs *pairs, struct pt_error *err)
{
    enum pt_status status =
        pt_reader_check(bytes, PT_READ_MAX, "a command line", err);
    struct pt_slice arg;

    if (status != PT_OK || !next_argument(&bytes, &arg)) /* the program */
        return status;
    while (next_argument(&bytes, &arg)) {
        struct pt_slice key = pt_slice_of("arg");
        struct pt_slice value = arg;

        if (is_flag(arg)) {
            key = without_dashes(arg);
            value = value_of(&key, bytes);
        }
        if (!pt_reader_keep(arena, pairs, "", key, value))
            return pt_fail_memory(err);
    }
    return PT_OK;
}
