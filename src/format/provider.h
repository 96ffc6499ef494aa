/* provider.h - one file of profiles/providers.
 *
 * docs/providers.md describes the file.
 */
#ifndef PT_FORMAT_PROVIDER_H
#define PT_FORMAT_PROVIDER_H

#include "base/error.h"
#include "model/provider.h"

/* Its servers have templates for user names (pt_autoconfig_expand()).
 * PT_BAD_INPUT with a sentence that names the key; PT_NO_MEMORY. */
enum pt_status pt_provider_read(struct pt_arena *arena, struct pt_slice json,
                                struct pt_provider *ret_provider,
                                struct pt_error *err);

#endif
