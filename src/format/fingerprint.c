#include "format/fingerprint.h"

static char to_upper(char c)
{
    return c >= 'a' && c <= 'f' ? (char)(c - 'a' + 'A') : c;
}

void pt_fingerprint(const struct pt_certificate *certificate,
                    char out[PT_FINGERPRINT_CHARS])
{
    size_t used = 0;

    for (size_t i = 0; certificate->sha256[i]; i++) {
        if (i && i % 2 == 0)
            out[used++] = ':';
        out[used++] = to_upper(certificate->sha256[i]);
    }
    out[used] = '\0';
}
