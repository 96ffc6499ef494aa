/* keep.h - copies of what was published, on disk, for when it cannot be asked
 * for again.
 *
 * One file a URL, named by the URL's digest, its owner's alone to read.  A
 * copy is told from a newer version by its ETag.  Nothing here is an error:
 * where no copy can be kept, there is none.
 */
#ifndef PT_NET_KEEP_H
#define PT_NET_KEEP_H

#include "base/buf.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    PT_KEEP_FILES = 2000,   /* at most; the oldest go */
    PT_KEEP_ETAG_SIZE = 257,
};

struct pt_copy {
    char etag[PT_KEEP_ETAG_SIZE]; /* "": it came without one that can be used */
    int64_t at_s;                 /* when it was fetched, since 1970 */
    struct pt_slice body;         /* borrowed */
};

/* The bytes of such a file.  False: they are not a whole copy of this URL. */
bool pt_copy_read(struct pt_slice bytes, const char *url,
                  struct pt_copy *ret_copy);
/* The file of it, added to out. */
void pt_copy_write(struct pt_buf *out, const char *url,
                   const struct pt_copy *copy);

/* Visible ASCII in quotes, perhaps with W/ before it (RFC 9110, 8.8.3), and
 * not too long to be kept? */
bool pt_etag_ok(const char *etag);

struct pt_keep;

/* directory: made when first needed.  One that is not ours alone to write to
 * is not used.  NULL: no memory. */
struct pt_keep *pt_keep_new(const char *directory);
void pt_keep_free(struct pt_keep *keep); /* takes NULL */

/* The copy of a URL.  Its body lives in *file, which is the caller's. */
bool pt_keep_load(struct pt_keep *keep, const char *url, struct pt_buf *file,
                  struct pt_copy *ret_copy);
void pt_keep_store(struct pt_keep *keep, const char *url,
                   const struct pt_copy *copy);
/* It was found to be the newest still: the last to go. */
void pt_keep_touch(struct pt_keep *keep, const char *url);

#endif
