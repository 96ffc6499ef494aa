/* profiles.h - what portolan knows as data: a directory of NAME.json for each
 * kind of thing, and the user's own beside it.
 */
#ifndef PT_RESOLVE_PROFILES_H
#define PT_RESOLVE_PROFILES_H

#include "base/error.h"
#include "model/place.h"
#include "model/settings.h"

/* The directory the profiles lie in: PORTOLAN_PROFILES from the environment;
 * else "../profiles" beside a program run from its build directory; else where
 * they were installed.  In the arena; NULL: no memory. */
const char *pt_profiles_dir(struct pt_arena *arena);

/* One kind of thing. */
struct pt_profile_shelf {
    const char *dir; /* "bridges" */
    size_t size;     /* of the struct a file is read into, which begins with
                        its name */
    enum pt_status (*read)(struct pt_arena *arena, struct pt_slice json,
                           void *ret_profile, struct pt_error *err);
};

/* Fill in the first three; the array, and all in it, lives in the arena. */
struct pt_profiles {
    struct pt_arena *arena;
    const struct pt_profile_shelf *shelf;
    struct pt_strings *problems;
    void *at;
    size_t count;
};

/* Every NAME.json of the shelf's directory below profiles_dir, in name order,
 * then those of ${config}/portolan: a file of the same name replaces, a new
 * one adds.  A file that cannot be used is a sentence in problems, not an end;
 * a directory that is not there is empty.  False: no memory. */
bool pt_profiles_load(struct pt_profiles *profiles, const char *profiles_dir,
                      const struct pt_place *place);

#endif
