/* lines.h - what the readers of settings in lines share: where they are, which
 * section they are in, and how they complain.
 */
#ifndef PT_FORMAT_LINES_H
#define PT_FORMAT_LINES_H

#include "base/error.h"
#include "model/bridge.h"

struct pt_lines {
    struct pt_arena *arena;
    struct pt_pairs *pairs;
    struct pt_error *err;
    struct pt_slice rest;
    unsigned number;     /* of the line that was read last, from 1 */
    const char *section; /* "": none */
};

/* what: "an INI file".  A byte order mark is passed over.  PT_BAD_INPUT: it is
 * not text, or too much. */
enum pt_status pt_lines_begin(struct pt_lines *lines, struct pt_slice bytes,
                              const char *what);

bool pt_lines_next(struct pt_lines *lines, struct pt_slice *ret_line);

/* "line 7 WHAT": PT_BAD_INPUT. */
enum pt_status pt_lines_fail(const struct pt_lines *lines, const char *what);

/* Keep a pair of the current section.  PT_NO_MEMORY. */
enum pt_status pt_lines_keep(struct pt_lines *lines, struct pt_slice key,
                             struct pt_slice value);

/* "[section]" begins; brackets may be doubled, a comment may follow.
 * PT_BAD_INPUT, PT_NO_MEMORY. */
enum pt_status pt_lines_section(struct pt_lines *lines, struct pt_slice line);

#endif
