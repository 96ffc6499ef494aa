/* anchor.h - is it enough to trust a certificate as an authority? */
#ifndef PT_FORMAT_ANCHOR_H
#define PT_FORMAT_ANCHOR_H

#include "model/settings.h"

#include <stdbool.h>

/* Would a strict client (Mozilla's, measured) that has it among its
 * authorities take it from this host?  It must have signed itself, name the
 * host among its subjectAltNames and, other than an authority, be none.  The
 * date is not looked at.  False too: no memory. */
bool pt_is_anchor(const struct pt_certificate *certificate, const char *host);

#endif
