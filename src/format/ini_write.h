/* ini_write.h - aerc's accounts.conf, an INI file as go-ini reads it, written
 * straight and checked once.
 *
 * Keys are ours and need no escaping.  A value holds any UTF-8 in one line,
 * except "%(", which is replaced there by another key's value.
 */
#ifndef PT_FORMAT_INI_WRITE_H
#define PT_FORMAT_INI_WRITE_H

#include "base/buf.h"
#include "base/error.h"

struct pt_ini {
    struct pt_buf *out;
    char unfit[64]; /* text it cannot hold, made printable */
};

void pt_ini_begin(struct pt_ini *ini, struct pt_buf *out);
/* A name has no "]" either. */
void pt_ini_section(struct pt_ini *ini, const char *name);
void pt_ini_value(struct pt_ini *ini, const char *key, const char *value);

/* PT_CANNOT_EXPRESS: a text did not fit; PT_NO_MEMORY. */
enum pt_status pt_ini_end(struct pt_ini *ini, struct pt_error *err);

#endif
