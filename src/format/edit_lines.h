/* edit_lines.h - settings in lines, found so that one of them can be changed
 * and all others stay as they are: quotes, comments, blanks and line ends.
 *
 * Copes with any bytes.  Everything is a place in the bytes that were given;
 * after a change to them they are to be looked at again.
 */
#ifndef PT_FORMAT_EDIT_LINES_H
#define PT_FORMAT_EDIT_LINES_H

#include "base/arena.h"
#include "format/edit.h"

enum pt_edit_syntax {
    PT_EDIT_MSMTP,   /* "KEY VALUE"; "account NAME" begins a section */
    PT_EDIT_MBSYNC,  /* the same; a section ends at an empty line */
    PT_EDIT_KEYFILE, /* GLib: "KEY=VALUE", "[SECTION]" */
    PT_EDIT_INI,     /* the same, with quotes and comments behind */
};

struct pt_edit_line {
    struct pt_span whole; /* without its line end */
    struct pt_span key;
    struct pt_span value; /* within its quotes; may be empty */
};

struct pt_edit_section {
    struct pt_edit_line head; /* "account NAME", "[NAME]": there, value is the
                                 name and key empty.  All empty: of what
                                 belongs to no section */
    struct pt_edit_line *lines;
    size_t count;
};

struct pt_edit_file {
    enum pt_edit_syntax syntax;
    struct pt_slice bytes; /* borrowed */
    struct pt_edit_section *sections;
    size_t count;
};

enum { PT_EDIT_LINES_MAX = 65536 };

/* In the arena.  False: no memory, or more lines than that. */
bool pt_edit_lines(struct pt_arena *arena, enum pt_edit_syntax syntax,
                   struct pt_slice bytes, struct pt_edit_file *ret_file);

/* The line that counts, which is the last of that key; or NULL. */
const struct pt_edit_line *
pt_edit_line_of(const struct pt_edit_file *file,
                const struct pt_edit_section *section, const char *key);
/* The same, in all the sections of that name. */
const struct pt_edit_line *pt_edit_line_in(const struct pt_edit_file *file,
                                           const char *section,
                                           const char *key);

/* What a line's value means, without escapes, in the arena; NULL for NULL and
 * when there is no memory. */
const char *pt_edit_value(struct pt_arena *arena,
                          const struct pt_edit_file *file,
                          const struct pt_edit_line *line);

/* Add a line after this one, spelt as it is. */
void pt_edit_add_line(struct pt_buf *bytes, enum pt_edit_syntax syntax,
                      const struct pt_edit_line *like, const char *key,
                      const char *value);

/* Add lines (each ends in LF) behind all that is there, with its line ends and
 * an empty line between. */
void pt_edit_append(struct pt_buf *bytes, const char *text);

#endif
