/* fuzz_speech.c - any text as the report of a conversation, and any bytes as a
 * certificate. */
#include "format/speech.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    const struct pt_certificate *certificate;
    struct pt_speech speech;

    if (!arena)
        return 0;
    if (pt_speech_read(arena, pt_slice((const char *)data, len), &speech)) {
        if (!speech.greeting || speech.security > PT_PLAIN ||
            (speech.is_mail && !*speech.greeting))
            abort();
        if (speech.certificate && strlen(speech.certificate->sha256) != 64)
            abort();
    }
    certificate = pt_certificate_read(arena, data, len);
    if (certificate && certificate->der_len != len)
        abort();
    return 0;
}
