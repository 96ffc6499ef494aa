/* utf16.h - UTF-16, low byte first, as Windows writes its files. */
#ifndef PT_FORMAT_UTF16_H
#define PT_FORMAT_UTF16_H

#include "base/buf.h"
#include "base/text.h"

/* As UTF-8, at the end of out.  False: half a character, or a surrogate
 * without its other half; out then holds what came before. */
bool pt_utf16_read(struct pt_slice bytes, struct pt_buf *out);

/* UTF-8, which text must be, as UTF-16 at the end of out. */
void pt_utf16_put(struct pt_buf *out, struct pt_slice text);

#endif
