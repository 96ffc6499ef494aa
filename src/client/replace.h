/* replace.h - several files given other bytes, all of them or none.
 *
 * Each is written anew beside the old one, with its mode, its owner and its
 * attributes, and takes its place at once: whoever is killed leaves it whole,
 * old or new.  A file of several names (hard links) is replaced under this
 * name; the others keep the old bytes.
 */
#ifndef PT_CLIENT_REPLACE_H
#define PT_CLIENT_REPLACE_H

#include "base/error.h"
#include "base/text.h"

struct pt_replace {
    const char *real;     /* absolute, links followed */
    const char *temp;     /* a name beside it that is ours alone */
    struct pt_slice from; /* what it must hold; .at NULL: it is not there */
    struct pt_slice to;   /* .at NULL: it is removed */
};

/* Everything that takes room on the disk is done before the first file is
 * touched; all are read back and compared.
 * PT_BUSY: one holds something else, as somebody changed it; PT_CANNOT_WRITE;
 * PT_NO_MEMORY.  All files are as they were then, unless ret_is_torn says that
 * one could not be put back. */
enum pt_status pt_replace_all(const struct pt_replace *files, size_t count,
                              bool *ret_is_torn, struct pt_error *err);
/* The way back: from what they hold now to what they held. */
enum pt_status pt_replace_back(const struct pt_replace *files, size_t count,
                               struct pt_error *err);

#endif
