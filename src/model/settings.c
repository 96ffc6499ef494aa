#include "model/settings.h"

#include "base/error.h"

static const struct {
    const char *name;
    enum pt_status exit;
} statuses[] = {
    [PT_FIND_OK] = {"ok", PT_OK},
    [PT_FIND_NOTHING] = {"nothing", PT_NOTHING},
    [PT_FIND_UNSURE] = {"unsure", PT_UNSURE},
    [PT_FIND_UNREACHABLE] = {"unreachable", PT_UNREACHABLE},
    [PT_FIND_NEEDS_BRIDGE] = {"needs-bridge", PT_NEEDS_BRIDGE},
};

const char *pt_find_status_name(enum pt_find_status status)
{
    return statuses[status].name;
}

enum pt_status pt_find_status_exit(enum pt_find_status status)
{
    return statuses[status].exit;
}

bool pt_strings_add(struct pt_arena *arena, struct pt_strings *list,
                    const char *text)
{
    const char *copy = pt_arena_strdup(arena, text);
    const char **more =
        pt_arena_grow(arena, list->at, list->count, sizeof(*more));

    if (!copy || !more)
        return false;
    list->at = more;
    list->at[list->count++] = copy;
    return true;
}

bool pt_strings_have(const struct pt_strings *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++)
        if (pt_is(list->at[i], text))
            return true;
    return false;
}

bool pt_strings_have_nocase(const struct pt_strings *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++)
        if (pt_is_nocase(list->at[i], text))
            return true;
    return false;
}

bool pt_strings_are_same(const struct pt_strings *a, const struct pt_strings *b)
{
    for (size_t i = 0; i < a->count && i < b->count; i++)
        if (!pt_is(a->at[i], b->at[i]))
            return false;
    return a->count == b->count;
}

const struct pt_server *pt_chosen(const struct pt_settings *settings,
                                  enum pt_service service)
{
    for (size_t i = 0; i < settings->server_count; i++)
        if (settings->servers[i].chosen &&
            settings->servers[i].service == service)
            return &settings->servers[i];
    return NULL;
}

const struct pt_server *pt_chosen_incoming(const struct pt_settings *settings)
{
    const struct pt_server *imap = pt_chosen(settings, PT_IMAP);

    return imap ? imap : pt_chosen(settings, PT_POP3);
}

const char *pt_login_rule(const struct pt_settings *settings)
{
    const struct pt_server *incoming = pt_chosen_incoming(settings);

    return incoming && incoming->username ? NULL : settings->bridge.login;
}

const char *pt_login(const struct pt_settings *settings,
                     const struct pt_server *server)
{
    const struct pt_server *incoming = pt_chosen_incoming(settings);

    if (server && server->username)
        return server->username;
    if (incoming && incoming->username)
        return incoming->username;
    return settings->address.text;
}

const char *pt_full_name(const struct pt_settings *settings)
{
    return settings->display_name ? settings->display_name
                                  : settings->address.shown;
}

struct pt_server *pt_settings_add(struct pt_arena *arena,
                                  struct pt_settings *settings)
{
    struct pt_server *more = pt_arena_grow(arena, settings->servers,
                                           settings->server_count,
                                           sizeof(*more));

    if (!more)
        return NULL;
    settings->servers = more;
    return &more[settings->server_count++];
}

bool pt_settings_have_chosen(const struct pt_settings *settings)
{
    return settings->server_count && settings->servers[0].chosen;
}

bool pt_settings_do_without(const struct pt_settings *settings,
                            enum pt_service service)
{
    bool receives = pt_chosen_incoming(settings);
    bool sends = pt_chosen(settings, PT_SUBMISSION);

    if (service == PT_IMAP || service == PT_POP3)
        return receives;
    return service == PT_SUBMISSION ? sends : receives || sends;
}

bool pt_server_is_plain_abroad(const struct pt_server *server)
{
    return server->security == PT_PLAIN &&
           !(server->bridge && server->host && pt_is_loopback(server->host));
}
