/* redact.h - an answer, fit to be kept and handed on.
 *
 * What it says of the servers stays; the user's name becomes "someone",
 * secrets become "***", and of the other programs only their names are left.
 * Whoever reads the redacted answer for someone@DOMAIN concludes what the
 * original says for the user.
 */
#ifndef PT_FORMAT_REDACT_H
#define PT_FORMAT_REDACT_H

#include "base/arena.h"
#include "format/redact_names.h"
#include "net/ask.h"

struct pt_redaction {
    struct pt_names names;
    struct pt_strings sealed; /* names of files whose values are all secret */
};

/* A path, a URL, a reason: names and the passwords of URLs. */
void pt_redact_text(const struct pt_redaction *redaction, const char *text,
                    struct pt_buf *out);

/* The body that was answered to the ask.  False: no memory. */
bool pt_redact_body(const struct pt_redaction *redaction,
                    const struct pt_ask *ask, struct pt_slice body,
                    struct pt_buf *out);

/* Who the user is, as the table of processes tells: the name that belongs to
 * uid.  NULL: it does not tell, or no memory. */
const char *pt_redact_user_of(struct pt_arena *arena, struct pt_slice machine,
                              uint32_t uid);

#endif
