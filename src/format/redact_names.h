/* redact_names.h - a text without its user: who that is becomes "someone".
 *
 * A name is found in any case and in the escapes of URLs, XML, JSON and DNS
 * text.  What is replaced in the parts of a text is replaced in the whole, and
 * the other way round: a path that is put together from redacted parts is the
 * redacted path.
 */
#ifndef PT_FORMAT_REDACT_NAMES_H
#define PT_FORMAT_REDACT_NAMES_H

#include "base/buf.h"
#include "base/text.h"
#include "model/settings.h"

#define PT_SOMEONE "someone"

struct pt_redact_name {
    const char *text;
    bool before_at; /* in front of an @ */
    bool alone;     /* as a word by itself */
};

enum { PT_REDACT_NAMES = 16 };

/* Borrows the names.  {0} replaces nothing. */
struct pt_names {
    struct pt_redact_name at[PT_REDACT_NAMES];
    size_t count;
};

/* May the name be replaced where it stands alone?  Not when formats (or what
 * the caller knows besides: paths, hosts, programs) use that very word, nor
 * when it is so short, or a number so small, that it would be found anywhere.
 */
bool pt_redact_may_stand_alone(const char *name,
                               const struct pt_strings *known);

/* Add one more; those beyond PT_REDACT_NAMES, and empty ones, are passed
 * over. */
void pt_names_add(struct pt_names *names, const struct pt_redact_name *name);

/* alone: also replace names that stand alone. */
void pt_redact_names(const struct pt_names *names, struct pt_slice text,
                     bool alone, struct pt_buf *out);

/* Would anything be replaced? */
bool pt_redact_finds(const struct pt_names *names, struct pt_slice text);

#endif
