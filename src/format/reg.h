/* reg.h - the files of Windows' registry editor: what `reg export` writes, and
 * what a double-click puts in.
 *
 * Reading is pure, and copes with any bytes: what it cannot make sense of is
 * an error that names the line.  Writing goes straight and is checked once.
 */
#ifndef PT_FORMAT_REG_H
#define PT_FORMAT_REG_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/text.h"

#include <stdint.h>

/* ---- reading ---- */

enum { PT_REG_BYTES_MAX = 8 * 1024 * 1024 };

struct pt_reg_value {
    const char *name; /* "": the key's own */
    const char *text; /* UTF-8; of binary values too, when they are text in
                         UTF-16, as older programs keep it; else NULL */
    bool is_number;
    uint32_t number;
};

struct pt_reg_key {
    const char *path; /* "HKEY_CURRENT_USER\\Software\\..." */
    struct pt_reg_value *values;
    size_t count;
};

struct pt_reg {
    struct pt_reg_key *keys; /* in the file's order */
    size_t count;
};

/* UTF-16 as it is exported, or UTF-8; of the older "REGEDIT4" only ASCII, as
 * its other characters depend on the code page.  What the file would delete is
 * passed over.  All of the result lives in the arena.  PT_BAD_INPUT: it is no
 * such file, or too much; PT_NO_MEMORY. */
enum pt_status pt_reg_read(struct pt_arena *arena, struct pt_slice bytes,
                           struct pt_reg *ret_reg, struct pt_error *err);

/* NULL: there is none of that name.  Case does not matter, nor does it to
 * Windows. */
const struct pt_reg_value *pt_reg_find(const struct pt_reg_key *key,
                                       const char *name);

/* ---- writing ---- */

struct pt_reg_writer {
    struct pt_buf *out;
    char unfit[64]; /* text it cannot hold, made printable */
};

/* UTF-16 with its mark, lines end in CRLF. */
void pt_reg_begin(struct pt_reg_writer *reg, struct pt_buf *out);
/* What follows are values of this key. */
void pt_reg_key(struct pt_reg_writer *reg, const char *path);
void pt_reg_text(struct pt_reg_writer *reg, const char *name,
                 const char *value);
void pt_reg_number(struct pt_reg_writer *reg, const char *name,
                   uint32_t value);

/* PT_CANNOT_EXPRESS: a text is not UTF-8 or has a control in it, which would
 * end its line; PT_NO_MEMORY. */
enum pt_status pt_reg_end(struct pt_reg_writer *reg, struct pt_error *err);

#endif
