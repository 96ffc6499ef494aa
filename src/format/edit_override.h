/* edit_override.h - cert_override.txt, the certificates that Thunderbird takes
 * at a host and port though nobody vouches for them; changed line by line.
 *
 * A line is "HOST:PORT:" TAB "OID.2.16.840.1.101.3.4.2.1" TAB FINGERPRINT TAB
 * (measured, 153).  What Thunderbird would not take, comments among it, is
 * passed over, and stays.  Copes with any bytes.
 */
#ifndef PT_FORMAT_EDIT_OVERRIDE_H
#define PT_FORMAT_EDIT_OVERRIDE_H

#include "format/edit.h"
#include "format/fingerprint.h"

#include <stdint.h>

/* The fingerprint of the certificate that is taken there, as
 * pt_fingerprint() writes it.  False: there is none. */
bool pt_override_get(struct pt_slice bytes, const char *host, uint16_t port,
                     char ret_fingerprint[PT_FINGERPRINT_CHARS]);

/* Let this one be taken there: in the line that there is, else in a new one
 * behind the last.  Failure is the buffer's to remember. */
void pt_override_put(struct pt_buf *bytes, const char *host, uint16_t port,
                     const char *fingerprint);

/* Let the line of a port, where there is one and the other port has none, be
 * that of the other port. */
void pt_override_move(struct pt_buf *bytes, const char *host, uint16_t from,
                      uint16_t to);

/* Take out all lines of a host and port. */
void pt_override_remove(struct pt_buf *bytes, const char *host,
                        uint16_t port);

#endif
