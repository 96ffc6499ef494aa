/* fuzz_login_reply.c - any bytes as what a server says to a password. */
#include "format/login_reply.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The first byte says of which service; nothing that is refused is ever
 * taken for a welcome. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    enum pt_login_outcome outcome;

    if (!len)
        return 0;
    outcome = pt_login_class((enum pt_service)(data[0] % PT_SERVICES),
                             pt_slice((const char *)data + 1, len - 1));
    if (outcome == PT_LOGIN_ACCEPTED || outcome == PT_LOGIN_NOT_TRIED ||
        outcome >= PT_LOGIN_OUTCOMES)
        abort();
    return 0;
}
