/* change.h - files of this user's mail programs, changed so that nothing can
 * be lost, and put back when the user wants them back.
 *
 * A run changes several clients; the files of one are changed all or none.
 * Before a file is touched, a copy of it and a journal lie safely on the disk
 * (client/undo_folder.h): whoever is killed in the middle leaves each file
 * whole, old or new, and the next run puts back what was half done.  What the
 * last ten runs changed can be taken back, the newest first.
 *
 * A file keeps its mode, its owner, its extended attributes and access control
 * lists; one that cannot have its owner again, and one that is read-only, is
 * refused.  Of a file of several names (hard links) only the one that was
 * given is changed.  The folders that a new file needs are made with it, and
 * go with it when it is taken back, unless something else lies in them then.
 */
#ifndef PT_CLIENT_CHANGE_H
#define PT_CLIENT_CHANGE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "model/place.h"
#include "model/settings.h"

#include <stdbool.h>
#include <stddef.h>

/* One file to be changed. */
struct pt_change {
    const char *path;            /* links are followed to the real file */
    const struct pt_buf *before; /* what was read; it must still be so */
    bool is_new;                 /* there was none */
    const struct pt_buf *after;
};

/* One run of the program, alone on this machine while it lasts. */
struct pt_change_run;

/* Wait for other runs to end, and put back what one that was killed left half
 * done.  The run lives in the arena.  PT_CANNOT_WRITE, PT_NO_MEMORY. */
enum pt_status pt_change_begin(struct pt_arena *arena,
                               const struct pt_place *place,
                               struct pt_change_run **ret_run,
                               struct pt_error *err);
/* The same for a rehearsal, which writes nothing: its notes say what would be
 * put back, and pt_change_undo() what would come of that and of undoing.
 * Nothing can be changed in it. */
enum pt_status pt_change_rehearse(struct pt_arena *arena,
                                  const struct pt_place *place,
                                  struct pt_change_run **ret_run,
                                  struct pt_error *err);
/* Takes NULL. */
void pt_change_end(struct pt_change_run *run);

/* Sentences about what was found half done, for people to read: files put
 * back, and files that somebody else has changed since, which are left. */
const struct pt_strings *pt_change_notes(const struct pt_change_run *run);

/* Change these files, of one client, or none of them; they are read back and
 * compared.  client is the name of a row; where is printable.
 * PT_BUSY: one was changed by somebody else since it was read;
 * PT_CANNOT_WRITE; PT_NO_MEMORY.  The others of the run stand. */
enum pt_status pt_change_files(struct pt_change_run *run, const char *client,
                               const char *where,
                               const struct pt_change *changes, size_t count,
                               struct pt_error *err);

/* What the last run that changed anything changed in one client. */
struct pt_undone {
    const char *client;
    const char *where;
    struct pt_strings paths;
    const char *diff; /* what somebody else has changed in them since then:
                         they are left alone.  NULL: they are put back */
};

/* Put it back, or with dry_run say what would be; who can tell that a client
 * is running looks at that first.  Once all of a run is put back, the run
 * before it is the last; what is left alone stays to be undone.
 * PT_NOTHING: there is nothing to be undone.  PT_CANNOT_WRITE, PT_NO_MEMORY:
 * what was put back until then stays so; the rest can be undone again. */
enum pt_status pt_change_undo(struct pt_change_run *run, bool dry_run,
                              struct pt_undone **ret_undone, size_t *ret_count,
                              struct pt_error *err);

#endif
