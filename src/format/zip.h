/* zip.h - a ZIP archive in memory: the same files give the same bytes.
 *
 * No time, owner or path of this machine is in it; files are stored as they
 * are, so that no version of a compressor matters.
 */
#ifndef PT_FORMAT_ZIP_H
#define PT_FORMAT_ZIP_H

#include "base/buf.h"
#include "base/error.h"

struct pt_zip_entry {
    const char *name; /* ends in '/': a directory */
    const void *bytes;
    size_t len;
};

/* Append the archive to out.  PT_NO_MEMORY. */
enum pt_status pt_zip_write(const struct pt_zip_entry *entries, size_t count,
                            struct pt_buf *out, struct pt_error *err);

#endif
