#include "format/servers.h"

static bool is_same(const struct pt_server *a, const struct pt_server *b)
{
    return a->service == b->service && pt_is(a->host, b->host) &&
           a->port == b->port && a->security == b->security &&
           pt_is(a->url, b->url) && pt_is(a->username, b->username);
}

void pt_servers_add(struct pt_arena *arena, struct pt_server **servers,
                    size_t *count, const struct pt_server *server)
{
    struct pt_server *more;

    for (size_t i = 0; i < *count; i++)
        if (is_same(&(*servers)[i], server))
            return;
    if (*count == PT_SERVERS_MAX)
        return;
    more = pt_arena_grow(arena, *servers, *count, sizeof(*more));
    if (!more)
        return;
    *servers = more;
    more[(*count)++] = *server;
}
