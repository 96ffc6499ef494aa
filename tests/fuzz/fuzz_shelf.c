/* fuzz_shelf.c - a domain, and any bytes as a file that may have it in it. */
#include "base/arena.h"
#include "net/local.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static bool holds(struct pt_slice text, const char *what)
{
    size_t len = strlen(what);

    for (size_t i = 0; i + len <= text.len; i++)
        if (strncasecmp(text.at + i, what, len) == 0)
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_slice rest = pt_slice((const char *)data, len);
    struct pt_slice line = {0};
    const char *domain;

    pt_next_line(&rest, &line);
    domain = arena ? pt_arena_strndup(arena, line.at, line.len) : NULL;
    if (domain && pt_shelf_has(rest, domain) && !holds(rest, domain))
        abort();
    return 0;
}
