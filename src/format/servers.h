/* servers.h - the servers of one published file, as its reader finds them. */
#ifndef PT_FORMAT_SERVERS_H
#define PT_FORMAT_SERVERS_H

#include "model/settings.h"

enum {
    PT_SERVERS_MAX = 64,
    PT_USERNAME_MAX = 320, /* RFC 3696: 64 and 255 bytes and the @ */
};

/* Copy the server to the end of the list, which is moved if it had to grow,
 * unless it is there already or the list is full.  No memory:
 * pt_arena_failed() tells. */
void pt_servers_add(struct pt_arena *arena, struct pt_server **servers,
                    size_t *count, const struct pt_server *server);

#endif
