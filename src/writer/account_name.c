#include "writer/account_name.h"

#include "writer/writers.h"

#include <string.h>

static const char safe[] = "abcdefghijklmnopqrstuvwxyz"
                           "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                           "0123456789@._+-";

const char *pt_account_name(struct pt_arena *arena,
                            const struct pt_settings *settings)
{
    const char *address = settings->nickname ? settings->nickname
                                             : settings->address.text;
    bool is_safe = !address[strspn(address, safe)] &&
                   !strchr("-.+_@", address[0]);
    char *name = is_safe
                     ? pt_arena_strdup(arena, address)
                     : pt_arena_printf(arena, "x%s-%.8s", address,
                                       pt_account_id(arena, settings, "name"));

    for (char *at = name; at && *at; at++)
        if (!strchr(safe, *at))
            *at = '_';
    return name ? name : "";
}
