#include "format/edit_pem.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

enum { CERTIFICATES_MAX = 1024 };

static const char begin_mark[] = "-----BEGIN CERTIFICATE-----";
static const char end_mark[] = "-----END CERTIFICATE-----";

/* It, or its issuer: whoever has the file trusts it already. */
static bool vouches(X509 *held, X509 *seen)
{
    EVP_PKEY *key = X509_get0_pubkey(held);

    if (!X509_cmp(held, seen))
        return true;
    return key && X509_check_issued(held, seen) == X509_V_OK &&
           X509_verify(seen, key) == 1;
}

static X509 *read_one(struct pt_slice pem)
{
    BIO *bio = BIO_new_mem_buf(pem.at, (int)pem.len);
    X509 *x509 = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;

    BIO_free(bio);
    return x509;
}

/* The next one in span, which is what is left of it. */
static bool next_one(struct pt_slice bytes, struct pt_span *span,
                     struct pt_span *ret_one)
{
    size_t limit = span->at + span->len;
    const char *begin = pt_slice_find(pt_span_text(bytes, *span), begin_mark);
    const char *end;
    size_t at = begin ? (size_t)(begin - bytes.at) : limit;

    end = pt_slice_find(pt_slice(bytes.at + at, limit - at), end_mark);
    if (!begin || !end)
        return false;
    *ret_one = (struct pt_span){
        at, (size_t)(end - bytes.at) + strlen(end_mark) - at};
    *span = (struct pt_span){at + ret_one->len, limit - at - ret_one->len};
    return true;
}

static enum pt_pem_holds look_at_all(struct pt_slice bytes, X509 *seen,
                                     struct pt_span *ret_one)
{
    struct pt_span rest = {0, bytes.len};
    struct pt_span one;
    size_t count = 0;
    bool readable = true;

    while (count < CERTIFICATES_MAX && next_one(bytes, &rest, &one)) {
        X509 *held = read_one(pt_span_text(bytes, one));
        bool enough = held && vouches(held, seen);

        readable = readable && held;
        X509_free(held);
        if (enough)
            return PT_PEM_TRUST;
        *ret_one = one;
        count++;
    }
    return count == 1 && readable ? PT_PEM_ONE : PT_PEM_OTHER;
}

enum pt_pem_holds pt_edit_pem(struct pt_slice bytes,
                              const struct pt_certificate *certificate,
                              struct pt_span *ret_one)
{
    const unsigned char *at = certificate->der;
    struct pt_span one = {0, 0};
    enum pt_pem_holds holds = PT_PEM_OTHER;
    X509 *seen;

    if (!pt_trim(bytes).len)
        return PT_PEM_NOTHING;
    seen = d2i_X509(NULL, &at, (long)certificate->der_len);
    if (seen)
        holds = look_at_all(bytes, seen, &one);
    X509_free(seen);
    ERR_clear_error();
    if (holds == PT_PEM_ONE)
        *ret_one = one;
    return holds;
}

bool pt_edit_pem_print(struct pt_slice bytes, char ret_sha256[65])
{
    struct pt_span rest = {0, bytes.len};
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    struct pt_span one;
    struct pt_span more;
    X509 *held = next_one(bytes, &rest, &one)
                     ? read_one(pt_span_text(bytes, one))
                     : NULL;
    bool is_only = held && !next_one(bytes, &rest, &more) &&
                   X509_digest(held, EVP_sha256(), digest, &len) == 1;

    X509_free(held);
    ERR_clear_error();
    if (is_only)
        pt_hex(digest, len, ret_sha256);
    return is_only;
}
