/* writer.h - settings in, the bytes of one client's file out.
 *
 * A writer is pure: same settings, same bytes.  No password is ever written.
 * What a format cannot say is an error with a hint, or, where the file is
 * still right without it, a note.  Adding a client: one file and one row.
 */
#ifndef PT_WRITER_WRITER_H
#define PT_WRITER_WRITER_H

#include "base/buf.h"
#include "base/error.h"
#include "model/settings.h"

struct pt_writer {
    const char *name;      /* "apple" */
    const char *client;    /* "Apple Mail" */
    const char *summary;   /* what the file is */
    const char *file;      /* its name: %a is the address, %d the domain */
    const char *media_type;
    bool binary;
    const char *import;    /* how a person puts it in: lines parted by LF */

    /* PT_CANNOT_EXPRESS: these settings do not fit this format; PT_NO_MEMORY.
     * Notes: sentences for the user about what the file leaves out. */
    enum pt_status (*write)(struct pt_arena *arena,
                            const struct pt_settings *settings,
                            struct pt_buf *out, struct pt_strings *notes,
                            struct pt_error *err);
};

extern const struct pt_writer *const pt_writers[]; /* NULL-ended */

/* NULL: no such writer. */
const struct pt_writer *pt_writer_named(const char *name);

/* The file name for these settings, safe on every system, in the arena. */
const char *pt_writer_file(struct pt_arena *arena,
                           const struct pt_writer *writer,
                           const struct pt_settings *settings);

#endif
