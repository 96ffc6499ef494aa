#include "format/lines.h"

#include "format/reader.h"

#include <string.h>

static const char byte_order_mark[] = "\xEF\xBB\xBF";

enum pt_status pt_lines_begin(struct pt_lines *lines, struct pt_slice bytes,
                              const char *what)
{
    size_t skip = strlen(byte_order_mark);

    if (pt_slice_has_prefix(bytes, byte_order_mark))
        bytes = pt_slice(bytes.at + skip, bytes.len - skip);
    lines->rest = bytes;
    lines->number = 0;
    lines->section = "";
    return pt_reader_check(bytes, PT_READ_MAX, what, lines->err);
}

bool pt_lines_next(struct pt_lines *lines, struct pt_slice *ret_line)
{
    lines->number++;
    return pt_next_line(&lines->rest, ret_line);
}

enum pt_status pt_lines_fail(const struct pt_lines *lines, const char *what)
{
    return pt_fail(lines->err, PT_BAD_INPUT,
                   "mend the file, or let its program write it anew",
                   "line %u %s", lines->number, what);
}

enum pt_status pt_lines_keep(struct pt_lines *lines, struct pt_slice key,
                             struct pt_slice value)
{
    return pt_reader_keep(lines->arena, lines->pairs, lines->section, key,
                          value)
               ? PT_OK
               : pt_fail_memory(lines->err);
}

enum pt_status pt_lines_section(struct pt_lines *lines, struct pt_slice line)
{
    const char *end = memchr(line.at, ']', line.len);
    const char *begin = line.at + 1;
    struct pt_slice name;
    const char *key;

    if (!end)
        return pt_lines_fail(lines, "has a '[' without its ']'");
    if (*begin == '[')
        begin++;
    name = pt_trim(pt_slice(begin, (size_t)(end - begin)));
    if (!name.len || !pt_is_printable(name))
        return pt_lines_fail(lines, "names no section");
    lines->section = pt_arena_strndup(lines->arena, name.at, name.len);
    key = pt_arena_printf(lines->arena, "[%s]", lines->section);
    if (!lines->section || !key ||
        !pt_reader_keep_key(lines->arena, lines->pairs, pt_slice_of(key)))
        return pt_fail_memory(lines->err);
    return PT_OK;
}
