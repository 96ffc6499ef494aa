/* interfaces.c - see interfaces.h.
 *
 * Every address is looked at as one of IPv6, an IPv4 address within it: one
 * table says what is private, and IPv4 comes first in the order of numbers.
 */
#include "net/interfaces.h"

#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WIDE = 16 };
enum { DEEPEST = 4 }; /* a VLAN on a bond in a bridge is 3 */

/* ---- what kind of address ---- */

struct range {
    uint8_t prefix[WIDE];
    int bits;
    bool is_link; /* of the local link */
};

static const struct range private[] = {
    {{[10] = 0xFF, 0xFF, 10}, .bits = 96 + 8},
    {{[10] = 0xFF, 0xFF, 172, 16}, .bits = 96 + 12},
    {{[10] = 0xFF, 0xFF, 192, 168}, .bits = 96 + 16},
    {{[10] = 0xFF, 0xFF, 169, 254}, .bits = 96 + 16},
    {{0xFC}, .bits = 7},
    {{0xFE, 0x80}, .bits = 10, .is_link = true},
};

static const struct range loopback[] = {
    {{[10] = 0xFF, 0xFF, 127}, .bits = 96 + 8},
    {{[15] = 1}, .bits = 128},
};

static const struct range any[] = {
    {{[10] = 0xFF, 0xFF}, .bits = 128},
    {{0}, .bits = 128},
};

/* False: it is no address of the Internet. */
static bool widen(const struct sockaddr *address, uint8_t ret_wide[WIDE])
{
    struct sockaddr_in in;
    struct sockaddr_in6 in6;

    if (address->sa_family == AF_INET) {
        memcpy(&in, address, sizeof(in));
        memset(ret_wide, 0, 10);
        memset(ret_wide + 10, 0xFF, 2);
        memcpy(ret_wide + 12, &in.sin_addr, 4);
        return true;
    }
    if (address->sa_family != AF_INET6)
        return false;
    memcpy(&in6, address, sizeof(in6));
    memcpy(ret_wide, &in6.sin6_addr, WIDE);
    return true;
}

static bool is_in(const uint8_t wide[WIDE], const struct range *range)
{
    size_t whole = (size_t)range->bits / 8;
    unsigned rest = (unsigned)range->bits % 8;
    unsigned mask = 0xFFU << (8 - rest) & 0xFF;

    if (memcmp(wide, range->prefix, whole) != 0)
        return false;
    return !rest || ((wide[whole] ^ range->prefix[whole]) & mask) == 0;
}

/* The range of these that it is in, or NULL. */
static const struct range *find(const struct sockaddr *address,
                                const struct range *ranges, size_t count)
{
    uint8_t wide[WIDE];

    if (!widen(address, wide))
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (is_in(wide, &ranges[i]))
            return &ranges[i];
    return NULL;
}

#define FIND(address, ranges) \
    find((address), (ranges), sizeof(ranges) / sizeof(*(ranges)))

bool pt_is_lan_address(const struct sockaddr *address)
{
    return FIND(address, private);
}

bool pt_is_loopback_address(const struct sockaddr *address)
{
    return FIND(address, loopback);
}

bool pt_is_any_address(const struct sockaddr *address)
{
    return FIND(address, any);
}

/* ---- what is behind an interface ---- */

static bool has_hardware(const char *sys, const char *name, int depth);

/* Of those it stands upon, does one have hardware? */
static bool stands_on_hardware(const char *sys, const char *folder, int depth)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    bool found = false;

    if (!dir)
        return false;
    while (!found && (entry = readdir(dir)))
        found = pt_has_prefix(entry->d_name, "lower_") &&
                has_hardware(sys, entry->d_name + strlen("lower_"), depth + 1);
    closedir(dir);
    return found;
}

/* A bridge of containers has their ends of cables alone; one that shares the
 * LAN with virtual machines has a network card in it. */
static bool has_hardware(const char *sys, const char *name, int depth)
{
    char path[PATH_MAX];

    if (depth > DEEPEST ||
        snprintf(path, sizeof(path), "%s/%s/device", sys, name) >=
            (int)sizeof(path))
        return false;
    if (!access(path, F_OK))
        return true;
    path[strlen(path) - strlen("/device")] = '\0';
    return stands_on_hardware(sys, path, depth);
}

/* ---- those of this machine ---- */

struct found {
    struct sockaddr_storage address;
    uint8_t wide[WIDE];
    bool is_last;
};

struct list {
    struct found *at;
    size_t count;
};

static bool is_fit(const struct ifaddrs *one)
{
    const struct range *range =
        one->ifa_addr ? FIND(one->ifa_addr, private) : NULL;

    return range && !range->is_link && one->ifa_flags & IFF_UP;
}

static bool is_there(const struct list *list, const uint8_t wide[WIDE])
{
    for (size_t i = 0; i < list->count; i++)
        if (!memcmp(list->at[i].wide, wide, WIDE))
            return true;
    return false;
}

static void add(struct pt_arena *arena, struct list *list, const char *sys,
                const struct ifaddrs *one)
{
    size_t size = one->ifa_addr->sa_family == AF_INET
                      ? sizeof(struct sockaddr_in)
                      : sizeof(struct sockaddr_in6);
    uint8_t wide[WIDE];
    struct found *at;

    if (!widen(one->ifa_addr, wide) || is_there(list, wide))
        return;
    at = pt_arena_grow(arena, list->at, list->count, sizeof(*at));
    if (!at)
        return;
    list->at = at;
    at += list->count++;
    memcpy(&at->address, one->ifa_addr, size);
    memcpy(at->wide, wide, WIDE);
    at->is_last = !has_hardware(sys, one->ifa_name, 0);
}

static int compare(const void *a, const void *b)
{
    const struct found *one = a;
    const struct found *other = b;

    if (one->is_last != other->is_last)
        return one->is_last ? 1 : -1;
    return memcmp(one->wide, other->wide, WIDE);
}

bool pt_interfaces_pick(struct pt_arena *arena, const struct ifaddrs *of,
                        const char *sys, struct pt_interfaces *ret_found)
{
    struct list list = {0};
    struct sockaddr_storage *at;

    for (; of; of = of->ifa_next)
        if (is_fit(of))
            add(arena, &list, sys, of);
    at = pt_arena_alloc(arena, (list.count + 1) * sizeof(*at));
    if (!at || pt_arena_failed(arena))
        return false;
    if (list.count)
        qsort(list.at, list.count, sizeof(*list.at), compare);
    for (size_t i = 0; i < list.count; i++)
        at[i] = list.at[i].address;
    *ret_found = (struct pt_interfaces){.at = at, .count = list.count};
    return true;
}

enum pt_status pt_interfaces_lan(struct pt_arena *arena,
                                 struct pt_interfaces *ret_found,
                                 struct pt_error *err)
{
    struct ifaddrs *all;
    bool is_done;

    if (getifaddrs(&all))
        return pt_fail(err, PT_CANNOT_WRITE, NULL,
                       "the system does not tell its addresses: %s",
                       strerror(errno));
    is_done = pt_interfaces_pick(arena, all, "/sys/class/net", ret_found);
    freeifaddrs(all);
    return is_done ? PT_OK : pt_fail_memory(err);
}
