#include "format/server_url.h"

#include "format/url.h"

#include <string.h>

const char *pt_server_url(struct pt_arena *arena, const char *scheme,
                          const char *login, const struct pt_server *server)
{
    bool is_ipv6 = strchr(server->host, ':');
    const char *user = login ? pt_url_escape(arena, login) : "";
    const char *url =
        pt_arena_printf(arena, is_ipv6 ? "%s://%s%s[%s]:%u" : "%s://%s%s%s:%u",
                        scheme, user ? user : "", login ? "@" : "",
                        server->host, server->port);

    return url ? url : "";
}
