/* publish_list.h - what we have published of a domain, and how we left it: a
 * text that `sha256sum` reads.
 *
 *   8eb6... *www/example.org/index.html
 *
 * A path stands there twice while its file is about to be replaced: either is
 * ours, whenever we are stopped.
 */
#ifndef PT_SERVE_PUBLISH_LIST_H
#define PT_SERVE_PUBLISH_LIST_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "format/manifest.h"

enum {
    PT_PUBLISH_MARKS_MAX = 128,
    PT_PUBLISH_LIST_MAX = 128 * 1024, /* bytes */
};

struct pt_publish_mark {
    const char *path; /* relative: pt_public_path_ok() */
    char sha256[PT_SHA256_CHARS];
};

struct pt_publish_list {
    struct pt_publish_mark *at;
    size_t count;
};

/* PT_BAD_INPUT: it is none of ours; PT_NO_MEMORY. */
enum pt_status pt_publish_list_read(struct pt_arena *arena,
                                    struct pt_slice text,
                                    struct pt_publish_list *ret_list,
                                    struct pt_error *err);

/* path is borrowed.  What is there already is not added again.  False: no
 * memory. */
bool pt_publish_list_add(struct pt_arena *arena, struct pt_publish_list *list,
                         const char *path, const char *sha256);

/* With sha256 NULL: the path, however it was left. */
bool pt_publish_list_has(const struct pt_publish_list *list, const char *path,
                         const char *sha256);

void pt_publish_list_put(const struct pt_publish_list *list,
                         struct pt_buf *out);

#endif
