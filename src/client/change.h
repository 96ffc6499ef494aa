/* change.h - files of this user's mail programs, changed so that nothing can
 * be lost, and put back when the user wants them back.
 *
 * A run changes several clients; the files of one are changed all or none.
 * Before a file is touched, a copy of it and a journal lie safely on the disk
 * (state folder, undo/RUN/): whoever is killed in the middle leaves each file
 * whole, old or new, and the next run puts back what was half done.
 */
#ifndef PT_CLIENT_CHANGE_H
#define PT_CLIENT_CHANGE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "model/place.h"

#include <stdbool.h>
#include <stddef.h>

/* One file to be changed. */
struct pt_change {
    const char *path;       /* links are followed to the real file */
    const struct pt_buf *before; /* what was read; it must still be so */
    bool is_new;            /* there was none */
    const struct pt_buf *after;
};

/* One run of the program, alone on this machine while it lasts. */
struct pt_run;

/* Wait for other runs to end, and put back what one that was killed left half
 * done.  PT_CANNOT_WRITE, PT_NO_MEMORY. */
enum pt_status pt_run_begin(struct pt_arena *arena,
                            const struct pt_place *place,
                            struct pt_run **ret_run, struct pt_error *err);
/* Takes NULL. */
void pt_run_end(struct pt_run *run);

/* Change these files, of one client, or none of them; they are read back and
 * compared.  Mode and owner stay.
 * PT_BUSY: one was changed by somebody else since it was read;
 * PT_CANNOT_WRITE; PT_NO_MEMORY. */
enum pt_status pt_run_change(struct pt_run *run, const char *client,
                             const char *where,
                             const struct pt_change *changes, size_t count,
                             struct pt_error *err);

/* What the last run that changed anything changed, as it was before. */
struct pt_undone {
    const char *client;
    const char *where;
    const char **paths;
    size_t count;
    const char *diff; /* since then somebody else changed a file: what; it is
                         left alone then.  NULL: it is as it was before */
};

/* Put it back, or with dry_run say what would be.  PT_NOTHING: there is
 * nothing to be undone; PT_CANNOT_WRITE; PT_NO_MEMORY. */
enum pt_status pt_run_undo(struct pt_run *run, bool dry_run,
                           struct pt_undone **ret_undone, size_t *ret_count,
                           struct pt_error *err);

#endif
