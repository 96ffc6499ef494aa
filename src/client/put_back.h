/* put_back.h - what is to be done so that the files of one client are again
 * as they were before a run: looks, and changes nothing.
 */
#ifndef PT_CLIENT_PUT_BACK_H
#define PT_CLIENT_PUT_BACK_H

#include "client/replace.h"
#include "client/undo_folder.h"
#include "model/settings.h"

struct pt_put_back {
    struct pt_replace *files; /* those that are as the run left them */
    size_t count;
    struct pt_strings strange; /* those that are neither so nor as before */
    const char *diff;          /* what became of those; NULL: there is none */
};

/* Files as they would be, had all that was planned before been done. */
struct pt_rehearsal {
    struct pt_replace *files; /* of one path the last counts */
    size_t count;
};

/* False: no memory. */
bool pt_rehearse(struct pt_arena *arena, struct pt_rehearsal *rehearsal,
                 const struct pt_put_back *plan);

/* All of it lives in the folder's arena.  rehearsal NULL: as the files are.
 * PT_CANNOT_WRITE: a file or its copy cannot be read; PT_NO_MEMORY. */
enum pt_status pt_put_back_plan(const struct pt_undo_folder *folder,
                                const struct pt_entry *entry,
                                const struct pt_rehearsal *rehearsal,
                                struct pt_put_back *ret_plan,
                                struct pt_error *err);

/* The name under which a file's new bytes lie beside it until they take its
 * place: always the same for the same folder and copy.  NULL: no memory. */
const char *pt_put_back_temp(const struct pt_undo_folder *folder,
                             const struct pt_entry_file *file);

#endif
