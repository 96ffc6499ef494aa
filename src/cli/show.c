#include "cli/show.h"

#include <string.h>

const char *pt_show_server(struct pt_arena *arena, const char *host,
                           uint16_t port)
{
    return pt_arena_printf(arena, strchr(host, ':') ? "[%s]:%u" : "%s:%u", host,
                           port);
}

const char *pt_show_offered(struct pt_arena *arena,
                            const struct pt_server *server)
{
    return server->url ? server->url
                       : pt_show_server(arena, server->host, server->port);
}

const char *pt_show_list(struct pt_arena *arena, const struct pt_strings *list)
{
    size_t room = 1;
    char *text;
    char *at;

    for (size_t i = 0; i < list->count; i++)
        room += strlen(list->at[i]) + 2;
    text = at = pt_arena_alloc(arena, room);
    for (size_t i = 0; i < list->count && at; i++) {
        at = stpcpy(at, i ? ", " : "");
        at = stpcpy(at, list->at[i]);
    }
    return text;
}

const char *pt_show_accept(struct pt_arena *arena,
                           const struct pt_strings *hosts)
{
    const char *text = pt_arena_strdup(arena, "");

    for (size_t i = 0; i < hosts->count && text; i++)
        text = pt_arena_printf(arena, "%s --accept %s", text, hosts->at[i]);
    return text;
}
