/* edit.h - bytes of a user's file, changed in the middle: whatever is not in
 * the span stays as it is.
 */
#ifndef PT_FORMAT_EDIT_H
#define PT_FORMAT_EDIT_H

#include "base/buf.h"
#include "base/text.h"

#include <stddef.h>

/* A place in a file. */
struct pt_span {
    size_t at;
    size_t len;
};

/* What is there, of bytes that reach as far. */
struct pt_slice pt_span_text(struct pt_slice bytes, struct pt_span span);
bool pt_span_is(struct pt_slice bytes, struct pt_span span, const char *text);
bool pt_span_is_nocase(struct pt_slice bytes, struct pt_span span,
                       const char *text);
/* Without the blanks at both ends. */
struct pt_span pt_span_trim(struct pt_slice bytes, struct pt_span span);
/* Without its quotes, when it begins and ends with this one. */
struct pt_span pt_span_unquote(struct pt_slice bytes, struct pt_span span,
                               char quote);

/* Put text there instead.  Failure is the buffer's to remember. */
void pt_edit_put(struct pt_buf *bytes, struct pt_span span, const char *text);

#endif
