/* fuzz_cms.c - any bytes as the certificate, the key or the chain of who
 * signs. */
#include "format/cms.h"

#include <openssl/cms.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>

enum { NOW_S = 1800000000, DAY_S = 24 * 3600 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* One who is trusted: certificate and key in one text. */
struct known {
    X509_STORE *trusted;
    struct pt_buf pem;
};

static void write_pem(X509 *x509, EVP_PKEY *key, struct pt_buf *out)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *at = NULL;
    long len;

    PEM_write_bio_X509(bio, x509);
    PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
    len = BIO_get_mem_data(bio, &at);
    pt_buf_add(out, at, (size_t)len);
    BIO_free(bio);
}

static void make_known(struct known *known)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x509 = X509_new();
    time_t now = NOW_S;

    X509_set_version(x509, 2);
    X509_time_adj(X509_getm_notBefore(x509), -DAY_S, &now);
    X509_time_adj(X509_getm_notAfter(x509), DAY_S, &now);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_ASC,
                               (const unsigned char *)"known", -1, -1, 0);
    X509_set_issuer_name(x509, X509_get_subject_name(x509));
    X509_set_pubkey(x509, key);
    if (!X509_sign(x509, key, EVP_sha256()))
        abort();
    write_pem(x509, key, &known->pem);
    known->trusted = X509_STORE_new();
    X509_STORE_add_cert(known->trusted, x509);
    X509_free(x509);
    EVP_PKEY_free(key);
}

/* All of it, or nothing and a reason. */
static void sign(const struct pt_cms_signer *signer)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_error err = {0};
    enum pt_status status =
        pt_cms_sign(signer, pt_slice_of("<plist/>"), &out, &err);
    const unsigned char *at = (const unsigned char *)out.at;
    CMS_ContentInfo *cms;

    if (status != PT_OK) {
        if (out.len || !*err.text)
            abort();
        return;
    }
    cms = d2i_CMS_ContentInfo(NULL, &at, (long)out.len);
    if (!cms || at != (const unsigned char *)out.at + out.len)
        abort();
    CMS_ContentInfo_free(cms);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct known known;
    struct pt_slice bytes = pt_slice((const char *)data, len);
    struct pt_cms_signer signer = {.now_s = NOW_S};
    struct pt_slice pem;

    if (!known.trusted)
        make_known(&known);
    pem = pt_slice(known.pem.at, known.pem.len);
    signer.trusted = known.trusted;
    signer.certificate = bytes;
    signer.key = pem;
    sign(&signer);
    signer.certificate = pem;
    signer.key = bytes;
    sign(&signer);
    signer.key = pem;
    signer.chain = bytes;
    sign(&signer);
    return 0;
}
