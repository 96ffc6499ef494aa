/* toml.h - TOML 1.0, written straight and checked once.
 *
 * Keys are ours and need no escaping.  A string holds any UTF-8.
 */
#ifndef PT_FORMAT_TOML_H
#define PT_FORMAT_TOML_H

#include "base/buf.h"
#include "base/error.h"

#include <stdbool.h>

struct pt_toml {
    struct pt_buf *out;
    char unfit[64]; /* text it cannot hold, made printable */
};

void pt_toml_begin(struct pt_toml *toml, struct pt_buf *out);
/* [parent."name"]: what follows is in it. */
void pt_toml_table(struct pt_toml *toml, const char *parent, const char *name);
void pt_toml_string(struct pt_toml *toml, const char *key, const char *value);
void pt_toml_int(struct pt_toml *toml, const char *key, int value);
void pt_toml_bool(struct pt_toml *toml, const char *key, bool value);

/* PT_CANNOT_EXPRESS: a text was not UTF-8; PT_NO_MEMORY. */
enum pt_status pt_toml_end(struct pt_toml *toml, struct pt_error *err);

#endif
