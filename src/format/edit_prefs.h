/* edit_prefs.h - prefs.js and user.js of Thunderbird: read as it reads them,
 * and changed in nothing but a value.
 *
 * Every oddity is that of its own parser (libpref; measured, 153): three kinds
 * of comments, both kinds of quotes, escapes, statements that it skips, the
 * order in which they count.  Copes with any bytes: what Thunderbird would not
 * take is passed over, and stays.
 */
#ifndef PT_FORMAT_EDIT_PREFS_H
#define PT_FORMAT_EDIT_PREFS_H

#include "base/arena.h"
#include "format/edit.h"

#include <stdint.h>

enum pt_pref_kind { PT_PREF_TEXT, PT_PREF_NUMBER, PT_PREF_TRUTH };

/* One statement; its places are in the bytes of its file. */
struct pt_pref_line {
    const char *name;
    enum pt_pref_kind kind;
    const char *text; /* of PT_PREF_TEXT; any bytes but NUL */
    int32_t number;   /* of the others */
    bool is_default;  /* pref(): counts where no user_pref() does */
    size_t file;      /* as it was told */
    struct pt_span whole; /* from its first word to its semicolon */
    struct pt_span name_at;
    struct pt_span value_at;
};

/* {.arena = arena} is empty. */
struct pt_pref_lines {
    struct pt_arena *arena;
    struct pt_pref_line *at;
    size_t count;
};

enum { PT_PREF_FILES_ALL = 1000 }; /* instead of one file */

/* Add the statements of a file whose names begin with branch; file is any
 * number below PT_PREF_FILES_ALL, those that Thunderbird reads later are added
 * later.  No memory: the arena remembers. */
void pt_prefs_read(struct pt_pref_lines *lines, size_t file,
                   struct pt_slice bytes, const char *branch);

/* The statement that counts, of those in this file or in all, or NULL. */
struct pt_pref_line *pt_prefs_find(const struct pt_pref_lines *lines,
                                   size_t file, const char *name);

/* Let the statement, which is one of lines, have this number: its value is
 * replaced in bytes, and what comes after it in the same file is moved on, so
 * that lines remain true.  Failure is the buffer's to remember. */
void pt_prefs_put(struct pt_pref_lines *lines, struct pt_pref_line *line,
                  int32_t number, struct pt_buf *bytes);

/* The same with a text, which is UTF-8. */
void pt_prefs_put_text(struct pt_pref_lines *lines, struct pt_pref_line *line,
                       const char *text, struct pt_buf *bytes);

/* Add a statement behind another, which is one of lines, on a line of its own,
 * spelt and indented as that one is.  name has no quotes and no backslashes.
 * lines remain true, but for the new one, which is not among them. */
void pt_prefs_add(struct pt_pref_lines *lines, const struct pt_pref_line *like,
                  const char *name, int32_t number, struct pt_buf *bytes);

/* Add statements, as pt_prefs_write() makes them, behind all that is there;
 * lines that end as the file's do. */
void pt_prefs_append(struct pt_buf *bytes, struct pt_slice statements);

#endif
