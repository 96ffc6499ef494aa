/* bridgekind.h - one file of profiles/bridges, and what it makes of settings.
 *
 * docs/bridges.md describes the file.
 */
#ifndef PT_FORMAT_BRIDGEKIND_H
#define PT_FORMAT_BRIDGEKIND_H

#include "base/error.h"
#include "model/bridge.h"

/* PT_BAD_INPUT with a sentence that names the key; PT_NO_MEMORY. */
enum pt_status pt_bridge_kind_read(struct pt_arena *arena,
                                   struct pt_slice json,
                                   struct pt_bridge_kind *ret_kind,
                                   struct pt_error *err);

/* Ports, protection and accounts that flat settings state, by the rules of
 * the place they came from.  PT_BAD_INPUT: a port that is none.  PT_NO_MEMORY.
 */
enum pt_status pt_bridge_interpret(struct pt_arena *arena,
                                   const struct pt_bridge_kind *kind,
                                   const struct pt_bridge_place *place,
                                   const struct pt_pairs *pairs,
                                   struct pt_bridge_said *ret_said,
                                   struct pt_error *err);

#endif
