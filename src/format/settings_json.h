/* settings_json.h - the JSON of `portolan find`. */
#ifndef PT_FORMAT_SETTINGS_JSON_H
#define PT_FORMAT_SETTINGS_JSON_H

#include "base/buf.h"
#include "base/error.h"
#include "model/settings.h"

/* Append one object and a line feed.  What is not known is null.
 * PT_NO_MEMORY. */
enum pt_status pt_settings_json(const struct pt_settings *settings,
                                bool one_line, struct pt_buf *out,
                                struct pt_error *err);

#endif
