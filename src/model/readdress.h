/* readdress.h - what was found for one address, said for another of the same
 * domain.
 */
#ifndef PT_MODEL_READDRESS_H
#define PT_MODEL_READDRESS_H

#include "model/settings.h"

/* A copy whose address is `to`: where a user name, or a part of a URL's path,
 * was the former address or its local part, it is that of the new one.  What
 * is not changed is borrowed from `from`.  False: no memory. */
bool pt_settings_readdress(struct pt_arena *arena,
                           const struct pt_settings *from,
                           const struct pt_address *to,
                           struct pt_settings *ret_settings);

#endif
