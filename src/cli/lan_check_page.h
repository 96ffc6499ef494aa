/* lan_check_page.h - what mail clients would find on this network, for people
 * and as JSON.
 */
#ifndef PT_CLI_LAN_CHECK_PAGE_H
#define PT_CLI_LAN_CHECK_PAGE_H

#include "cli/command.h"
#include "serve/lan_check.h"

/* Prints it, as JSON where that is asked for (of several operands: one object a
 * line).  The exit status: PT_NOTHING when there is a client that could find
 * the settings, and does not.  PT_NO_MEMORY. */
enum pt_status pt_lan_check_page(const struct pt_call *call,
                                 const struct pt_settings *settings,
                                 const struct pt_lan_check *check,
                                 struct pt_error *err);

#endif
