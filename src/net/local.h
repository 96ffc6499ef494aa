/* local.h - asks about files: PT_ASK_FILE, PT_ASK_STAT, PT_ASK_LOG and
 * PT_ASK_SHELF.
 *
 * Answered at once.  Only regular files are read, and nothing that could
 * block is opened: a pipe or a device is a failure.
 */
#ifndef PT_NET_LOCAL_H
#define PT_NET_LOCAL_H

#include "net/reply.h"

#include <sys/types.h>

/* reply->body.max is the most bytes there may be. */
void pt_local_file(const struct pt_ask *ask, struct pt_reply *reply);
void pt_local_stat(const struct pt_ask *ask, struct pt_reply *reply);

enum {
    PT_LOG_MATCHES = 64,
    PT_LOG_LINE = 4096,                 /* longer lines are cut */
    PT_LOG_SCANNED = 64 * 1024 * 1024,  /* bytes, from the end */
};

/* From the end backwards: a large log costs no more than PT_LOG_SCANNED. */
void pt_local_log(const struct pt_ask *ask, struct pt_reply *reply);

enum { PT_SHELF_FILES = 2000 };

/* A file that cannot be read, or is too big, is passed over. */
void pt_local_shelf(const struct pt_ask *ask, struct pt_reply *reply);
/* Has this autoconfig file the element <domain>DOMAIN</domain>? */
bool pt_shelf_has(struct pt_slice xml, const char *domain);

/* A regular file below dir (AT_FDCWD: a path), for reading, its size in
 * ret_size; or -1, and the reply says why. */
int pt_open_regular(int dir, const char *path, off_t *ret_size,
                    struct pt_reply *reply);

/* All of it into the body. */
void pt_read_whole(int fd, struct pt_reply *reply);

#endif
