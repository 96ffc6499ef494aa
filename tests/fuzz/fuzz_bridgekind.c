/* fuzz_bridgekind.c - any bytes as a bridge's profile; what loads is made to
 * interpret the file itself, read as settings. */
#include "format/bridgekind.h"
#include "format/reader.h"

#include <regex.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check_claims(const struct pt_bridge_said *said)
{
    for (size_t i = 0; i < said->claim_count; i++)
        if (!said->claims[i].port || said->claims[i].security > PT_PLAIN ||
            (said->claims[i].host && !*said->claims[i].host))
            abort();
    for (size_t i = 0; i < said->accounts.count; i++)
        if (!*said->accounts.at[i])
            abort();
}

/* What was taken must still compile when it is used. */
static void check_patterns(const struct pt_bridge_kind *kind)
{
    for (size_t i = 0; i < kind->greeting_count; i++) {
        regex_t regex;

        if (regcomp(&regex, kind->greetings[i].pattern, REG_EXTENDED))
            abort();
        regfree(&regex);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_slice bytes = pt_slice((const char *)data, len);
    struct pt_bridge_kind kind = {0};
    struct pt_pairs pairs = {0};
    struct pt_error err = {0};

    if (!arena || pt_bridge_kind_read(arena, bytes, &kind, &err) != PT_OK ||
        pt_read_json(arena, bytes, &pairs, &err) != PT_OK)
        return 0;
    if (!kind.name || !kind.title || !pt_is_loopback(kind.host))
        abort();
    check_patterns(&kind);
    for (size_t i = 0; i < kind.place_count; i++) {
        struct pt_bridge_said said = {0};

        if (!pt_reader_named(kind.places[i].reader))
            abort();
        if (pt_bridge_interpret(arena, &kind, &kind.places[i], &pairs, &said,
                                &err) == PT_OK)
            check_claims(&said);
    }
    return 0;
}
