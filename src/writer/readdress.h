/* readdress.h - what was found for one address, said for another of the same
 * domain.
 */
#ifndef PT_WRITER_READDRESS_H
#define PT_WRITER_READDRESS_H

#include "model/settings.h"

/* The URL, with each part of its path that is the address, or its local part,
 * replaced by `text` or `local`.  In the arena, or the URL itself.  NULL: no
 * memory. */
const char *pt_url_readdress(struct pt_arena *arena, const char *url,
                             const struct pt_address *from, const char *text,
                             const char *local);

/* A copy whose address is `to`: where a user name, or a part of a URL's path,
 * was the former address or its local part, it is that of the new one.  The
 * user's own name is left out.  What is not changed is borrowed from `from`.
 * False: no memory. */
bool pt_settings_readdress(struct pt_arena *arena,
                           const struct pt_settings *from,
                           const struct pt_address *to,
                           struct pt_settings *ret_settings);

#endif
