/* session_bus.h - what programs of this user's desktop are asked and told, by
 * D-Bus.
 *
 * The bus is that of DBUS_SESSION_BUS_ADDRESS, or else the one in the user's
 * runtime folder; it must be a socket of this machine that this user's or
 * root's process listens on.  No bus is ever started.  Each function returns
 * within half a second.
 *
 * Where portolan was built without libsystemd, or that is not installed, all
 * of them fail with PT_UNREACHABLE.
 */
#ifndef PT_NET_SESSION_BUS_H
#define PT_NET_SESSION_BUS_H

#include "base/error.h"

#include <stdbool.h>

/* Have Evolution's registries of accounts read their files anew.
 * PT_NOTHING: there is no bus, or no registry runs on it, so nobody needs to
 * be told; PT_UNREACHABLE: one runs, or might, and could not be told. */
enum pt_status pt_bus_reload_sources(struct pt_error *err);

/* Show the user a notification, in plain text; a long one is cut off.
 * PT_NOTHING: there is no bus, or nobody shows notifications on it;
 * PT_UNREACHABLE. */
enum pt_status pt_bus_notify(const char *summary, const char *body,
                             struct pt_error *err);

/* Does a program run that has this name on the bus?  PT_NOTHING: there is no
 * bus; PT_UNREACHABLE. */
enum pt_status pt_bus_is_owned(const char *name, bool *ret_is_owned,
                               struct pt_error *err);

#endif
