/* file.h - whole files in and out, with a ceiling and without torn writes. */
#ifndef PT_BASE_FILE_H
#define PT_BASE_FILE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Read all of path into out (which is appended to; out->max is the ceiling;
 * after a failure it may hold the beginning).
 * Only regular files and pipes are read; a file that is too big fails.
 * PT_NOTHING: there is no such file (err is filled too).
 * PT_BAD_INPUT: it cannot be read.  PT_NO_MEMORY. */
enum pt_status pt_file_read(const char *path, struct pt_buf *out,
                            struct pt_error *err);

/* Put bytes at path, whole or not at all: a temporary file beside it, fsync,
 * rename, fsync of the directory.  A new file has mode 0600; one that is
 * replaced keeps what its owner may do and, where we may set it, its owner;
 * nobody else may do anything.  A symbolic link is followed to the real file.
 * PT_CANNOT_WRITE or PT_NO_MEMORY: the old file stands, and nothing is left
 * beside it. */
enum pt_status pt_file_write(const char *path, const void *bytes, size_t len,
                             struct pt_error *err);

/* Write bytes to temp, a new file that is to take the place of real by
 * rename(2), and see them safely on the disk.  It gets the mode, the owner and
 * the attributes (base/attributes.h) of real, exactly; where there is no real,
 * mode 0600.
 * PT_CANNOT_WRITE, which names real: there is no temp. */
enum pt_status pt_file_stage(const char *temp, const char *real,
                             const void *bytes, size_t len,
                             struct pt_error *err);

/* Write bytes to a new file, mode 0600, that a crash of the machine may take.
 * PT_CANNOT_WRITE: there is none. */
enum pt_status pt_file_make(const char *path, const void *bytes, size_t len,
                            struct pt_error *err);

/* See what was renamed, made and removed in a directory safely on the disk,
 * so that a crash does not bring the old back.  One we may not read cannot be
 * synced, nor one on some file systems: that is no failure.
 * False: errno says why. */
bool pt_dir_sync(const char *dir);
/* The same of the directory that path lies in. */
bool pt_dir_sync_above(const char *path);

/* Wait until nobody else has the lock of this file, which is made if need be.
 * It is held until the descriptor is closed, also by the death of its
 * process.  PT_CANNOT_WRITE. */
enum pt_status pt_file_lock(const char *path, int *ret_fd,
                            struct pt_error *err);

/* The same without waiting.  PT_BUSY: somebody has it. */
enum pt_status pt_file_try_lock(const char *path, int *ret_fd,
                                struct pt_error *err);

/* Wait like pt_file_lock(), and write nothing: others who only read may have
 * the lock too.  -1: there is no such file, and so nobody who has it. */
enum pt_status pt_file_lock_to_read(const char *path, int *ret_fd,
                                    struct pt_error *err);

/* The absolute path, in the arena, with the links of what is there followed
 * and without ".", ".." and "//" in what is not.  NULL: no memory, or there is
 * no working directory. */
const char *pt_path_real(struct pt_arena *arena, const char *path);

/* mkdir -p, mode 0700 for what is new.  PT_CANNOT_WRITE; what was made of it
 * until then stays. */
enum pt_status pt_make_dirs(const char *path, struct pt_error *err);
/* The same for all to read, as far as the umask lets them. */
enum pt_status pt_make_public_dirs(const char *path, struct pt_error *err);

#endif
