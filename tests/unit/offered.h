/* offered.h - a server that was read, as a line for a test to compare. */
#ifndef PT_TESTS_OFFERED_H
#define PT_TESTS_OFFERED_H

#include "base/buf.h"
#include "model/settings.h"

/* "imap imap.example.org:993 tls ann@example.org [oauth2 ntlm]" */
static inline void offered_put(const struct pt_server *server,
                               struct pt_buf *out)
{
    const char *name = pt_service_name(server->service);

    if (server->url)
        pt_buf_printf(out, "%s %s", name, server->url);
    else
        pt_buf_printf(out, "%s %s:%u %s", name, server->host, server->port,
                      pt_security_name(server->security));
    if (server->username)
        pt_buf_printf(out, " %s", server->username);
    for (size_t i = 0; i < server->auth_count; i++)
        pt_buf_printf(out, "%s%s", i ? " " : " [",
                      pt_auth_name(server->auth[i]));
    pt_buf_puts(out, server->auth_count ? "]\n" : "\n");
}

#endif
