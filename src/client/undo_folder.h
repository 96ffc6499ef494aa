/* undo_folder.h - what one run keeps so that it can be taken back: a folder
 * with its journal (format/journal.h) and copies of the files it changed.
 *
 *   undo/0007/journal.json
 *   undo/0007/0       the first file as it was
 *   undo/0007/0.new   and as it was left
 */
#ifndef PT_CLIENT_UNDO_FOLDER_H
#define PT_CLIENT_UNDO_FOLDER_H

#include "format/journal.h"

struct pt_undo_folder {
    struct pt_arena *arena;
    const char *path;
    struct pt_journal journal;
};

/* The runs that have a folder below undo, the oldest first; none, if there is
 * no undo.
 * PT_CANNOT_WRITE; PT_NO_MEMORY. */
enum pt_status pt_undo_folders(struct pt_arena *arena, const char *undo,
                               unsigned **ret_runs, size_t *ret_count,
                               struct pt_error *err);

/* A new one; undo must be there.  PT_CANNOT_WRITE; PT_NO_MEMORY. */
enum pt_status pt_undo_folder_make(struct pt_arena *arena, const char *undo,
                                   unsigned run,
                                   struct pt_undo_folder *ret_folder,
                                   struct pt_error *err);
/* One that is there, with its journal.
 * PT_NOTHING: it has none, because its run was killed before it touched
 * anything; path is filled.  PT_CANNOT_WRITE: it cannot be read;
 * PT_NO_MEMORY. */
enum pt_status pt_undo_folder_load(struct pt_arena *arena, const char *undo,
                                   unsigned run,
                                   struct pt_undo_folder *ret_folder,
                                   struct pt_error *err);
/* Is any of its clients so? */
bool pt_undo_folder_has(const struct pt_undo_folder *folder,
                        enum pt_entry_state state);
/* The journal first: a folder without one means nothing.  What cannot be
 * removed stays. */
void pt_undo_folder_remove(const struct pt_undo_folder *folder);

/* See the journal safely on the disk.  PT_CANNOT_WRITE; PT_NO_MEMORY. */
enum pt_status pt_undo_folder_save(const struct pt_undo_folder *folder,
                                   struct pt_error *err);
/* The same in two steps, the second of which needs no room on the disk, and
 * has said nothing when it fails.  The journal is whole whatever happens, but a
 * crash of the machine may bring back the one before it. */
enum pt_status pt_undo_folder_prepare(const struct pt_undo_folder *folder,
                                      struct pt_error *err);
enum pt_status pt_undo_folder_publish(const struct pt_undo_folder *folder,
                                      struct pt_error *err);

/* The path of the copy of a file, as it was or as it was left; NULL: no
 * memory. */
const char *pt_undo_folder_copy(const struct pt_undo_folder *folder,
                                const struct pt_entry_file *file, bool is_new);

#endif
