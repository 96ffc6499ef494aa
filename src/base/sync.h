/* sync.h - many files safely on the disk, at once.
 */
#ifndef PT_BASE_SYNC_H
#define PT_BASE_SYNC_H

#include <stdbool.h>

/* See all that was written to the file system, which fd is open on, safely on
 * its disk; where the system cannot do that for one, for all.  For a hundred
 * files it takes a small part of the time of a hundred times fsync().
 * False: errno says why. */
bool pt_sync_all(int fd);

#endif
