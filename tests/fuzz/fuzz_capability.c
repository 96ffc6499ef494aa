/* fuzz_capability.c - any bytes as what a mail server says it can do. */
#include "model/capability.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The first byte says of which service.  A way to hand over a password is a
 * method, and the other way round. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct pt_capability capability = {0};
    struct pt_slice rest;
    struct pt_slice line;
    enum pt_service service;

    if (!len)
        return 0;
    service = (enum pt_service)(data[0] % PT_SERVICES);
    rest = pt_slice((const char *)data + 1, len - 1);
    while (pt_next_line(&rest, &line))
        pt_capability_read(service, line, &capability);
    pt_capability_end(service, &capability);
    if (!capability.ways != !capability.auth[PT_AUTH_CLEARTEXT])
        abort();
    return 0;
}
