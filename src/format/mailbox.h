/* mailbox.h - a name and an address as one text (RFC 5322, 3.4). */
#ifndef PT_FORMAT_MAILBOX_H
#define PT_FORMAT_MAILBOX_H

#include "base/buf.h"

/* Append '"Ann Example" <ann@example.org>': what a quoted string cannot hold
 * (RFC 5322, 3.2.4) is in encoded words (RFC 2047), so that all of it but the
 * address is printable ASCII.  A name that is NULL or empty is left out; one
 * that is not UTF-8 stays as it is, for whoever takes the text to refuse. */
void pt_mailbox_add(struct pt_buf *out, const char *name, const char *address);

#endif
