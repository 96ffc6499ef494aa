/* socket.c - see socket.h.  There is no other thread that could start a program
 * between a socket's birth and its marks: the portable way is good enough. */
#include "net/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef MSG_NOSIGNAL
enum { SEND_FLAGS = MSG_NOSIGNAL };
#else
enum { SEND_FLAGS = 0 };
#endif

/* macOS has it as a mark of the socket, others as one of each call. */
static bool mute(int fd)
{
#ifdef SO_NOSIGPIPE
    const int on = 1;

    return !setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof(on));
#else
    (void)fd;
    return true;
#endif
}

/* The socket, marked; closed where that fails. */
static int mark(int fd)
{
    int saved;

    if (fd < 0 || (!fcntl(fd, F_SETFD, FD_CLOEXEC) &&
                   !fcntl(fd, F_SETFL, O_NONBLOCK) && mute(fd)))
        return fd;
    saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

int pt_socket_open(int family)
{
    return mark(socket(family, SOCK_STREAM, 0));
}

int pt_socket_accept(int listener, struct sockaddr_storage *ret_peer)
{
    socklen_t len = sizeof(*ret_peer);

    return mark(accept(listener, (struct sockaddr *)ret_peer, &len));
}

ssize_t pt_socket_send(int fd, const void *bytes, size_t len)
{
    return send(fd, bytes, len, SEND_FLAGS);
}
