/* pem.h - a certificate as PEM (RFC 7468, 5): what openssl, mbsync, mutt and
 * Geary read. */
#ifndef PT_FORMAT_PEM_H
#define PT_FORMAT_PEM_H

#include "base/buf.h"
#include "model/settings.h"

/* Append it, in lines of 64. */
void pt_pem_add(struct pt_buf *out, const struct pt_certificate *certificate);

#endif
