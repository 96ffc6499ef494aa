/* prefs.h - prefs.js, the settings of a Thunderbird profile, written straight
 * and checked once.
 *
 * One user_pref("key", value); a line, UTF-8.  Keys are ours and need no
 * escaping.
 */
#ifndef PT_FORMAT_PREFS_H
#define PT_FORMAT_PREFS_H

#include "base/buf.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct pt_prefs {
    struct pt_buf *out;
    char unfit[64]; /* text it cannot hold, made printable */
};

void pt_prefs_begin(struct pt_prefs *prefs, struct pt_buf *out);
void pt_prefs_string(struct pt_prefs *prefs, const char *key,
                     const char *value);
void pt_prefs_int(struct pt_prefs *prefs, const char *key, int32_t value);
void pt_prefs_bool(struct pt_prefs *prefs, const char *key, bool value);

/* PT_CANNOT_EXPRESS: a text was not UTF-8; PT_NO_MEMORY. */
enum pt_status pt_prefs_end(struct pt_prefs *prefs, struct pt_error *err);

#endif
