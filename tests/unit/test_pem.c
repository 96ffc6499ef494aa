#include "format/pem.h"
#include "tests/tap.h"

#include <openssl/pem.h>
#include <openssl/x509.h>

/* openssl's own reader is the judge: what it reads back is what we wrote. */
static void check_length(size_t len)
{
    unsigned char bytes[300];
    struct pt_certificate certificate = {.der = bytes, .der_len = len};
    PT_BUF struct pt_buf out = {0};
    char *name = NULL;
    char *header = NULL;
    unsigned char *read = NULL;
    long read_len = 0;
    char what[64];
    BIO *bio;

    for (size_t i = 0; i < len; i++)
        bytes[i] = (unsigned char)(i * 37);
    pt_pem_add(&out, &certificate);
    bio = BIO_new_mem_buf(out.at, (int)out.len);
    snprintf(what, sizeof(what), "%zu bytes are read back as they were", len);
    OK(PEM_read_bio(bio, &name, &header, &read, &read_len) == 1 &&
           pt_is(name, "CERTIFICATE") && (size_t)read_len == len &&
           !memcmp(read, bytes, len),
       what);
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(read);
    BIO_free(bio);
}

int main(void)
{
    static const size_t lengths[] = {1, 47, 48, 49, 96, 200, 300};
    static const unsigned char der[] = {0x30, 0x03, 0x02, 0x01, 0x07};
    struct pt_certificate certificate = {.der = der, .der_len = sizeof(der)};
    PT_BUF struct pt_buf out = {0};

    for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++)
        check_length(lengths[i]);
    pt_pem_add(&out, &certificate);
    IS(pt_buf_text(&out),
       "-----BEGIN CERTIFICATE-----\nMAMCAQc=\n-----END CERTIFICATE-----\n",
       "a short certificate is one line");
    return tap_done();
}
