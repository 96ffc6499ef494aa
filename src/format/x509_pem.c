#include "format/x509_pem.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>

enum { DER_SEQUENCE = 0x30 }; /* what every certificate begins with */

void pt_pem_free_x509(X509 **x509)
{
    X509_free(*x509);
}

void pt_pem_free_chain(STACK_OF(X509) * *chain)
{
    sk_X509_pop_free(*chain, X509_free);
}

void pt_pem_free_key(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}

static void free_bio(BIO **bio)
{
    BIO_free(*bio);
}

static BIO *open_slice(struct pt_slice bytes)
{
    if (bytes.len > INT_MAX)
        return NULL;
    return BIO_new_mem_buf(bytes.len ? bytes.at : "", (int)bytes.len);
}

static int refuse_passphrase(char *to, int size, int is_for_writing, void *ctx)
{
    bool *is_asked = ctx;

    (void)to;
    (void)size;
    (void)is_for_writing;
    *is_asked = true;
    return -1;
}

/* OpenSSL's queue says why the last one was not read; it is emptied. */
static enum pt_pem_fault why_not(bool is_asked)
{
    int reason = ERR_GET_REASON(ERR_peek_last_error());

    ERR_clear_error();
    if (is_asked)
        return PT_PEM_ENCRYPTED;
    if (reason == ERR_R_MALLOC_FAILURE)
        return PT_PEM_NO_MEMORY;
    return reason == PEM_R_NO_START_LINE ? PT_PEM_ABSENT : PT_PEM_BROKEN;
}

enum pt_pem_fault pt_pem_chain(struct pt_slice pem, STACK_OF(X509) * chain)
{
    PT_PEM_WITH(free_bio) BIO *bio = open_slice(pem);
    bool is_asked = false;
    enum pt_pem_fault fault;
    int count = 0;
    X509 *x509;

    if (!bio)
        return PT_PEM_NO_MEMORY;
    ERR_clear_error();
    while (
        (x509 = PEM_read_bio_X509(bio, NULL, refuse_passphrase, &is_asked))) {
        if (!sk_X509_push(chain, x509)) {
            X509_free(x509);
            return PT_PEM_NO_MEMORY;
        }
        count++;
    }
    fault = why_not(is_asked);
    return count && fault == PT_PEM_ABSENT ? PT_PEM_GOOD : fault;
}

enum pt_pem_fault pt_pem_key(struct pt_slice pem, EVP_PKEY **ret_key)
{
    PT_PEM_WITH(free_bio) BIO *bio = open_slice(pem);
    bool is_asked = false;
    EVP_PKEY *key;

    if (!bio)
        return PT_PEM_NO_MEMORY;
    if (!pt_slice_find(pem, "PRIVATE KEY-----"))
        return PT_PEM_ABSENT;
    ERR_clear_error();
    key = PEM_read_bio_PrivateKey(bio, NULL, refuse_passphrase, &is_asked);
    if (!key)
        return why_not(is_asked);
    ERR_clear_error();
    *ret_key = key;
    return PT_PEM_GOOD;
}

static X509 *read_der(struct pt_slice bytes)
{
    const unsigned char *at = (const unsigned char *)bytes.at;

    if (!bytes.len || bytes.len > LONG_MAX || *at != DER_SEQUENCE)
        return NULL;
    return d2i_X509(NULL, &at, (long)bytes.len);
}

X509 *pt_pem_first(struct pt_slice bytes)
{
    X509 *x509 = read_der(bytes);
    bool is_asked = false;

    if (!x509) {
        PT_PEM_WITH(free_bio) BIO *bio = open_slice(bytes);

        if (bio)
            x509 = PEM_read_bio_X509(bio, NULL, refuse_passphrase, &is_asked);
    }
    ERR_clear_error();
    return x509;
}
