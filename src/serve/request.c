#include "serve/request.h"

#include "format/url.h"

#include <string.h>

enum { DOMAIN_MAX = 253 };

/* ---- the target ---- */

static void cut_query(struct pt_slice target, struct pt_asked *asked)
{
    const char *mark = memchr(target.at, '?', target.len);
    size_t len = mark ? (size_t)(mark - target.at) : target.len;

    asked->path = pt_slice(target.at, len);
    if (mark)
        asked->query = pt_slice(mark + 1, target.len - len - 1);
}

/* "http://host/path": its host counts, whatever the header says. */
static bool cut_authority(struct pt_slice *target, struct pt_slice *host)
{
    const char *colon = pt_slice_find(*target, "://");
    struct pt_slice rest;
    size_t len = 0;

    if (!colon || (colon - target->at != 4 && colon - target->at != 5))
        return false;
    rest = pt_slice(colon + 3, target->len - (size_t)(colon + 3 - target->at));
    while (len < rest.len && rest.at[len] != '/' && rest.at[len] != '?')
        len++;
    *host = pt_slice(rest.at, len);
    *target = pt_slice(rest.at + len, rest.len - len);
    return true;
}

bool pt_asked_read(const struct pt_house *house,
                   const struct pt_request *request,
                   struct pt_asked *ret_asked)
{
    struct pt_slice target = pt_slice_of(request->target);
    struct pt_slice host = pt_slice_of(request->host);
    bool has_host = request->host;
    struct pt_asked asked = {.host = PT_HOST_OWN};

    if (!target.len)
        return false;
    if (target.at[0] != '/') {
        if (!cut_authority(&target, &host))
            return false;
        has_host = true;
    }
    cut_query(target, &asked);
    if (has_host)
        asked.host = pt_house_host(house, host, &asked.host_room);
    *ret_asked = asked;
    return true;
}

/* ---- the query ---- */

/* Escapes do not make it another name. */
static struct pt_slice plain_name(struct pt_arena *arena, struct pt_slice name)
{
    const char *copy;

    if (!name.len || !memchr(name.at, '%', name.len))
        return name;
    copy = pt_arena_strndup(arena, name.at, name.len);
    return pt_slice_of(copy ? pt_url_decode(arena, copy) : NULL);
}

static bool is_one_of(struct pt_slice name, const char *const *names)
{
    for (size_t i = 0; names[i]; i++)
        if (name.len == strlen(names[i]) &&
            !strncasecmp(name.at, names[i], name.len))
            return true;
    return false;
}

/* Cut the next "name=value" off.  False: there is none left. */
static bool next_parameter(struct pt_slice *rest, struct pt_slice *ret_name,
                           struct pt_slice *ret_value)
{
    const char *end;
    const char *sign;
    size_t len;

    if (!rest->len)
        return false;
    end = memchr(rest->at, '&', rest->len);
    len = end ? (size_t)(end - rest->at) : rest->len;
    sign = memchr(rest->at, '=', len);
    *ret_name = pt_slice(rest->at, sign ? (size_t)(sign - rest->at) : len);
    *ret_value = sign ? pt_slice(sign + 1, len - ret_name->len - 1)
                      : pt_slice_of("");
    len += end ? 1 : 0;
    *rest = pt_slice(rest->at + len, rest->len - len);
    return true;
}

static bool find_parameter(struct pt_arena *arena,
                           const struct pt_asked *asked,
                           const char *const *names, struct pt_slice *ret_value)
{
    struct pt_slice rest = asked->query;
    struct pt_slice name;
    struct pt_slice value;

    while (next_parameter(&rest, &name, &value))
        if (is_one_of(plain_name(arena, name), names)) {
            *ret_value = value;
            return true;
        }
    return false;
}

bool pt_asked_has(struct pt_arena *arena, const struct pt_asked *asked,
                  const char *const *names)
{
    struct pt_slice value;

    return find_parameter(arena, asked, names, &value);
}

const char *pt_asked_parameter(struct pt_arena *arena,
                               const struct pt_asked *asked,
                               const char *const *names)
{
    struct pt_slice value;
    const char *copy;

    if (!find_parameter(arena, asked, names, &value) || !value.len)
        return NULL;
    copy = pt_arena_strndup(arena, value.at, value.len);
    if (copy && memchr(value.at, '%', value.len))
        copy = pt_url_decode(arena, copy);
    return copy;
}

/* ---- the domain ---- */

/* Lower-case LDH, as it stands in a room: no library need look at it. */
static bool is_plain(struct pt_slice domain)
{
    for (size_t i = 0; i < domain.len; i++) {
        char c = domain.at[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' &&
            c != '.')
            return false;
    }
    return true;
}

struct pt_room *pt_asked_domain(struct pt_arena *arena,
                                const struct pt_house *house,
                                struct pt_slice domain)
{
    const char *text;

    if (!domain.len || domain.len > 4 * DOMAIN_MAX)
        return NULL;
    if (is_plain(domain)) {
        struct pt_room *room = pt_house_room(house, domain);

        if (room)
            return room;
    }
    text = pt_arena_strndup(arena, domain.at, domain.len);
    text = text ? pt_host_from(arena, text) : NULL;
    return text ? pt_house_room(house, pt_slice_of(text)) : NULL;
}

struct pt_room *pt_asked_default(const struct pt_house *house,
                                 const struct pt_asked *asked)
{
    if (asked->host_room)
        return asked->host_room;
    return house->room_count == 1 ? &house->rooms[0] : NULL;
}
