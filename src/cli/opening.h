/* opening.h - a file given to the program that imports it.
 */
#ifndef PT_CLI_OPENING_H
#define PT_CLI_OPENING_H

#include "base/arena.h"
#include "base/error.h"

enum { PT_OPENING_WORDS = 4 };

/* The command line that opens a file on this system ("linux", "macos",
 * "windows"); release is the kernel's first number, of which Darwin's 22 is
 * macOS 13.  A profile of Apple's is opened beside the pane of the settings
 * where it is confirmed.  words ends with NULL. */
void pt_opening(const char *os, unsigned release, const char *media_type,
                const char *path, const char *words[PT_OPENING_WORDS]);

/* Open it, and wait until it is open.  PT_CANNOT_WRITE: the program is not
 * there, or said no. */
enum pt_status pt_open_file(struct pt_arena *arena, const char *media_type,
                            const char *path, struct pt_error *err);

#endif
