/* socket.h - stream sockets that never wait, are not handed on to another
 * program, and raise no SIGPIPE: what the systems differ in is here.
 */
#ifndef PT_NET_SOCKET_H
#define PT_NET_SOCKET_H

#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

/* AF_INET or AF_INET6.  -1: errno says why. */
int pt_socket_open(int family);

/* As accept(2).  -1: errno says why. */
int pt_socket_accept(int listener, struct sockaddr_storage *ret_peer);

/* As send(2).  A peer that is gone is EPIPE, and no signal. */
ssize_t pt_socket_send(int fd, const void *bytes, size_t len);

#endif
