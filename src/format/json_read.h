/* json_read.h - JSON from outside, parsed once and checked as a whole. */
#ifndef PT_FORMAT_JSON_READ_H
#define PT_FORMAT_JSON_READ_H

#include "base/error.h"
#include "base/text.h"

#include <cjson/cJSON.h>

/* One JSON object and nothing after it, of PT_READ_MAX bytes at most; the
 * caller deletes it.  PT_BAD_INPUT says what is wrong and in which line;
 * PT_NO_MEMORY. */
enum pt_status pt_json_read(struct pt_slice bytes, cJSON **ret_root,
                            struct pt_error *err);
/* The same, of another size. */
enum pt_status pt_json_read_most(struct pt_slice bytes, size_t most,
                                 cJSON **ret_root, struct pt_error *err);

void pt_json_cleanup(cJSON **json);
/* PT_JSON cJSON *root = NULL; is deleted at the end of its block. */
#define PT_JSON __attribute__((cleanup(pt_json_cleanup)))

#endif
