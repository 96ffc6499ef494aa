/* fuzz_provider.c - any bytes as a provider's profile: what loads can be used
 * as it is, without another look. */
#include "format/provider.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check_server(const struct pt_server *server)
{
    if (!pt_host_ok(server->host) || pt_is_this_machine(server->host) ||
        !server->port || server->auth_count > PT_AUTH_MAX ||
        (server->security != PT_TLS && server->security != PT_STARTTLS) ||
        server->username[0] != '%')
        abort();
}

/* A suffix has no more than itself below it. */
static void check_mx(const struct pt_strings *mx)
{
    for (size_t i = 0; i < mx->count; i++)
        if (!strchr(mx->at[i] + 1, '.') ||
            pt_mx_is_listed(mx, mx->at[i]) == (mx->at[i][0] == '.'))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_provider provider = {0};
    struct pt_error err = {0};

    if (!arena || pt_provider_read(arena, pt_slice((const char *)data, len),
                                   &provider, &err) != PT_OK)
        return 0;
    if (!provider.name || !provider.title ||
        !(provider.domains.count || provider.mx.count))
        abort();
    check_mx(&provider.mx);
    for (size_t i = 0; i < provider.server_count; i++)
        check_server(&provider.servers[i]);
    return 0;
}
