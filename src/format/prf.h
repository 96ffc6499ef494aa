/* prf.h - PRF, the profile that classic Outlook imports, written straight and
 * checked once.
 *
 * An INI file as Windows reads one: ASCII, lines end in CRLF.  A value has no
 * quoting of its own: blanks and quotes around it are dropped, %NAME% is
 * looked up in the environment, and what is not ASCII depends on the code
 * page.  Such a text does not fit.  Sections and keys are ours.
 */
#ifndef PT_FORMAT_PRF_H
#define PT_FORMAT_PRF_H

#include "base/buf.h"
#include "base/error.h"

#include <stdbool.h>

struct pt_prf {
    struct pt_buf *out;
    char unfit[64]; /* text it cannot hold, made printable */
};

/* Would text come back as it is?  An empty one does not: it is no value. */
bool pt_prf_holds(const char *text);

void pt_prf_begin(struct pt_prf *prf, struct pt_buf *out);
void pt_prf_section(struct pt_prf *prf, const char *name);
void pt_prf_text(struct pt_prf *prf, const char *key, const char *value);
void pt_prf_number(struct pt_prf *prf, const char *key, unsigned value);

/* PT_CANNOT_EXPRESS: a text does not fit; PT_NO_MEMORY. */
enum pt_status pt_prf_end(struct pt_prf *prf, struct pt_error *err);

#endif
