/* loopback.h - the only addresses a bridge is ever spoken to at. */
#ifndef PT_NET_LOOPBACK_H
#define PT_NET_LOOPBACK_H

#include <stdbool.h>
#include <sys/socket.h>

/* "127.0.0.1:1143", "[::1]:1143" or "localhost:1143", made an address to
 * connect to.  No name is ever looked up: localhost is 127.0.0.1. */
bool pt_loopback_parse(const char *text, struct sockaddr_storage *ret_address,
                       socklen_t *ret_len);

#endif
