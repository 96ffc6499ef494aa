#include "net/interfaces.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* ---- what an address is ---- */

/* IPv4, also as IPv6, in host order; 0: it is IPv6. */
static uint32_t ipv4_of(const struct sockaddr *address, bool *ret_is)
{
    const unsigned char *bytes = NULL;

    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)address;

        bytes = (const unsigned char *)&in->sin_addr;
    } else if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const void *)address;

        if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr))
            bytes = in6->sin6_addr.s6_addr + 12;
    }
    *ret_is = bytes;
    return bytes ? (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
                       (uint32_t)bytes[2] << 8 | bytes[3]
                 : 0;
}

static const unsigned char *ipv6_of(const struct sockaddr *address)
{
    const struct sockaddr_in6 *in6 = (const void *)address;

    return address->sa_family == AF_INET6 ? in6->sin6_addr.s6_addr : NULL;
}

bool pt_is_lan_address(const struct sockaddr *address)
{
    bool is_ipv4;
    uint32_t ipv4 = ipv4_of(address, &is_ipv4);
    const unsigned char *ipv6 = ipv6_of(address);

    if (is_ipv4)
        return ipv4 >> 24 == 10 || ipv4 >> 20 == 0xAC1 ||
               ipv4 >> 16 == 0xC0A8 || ipv4 >> 16 == 0xA9FE;
    return ipv6 && ((ipv6[0] & 0xFE) == 0xFC ||
                    (ipv6[0] == 0xFE && (ipv6[1] & 0xC0) == 0x80));
}

bool pt_is_loopback_address(const struct sockaddr *address)
{
    static const unsigned char loopback[16] = {[15] = 1};
    bool is_ipv4;
    uint32_t ipv4 = ipv4_of(address, &is_ipv4);
    const unsigned char *ipv6 = ipv6_of(address);

    if (is_ipv4)
        return ipv4 >> 24 == 127;
    return ipv6 && !memcmp(ipv6, loopback, sizeof(loopback));
}

bool pt_is_any_address(const struct sockaddr *address)
{
    static const unsigned char any[16];
    bool is_ipv4;
    uint32_t ipv4 = ipv4_of(address, &is_ipv4);
    const unsigned char *ipv6 = ipv6_of(address);

    if (is_ipv4)
        return !ipv4;
    return ipv6 && !memcmp(ipv6, any, sizeof(any));
}

/* ---- what this machine has ---- */

static bool is_link_local(const struct sockaddr *address)
{
    const unsigned char *ipv6 = ipv6_of(address);

    return ipv6 && ipv6[0] == 0xFE;
}

/* What is behind them is no LAN, most of the time. */
static bool is_virtual(const char *name)
{
    static const char *const prefixes[] = {"docker", "br-",  "veth", "virbr",
                                           "tun",    "tap",  "wg",   "lxc",
                                           "podman", "cni"};

    for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
        if (!strncmp(name, prefixes[i], strlen(prefixes[i])))
            return true;
    return false;
}

/* An address, and what it is sorted by. */
struct found {
    int group;
    struct sockaddr_storage address;
};

static int compare(const void *a, const void *b)
{
    const struct found *left = a;
    const struct found *right = b;

    if (left->group != right->group)
        return left->group - right->group;
    return memcmp(&left->address, &right->address, sizeof(left->address));
}

static bool is_wanted(const struct ifaddrs *at)
{
    return at->ifa_addr && (at->ifa_flags & IFF_UP) &&
           (at->ifa_addr->sa_family == AF_INET ||
            at->ifa_addr->sa_family == AF_INET6) &&
           pt_is_lan_address(at->ifa_addr) && !is_link_local(at->ifa_addr);
}

static struct found found_of(const struct ifaddrs *at)
{
    bool is_ipv6 = at->ifa_addr->sa_family == AF_INET6;
    struct found found = {.group = is_ipv6 + 2 * is_virtual(at->ifa_name)};

    memcpy(&found.address, at->ifa_addr,
           is_ipv6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in));
    return found;
}

static bool gather(struct pt_arena *arena, const struct ifaddrs *list,
                   struct pt_interfaces *ret_found)
{
    struct pt_interfaces result = {0};
    struct found *all = NULL;

    for (const struct ifaddrs *at = list; at; at = at->ifa_next) {
        struct found *more;

        if (!is_wanted(at))
            continue;
        more = pt_arena_grow(arena, all, result.count, sizeof(*more));
        if (!more)
            return false;
        all = more;
        all[result.count++] = found_of(at);
    }
    if (all)
        qsort(all, result.count, sizeof(*all), compare);
    result.at = pt_arena_alloc(arena, (result.count + 1) * sizeof(*result.at));
    for (size_t i = 0; i < result.count && result.at; i++)
        result.at[i] = all[i].address;
    *ret_found = result;
    return result.at;
}

enum pt_status pt_interfaces_lan(struct pt_arena *arena,
                                 struct pt_interfaces *ret_found,
                                 struct pt_error *err)
{
    struct ifaddrs *list;
    bool done;

    if (getifaddrs(&list))
        return pt_fail(err, PT_CANNOT_WRITE, NULL,
                       "cannot tell the addresses of this machine: %s",
                       strerror(errno));
    done = gather(arena, list, ret_found);
    freeifaddrs(list);
    return done ? PT_OK : pt_fail_memory(err);
}
