/* hints.h - what people should be told beside the settings.
 */
#ifndef PT_RESOLVE_HINTS_H
#define PT_RESOLVE_HINTS_H

#include "source/source.h"

/* Add to settings->hints, each sentence once.  The servers, ->status and
 * ->needs_accept must be known; denied: the services that there decidedly are
 * not.  The arena remembers when memory ran out. */
void pt_hints_put(struct pt_arena *arena, const struct pt_findings *found,
                  const bool denied[PT_SERVICES], struct pt_settings *settings);

#endif
