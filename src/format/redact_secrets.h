/* redact_secrets.h - settings and documents without their secrets.
 *
 * No format is parsed: whatever looks like a key that speaks of a secret, in
 * JSON, XML, INI, TOML, properties, a log or a command line, loses its value.
 * The value becomes "***", of a kind the format's reader still takes, and the
 * number of lines stays.
 */
#ifndef PT_FORMAT_REDACT_SECRETS_H
#define PT_FORMAT_REDACT_SECRETS_H

#include "base/buf.h"
#include "base/text.h"

#define PT_NO_SECRET "***"

enum pt_secrecy {
    PT_OF_SETTINGS,  /* somebody's own file, log or command line */
    PT_OF_PUBLISHED, /* a public document: only what is a password for sure */
    PT_OF_SEALED,    /* JSON whose values are all secret */
};

/* Is the value of this key secret?  At least that of every key whose value no
 * reader keeps (reader.h). */
bool pt_key_is_secret(struct pt_slice key, enum pt_secrecy secrecy);

void pt_redact_secrets(struct pt_slice text, enum pt_secrecy secrecy,
                       struct pt_buf *out);

/* Arguments parted by tabs. */
void pt_redact_arguments(struct pt_slice args, struct pt_buf *out);

#endif
