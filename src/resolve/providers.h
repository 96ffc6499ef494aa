/* providers.h - the mail hosters we know: profiles/providers, and the user's.
 */
#ifndef PT_RESOLVE_PROVIDERS_H
#define PT_RESOLVE_PROVIDERS_H

#include "base/error.h"
#include "model/place.h"
#include "model/provider.h"

/* As pt_kinds_load() for bridges; but there may be none.  PT_NO_MEMORY. */
enum pt_status pt_providers_load(struct pt_arena *arena,
                                 const char *profiles_dir,
                                 const struct pt_place *place,
                                 struct pt_provider **ret_providers,
                                 size_t *ret_count,
                                 struct pt_strings *problems,
                                 struct pt_error *err);

#endif
