/* autodiscover_glance.h - the requests that mail clients really POST to
 * Autodiscover, read at a glance.
 *
 * They are of one plain form: elements without prefixes, no attribute but
 * xmlns, text of printable ASCII without references.  For those an XML library
 * takes a third of the time of a whole answer.  Whatever is of another form,
 * or not XML, is left to it.
 */
#ifndef PT_FORMAT_AUTODISCOVER_GLANCE_H
#define PT_FORMAT_AUTODISCOVER_GLANCE_H

#include "base/text.h"

struct pt_autodiscover_glance {
    struct pt_slice address; /* blanks off both ends; empty: none */
    struct pt_slice schema;
};

/* True: it is of that form, well-formed, and a request of Autodiscover; what is
 * found points into it.  False: that is not known. */
bool pt_autodiscover_glance(struct pt_slice xml,
                            struct pt_autodiscover_glance *ret_found);

#endif
