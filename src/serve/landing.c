#include "serve/landing.h"

#include <string.h>

const char *const pt_landing_files[] = {"thunderbird", "android", "outlook",
                                        "text", NULL};

enum pt_device pt_device_of(const char *user_agent)
{
    (void)user_agent;
    return PT_DEVICE_OTHER;
}

enum pt_status pt_landing_page(struct pt_arena *arena,
                               const struct pt_landing *landing,
                               struct pt_buf *out, struct pt_error *err)
{
    (void)arena, (void)landing;
    pt_buf_puts(out, "<!doctype html><title>Mail setup</title>"
                     "<form><input name=address></form>\n");
    return pt_buf_failed(out) ? pt_fail_memory(err) : PT_OK;
}
