/* uuid.h - UUIDs that follow from a name (RFC 9562, 5.5: version 5). */
#ifndef PT_FORMAT_UUID_H
#define PT_FORMAT_UUID_H

#include "base/text.h"

enum { PT_UUID_BYTES = 16, PT_UUID_CHARS = 37 }; /* with the NUL */

/* The same name space and name always give the same UUID, in lower case.
 * False: no memory. */
bool pt_uuid_v5(const unsigned char space[PT_UUID_BYTES], struct pt_slice name,
                char out[PT_UUID_CHARS]);

#endif
