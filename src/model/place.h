/* place.h - where a user's files lie on this system.
 *
 * Plain values: a scenario sets them by hand, the program fills them from the
 * environment.
 */
#ifndef PT_MODEL_PLACE_H
#define PT_MODEL_PLACE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

struct pt_place {
    const char *os;     /* "linux", "macos", "windows" */
    const char *home;   /* ${home} */
    const char *config; /* ${config}: XDG_CONFIG_HOME and its like */
    const char *data;   /* ${data} */
    const char *cache;  /* ${cache} */
    const char *state;  /* ${state}: where portolan remembers what it wrote */
    uint32_t uid;
};

/* From the environment of this process.  False: no memory or no home. */
bool pt_place_from_environment(struct pt_arena *arena,
                               struct pt_place *ret_place);

/* Replace ${home}, ${config}, ${data}, ${cache}, ${state}.  NULL: a name that
 * is not one of these, one without its "}", or no memory. */
const char *pt_place_expand(struct pt_arena *arena,
                            const struct pt_place *place,
                            const char *template);

#endif
