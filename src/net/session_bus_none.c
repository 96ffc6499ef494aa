/* session_bus_none.c - built without libsystemd: nobody is told anything. */
#include "net/session_bus.h"

static enum pt_status fail(const char *hint, struct pt_error *err)
{
    return pt_fail(err, PT_UNREACHABLE, hint,
                   "this portolan was built without D-Bus");
}

enum pt_status pt_bus_reload_sources(struct pt_error *err)
{
    return fail("close Evolution, and run 'evolution --force-shutdown'", err);
}

enum pt_status pt_bus_notify(const char *summary, const char *body,
                             struct pt_error *err)
{
    (void)summary;
    (void)body;
    return fail("install libsystemd's development files, and build it anew",
                err);
}

enum pt_status pt_bus_is_owned(const char *name, bool *ret_is_owned,
                               struct pt_error *err)
{
    (void)name;
    (void)ret_is_owned;
    return fail("install libsystemd's development files, and build it anew",
                err);
}
