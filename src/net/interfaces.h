/* interfaces.h - the addresses this machine has, and which of them a LAN is
 * behind.
 */
#ifndef PT_NET_INTERFACES_H
#define PT_NET_INTERFACES_H

#include "base/arena.h"
#include "base/error.h"

#include <ifaddrs.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* An address of a private network (RFC 1918, RFC 4193), or of the local link
 * (169.254.0.0/16, fe80::/10); IPv4 as IPv6 too. */
bool pt_is_lan_address(const struct sockaddr *address);
/* 127.0.0.0/8 and ::1, also as IPv4 within IPv6. */
bool pt_is_loopback_address(const struct sockaddr *address);
/* 0.0.0.0 and ::. */
bool pt_is_any_address(const struct sockaddr *address);

struct pt_interfaces {
    struct sockaddr_storage *at; /* ports 0 */
    size_t count;
};

/* The private addresses of interfaces that are up: IPv4 first, then IPv6
 * (none of its local link: those carry a zone that no client can be told);
 * then in the same order those that no network card is behind, but containers,
 * virtual machines or a tunnel.  Each once, in the order of their numbers.
 * Empty: there are none.
 * PT_CANNOT_WRITE: the system does not tell; PT_NO_MEMORY. */
enum pt_status pt_interfaces_lan(struct pt_arena *arena,
                                 struct pt_interfaces *ret_found,
                                 struct pt_error *err);

/* The same, of a list as getifaddrs(3) has it; what is behind an interface is
 * looked for in `sys`, which is laid out as Linux' /sys/class/net.  False: no
 * memory. */
bool pt_interfaces_pick(struct pt_arena *arena, const struct ifaddrs *of,
                        const char *sys, struct pt_interfaces *ret_found);

#endif
