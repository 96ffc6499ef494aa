/* site_settings.h - the settings behind a domain, for who tells others of
 * them: `serve` and `publish`.
 */
#ifndef PT_CLI_SITE_SETTINGS_H
#define PT_CLI_SITE_SETTINGS_H

#include "base/error.h"
#include "model/settings.h"

/* "example.org" is looked for by the address that every domain has.
 * PT_BAD_INPUT: neither an address nor a domain; PT_NO_MEMORY. */
enum pt_status pt_site_address(struct pt_arena *arena, const char *text,
                               struct pt_address *ret_address,
                               struct pt_error *err);

/* May others be told?  Else the status of the search, with what to do. */
enum pt_status pt_site_judge(struct pt_arena *arena,
                             const struct pt_settings *settings,
                             struct pt_error *err);

#endif
