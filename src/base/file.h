/* file.h - whole files in and out, with a ceiling and without torn writes. */
#ifndef PT_BASE_FILE_H
#define PT_BASE_FILE_H

#include "base/buf.h"
#include "base/error.h"

#include <stddef.h>

/* Read all of path into out (which is appended to; out->max is the ceiling).
 * Only regular files and pipes are read; a file that is too big fails.
 * PT_NOTHING: there is no such file (err is filled too).
 * PT_BAD_INPUT: it cannot be read.  PT_NO_MEMORY. */
enum pt_status pt_file_read(const char *path, struct pt_buf *out,
                            struct pt_error *err);

/* Put bytes at path, whole or not at all: a temporary file beside it, mode
 * 0600, fsync, rename, fsync of the directory.  A symbolic link is followed to
 * the real file.  PT_CANNOT_WRITE on any failure, and the old file stands. */
enum pt_status pt_file_write(const char *path, const void *bytes, size_t len,
                             struct pt_error *err);

/* mkdir -p, mode 0700 for what is new. */
enum pt_status pt_make_dirs(const char *path, struct pt_error *err);

#endif
