/* bridges_json.h - the JSON of `portolan bridges`. */
#ifndef PT_FORMAT_BRIDGES_JSON_H
#define PT_FORMAT_BRIDGES_JSON_H

#include "base/buf.h"
#include "base/error.h"
#include "model/bridge.h"

/* Appends one object and a line feed.  What is not known is null.
 * PT_NO_MEMORY. */
enum pt_status pt_bridges_json(const struct pt_bridge *bridges, size_t count,
                               const struct pt_strings *hints,
                               bool one_line, struct pt_buf *out,
                               struct pt_error *err);

#endif
