/* read_ini.c - INI as Python's configparser reads it: whole-line comments,
 * "key = value" or "key: value", keys in any case, and values that go on in
 * lines that begin with a blank (which are passed over: no port is that
 * long). */
#include "format/reader.h"

#include "format/lines.h"

static size_t mark_in(struct pt_slice line)
{
    size_t i = 0;

    while (i < line.len && line.at[i] != '=' && line.at[i] != ':')
        i++;
    return i;
}

static enum pt_status take_pair(struct pt_lines *lines, struct pt_slice line)
{
    size_t mark = mark_in(line);
    struct pt_slice key = pt_trim(pt_slice(line.at, mark));
    char folded[PT_KEY_MAX];

    if (!key.len || mark == line.len)
        return pt_lines_fail(lines,
                             "is neither a section nor 'key = value'");
    if (key.len > sizeof(folded))
        return PT_OK;
    for (size_t i = 0; i < key.len; i++)
        folded[i] = (char)(key.at[i] >= 'A' && key.at[i] <= 'Z'
                               ? key.at[i] | 0x20
                               : key.at[i]);
    return pt_lines_keep(
        lines, pt_slice(folded, key.len),
        pt_trim(pt_slice(line.at + mark + 1, line.len - mark - 1)));
}

static enum pt_status take_line(struct pt_lines *lines, struct pt_slice line)
{
    struct pt_slice bare = pt_trim(line);

    if (!bare.len || bare.at[0] == '#' || bare.at[0] == ';')
        return PT_OK;
    if (line.at[0] == ' ' || line.at[0] == '\t')
        return PT_OK;
    return bare.at[0] == '[' ? pt_lines_section(lines, bare)
                             : take_pair(lines, bare);
}

enum pt_status pt_read_ini(struct pt_arena *arena, struct pt_slice bytes,
                           struct pt_pairs *pairs, struct pt_error *err)
{
    struct pt_lines lines = {.arena = arena, .pairs = pairs, .err = err};
    enum pt_status status = pt_lines_begin(&lines, bytes, "an INI file");
    struct pt_slice line;

    while (status == PT_OK && pt_lines_next(&lines, &line))
        status = take_line(&lines, line);
    return status;
}
