/* fuzz_grpc.c - any bytes as gRPC's files and replies. */
#include "format/grpc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check_users(const struct pt_grpc_users *users)
{
    for (size_t i = 0; i < users->addresses.count; i++)
        if (!strchr(users->addresses.at[i], '@') ||
            !pt_is_printable(pt_slice_of(users->addresses.at[i])))
            abort();
    for (size_t i = 0; i < users->waiting.count; i++)
        if (!pt_is_printable(pt_slice_of(users->waiting.at[i])))
            abort();
}

static void check_endpoint(const struct pt_grpc_endpoint *endpoint)
{
    if (!endpoint->socket && !endpoint->port)
        abort();
    if (endpoint->socket && endpoint->socket[0] != '/')
        abort();
    if (endpoint->token && strpbrk(endpoint->token, " \r\n"))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_slice bytes = pt_slice((const char *)data, len);
    struct pt_grpc_endpoint endpoint;
    struct pt_grpc_users users;
    struct pt_error err = {0};

    if (!arena)
        return 0;
    if (pt_grpc_endpoint_read(arena, bytes, &endpoint, &err) == PT_OK)
        check_endpoint(&endpoint);
    if (pt_grpc_users_read(arena, bytes, &users, &err) == PT_OK)
        check_users(&users);
    return 0;
}
