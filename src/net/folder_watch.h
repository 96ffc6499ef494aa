/* folder_watch.h - be told when something changes in a folder, also in one
 * that is not there yet, or is moved away and made anew.
 *
 * The system tells; nothing is asked again and again.  Nothing is opened, and
 * nothing is read.
 */
#ifndef PT_NET_FOLDER_WATCH_H
#define PT_NET_FOLDER_WATCH_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* One thing to be watched. */
struct pt_watched {
    const char *path; /* absolute, without a slash at its end */
    const char *name; /* of what counts in this folder; NULL: everything in it
                         does */
    bool is_file;     /* the path is a file: tell when somebody who had it
                         open for writing closes it */
};

struct pt_folder_watch;

/* The folders on the way from top to a folder below it are watched too; of one
 * elsewhere, only the last that is there.
 * PT_BAD_INPUT: this system cannot do it; PT_CANNOT_WRITE: it will not;
 * PT_NO_MEMORY. */
enum pt_status pt_folder_watch_new(const char *top,
                                   struct pt_folder_watch **ret_watch,
                                   struct pt_error *err);
void pt_folder_watch_free(struct pt_folder_watch *watch); /* takes NULL */

/* Readable when there is something for pt_folder_watch_read(). */
int pt_folder_watch_fd(const struct pt_folder_watch *watch);

/* From now on these, and no others.  The list is copied; what cannot be looked
 * into is as if it were not there.
 * PT_CANNOT_WRITE: the system watches no more; PT_NO_MEMORY: after both, some
 * are not watched. */
enum pt_status pt_folder_watch_set(struct pt_folder_watch *watch,
                                   const struct pt_watched *list, size_t count,
                                   struct pt_error *err);

/* Take all that was told so far.  Has anything of the list changed? */
bool pt_folder_watch_read(struct pt_folder_watch *watch);

#endif
