#include "format/anchor.h"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

static bool names(X509 *x509, const char *host)
{
    return X509_check_ip_asc(x509, host, 0) == 1 ||
           X509_check_host(x509, host, 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT,
                           NULL) == 1;
}

bool pt_is_anchor(const struct pt_certificate *certificate, const char *host)
{
    const unsigned char *at = certificate->der;
    X509 *x509 = d2i_X509(NULL, &at, (long)certificate->der_len);
    bool is_anchor = x509 && X509_self_signed(x509, 1) == 1 &&
                     X509_check_ca(x509) == 0 && names(x509, host);

    X509_free(x509);
    return is_anchor;
}
