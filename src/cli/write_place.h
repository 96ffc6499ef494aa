/* write_place.h - the files of `portolan write`, put into place. */
#ifndef PT_CLI_WRITE_PLACE_H
#define PT_CLI_WRITE_PLACE_H

#include "cli/writing.h"

/* Where a sheet's files go, and the folder a file of it may name.  PT_OK, or
 * PT_NO_MEMORY. */
enum pt_status pt_write_choose(const struct pt_writing *writing,
                               struct pt_sheet *sheet, struct pt_error *err);

/* All sheets that were not left out, to the disk or to standard output.  What
 * is there and not ours is kept beside it.  With --dry-run nothing is written,
 * and each place says what would be.
 * PT_CANNOT_WRITE: those before it are written; PT_BAD_INPUT: they need a
 * folder; PT_CANNOT_EXPRESS: two would have one name; PT_NO_MEMORY. */
enum pt_status pt_write_place(struct pt_writing *writing,
                              struct pt_error *err);

#endif
