/* fuzz_reach.c - any text as an address, a name server and resolv.conf; any
 * bytes as an address that a name led to. */
#include "base/arena.h"
#include "net/dns_server.h"
#include "net/reach.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* There is one spelling of each address, and it is the one we print. */
static void check_text(const char *text)
{
    struct sockaddr_storage address;
    char shown[PT_REACH_SIZE];

    if (!pt_reach_parse(text, &address))
        return;
    pt_reach_text((const struct sockaddr *)&address, shown);
    if (!pt_reach_parse(shown, &address))
        abort();
}

/* What is refused although the user named it is refused all the more. */
static void check_fault(const struct sockaddr *address)
{
    if (pt_reach_fault(address, true) && !pt_reach_fault(address, false))
        abort();
}

/* The address alone is one as well. */
static void check_server(const char *text)
{
    struct sockaddr_storage server;
    char shown[PT_REACH_SIZE];

    if (!pt_dns_server_parse(text, &server))
        return;
    check_fault((const struct sockaddr *)&server);
    pt_reach_text((const struct sockaddr *)&server, shown);
    if (!pt_dns_server_parse(shown, &server))
        abort();
}

static void check_bytes(const uint8_t *data, size_t len)
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};

    if (len >= sizeof(four.sin_addr)) {
        memcpy(&four.sin_addr, data, sizeof(four.sin_addr));
        check_fault((const struct sockaddr *)&four);
    }
    if (len >= sizeof(six.sin6_addr)) {
        memcpy(&six.sin6_addr, data, sizeof(six.sin6_addr));
        check_fault((const struct sockaddr *)&six);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    const char *text =
        arena ? pt_arena_strndup(arena, (const char *)data, len) : NULL;

    if (!text)
        return 0;
    check_text(text);
    check_server(text);
    pt_resolv_conf_trusts(pt_slice((const char *)data, len));
    check_bytes(data, len);
    return 0;
}
