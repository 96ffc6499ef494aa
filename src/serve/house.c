#include "serve/house.h"

#include <ctype.h>
#include <string.h>

enum { HOST_MAX = 253 + 1 };

/* FNV-1a; whose domains these are is for the owner to say. */
static uint32_t hash_of(struct pt_slice text)
{
    uint32_t hash = 2166136261U;

    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ (unsigned char)text.at[i]) * 16777619U;
    return hash;
}

/* Where the domain is, or would be. */
static size_t find_slot(const struct pt_house *house, struct pt_slice domain)
{
    size_t slot = hash_of(domain) & (house->shelf_size - 1);

    while (house->shelf[slot] &&
           !pt_slice_is(domain, house->rooms[house->shelf[slot] - 1].domain))
        slot = (slot + 1) & (house->shelf_size - 1);
    return slot;
}

bool pt_house_open(struct pt_arena *arena, const struct pt_strings *domains,
                   struct pt_house *ret_house)
{
    struct pt_house house = {.shelf_size = 4};

    while (house.shelf_size < 2 * domains->count)
        house.shelf_size *= 2;
    house.rooms =
        pt_arena_alloc(arena, (domains->count + 1) * sizeof(*house.rooms));
    house.shelf =
        pt_arena_alloc(arena, house.shelf_size * sizeof(*house.shelf));
    if (!house.rooms || !house.shelf)
        return false;
    for (size_t i = 0; i < domains->count; i++) {
        size_t slot = find_slot(&house, pt_slice_of(domains->at[i]));

        if (house.shelf[slot])
            continue;
        house.rooms[house.room_count++].domain = domains->at[i];
        house.shelf[slot] = (uint32_t)house.room_count;
    }
    *ret_house = house;
    return true;
}

struct pt_room *pt_house_room(const struct pt_house *house,
                              struct pt_slice domain)
{
    uint32_t number = house->shelf[find_slot(house, domain)];

    return number ? &house->rooms[number - 1] : NULL;
}

/* ---- whom a Host header names ---- */

/* Lower case, without its port, brackets and final dot.  False: it is too
 * long, or not of that form. */
static bool clean_host(struct pt_slice host, char out[HOST_MAX],
                       size_t *ret_len)
{
    size_t len = 0;
    const char *end;

    if (host.len && host.at[0] == '[') {
        end = memchr(host.at, ']', host.len);
        if (!end || (end + 1 < host.at + host.len && end[1] != ':'))
            return false;
        host = pt_slice(host.at + 1, (size_t)(end - host.at - 1));
    } else {
        end = memchr(host.at, ':', host.len);
        host.len = end ? (size_t)(end - host.at) : host.len;
    }
    if (host.len && host.at[host.len - 1] == '.')
        host.len--;
    if (!host.len || host.len >= HOST_MAX)
        return false;
    for (; len < host.len; len++)
        out[len] = (char)tolower((unsigned char)host.at[len]);
    out[len] = '\0';
    *ret_len = len;
    return true;
}

static const struct {
    const char *prefix;
    enum pt_host host;
} prefixes[] = {
    {"", PT_HOST_DOMAIN},
    {"autoconfig.", PT_HOST_AUTOCONFIG},
    {"autodiscover.", PT_HOST_AUTODISCOVER},
    {"ua-auto-config.", PT_HOST_PACC},
    {"mail.", PT_HOST_DOMAIN},
    {"www.", PT_HOST_DOMAIN},
};

enum pt_host pt_house_host(const struct pt_house *house, struct pt_slice host,
                           struct pt_room **ret_room)
{
    char name[HOST_MAX];
    size_t len;

    *ret_room = NULL;
    if (!clean_host(host, name, &len))
        return PT_HOST_STRANGE;
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
        size_t skip = strlen(prefixes[i].prefix);

        if (!pt_has_prefix(name, prefixes[i].prefix))
            continue;
        *ret_room = pt_house_room(house, pt_slice(name + skip, len - skip));
        if (*ret_room)
            return prefixes[i].host;
    }
    return pt_strings_have(&house->names, name) ? PT_HOST_OWN
                                                : PT_HOST_STRANGE;
}
