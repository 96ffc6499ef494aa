/* base64.h - bytes out of base64 (RFC 4648, 4). */
#ifndef PT_BASE_BASE64_H
#define PT_BASE_BASE64_H

#include "base/text.h"

/* Decode text into out, which has room for as many bytes as text has
 * characters: three quarters of it are used.  False: it is not base64, without
 * blanks and with its padding. */
bool pt_base64_decode(struct pt_slice text, unsigned char *out,
                      size_t *ret_len);

#endif
