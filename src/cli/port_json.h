/* port_json.h - the JSON of `portolan port`.
 *
 * It lies on this floor because what it tells of (resolve/port.h) lies above
 * format/.
 */
#ifndef PT_CLI_PORT_JSON_H
#define PT_CLI_PORT_JSON_H

#include "base/buf.h"
#include "resolve/port.h"

/* Appends one object and a line feed: that of the report itself, or, with
 * as_list, {"portolan": 1, "ports": [...]}.  PT_NO_MEMORY. */
enum pt_status pt_port_json(const struct pt_port_report *reports, size_t count,
                            bool as_list, struct pt_buf *out,
                            struct pt_error *err);

#endif
