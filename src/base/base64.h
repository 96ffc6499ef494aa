/* base64.h - base64 (RFC 4648, 4) and bytes. */
#ifndef PT_BASE_BASE64_H
#define PT_BASE_BASE64_H

#include "base/buf.h"
#include "base/text.h"

/* Decode text into out, which has room for as many bytes as text has
 * characters: three quarters of it are used.  False: it is not base64, without
 * blanks and with its padding. */
bool pt_base64_decode(struct pt_slice text, unsigned char *out,
                      size_t *ret_len);

/* The longest line there is, in bytes before it is encoded. */
enum { PT_BASE64_LINE = 57 };

/* Add the base64 of PT_BASE64_LINE bytes at most, with its padding. */
void pt_base64_add(struct pt_buf *out, struct pt_slice bytes);

/* Add any bytes, in lines of 64 characters that each end in LF. */
void pt_base64_lines(struct pt_buf *out, struct pt_slice bytes);

#endif
