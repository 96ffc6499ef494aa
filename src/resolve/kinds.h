/* kinds.h - the kinds of bridges we know: profiles/bridges, and the user's. */
#ifndef PT_RESOLVE_KINDS_H
#define PT_RESOLVE_KINDS_H

#include "base/error.h"
#include "model/bridge.h"
#include "model/place.h"

/* Every NAME.json of DIR/bridges, in name order, then those of
 * ${config}/portolan/bridges: a file of the same name replaces, a new one
 * adds.  A file that cannot be used is a sentence in problems, not an end.
 * PT_BAD_INPUT: not one could be read; PT_NO_MEMORY. */
enum pt_status pt_kinds_load(struct pt_arena *arena, const char *profiles_dir,
                             const struct pt_place *place,
                             struct pt_bridge_kind **ret_kinds,
                             size_t *ret_count, struct pt_strings *problems,
                             struct pt_error *err);

#endif
