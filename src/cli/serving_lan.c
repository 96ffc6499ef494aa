/* serving_lan.c - what a bridge says on its own machine, said for devices on
 * the LAN: its servers stand behind relays of ours, whose ports stay while the
 * bridge's move.
 */
#include "cli/serving.h"

#include "cli/page.h"
#include "serve/bridge_certificate.h"
#include "serve/relay.h"
#include "serve/relay_ports.h"

#include <string.h>
#include <time.h>

/* The relays to one server of one bridge, one at each address of ours. */
struct pt_lan_relay {
    enum pt_service service;
    const char *bridge;
    uint16_t port; /* on the LAN; 0: they are not open */
    struct pt_relay *at[PT_LAN_ADDRESSES];
    struct pt_lan_relay *next;
};

static struct pt_lan_relay *find(const struct pt_serving *s,
                                 const struct pt_server *server)
{
    for (struct pt_lan_relay *at = s->relays; at; at = at->next)
        if (at->service == server->service &&
            pt_is(at->bridge, server->bridge))
            return at;
    return NULL;
}

static void close_relays(const struct pt_serving *s,
                         struct pt_lan_relay *relay)
{
    for (size_t i = 0; i < s->lan_count; i++) {
        pt_relay_free(relay->at[i]);
        relay->at[i] = NULL;
    }
    relay->port = 0;
}

/* Where it cannot be, it is served all the same. */
static void remember(const struct pt_serving *s,
                     const struct pt_lan_relay *relay)
{
    struct pt_page page = pt_page_err(s->call->io);
    struct pt_error err;

    if (pt_relay_port_keep(&s->session.query.place, relay->bridge,
                           relay->service, relay->port, &err) != PT_OK)
        pt_page_error(&page, &err);
}

/* At the port that devices know; else at the one that the bridge has at this
 * moment, which is free elsewhere. */
static enum pt_status open_relays(struct pt_serving *s,
                                  struct pt_lan_relay *relay,
                                  const struct pt_server *server,
                                  struct pt_error *err)
{
    bool is_public = s->call->options.is_public;
    enum pt_status status = PT_OK;

    relay->port = pt_relay_port_known(&s->session.query.place, relay->bridge,
                                      relay->service);
    if (!relay->port)
        relay->port = server->port;
    for (size_t i = 0; i < s->lan_count && status == PT_OK; i++) {
        struct sockaddr_storage address = s->lan[i];

        pt_serving_set_port(&address, relay->port);
        status = pt_relay_new(
            &(struct pt_relay_setup){.loop = s->session.loop,
                                     .listen = &address,
                                     .proxyd = is_public
                                                   ? pt_relay_find_proxyd()
                                                   : NULL,
                                     .lan_only = !is_public},
            &relay->at[i], err);
    }
    if (status != PT_OK)
        close_relays(s, relay);
    else if (s->web)
        remember(s, relay);
    return status;
}

static enum pt_status relay_to(struct pt_serving *s,
                               const struct pt_server *server,
                               struct pt_lan_relay **ret_relay,
                               struct pt_error *err)
{
    struct pt_lan_relay *relay = find(s, server);
    enum pt_status status = PT_OK;

    if (!relay) {
        relay = pt_arena_alloc(s->call->arena, sizeof(*relay));
        if (!relay)
            return pt_fail_memory(err);
        relay->service = server->service;
        relay->bridge = pt_arena_strdup(s->call->arena, server->bridge);
        relay->next = s->relays;
        s->relays = relay;
    }
    if (!relay->port)
        status = open_relays(s, relay, server, err);
    for (size_t i = 0; i < s->lan_count && status == PT_OK; i++)
        status = pt_relay_aim(relay->at[i], strchr(server->host, ':'),
                              server->port, err);
    *ret_relay = relay;
    return status;
}

static enum pt_status move(struct pt_serving *s, struct pt_arena *arena,
                           struct pt_server *server, struct pt_error *err)
{
    struct pt_lan_relay *relay = NULL;
    enum pt_status status;

    if (server->security == PT_PLAIN)
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "give the bridge a certificate first",
                       "the bridge has no encryption, and nothing goes over a "
                       "network without");
    status = relay_to(s, server, &relay, err);
    if (status != PT_OK)
        return status;
    server->host = pt_arena_strdup(arena, s->lan_host);
    server->port = relay->port;
    return server->host ? PT_OK : pt_fail_memory(err);
}

static bool is_ours(const struct pt_server *server)
{
    return server->chosen && server->host && server->bridge &&
           pt_service_is_mail(server->service) &&
           pt_is_this_machine(server->host);
}

static enum pt_status fail_reach(const struct pt_settings *settings,
                                 struct pt_error *err)
{
    return pt_fail(err, PT_CANNOT_EXPRESS,
                   "add --relay, which lets them through; or serve it on "
                   "127.0.0.1, for the mail programs of this machine",
                   "the bridge for %s listens on this machine alone, and "
                   "devices on the LAN cannot reach it",
                   settings->address.domain);
}

/* Who asks is to see that this is not the provider's own word. */
static bool rename_provider(struct pt_serving *s, struct pt_arena *arena,
                            struct pt_settings *settings)
{
    settings->provider_name = pt_arena_printf(
        arena, "%s, by %s on %s", settings->provider_name,
        settings->bridge.title ? settings->bridge.title : "a bridge",
        s->lan_host);
    return settings->provider_name;
}

static enum pt_status move_all(struct pt_serving *s, struct pt_arena *arena,
                               struct pt_settings *settings,
                               struct pt_error *err)
{
    enum pt_status status = PT_OK;

    settings->servers = pt_arena_memdup(
        arena, settings->servers,
        settings->server_count * sizeof(*settings->servers));
    if (!settings->servers || !rename_provider(s, arena, settings))
        return pt_fail_memory(err);
    for (size_t i = 0; i < settings->server_count && status == PT_OK; i++)
        if (is_ours(&settings->servers[i]))
            status = move(s, arena, &settings->servers[i], err);
    return status;
}

enum pt_status pt_serving_to_lan(struct pt_serving *s, struct pt_arena *arena,
                                 const struct pt_settings **settings,
                                 struct pt_error *err)
{
    const struct pt_server *in = pt_chosen_incoming(*settings);
    struct pt_settings *moved;
    enum pt_status status;

    if (!s->lan_host || !in || !pt_is_this_machine(in->host))
        return PT_OK;
    if (!s->call->options.relay)
        return fail_reach(*settings, err);
    moved = pt_arena_memdup(arena, *settings, sizeof(**settings));
    if (!moved)
        return pt_fail_memory(err);
    status = move_all(s, arena, moved, err);
    if (status == PT_OK)
        *settings = moved;
    return status;
}

/* ---- where there is no bridge any more ---- */

static bool leads_to(const struct pt_settings *settings,
                     const struct pt_lan_relay *relay)
{
    for (size_t i = 0; i < settings->server_count; i++) {
        const struct pt_server *server = &settings->servers[i];

        if (server->chosen && server->service == relay->service &&
            pt_is(server->bridge, relay->bridge))
            return true;
    }
    return false;
}

/* Whoever's settings could not be looked at leaves it as it was. */
static bool is_bridge_there(const struct pt_serving *s,
                            const struct pt_lan_relay *relay)
{
    for (size_t i = 0; i < s->house.room_count; i++) {
        const struct pt_site *site = s->house.rooms[i].site;

        if (site && s->looks[i].status != PT_NEEDS_BRIDGE &&
            leads_to(site->settings, relay))
            return true;
    }
    return false;
}

void pt_serving_rest_relays(struct pt_serving *s)
{
    struct pt_error err;

    for (struct pt_lan_relay *relay = s->relays; relay; relay = relay->next)
        if (relay->port && !is_bridge_there(s, relay))
            for (size_t i = 0; i < s->lan_count; i++)
                (void)pt_relay_aim(relay->at[i], false, 0, &err);
}

void pt_serving_advise(const struct pt_serving *s,
                       const struct pt_settings *settings)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_page page = pt_page_err(s->call->io);
    struct pt_strings advice = {0};

    if (arena && s->relays &&
        pt_bridge_certificate_advice(arena, settings, s->lan_host,
                                     (int64_t)time(NULL), &advice))
        pt_page_paragraphs(&page, 0, "portolan: ", &advice);
}

void pt_serving_close_relays(struct pt_serving *s)
{
    for (struct pt_lan_relay *at = s->relays; at; at = at->next)
        close_relays(s, at);
    s->relays = NULL;
}
