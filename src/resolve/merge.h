/* merge.h - from offers to settings: who is believed, and why.
 *
 * Pure.  Host, port and security of one server always come from one offer.
 */
#ifndef PT_RESOLVE_MERGE_H
#define PT_RESOLVE_MERGE_H

#include "source/source.h"

/* Fill settings->servers (chosen first, then the rest, best first), ->status,
 * ->incomplete, ->needs_accept, ->hints, ->bridge and ->provider_*.  lost: the
 * most that sources that could not be asked might have been worth.  False: no
 * memory. */
bool pt_merge(struct pt_arena *arena, const struct pt_query *query,
              const struct pt_findings *found, struct pt_worth lost,
              struct pt_settings *settings);

/* Is there, for receiving and for sending, an offer that may be chosen and
 * that nothing worth no more than `open` could outrank?  The arena only
 * remembers when memory ran out. */
bool pt_merge_is_decided(struct pt_arena *arena, const struct pt_query *query,
                         const struct pt_findings *found,
                         struct pt_worth open);

/* May this one, of the settings, be chosen at all? */
bool pt_merge_may_choose(const struct pt_server *server);

#endif
