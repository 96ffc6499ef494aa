/* watch_unknown.c - a system on which nothing can be watched. */
#include "net/folder_watch.h"
#include "net/listener_watch.h"

enum pt_status pt_folder_watch_new(const char *top,
                                   struct pt_folder_watch **ret_watch,
                                   struct pt_error *err)
{
    (void)top, (void)ret_watch;
    return pt_fail(err, PT_BAD_INPUT,
                   "run 'portolan update' once a bridge has moved",
                   "'watch' is not to be had on this system");
}

void pt_folder_watch_free(struct pt_folder_watch *watch)
{
    (void)watch;
}

int pt_folder_watch_fd(const struct pt_folder_watch *watch)
{
    (void)watch;
    return -1;
}

enum pt_status pt_folder_watch_set(struct pt_folder_watch *watch,
                                   const struct pt_watched *list, size_t count,
                                   struct pt_error *err)
{
    (void)watch, (void)list, (void)count, (void)err;
    return PT_OK;
}

bool pt_folder_watch_read(struct pt_folder_watch *watch)
{
    (void)watch;
    return false;
}

int pt_listener_watch_open(void)
{
    return -1;
}

void pt_listener_watch_read(int fd)
{
    (void)fd;
}

bool pt_listeners_digest(uint64_t *ret_digest)
{
    (void)ret_digest;
    return false;
}
