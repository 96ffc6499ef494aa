/* merge.h - from offers to settings: who is believed, and why.
 *
 * Pure.  Host, port and security of one server always come from one offer.
 */
#ifndef PT_RESOLVE_MERGE_H
#define PT_RESOLVE_MERGE_H

#include "source/source.h"

/* Fill settings->servers (chosen first, then the rest, best first), ->status,
 * ->needs_accept, ->hints, ->bridge and ->provider_*.  failed: a source could
 * not be asked.  False: no memory. */
bool pt_merge(struct pt_arena *arena, const struct pt_query *query,
              const struct pt_findings *found, bool failed,
              struct pt_settings *settings);

#endif
