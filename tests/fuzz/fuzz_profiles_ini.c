/* fuzz_profiles_ini.c - any bytes as profiles.ini: whole paths, none twice. */
#include "format/profiles_ini.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check(const struct pt_strings *folders)
{
    if (folders->count > PT_PROFILES_MAX)
        abort();
    for (size_t i = 0; i < folders->count; i++) {
        if (!*folders->at[i] || strchr(folders->at[i], '\n'))
            abort();
        for (size_t j = 0; j < i; j++)
            if (!strcmp(folders->at[i], folders->at[j]))
                abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_profiles profiles = {0};

    pt_profiles_read(arena, pt_slice((const char *)data, len), "/root",
                     &profiles);
    check(&profiles.of_programs);
    check(&profiles.standard);
    check(&profiles.others);
    return 0;
}
