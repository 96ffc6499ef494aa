/* relay.h - a port of this machine's on the LAN that leads to the port a
 * bridge has on loopback, wherever that moves.
 *
 * Bytes pass as they are: TLS is between the device and the bridge.  Limits:
 * 256 connections, 32 of one peer (serve/relay_links.h); with proxyd 256, of
 * whomever.  proxyd passes on no half-close: when one side has no more to say,
 * it ends both, and what was on its way to that side is lost.
 */
#ifndef PT_SERVE_RELAY_H
#define PT_SERVE_RELAY_H

#include "base/error.h"
#include "base/loop.h"

#include <stdint.h>
#include <sys/socket.h>

struct pt_relay;

struct pt_relay_setup {
    struct pt_loop *loop;
    const struct sockaddr_storage *listen; /* where; port 0 picks one */
    const char *proxyd; /* systemd-socket-proxyd, which then does the work;
                           NULL: we do, in our own loop */
    bool lan_only;      /* peers that are on no private network, nor this
                           machine, are hung up on.  proxyd cannot do that, and
                           an address of the LAN is no reason to do without:
                           a router may forward the world to it.  So then we do
                           the work, proxyd or not */
};

/* Listens at once, and leads nowhere yet: connections are closed.
 * PT_CANNOT_WRITE: the address is not to be had; PT_NO_MEMORY. */
enum pt_status pt_relay_new(const struct pt_relay_setup *setup,
                            struct pt_relay **ret_relay, struct pt_error *err);
/* Ends all connections and the helper. */
void pt_relay_free(struct pt_relay *relay); /* takes NULL */

/* The port it listens on. */
uint16_t pt_relay_port(const struct pt_relay *relay);

/* From now on connections lead to this port of 127.0.0.1 (or, is_ipv6, ::1);
 * 0: nowhere.  Those to another port end; who connects meanwhile waits.
 * PT_CANNOT_WRITE: the helper cannot be started, or it would connect to itself;
 * then it leads nowhere. */
enum pt_status pt_relay_aim(struct pt_relay *relay, bool is_ipv6,
                            uint16_t port, struct pt_error *err);

/* Where systemd-socket-proxyd is on this system, or NULL. */
const char *pt_relay_find_proxyd(void);

#endif
