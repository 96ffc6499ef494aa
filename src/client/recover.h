/* recover.h - what runs that were killed left half done, put back.
 */
#ifndef PT_CLIENT_RECOVER_H
#define PT_CLIENT_RECOVER_H

#include "base/arena.h"
#include "base/error.h"
#include "client/put_back.h"
#include "model/settings.h"

/* Look through the folders of all runs, which lie in undo; the caller has the
 * lock.  A file that somebody else has changed since then is left as it is,
 * and its copy is kept.  notes gets a sentence for each client that was put
 * back and each file that was left.
 * With a rehearsal nothing is written: it gets what would be.
 * PT_CANNOT_WRITE: one could not be put back, which the next run tries again;
 * PT_NO_MEMORY. */
enum pt_status pt_recover(struct pt_arena *arena, const char *undo,
                          struct pt_rehearsal *rehearsal,
                          struct pt_strings *notes, struct pt_error *err);

#endif
