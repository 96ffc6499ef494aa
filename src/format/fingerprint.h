/* fingerprint.h - a certificate's SHA-256 as mail clients show and store it.
 */
#ifndef PT_FORMAT_FINGERPRINT_H
#define PT_FORMAT_FINGERPRINT_H

#include "model/settings.h"

enum { PT_FINGERPRINT_CHARS = 96 }; /* 32 pairs, colons between, NUL */

/* "AB:CD:...": upper case, which Thunderbird insists on. */
void pt_fingerprint(const struct pt_certificate *certificate,
                    char out[PT_FINGERPRINT_CHARS]);

#endif
