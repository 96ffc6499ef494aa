#include "cli/site_settings.h"

#include "cli/show.h"
#include "serve/site.h"

#include <string.h>

enum pt_status pt_site_address(struct pt_arena *arena, const char *text,
                               struct pt_address *ret_address,
                               struct pt_error *err)
{
    const char *address =
        !*text || strchr(text, '@')
            ? text
            : pt_arena_printf(arena, PT_SITE_LOCAL "@%s", text);

    return address ? pt_address_parse(arena, address, ret_address, err)
                   : pt_fail_memory(err);
}

enum pt_status pt_site_judge(struct pt_arena *arena,
                             const struct pt_settings *settings,
                             struct pt_error *err)
{
    const char *domain = settings->address.domain;
    enum pt_status status = pt_find_status_exit(settings->status);

    switch (settings->status) {
    case PT_FIND_OK:
        return PT_OK;
    case PT_FIND_UNSURE:
        return pt_fail(err, status,
                       pt_arena_printf(arena, "if you know them, add%s",
                                       pt_show_accept(
                                           arena, &settings->needs_accept)),
                       "nobody vouches for the servers that were found for %s",
                       domain);
    case PT_FIND_UNREACHABLE:
        return pt_fail(err, status, "see 'portolan find --explain'",
                       "those who know the settings of %s could not be asked",
                       domain);
    case PT_FIND_NEEDS_BRIDGE:
        return pt_fail(err, status, "start it",
                       "%s is served by a bridge, which does not run here",
                       domain);
    case PT_FIND_NOTHING:
    default:
        return pt_fail(err, status, "see 'portolan find --explain'",
                       "no settings were found for %s", domain);
    }
}
