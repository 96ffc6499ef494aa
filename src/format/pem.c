#include "format/pem.h"

#include "base/base64.h"

void pt_pem_add(struct pt_buf *out, const struct pt_certificate *certificate)
{
    pt_buf_puts(out, "-----BEGIN CERTIFICATE-----\n");
    pt_base64_lines(out, pt_slice((const char *)certificate->der,
                                  certificate->der_len));
    pt_buf_puts(out, "-----END CERTIFICATE-----\n");
}
