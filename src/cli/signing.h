/* signing.h - a profile signed by the certificate that the user named. */
#ifndef PT_CLI_SIGNING_H
#define PT_CLI_SIGNING_H

#include "base/buf.h"
#include "base/error.h"

/* Names of files, all PEM. */
struct pt_signing {
    const char *certificate; /* of the signer; what else is in it belongs to
                                its chain */
    const char *key;         /* NULL: it is in the certificate's file */
    const char *chain;       /* NULL: there is none, or it is in the
                                certificate's file */
    const char *ca_file;     /* authorities beside the system's, or NULL */
};

/* Replace bytes by their signature with the bytes in it (format/cms.h).
 * PT_BAD_INPUT: a file cannot be read, or who is named cannot sign so that it
 * would be believed; PT_NO_MEMORY.  After a failure bytes are as they were. */
enum pt_status pt_sign_file(const struct pt_signing *signing,
                            struct pt_buf *bytes, struct pt_error *err);

#endif
