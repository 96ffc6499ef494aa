#include "resolve/kinds.h"

#include "format/bridgekind.h"
#include "resolve/profiles.h"

#include <stddef.h>

static enum pt_status read_kind(struct pt_arena *arena, struct pt_slice json,
                                void *ret_kind, struct pt_error *err)
{
    return pt_bridge_kind_read(arena, json, ret_kind, err);
}

static const struct pt_profile_shelf bridges = {
    .dir = "bridges",
    .size = sizeof(struct pt_bridge_kind),
    .read = read_kind,
};
_Static_assert(!offsetof(struct pt_bridge_kind, name), "the name comes first");

enum pt_status pt_kinds_load(struct pt_arena *arena, const char *profiles_dir,
                             const struct pt_place *place,
                             struct pt_bridge_kind **ret_kinds,
                             size_t *ret_count, struct pt_strings *problems,
                             struct pt_error *err)
{
    struct pt_profiles kinds = {
        .arena = arena, .shelf = &bridges, .problems = problems};

    if (!pt_profiles_load(&kinds, profiles_dir, place))
        return pt_fail_memory(err);
    if (!kinds.count)
        return pt_fail(err, PT_BAD_INPUT,
                       "install portolan, or name its profiles with "
                       "PORTOLAN_PROFILES",
                       "no bridge is known: nothing usable in '%s/bridges'",
                       profiles_dir);
    *ret_kinds = kinds.at;
    *ret_count = kinds.count;
    return PT_OK;
}
