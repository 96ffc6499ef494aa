#include "format/pem.h"

#include "base/base64.h"

enum { LINE_BYTES = 48 };

void pt_pem_add(struct pt_buf *out, const struct pt_certificate *certificate)
{
    const char *der = (const char *)certificate->der;
    size_t left = certificate->der_len;

    pt_buf_puts(out, "-----BEGIN CERTIFICATE-----\n");
    while (left) {
        size_t len = left < LINE_BYTES ? left : LINE_BYTES;

        pt_base64_add(out, pt_slice(der, len));
        pt_buf_putc(out, '\n');
        der += len;
        left -= len;
    }
    pt_buf_puts(out, "-----END CERTIFICATE-----\n");
}
