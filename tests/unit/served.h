/* served.h - settings as a server on the LAN, or for the world, speaks of them.
 */
#ifndef PT_TESTS_SERVED_H
#define PT_TESTS_SERVED_H

#include "model/settings.h"
#include "serve/dns_help.h"

#include <stdlib.h>

enum { SERVED_MAX = 6 };

struct served {
    struct pt_settings settings;
    struct pt_server servers[SERVED_MAX];
};

/* Ends the test when the address is none. */
static inline void served_begin(struct served *served, struct pt_arena *arena,
                                const char *address)
{
    *served = (struct served){0};
    if (pt_address_parse(arena, address, &served->settings.address, NULL))
        abort();
    served->settings.provider_name = "Example";
    served->settings.provider_domain = served->settings.address.domain;
    served->settings.servers = served->servers;
}

static inline struct pt_server *served_add(struct served *served,
                                           enum pt_service service,
                                           const char *host, uint16_t port,
                                           enum pt_security security)
{
    struct pt_server *server =
        &served->servers[served->settings.server_count++];

    *server = (struct pt_server){.service = service,
                                 .host = host,
                                 .port = port,
                                 .security = security,
                                 .auth = {PT_AUTH_CLEARTEXT},
                                 .auth_count = 1,
                                 .chosen = true};
    return server;
}

/* Calendars are elsewhere, mail goes through a bridge on the LAN. */
static inline void served_lan(struct served *served, struct pt_arena *arena,
                              const char *address)
{
    served_begin(served, arena, address);
    served_add(served, PT_IMAP, "bridge.home.arpa", 1143, PT_STARTTLS);
    served_add(served, PT_SUBMISSION, "192.168.1.10", 1025, PT_STARTTLS);
    served_add(served, PT_CALDAV, NULL, 0, PT_TLS)->url =
        "https://dav.example.com:8443/dav/calendars/";
}

static inline void served_world(struct served *served, struct pt_arena *arena,
                                const char *address)
{
    served_begin(served, arena, address);
    served_add(served, PT_IMAP, "imap.example.org", 993, PT_TLS);
    served_add(served, PT_SUBMISSION, "smtp.example.org", 465, PT_TLS);
    served_add(served, PT_POP3, "imap.example.org", 110, PT_STARTTLS);
    served_add(served, PT_CARDDAV, NULL, 0, PT_TLS)->url =
        "https://dav.example.org/.well-known/carddav";
    served_add(served, PT_JMAP, NULL, 0, PT_TLS)->url =
        "https://jmap.example.org/.well-known/jmap";
}

static const char *served_addresses[] = {"192.168.1.10", "fd00::10"};
static const struct pt_strings served_on_lan = {served_addresses, 2};
static const struct pt_strings served_nowhere = {0};

#endif
