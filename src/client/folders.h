/* folders.h - the folders that new files need and that are not there yet.
 */
#ifndef PT_CLIENT_FOLDERS_H
#define PT_CLIENT_FOLDERS_H

#include "base/error.h"
#include "model/settings.h"

/* Those above this absolute path that are not there are added, the outermost
 * first and each once.  False: no memory. */
bool pt_folders_add_missing(struct pt_arena *arena, const char *path,
                            struct pt_strings *folders);

/* Make them, in their order and for their user alone, and see them safely on
 * the disk.  One that somebody else has made meanwhile is his, and taken off
 * the list.  PT_CANNOT_WRITE: none of them is there. */
enum pt_status pt_folders_make(struct pt_strings *folders,
                               struct pt_error *err);

/* The last first.  One that something else has come into stays, and so do
 * those above it. */
void pt_folders_remove(const struct pt_strings *folders);

#endif
