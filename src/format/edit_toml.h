/* edit_toml.h - the values of a TOML file, found so that one of them can be
 * changed and everything else stays as it is.
 *
 * Copes with any bytes: what is not understood is passed over, as are arrays,
 * inline tables and texts of several lines.
 */
#ifndef PT_FORMAT_EDIT_TOML_H
#define PT_FORMAT_EDIT_TOML_H

#include "format/edit_lines.h"

/* What parts the keys of a path: "accounts/ann@example.org/imap/server" with
 * it in place of the slashes. */
#define PT_TOML_DOT "\t"

struct pt_toml_value {
    const char *path;         /* that of its table, too */
    struct pt_edit_line line; /* its value with the quotes */
    struct pt_span text;      /* without them, escapes as they are */
};

/* What holds values: a table; an inline one and an array, of which nothing
 * else is known. */
struct pt_toml_group {
    const char *path;
    bool is_closed; /* nothing can be added to it further below */
};

struct pt_toml_values {
    struct pt_toml_value *at;
    size_t count;
    struct pt_toml_group *groups;
    size_t group_count;
};

/* In the arena.  False: no memory, or more values or groups than
 * PT_EDIT_LINES_MAX. */
bool pt_edit_toml(struct pt_arena *arena, struct pt_slice bytes,
                  struct pt_toml_values *ret_values);

/* NULL: there is none. */
const struct pt_toml_value *
pt_edit_toml_find(const struct pt_toml_values *values, const char *path);

/* Is there such a value or group, or one below it? */
bool pt_edit_toml_has(const struct pt_toml_values *values, const char *path);

#endif
