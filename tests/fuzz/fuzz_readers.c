/* fuzz_readers.c - any bytes as a settings file; the first chooses the
 * reader. */
#include "format/reader.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char *const names[] = {
    "json", "json-keys",  "properties",  "ini",          "toml",
    "argv", "proton-log", "proton-grpc", "proton-focus",
};

enum { NAMES = sizeof(names) / sizeof(*names) };

/* What the header promises of every pair. */
static void check_pair(const struct pt_pair *pair)
{
    if (!pt_is_printable(pt_slice_of(pair->key)) ||
        !pt_is_printable(pt_slice_of(pair->value)))
        abort();
    if (strlen(pair->key) > PT_KEY_MAX ||
        strlen(pair->value) > PT_VALUE_MAX)
        abort();
    if (strcasestr(pair->key, "secret") && *pair->value)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    const struct pt_reader *reader;
    struct pt_pairs pairs = {0};
    struct pt_error err = {0};
    enum pt_status status;

    if (!arena || !len)
        return 0;
    reader = pt_reader_named(names[data[0] % NAMES]);
    status = reader->read(arena, pt_slice((const char *)data + 1, len - 1),
                          &pairs, &err);
    if (status != PT_OK && (status != PT_BAD_INPUT || !*err.text))
        abort();
    if (pairs.count > PT_PAIRS_MAX)
        abort();
    for (size_t i = 0; i < pairs.count; i++)
        check_pair(&pairs.at[i]);
    return 0;
}
