#include "format/cms.h"

#include "format/x509_pem.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <string.h>

enum {
    /* 112 bits: RSA of 2048, and no SHA-1 */
    SECURITY_LEVEL = 2,
    /* A certificate is for one of these, or says nothing: Apple's devices
     * take those of web servers and of programmers, too. */
    USES = XKU_SSL_SERVER | XKU_SMIME | XKU_CODE_SIGN | XKU_ANYEKU,
    /* Each once, and no authority: its word for itself is worth nothing. */
    ADD_FLAGS = X509_ADD_FLAG_UP_REF | X509_ADD_FLAG_NO_DUP |
                X509_ADD_FLAG_NO_SS,
    SIGN_FLAGS = CMS_PARTIAL | CMS_BINARY | CMS_NOCERTS | CMS_NOSMIMECAP,
};

/* Read from PEM. */
struct identity {
    EVP_PKEY *key;
    STACK_OF(X509) *chain; /* the signer's own certificate first */
};

static X509 *own(const struct identity *id)
{
    return sk_X509_value(id->chain, 0);
}

static void free_identity(struct identity *id)
{
    EVP_PKEY_free(id->key);
    pt_pem_free_chain(&id->chain);
}

static void free_bio(BIO **bio)
{
    BIO_free(*bio);
}

static void free_cms(CMS_ContentInfo **cms)
{
    CMS_ContentInfo_free(*cms);
}

static void free_context(X509_STORE_CTX **context)
{
    X509_STORE_CTX_free(*context);
}

#define WITH(free) __attribute__((cleanup(free)))

static BIO *open_slice(struct pt_slice bytes)
{
    return BIO_new_mem_buf(bytes.len ? bytes.at : "", (int)bytes.len);
}

/* ---- what goes wrong ---- */

/* OpenSSL says why, somewhere in its queue. */
static enum pt_status fail_openssl(const char *what, struct pt_error *err)
{
    unsigned long code = ERR_peek_last_error();
    const char *why = ERR_reason_error_string(code);

    if (ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE)
        return pt_fail_memory(err);
    return pt_fail(err, PT_BAD_INPUT, "sign with another certificate and key",
                   "%s: %s", what, why ? why : "OpenSSL does not say why");
}

static const struct fault {
    int result;
    const char *why;
    const char *hint;
} faults[] = {
    {X509_V_ERR_CERT_HAS_EXPIRED, "has expired", "renew it"},
    {X509_V_ERR_CERT_NOT_YET_VALID, "is not valid yet",
     "see whether the clock is right"},
    {X509_V_ERR_EE_KEY_TOO_SMALL, "is too weak",
     "take one with a key of 2048 bits or more"},
    {X509_V_ERR_CA_KEY_TOO_SMALL, "is too weak",
     "take one from another authority"},
    {X509_V_ERR_CA_MD_TOO_WEAK, "is too weak",
     "take one from another authority"},
};

/* Of the certificate itself, or of one between it and the authority. */
static enum pt_status fail_trust(X509_STORE_CTX *context, struct pt_error *err)
{
    int result = X509_STORE_CTX_get_error(context);
    const char *which = X509_STORE_CTX_get_error_depth(context)
                            ? "a certificate above the signer's"
                            : "the signer's certificate";

    if (result == X509_V_ERR_OUT_OF_MEM)
        return pt_fail_memory(err);
    for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
        if (faults[i].result == result)
            return pt_fail(err, PT_BAD_INPUT, faults[i].hint, "%s %s", which,
                           faults[i].why);
    return pt_fail(err, PT_BAD_INPUT,
                   "add the certificates between it and its authority, or "
                   "take one of a public authority: what nobody trusts is "
                   "shown as 'Not Verified', which is no better than unsigned",
                   "the signer's certificate comes from nobody we trust (%s)",
                   X509_verify_cert_error_string(result));
}

/* ---- reading ---- */

static bool keep(struct identity *id, X509 *x509)
{
    if (sk_X509_num(id->chain))
        return X509_add_cert(id->chain, x509, ADD_FLAGS) == 1;
    return X509_add_cert(id->chain, x509, X509_ADD_FLAG_UP_REF) == 1;
}

/* A certificate that is there already is not added again. */
static enum pt_status keep_all(struct identity *id, STACK_OF(X509) *found,
                               struct pt_error *err)
{
    for (int i = 0; i < sk_X509_num(found); i++)
        if (!keep(id, sk_X509_value(found, i)))
            return pt_fail_memory(err);
    return PT_OK;
}

static enum pt_status read_certificates(struct identity *id,
                                        struct pt_slice pem,
                                        struct pt_error *err)
{
    WITH(pt_pem_free_chain) STACK_OF(X509) *found = sk_X509_new_null();
    enum pt_pem_fault fault =
        found ? pt_pem_chain(pem, found) : PT_PEM_NO_MEMORY;

    if (fault == PT_PEM_NO_MEMORY)
        return pt_fail_memory(err);
    if (fault == PT_PEM_ENCRYPTED)
        return pt_fail(err, PT_BAD_INPUT, "decrypt it",
                       "a certificate is encrypted");
    if (fault == PT_PEM_BROKEN)
        return pt_fail(err, PT_BAD_INPUT, "get it anew from who made it",
                       "a certificate cannot be read");
    return keep_all(id, found, err);
}

static enum pt_status read_key(struct identity *id, struct pt_slice pem,
                               struct pt_error *err)
{
    enum pt_pem_fault fault = pt_pem_key(pem, &id->key);

    if (fault == PT_PEM_NO_MEMORY)
        return pt_fail_memory(err);
    if (fault == PT_PEM_ENCRYPTED)
        return pt_fail(err, PT_BAD_INPUT,
                       "decrypt it: openssl pkey -in KEY -out PLAIN, and "
                       "delete that file afterwards",
                       "the signer's key is encrypted");
    if (fault != PT_PEM_GOOD)
        return pt_fail(err, PT_BAD_INPUT,
                       "it begins with -----BEGIN PRIVATE KEY-----; what is "
                       "in PKCS #12 is made PEM by openssl pkcs12",
                       "there is no private key to be read");
    if (!EVP_PKEY_is_a(id->key, "RSA") && !EVP_PKEY_is_a(id->key, "EC"))
        return pt_fail(err, PT_BAD_INPUT, "take one of RSA or ECDSA",
                       "Apple's devices know no key of the kind %s",
                       EVP_PKEY_get0_type_name(id->key));
    return PT_OK;
}

static enum pt_status read_identity(const struct pt_cms_signer *signer,
                                    struct identity *id, struct pt_error *err)
{
    enum pt_status status;

    id->chain = sk_X509_new_null();
    if (!id->chain)
        return pt_fail_memory(err);
    status = read_certificates(id, signer->certificate, err);
    if (status == PT_OK && !own(id))
        return pt_fail(err, PT_BAD_INPUT,
                       "it begins with -----BEGIN CERTIFICATE-----",
                       "there is no certificate of the signer to be read");
    if (status == PT_OK)
        status = read_certificates(id, signer->chain, err);
    if (status == PT_OK)
        status = read_key(id, signer->key, err);
    if (status == PT_OK && X509_check_private_key(own(id), id->key) != 1)
        return pt_fail(err, PT_BAD_INPUT,
                       "the certificate's file begins with the signer's own",
                       "the key is not that of the signer's certificate");
    return status;
}

/* ---- trust ---- */

static enum pt_status check_use(X509 *x509, struct pt_error *err)
{
    bool has_use = !(X509_get_extension_flags(x509) & EXFLAG_XKUSAGE) ||
                   X509_get_extended_key_usage(x509) & USES;

    if (has_use && X509_get_key_usage(x509) & KU_DIGITAL_SIGNATURE)
        return PT_OK;
    return pt_fail(err, PT_BAD_INPUT,
                   "take one for mail, for programs or for a server",
                   "the signer's certificate is not for signatures");
}

/* The certificates that lead to the authority are added to the chain: the
 * reader may lack those that we had from elsewhere. */
static enum pt_status check_trust(const struct pt_cms_signer *signer,
                                  struct identity *id, struct pt_error *err)
{
    WITH(free_context) X509_STORE_CTX *context = X509_STORE_CTX_new();
    X509_VERIFY_PARAM *param;

    if (!context || X509_STORE_CTX_init(context, signer->trusted, own(id),
                                        id->chain) != 1)
        return pt_fail_memory(err);
    param = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_time(param, (time_t)signer->now_s);
    X509_VERIFY_PARAM_set_auth_level(param, SECURITY_LEVEL);
    if (X509_verify_cert(context) != 1)
        return fail_trust(context, err);
    if (X509_add_certs(id->chain, X509_STORE_CTX_get0_chain(context),
                       ADD_FLAGS) != 1)
        return pt_fail_memory(err);
    return check_use(own(id), err);
}

/* ---- signing ---- */

/* Else OpenSSL would look at the clock. */
static bool add_time(CMS_SignerInfo *info, int64_t now_s)
{
    ASN1_TIME *time = ASN1_TIME_set(NULL, (time_t)now_s);
    bool is_added =
        time && CMS_signed_add1_attr_by_NID(info, NID_pkcs9_signingTime,
                                            ASN1_STRING_type(time), time,
                                            -1) == 1;

    ASN1_TIME_free(time);
    return is_added;
}

static bool add_chain(CMS_ContentInfo *cms, const struct identity *id)
{
    for (int i = 0; i < sk_X509_num(id->chain); i++)
        if (CMS_add1_cert(cms, sk_X509_value(id->chain, i)) != 1)
            return false;
    return true;
}

static bool fill(CMS_ContentInfo *cms, const struct identity *id,
                 struct pt_slice bytes, int64_t now_s)
{
    WITH(free_bio) BIO *content = open_slice(bytes);
    CMS_SignerInfo *info =
        cms ? CMS_add1_signer(cms, own(id), id->key, EVP_sha256(), SIGN_FLAGS)
            : NULL;

    return content && info && add_time(info, now_s) && add_chain(cms, id) &&
           CMS_final(cms, content, NULL, SIGN_FLAGS) == 1;
}

static enum pt_status make(const struct identity *id, struct pt_slice bytes,
                           int64_t now_s, struct pt_buf *ret_der,
                           struct pt_error *err)
{
    WITH(free_cms) CMS_ContentInfo *cms =
        CMS_sign(NULL, NULL, NULL, NULL, SIGN_FLAGS);
    unsigned char *der = NULL;
    int len;

    if (!fill(cms, id, bytes, now_s))
        return fail_openssl("signing failed", err);
    len = i2d_CMS_ContentInfo(cms, &der);
    if (len > 0)
        pt_buf_add(ret_der, der, (size_t)len);
    OPENSSL_free(der);
    return len > 0 && !pt_buf_failed(ret_der) ? PT_OK : pt_fail_memory(err);
}

/* ---- verifying ---- */

static bool holds(BIO *content, struct pt_slice bytes)
{
    char *at = NULL;
    long len = BIO_get_mem_data(content, &at);

    return (size_t)len == bytes.len &&
           (!bytes.len || !memcmp(at, bytes.at, bytes.len));
}

/* By the certificate that is in it, which is ours. */
static bool is_signed(CMS_ContentInfo *cms, const struct identity *id,
                      struct pt_slice bytes)
{
    WITH(free_bio) BIO *content = BIO_new(BIO_s_mem());
    STACK_OF(X509) *signers = NULL;
    bool is_good;

    if (!cms || !content ||
        CMS_verify(cms, NULL, NULL, NULL, content,
                   CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) != 1)
        return false;
    signers = CMS_get0_signers(cms);
    is_good = sk_X509_num(signers) == 1 &&
              !X509_cmp(sk_X509_value(signers, 0), own(id));
    sk_X509_free(signers);
    return is_good && holds(content, bytes);
}

/* What others will have is these bytes and no more. */
static enum pt_status verify(const struct pt_cms_signer *signer,
                             const struct identity *id, struct pt_slice bytes,
                             const struct pt_buf *der, struct pt_error *err)
{
    const unsigned char *at = (const unsigned char *)der->at;
    WITH(free_cms) CMS_ContentInfo *cms =
        d2i_CMS_ContentInfo(NULL, &at, (long)der->len);
    WITH(free_identity) struct identity read = {.chain = sk_X509_new_null()};
    WITH(pt_pem_free_chain) STACK_OF(X509) *found = NULL;

    if (!is_signed(cms, id, bytes))
        return fail_openssl("the signature that was made is no good", err);
    found = CMS_get1_certs(cms);
    if (!read.chain || !keep(&read, own(id)) || !found ||
        X509_add_certs(read.chain, found, ADD_FLAGS) != 1)
        return pt_fail_memory(err);
    return check_trust(signer, &read, err);
}

enum pt_status pt_cms_sign(const struct pt_cms_signer *signer,
                           struct pt_slice bytes, struct pt_buf *out,
                           struct pt_error *err)
{
    WITH(free_identity) struct identity id = {0};
    PT_BUF struct pt_buf der = {0};
    enum pt_status status;

    ERR_clear_error();
    status = read_identity(signer, &id, err);
    if (status == PT_OK)
        status = check_trust(signer, &id, err);
    if (status == PT_OK)
        status = make(&id, bytes, signer->now_s, &der, err);
    if (status == PT_OK)
        status = verify(signer, &id, bytes, &der, err);
    ERR_clear_error();
    if (status != PT_OK)
        return status;
    pt_buf_add(out, der.at, der.len);
    return pt_buf_failed(out) ? pt_fail_memory(err) : PT_OK;
}
