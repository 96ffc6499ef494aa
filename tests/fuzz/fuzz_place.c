/* fuzz_place.c - the templates of places, as in a user's own file of a
 * bridge. */
#include "base/text.h"
#include "model/place.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Each name stands for itself: what is expanded stays as it was. */
static const struct pt_place mirror = {
    .home = "${home}",
    .config = "${config}",
    .data = "${data}",
    .cache = "${cache}",
    .state = "${state}",
};

static const struct pt_place nowhere = {.os = "linux"};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    const char *template = pt_arena_strndup(arena, (const char *)data, len);
    const char *same = pt_place_expand(arena, &mirror, template);
    const char *plain = pt_place_expand(arena, &nowhere, template);

    if (pt_arena_failed(arena) || (same && !pt_is(same, template)) ||
        !plain != (strstr(template, "${") != NULL))
        abort();
    return 0;
}
