/* relay.c - see relay.h. */
#include "serve/relay.h"

#include "net/interfaces.h"
#include "net/reach.h"
#include "net/socket.h"
#include "serve/relay_links.h"
#include "serve/relay_proxyd.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BACKLOG = 128, AT_ONCE = 16, PAUSE_MS = 200 };

struct pt_relay {
    struct pt_loop *loop;
    int fd;
    struct sockaddr_storage at;     /* where it listens */
    struct sockaddr_storage target; /* AF_UNSPEC: nowhere */
    struct pt_links *links;
    struct pt_proxyd *proxyd; /* NULL: the links are ours */
    struct pt_timer pause;
    bool lan_only;
};

/* ---- addresses ---- */

/* The port is at the same place in both. */
static uint16_t port_of(const struct sockaddr_storage *address)
{
    struct sockaddr_in in;

    memcpy(&in, address, sizeof(in));
    return ntohs(in.sin_port);
}

static socklen_t length_of(const struct sockaddr_storage *address)
{
    return address->ss_family == AF_INET ? sizeof(struct sockaddr_in)
                                         : sizeof(struct sockaddr_in6);
}

static struct sockaddr_storage loopback_at(bool is_ipv6, uint16_t port)
{
    struct sockaddr_storage address = {0};
    const struct sockaddr_in in = {.sin_family = AF_INET,
                                   .sin_port = htons(port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct sockaddr_in6 in6 = {.sin6_family = AF_INET6,
                                     .sin6_port = htons(port),
                                     .sin6_addr = IN6ADDR_LOOPBACK_INIT};

    if (!port)
        return address;
    if (is_ipv6)
        memcpy(&address, &in6, sizeof(in6));
    else
        memcpy(&address, &in, sizeof(in));
    return address;
}

static bool is_same_target(const struct sockaddr_storage *a,
                           const struct sockaddr_storage *b)
{
    return a->ss_family == b->ss_family && port_of(a) == port_of(b);
}

/* Would it connect to itself, and so without end? */
static bool is_own(const struct pt_relay *relay,
                   const struct sockaddr_storage *target)
{
    const struct sockaddr *at = (const struct sockaddr *)&relay->at;

    return is_same_target(&relay->at, target) &&
           (pt_is_any_address(at) || pt_is_loopback_address(at));
}

/* ---- who comes ---- */

static bool is_welcome(const struct pt_relay *relay,
                       const struct sockaddr_storage *peer)
{
    const struct sockaddr *address = (const struct sockaddr *)peer;

    return relay->target.ss_family != AF_UNSPEC &&
           (!relay->lan_only || pt_is_lan_address(address) ||
            pt_is_loopback_address(address));
}

static void on_peer(void *ctx, int fd, short revents);

static bool listen_on(struct pt_relay *relay)
{
    return pt_loop_watch(relay->loop, relay->fd, POLLIN, on_peer, relay);
}

/* Descriptors or memory are lacking: who waits would be told of again and
 * again meanwhile. */
static void rest(struct pt_relay *relay)
{
    pt_loop_watch(relay->loop, relay->fd, 0, NULL, NULL);
    pt_loop_arm(relay->loop, &relay->pause, PAUSE_MS);
}

static void on_rested(void *ctx)
{
    if (!listen_on(ctx))
        rest(ctx);
}

/* False: there is nobody to take in now. */
static bool take_in(struct pt_relay *relay)
{
    struct sockaddr_storage peer;
    int fd = pt_socket_accept(relay->fd, &peer);

    if (fd < 0) {
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
            errno == ENOMEM)
            rest(relay);
        return errno == ECONNABORTED || errno == EINTR;
    }
    if (is_welcome(relay, &peer))
        pt_links_add(relay->links, fd, &peer, &relay->target);
    else
        close(fd);
    return true;
}

static void on_peer(void *ctx, int fd, short revents)
{
    (void)fd, (void)revents;
    for (int i = 0; i < AT_ONCE && take_in(ctx); i++)
        ;
}

/* ---- where it listens ---- */

/* 0, or an errno. */
static int open_at(struct pt_relay *relay,
                   const struct sockaddr_storage *address)
{
    const int on = 1;
    socklen_t len = sizeof(relay->at);

    relay->fd = pt_socket_open(address->ss_family);
    if (relay->fd < 0)
        return errno;
    /* A port is to be had again at once; "[::]" leaves IPv4 to others. */
    setsockopt(relay->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (address->ss_family == AF_INET6)
        setsockopt(relay->fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
    if (bind(relay->fd, (const struct sockaddr *)address,
             length_of(address)) ||
        listen(relay->fd, BACKLOG) ||
        getsockname(relay->fd, (struct sockaddr *)&relay->at, &len))
        return errno;
    return 0;
}

static enum pt_status fail_to_listen(const struct sockaddr_storage *address,
                                     int failed, struct pt_error *err)
{
    char text[PT_REACH_SIZE];

    pt_reach_text((const struct sockaddr *)address, text);
    return pt_fail(err, PT_CANNOT_WRITE,
                   failed == EADDRINUSE
                       ? "'portolan port' says who holds a port"
                       : NULL,
                   "cannot listen at %s, port %u: %s", text,
                   (unsigned)port_of(address), strerror(failed));
}

/* ---- the interface ---- */

static enum pt_status open_relay(struct pt_relay *relay,
                                 const struct pt_relay_setup *setup,
                                 struct pt_error *err)
{
    int failed = open_at(relay, setup->listen);

    if (failed)
        return fail_to_listen(setup->listen, failed, err);
    relay->links = pt_links_new(relay->loop);
    if (!relay->links || !listen_on(relay))
        return pt_fail_memory(err);
    /* It cannot tell one peer from another. */
    if (!setup->proxyd || setup->lan_only)
        return PT_OK;
    relay->proxyd = pt_proxyd_new(relay->loop, setup->proxyd, relay->fd);
    return relay->proxyd ? PT_OK : pt_fail_memory(err);
}

enum pt_status pt_relay_new(const struct pt_relay_setup *setup,
                            struct pt_relay **ret_relay, struct pt_error *err)
{
    struct pt_relay *relay = calloc(1, sizeof(*relay));
    enum pt_status status;

    if (!relay)
        return pt_fail_memory(err);
    relay->loop = setup->loop;
    relay->lan_only = setup->lan_only;
    relay->fd = -1;
    pt_timer_init(&relay->pause, on_rested, relay);
    status = open_relay(relay, setup, err);
    if (status == PT_OK)
        *ret_relay = relay;
    else
        pt_relay_free(relay);
    return status;
}

void pt_relay_free(struct pt_relay *relay)
{
    if (!relay)
        return;
    pt_proxyd_free(relay->proxyd);
    pt_links_free(relay->links);
    pt_loop_disarm(relay->loop, &relay->pause);
    if (relay->fd >= 0) {
        pt_loop_watch(relay->loop, relay->fd, 0, NULL, NULL);
        close(relay->fd);
    }
    free(relay);
}

uint16_t pt_relay_port(const struct pt_relay *relay)
{
    return port_of(&relay->at);
}

/* While it runs, we take nobody in; while it leads nowhere, we do, and hang
 * up. */
static enum pt_status aim_proxyd(struct pt_relay *relay, struct pt_error *err)
{
    enum pt_status status = PT_OK;

    pt_proxyd_stop(relay->proxyd);
    if (relay->target.ss_family != AF_UNSPEC)
        status = pt_proxyd_start(relay->proxyd, &relay->target, err);
    if (status != PT_OK)
        relay->target = loopback_at(false, 0);
    pt_loop_disarm(relay->loop, &relay->pause);
    if (relay->target.ss_family != AF_UNSPEC)
        pt_loop_watch(relay->loop, relay->fd, 0, NULL, NULL);
    else if (!listen_on(relay))
        rest(relay);
    return status;
}

static enum pt_status refuse_own(uint16_t port, struct pt_error *err)
{
    return pt_fail(err, PT_CANNOT_WRITE,
                   "listen at an address of the LAN, or at another port",
                   "the relay would connect to itself: it listens at port %u "
                   "too",
                   (unsigned)port);
}

enum pt_status pt_relay_aim(struct pt_relay *relay, bool is_ipv6,
                            uint16_t port, struct pt_error *err)
{
    struct sockaddr_storage target = loopback_at(is_ipv6, port);
    enum pt_status status = PT_OK;

    if (is_same_target(&relay->target, &target))
        return PT_OK;
    if (is_own(relay, &target)) {
        status = refuse_own(port, err);
        target = loopback_at(false, 0);
    }
    relay->target = target;
    pt_links_end_all(relay->links);
    if (relay->proxyd) {
        enum pt_status aimed = aim_proxyd(relay, err);

        if (status == PT_OK)
            status = aimed;
    }
    return status;
}

const char *pt_relay_find_proxyd(void)
{
    static const char *const paths[] = {
        "/usr/lib/systemd/systemd-socket-proxyd",
        "/lib/systemd/systemd-socket-proxyd",
    };

    for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
        if (!access(paths[i], X_OK))
            return paths[i];
    return NULL;
}
