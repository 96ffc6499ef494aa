#include "net/reach.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static const char here[] = "which is this machine";
static const char private[] = "which is in a private network";
static const char link_local[] = "which is on the local link only";
static const char multicast[] = "which is a multicast address";
static const char reserved[] = "which is a reserved address";

struct range {
    uint8_t prefix[16];
    int bits;
    const char *what; /* NULL: the IPv4 address inside decides */
    bool is_near;     /* of somebody who may be named by the user */
    size_t inside;    /* where the IPv4 address begins */
};

/* IANA's special-purpose registries (RFC 6890).  The ranges for documentation
 * and benchmarks lead nowhere, which harms nobody. */
static const struct range four[] = {
    {{0}, 8, .what = here},
    {{10}, 8, .what = private, .is_near = true},
    /* RFC 6598: shared. */
    {{100, 64}, 10, .what = private, .is_near = true},
    {{127}, 8, .what = here, .is_near = true},
    /* And cloud metadata. */
    {{169, 254}, 16, .what = link_local, .is_near = true},
    {{172, 16}, 12, .what = private, .is_near = true},
    {{192, 0, 0}, 24, .what = reserved},
    {{192, 168}, 16, .what = private, .is_near = true},
    {{224}, 4, .what = multicast},
    {{255, 255, 255, 255}, 32,
     .what = "which is the broadcast address"},
    {{240}, 4, .what = reserved},
};

static const struct range six[] = {
    {{[15] = 1}, 128, .what = here, .is_near = true},
    {{0}, 128, .what = here},
    {{[10] = 0xFF, 0xFF}, 96, .inside = 12},       /* IPv4-mapped */
    {{0}, 96, .inside = 12},                       /* IPv4-compatible */
    {{0x00, 0x64, 0xFF, 0x9B}, 96, .inside = 12},  /* RFC 6052: NAT64 */
    {{0x00, 0x64, 0xFF, 0x9B, 0x00, 0x01}, 48, .what = private,
     .is_near = true},
    {{0x20, 0x02}, 16, .inside = 2},               /* 6to4 */
    {{0x20, 0x01, 0x00, 0x00}, 32,
     .what = "which is a Teredo tunnel"},
    {{0xFC}, 7, .what = private, .is_near = true},
    {{0xFE, 0x80}, 10, .what = link_local, .is_near = true},
    /* RFC 3879: site-local. */
    {{0xFE, 0xC0}, 10, .what = private, .is_near = true},
    {{0xFF}, 8, .what = multicast},
};

/* RFC 4291, 2.4: all global unicast addresses that were ever given out. */
static const struct range global_unicast = {{0x20}, .bits = 3};

static bool is_in(const uint8_t *address, const struct range *range)
{
    size_t whole = (size_t)range->bits / 8;
    unsigned rest = (unsigned)range->bits % 8;
    unsigned mask = 0xFFU << (8 - rest) & 0xFF;

    if (memcmp(address, range->prefix, whole) != 0)
        return false;
    return !rest || ((address[whole] ^ range->prefix[whole]) & mask) == 0;
}

static const struct range *find(const uint8_t *address,
                                const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_in(address, &ranges[i]))
            return &ranges[i];
    return NULL;
}

static const char *judge(const struct range *range, bool is_nearby)
{
    return range && !(is_nearby && range->is_near) ? range->what : NULL;
}

static const char *judge_four(const uint8_t *address, bool is_nearby)
{
    return judge(find(address, four, sizeof(four) / sizeof(*four)), is_nearby);
}

static const char *judge_six(const uint8_t *address, bool is_nearby)
{
    const struct range *range =
        find(address, six, sizeof(six) / sizeof(*six));

    if (!range)
        return is_in(address, &global_unicast) ? NULL : reserved;
    return range->what ? judge(range, is_nearby)
                       : judge_four(address + range->inside, is_nearby);
}

/* The bytes of the address, wherever the structure has them. */
static const void *bytes_of(const struct sockaddr *address)
{
    const char *at = (const char *)address;

    return at + (address->sa_family == AF_INET
                     ? offsetof(struct sockaddr_in, sin_addr)
                     : offsetof(struct sockaddr_in6, sin6_addr));
}

const char *pt_reach_fault(const struct sockaddr *address, bool is_nearby)
{
    if (address->sa_family == AF_INET)
        return judge_four(bytes_of(address), is_nearby);
    if (address->sa_family == AF_INET6)
        return judge_six(bytes_of(address), is_nearby);
    return "which is no internet address";
}

size_t pt_reach_sift(const struct sockaddr_storage *at, size_t count,
                     bool is_nearby, struct sockaddr_storage *ret_good,
                     const struct sockaddr **ret_bad, const char **ret_fault)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        const struct sockaddr *address = (const struct sockaddr *)&at[i];
        const char *fault = pt_reach_fault(address, is_nearby);

        if (!fault) {
            ret_good[kept++] = at[i];
            continue;
        }
        *ret_bad = address;
        *ret_fault = fault;
    }
    return kept;
}

void pt_reach_text(const struct sockaddr *address, char out[PT_REACH_SIZE])
{
    int family = address->sa_family;

    if ((family != AF_INET && family != AF_INET6) ||
        !inet_ntop(family, bytes_of(address), out, PT_REACH_SIZE))
        memcpy(out, "?", sizeof("?"));
}

bool pt_reach_parse(const char *text, struct sockaddr_storage *ret_address)
{
    struct sockaddr_in in = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};

    if (inet_pton(AF_INET, text, &in.sin_addr) == 1) {
        memset(ret_address, 0, sizeof(*ret_address));
        memcpy(ret_address, &in, sizeof(in));
        return true;
    }
    if (inet_pton(AF_INET6, text, &in6.sin6_addr) != 1)
        return false;
    memset(ret_address, 0, sizeof(*ret_address));
    memcpy(ret_address, &in6, sizeof(in6));
    return true;
}
