/* cms.h - CMS signatures (RFC 5652) that carry what they sign.
 *
 * What comes out was read again and verified from its bytes alone.  The clock
 * and whom to trust come in; nothing else is looked at, not even whether a
 * certificate was revoked.
 */
#ifndef PT_FORMAT_CMS_H
#define PT_FORMAT_CMS_H

#include "base/buf.h"
#include "base/error.h"
#include "base/text.h"

#include <openssl/types.h>
#include <stdint.h>

/* Who signs.  All of it is borrowed; all texts are PEM. */
struct pt_cms_signer {
    struct pt_slice certificate; /* the first is the signer's; others in it
                                    belong to its chain */
    struct pt_slice key;         /* RSA or EC, not encrypted */
    struct pt_slice chain;       /* up to the authority; empty: none */
    X509_STORE *trusted;         /* the authorities */
    int64_t now_s;               /* since 1970; it becomes the signing time */
};

/* Append to out the signature of bytes with the bytes in it: DER, SHA-256, with
 * the chain as far as it is known, but not the authority.
 * PT_BAD_INPUT: what is named cannot be read, does not belong together, or
 * would not be believed: it has expired, comes from nobody who is trusted, is
 * too weak or for another use.  PT_NO_MEMORY. */
enum pt_status pt_cms_sign(const struct pt_cms_signer *signer,
                           struct pt_slice bytes, struct pt_buf *out,
                           struct pt_error *err);

#endif
