/* x509_pem.h - certificates and keys read from PEM (RFC 7468), as libcrypto
 * has them.
 *
 * Nobody is asked for a passphrase: a program that waits there is stuck.
 */
#ifndef PT_FORMAT_X509_PEM_H
#define PT_FORMAT_X509_PEM_H

#include "base/text.h"

#include <openssl/x509.h>

enum pt_pem_fault {
    PT_PEM_GOOD,
    PT_PEM_ABSENT, /* there is none in it */
    PT_PEM_ENCRYPTED,
    PT_PEM_BROKEN, /* there is one that cannot be read */
    PT_PEM_NO_MEMORY,
};

/* Append all certificates, in their order.  What was appended before
 * something went wrong stays. */
enum pt_pem_fault pt_pem_chain(struct pt_slice pem, STACK_OF(X509) * chain);

/* The first private key; to be freed. */
enum pt_pem_fault pt_pem_key(struct pt_slice pem, EVP_PKEY **ret_key);

/* The certificate that these bytes are, or the first one, of PEM or DER; to be
 * freed.  NULL: there is none that can be read. */
X509 *pt_pem_first(struct pt_slice bytes);

/* For local variables: PT_PEM_WITH(pt_pem_free_x509) X509 *x509 = NULL; */
void pt_pem_free_x509(X509 **x509);
void pt_pem_free_chain(STACK_OF(X509) * *chain);
void pt_pem_free_key(EVP_PKEY **key);
#define PT_PEM_WITH(free) __attribute__((cleanup(free)))

#endif
