#include "resolve/providers.h"

#include "format/provider.h"
#include "resolve/profiles.h"

#include <stddef.h>

static enum pt_status read_provider(struct pt_arena *arena,
                                    struct pt_slice json, void *ret_provider,
                                    struct pt_error *err)
{
    return pt_provider_read(arena, json, ret_provider, err);
}

static const struct pt_profile_shelf shelf = {
    .dir = "providers",
    .size = sizeof(struct pt_provider),
    .read = read_provider,
};
_Static_assert(!offsetof(struct pt_provider, name), "the name comes first");

enum pt_status pt_providers_load(struct pt_arena *arena,
                                 const char *profiles_dir,
                                 const struct pt_place *place,
                                 struct pt_provider **ret_providers,
                                 size_t *ret_count,
                                 struct pt_strings *problems,
                                 struct pt_error *err)
{
    struct pt_profiles providers = {
        .arena = arena, .shelf = &shelf, .problems = problems};

    if (!pt_profiles_load(&providers, profiles_dir, place))
        return pt_fail_memory(err);
    *ret_providers = providers.at;
    *ret_count = providers.count;
    return PT_OK;
}
