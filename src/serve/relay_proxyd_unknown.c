/* relay_proxyd_unknown.c - systems that have no systemd. */
#include "serve/relay_proxyd.h"

struct pt_proxyd *pt_proxyd_new(struct pt_loop *loop, const char *path,
                                int listener)
{
    (void)loop, (void)path, (void)listener;
    return NULL;
}

void pt_proxyd_free(struct pt_proxyd *proxyd)
{
    (void)proxyd;
}

enum pt_status pt_proxyd_start(struct pt_proxyd *proxyd,
                               const struct sockaddr_storage *target,
                               struct pt_error *err)
{
    (void)proxyd, (void)target;
    return pt_fail(err, PT_CANNOT_WRITE, NULL,
                   "there is no systemd on this system");
}

void pt_proxyd_stop(struct pt_proxyd *proxyd)
{
    (void)proxyd;
}
