/* autoconfig.h - Mozilla's config-v1.1.xml, read (draft-ietf-mailmaint-
 * autoconfig-06; facts of Thunderbird's own reader where the two differ).
 */
#ifndef PT_FORMAT_AUTOCONFIG_H
#define PT_FORMAT_AUTOCONFIG_H

#include "base/error.h"
#include "model/settings.h"

enum { PT_AUTOCONFIG_FIELD_MAX = 1024 }; /* bytes; longer is not read */

struct pt_autoconfig {
    const char *name;   /* displayName, or NULL */
    const char *domain; /* the provider's id or first domain, or NULL */
    struct pt_server *servers; /* in the file's order; origin left empty */
    size_t server_count;
    struct pt_strings advice; /* what people must do first: a line each, with
                                 the URL where it is done; two at most */
    struct pt_published published; /* what else is to be kept of it */
};

/* Must-ignore: what is unknown is passed over, a server that makes no sense is
 * dropped, the file is refused only when no server is left, when it is not
 * XML, or when it has a DOCTYPE.  Placeholders are filled from address in one
 * pass.  PT_BAD_INPUT with a sentence; PT_NO_MEMORY. */
enum pt_status pt_autoconfig_read(struct pt_arena *arena, struct pt_slice xml,
                                  const struct pt_address *address,
                                  struct pt_autoconfig *ret_config,
                                  struct pt_error *err);

/* Text with its placeholders filled from address, in one pass, in the arena.
 * NULL: longer than any field may be, or no memory (pt_arena_failed() tells).
 */
const char *pt_autoconfig_expand(struct pt_arena *arena, const char *text,
                                 const struct pt_address *address);

/* Is text read as it stands?  False: a reader would fill in a part of it. */
bool pt_autoconfig_is_literal(const char *text);

#endif
