/* identity.h - certificates of all kinds, made for a test. */
#ifndef PT_TESTS_IDENTITY_H
#define PT_TESTS_IDENTITY_H

#include "tests/unit/fake_server.h"

enum { DAY_S = 24 * 3600 };

struct wish {
    const char *names; /* as subjectAltName has them */
    long from_s;       /* before or after now */
    long to_s;
    const char *usage; /* NULL: of a server */
    int rsa_bits;      /* 0: P-256 */
};

/* Signed by the issuer, or by itself. */
static inline struct fake_identity
make_identity(const struct fake_identity *issuer, const struct wish *wish)
{
    struct fake_identity id = {
        .key = wish->rsa_bits ? EVP_RSA_gen((unsigned)wish->rsa_bits)
                              : EVP_EC_gen("P-256"),
        .certificate = X509_new()};
    X509 *x509 = id.certificate;

    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 4712);
    X509_gmtime_adj(X509_getm_notBefore(x509), wish->from_s);
    X509_gmtime_adj(X509_getm_notAfter(x509), wish->to_s);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN",
                               MBSTRING_ASC, (const unsigned char *)"a server",
                               -1, -1, 0);
    X509_set_issuer_name(x509, X509_get_subject_name(
                                   issuer ? issuer->certificate : x509));
    X509_set_pubkey(x509, id.key);
    if (!fake_add(x509, NID_subject_alt_name, wish->names) ||
        !fake_add(x509, NID_ext_key_usage,
                  wish->usage ? wish->usage : "serverAuth") ||
        !X509_sign(x509, issuer ? issuer->key : id.key, EVP_sha256()))
        abort();
    return id;
}

#endif
