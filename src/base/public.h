/* public.h - a folder that files are put below for all the world to read, and
 * that is never left.
 *
 * Paths are relative: "www/example.org/index.html".  No symbolic link below
 * the folder is followed, so that nobody who may write there leads us out of
 * it.  New files and folders are readable by all, as far as the umask lets
 * them; a file that is replaced keeps its mode.
 */
#ifndef PT_BASE_PUBLIC_H
#define PT_BASE_PUBLIC_H

#include "base/buf.h"
#include "base/error.h"
#include "base/text.h"

enum { PT_PUBLIC_PATH_MAX = 1024 };

struct pt_public_pair;

/* {.fd = -1} is closed. */
struct pt_public {
    int fd;
    const char *path; /* borrowed: of the folder itself, as the user named it */
    const char *aside; /* borrowed: a folder below it, for files that are not
                          whole yet; NULL: nothing is to be written */
    struct pt_public_pair *staged; /* the tree's own; so the next two */
    size_t count;
    size_t room;
    unsigned next; /* name aside */
};

/* Is it relative, and without empty parts, "." and ".."? */
bool pt_public_path_ok(const char *path);

/* Both folders are made where they are not there; without aside none is, and
 * the tree is for reading alone.  PT_CANNOT_WRITE. */
enum pt_status pt_public_open(const char *path, const char *aside,
                            struct pt_public *ret_tree, struct pt_error *err);
void pt_public_close(struct pt_public *tree); /* what is staged only is gone */

/* Append what is there to out (out->max is the ceiling).  PT_NOTHING: nothing
 * is, and err is not filled.  PT_CANNOT_WRITE: it is no file of ours to read
 * and to replace: a link, a folder, too big, somebody else's.  PT_NO_MEMORY. */
enum pt_status pt_public_read(const struct pt_public *tree, const char *path,
                            struct pt_buf *out, struct pt_error *err);

/* Write the bytes of a file aside, to be put into place by the next
 * pt_public_settle(), with the folders it needs.  owner is whom it belongs
 * together with.  PT_CANNOT_WRITE, PT_NO_MEMORY. */
enum pt_status pt_public_stage(struct pt_public *tree, const void *owner,
                               const char *path, struct pt_slice bytes,
                               struct pt_error *err);

/* Forget what is staged for this owner. */
void pt_public_drop(struct pt_public *tree, const void *owner);

/* Called once for an owner: one file cannot be put into place; his before it
 * are there, his others are not. */
typedef void pt_public_failed_fn(void *ctx, const void *owner,
                                 const struct pt_error *err);

/* Put all that is staged into place, in that order, each whole or not at all
 * even if the machine stops. */
void pt_public_settle(struct pt_public *tree, pt_public_failed_fn *failed,
                      void *ctx);

/* Remove what a killed run has left aside. */
void pt_public_clean(const struct pt_public *tree);

/* Remove a file, and the folders that are empty without it.  PT_CANNOT_WRITE;
 * what is not there is no failure. */
enum pt_status pt_public_remove(const struct pt_public *tree, const char *path,
                              struct pt_error *err);

#endif
