/* pacc.h - a provider's user-agent-configuration.json, and the DNS record that
 * vouches for it (draft-ietf-mailmaint-pacc-03, and -02's name for SMTP).
 */
#ifndef PT_FORMAT_PACC_H
#define PT_FORMAT_PACC_H

#include "base/buf.h"
#include "base/error.h"
#include "model/settings.h"

struct pt_pacc {
    const char *name; /* the provider's, or NULL */
    const char *help; /* https URL of its pages for users, or NULL */
    struct pt_server *servers; /* one a service at most; origin left empty */
    size_t server_count;
    bool oauth;    /* anybody's client may register for OAuth2 */
    bool password; /* a password will do */
};

/* The length of SHA-256, the only digest there is. */
enum { PT_PACC_DIGEST = 32 };

/* Does this TXT record, its strings joined and nothing in them escaped, vouch
 * for a body of this digest (5.2.2)?  The body is as it was before
 * Content-Encoding.  Of several records one that does is enough. */
bool pt_pacc_vouches(struct pt_slice txt,
                     const unsigned char sha256[PT_PACC_DIGEST]);

/* Add the digest of a file's body as the record has it: SHA-256, in base64. */
void pt_pacc_digest(struct pt_slice body, struct pt_buf *out);

/* Must-ignore: only "protocols" is needed; what is unknown is passed over, and
 * a server that makes no sense is dropped.  The file cannot say a port,
 * STARTTLS or a user name: these are the standard port, TLS (STARTTLS for
 * ManageSieve, which has no port for TLS) and the address.  No ways to sign in:
 * it says nothing about them.  PT_BAD_INPUT with a sentence; PT_NO_MEMORY. */
enum pt_status pt_pacc_read(struct pt_arena *arena, struct pt_slice json,
                            const struct pt_address *address,
                            struct pt_pacc *ret_pacc, struct pt_error *err);

#endif
