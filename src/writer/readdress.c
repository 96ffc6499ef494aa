#include "writer/readdress.h"

#include "format/url.h"

#include <string.h>

const char *pt_url_readdress(struct pt_arena *arena, const char *url,
                             const struct pt_address *from, const char *text,
                             const char *local)
{
    const char *path = pt_url_path(url);
    const char *made =
        *path ? pt_arena_strndup(arena, url, (size_t)(path - url)) : url;

    while (made && *path) {
        size_t len = strcspn(path + 1, "/");
        struct pt_slice part = pt_slice(path + 1, len);
        const char *word = pt_slice_is(part, from->text)    ? text
                           : pt_slice_is(part, from->local) ? local
                                                            : NULL;

        made = word
                   ? pt_arena_printf(arena, "%s/%s", made, word)
                   : pt_arena_printf(arena, "%s%.*s", made, (int)len + 1, path);
        path += len + 1;
    }
    return made;
}

static const char *login_for(const char *login, const struct pt_address *from,
                             const struct pt_address *to)
{
    if (pt_is(login, from->text))
        return to->text;
    return pt_is(login, from->local) ? to->local : login;
}

bool pt_settings_readdress(struct pt_arena *arena,
                           const struct pt_settings *from,
                           const struct pt_address *to,
                           struct pt_settings *ret_settings)
{
    size_t size = from->server_count * sizeof(*from->servers);
    struct pt_settings settings = *from;

    settings.address = *to;
    settings.display_name = NULL;
    settings.bridge.login = login_for(from->bridge.login, &from->address, to);
    settings.servers = size ? pt_arena_memdup(arena, from->servers, size)
                            : NULL;
    if (size && !settings.servers)
        return false;
    for (size_t i = 0; i < settings.server_count; i++) {
        struct pt_server *server = &settings.servers[i];

        server->username = login_for(server->username, &from->address, to);
        if (server->url)
            server->url = pt_url_readdress(arena, server->url, &from->address,
                                           to->text, to->local);
    }
    if (pt_arena_failed(arena))
        return false;
    *ret_settings = settings;
    return true;
}
