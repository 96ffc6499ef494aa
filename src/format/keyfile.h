/* keyfile.h - GLib's key files, the settings of GNOME's programs, written
 * straight and checked once.
 *
 * Groups of key=value lines, UTF-8.  Groups and keys are ours and need no
 * escaping.
 */
#ifndef PT_FORMAT_KEYFILE_H
#define PT_FORMAT_KEYFILE_H

#include "base/buf.h"
#include "base/error.h"

#include <stdbool.h>

struct pt_keyfile {
    struct pt_buf *out;
    char unfit[64]; /* text it cannot hold, made printable */
};

void pt_keyfile_begin(struct pt_keyfile *file, struct pt_buf *out);
/* What follows belongs to this group. */
void pt_keyfile_group(struct pt_keyfile *file, const char *name);

void pt_keyfile_string(struct pt_keyfile *file, const char *key,
                       const char *value);
/* A list, of this one text. */
void pt_keyfile_list(struct pt_keyfile *file, const char *key,
                     const char *value);
void pt_keyfile_int(struct pt_keyfile *file, const char *key, int value);
void pt_keyfile_bool(struct pt_keyfile *file, const char *key, bool value);

/* PT_CANNOT_EXPRESS: a text was not UTF-8, or begins with a form feed or a
 * vertical tab, which GLib drops there; PT_NO_MEMORY. */
enum pt_status pt_keyfile_end(struct pt_keyfile *file, struct pt_error *err);

#endif
