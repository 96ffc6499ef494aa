#include "format/anchor.h"
#include "tests/tap.h"

#include <openssl/evp.h>
#include <openssl/x509v3.h>

/* How a certificate is made. */
struct made {
    const char *basic; /* basicConstraints */
    const char *names; /* subjectAltName, or NULL */
    bool foreign;      /* signed with another key */
};

static const struct {
    const char *what;
    struct made made;
    const char *host;
    bool want;
} cases[] = {
    {"its own, no authority, of this address",
     {"CA:FALSE", "IP:127.0.0.1,DNS:localhost", false},
     "127.0.0.1",
     true},
    {"so too of this name",
     {"CA:FALSE", "IP:127.0.0.1,DNS:localhost", false},
     "localhost",
     true},
    {"an authority is none for a server",
     {"CA:TRUE", "IP:127.0.0.1", false},
     "127.0.0.1",
     false},
    {"another's name is not this one",
     {"CA:FALSE", "DNS:mail.example.org", false},
     "127.0.0.1",
     false},
    {"a name outside subjectAltName is none",
     {"CA:FALSE", NULL, false},
     "localhost",
     false},
    {"what another key signed does not vouch for itself",
     {"CA:FALSE", "IP:127.0.0.1", true},
     "127.0.0.1",
     false},
};

static void extend(X509 *x509, int nid, const char *value)
{
    X509_EXTENSION *extension =
        value ? X509V3_EXT_conf_nid(NULL, NULL, nid, value) : NULL;

    if (extension)
        X509_add_ext(x509, extension, -1);
    X509_EXTENSION_free(extension);
}

/* Its DER, to be freed with OPENSSL_free(). */
static unsigned char *make(const struct made *made, size_t *ret_len)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    EVP_PKEY *other = EVP_EC_gen("P-256");
    X509 *x509 = X509_new();
    X509_NAME *name = X509_get_subject_name(x509);
    unsigned char *der = NULL;

    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), 0);
    X509_gmtime_adj(X509_getm_notAfter(x509), 86400);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               (const unsigned char *)"localhost", -1, -1, 0);
    X509_set_issuer_name(x509, name);
    X509_set_pubkey(x509, key);
    extend(x509, NID_basic_constraints, made->basic);
    extend(x509, NID_subject_alt_name, made->names);
    X509_sign(x509, made->foreign ? other : key, EVP_sha256());
    *ret_len = (size_t)i2d_X509(x509, &der);
    X509_free(x509);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
    return der;
}

int main(void)
{
    static const unsigned char junk[] = {0x30, 0x03, 0x02, 0x01, 0x07};
    struct pt_certificate none = {.der = junk, .der_len = sizeof(junk)};

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct pt_certificate certificate = {0};
        unsigned char *der = make(&cases[i].made, &certificate.der_len);

        certificate.der = der;
        OK(pt_is_anchor(&certificate, cases[i].host) == cases[i].want,
           cases[i].what);
        OPENSSL_free(der);
    }
    OK(!pt_is_anchor(&none, "localhost"), "what is no certificate is none");
    return tap_done();
}
