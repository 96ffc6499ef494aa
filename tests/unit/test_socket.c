/* test_socket.c - a socket of ours neither waits, nor is handed on, nor kills.
 */
#include "net/socket.h"
#include "tests/tap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

/* Listens at a port the system chose, told in *ret_address. */
static int open_listener(struct sockaddr_in *ret_address)
{
    socklen_t len = sizeof(*ret_address);
    int fd = pt_socket_open(AF_INET);

    *ret_address = (struct sockaddr_in){
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    OK(!bind(fd, (struct sockaddr *)ret_address, len) && !listen(fd, 1) &&
           !getsockname(fd, (struct sockaddr *)ret_address, &len),
       "it can be listened with");
    return fd;
}

static bool wait_for(int fd, short events)
{
    return poll(&(struct pollfd){.fd = fd, .events = events}, 1, 5000) == 1;
}

static void test_marks(void)
{
    int fd = pt_socket_open(AF_INET6);

    if (fd < 0) /* a machine without IPv6 */
        fd = pt_socket_open(AF_INET);
    OK(fcntl(fd, F_GETFD) & FD_CLOEXEC, "it is not handed on to a program");
    OK(fcntl(fd, F_GETFL) & O_NONBLOCK, "nobody waits for it");
    OK((fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR,
       "it is read from and written to");
    close(fd);
    OK(pt_socket_open(-1) == -1 && errno == EAFNOSUPPORT,
       "a family nobody has is refused, and errno says so");
}

/* Were a signal raised, this program would be no more. */
static void test_gone_peer(void)
{
    struct sockaddr_in address;
    int listener = open_listener(&address);
    int fd = pt_socket_open(AF_INET);
    ssize_t sent = 0;
    char byte;
    int peer;

    OK(!connect(fd, (struct sockaddr *)&address, sizeof(address)) ||
           errno == EINPROGRESS,
       "a connection is begun without waiting");
    wait_for(listener, POLLIN);
    peer = accept(listener, NULL, NULL);
    OK(pt_socket_send(fd, "a", 1) == 1 && wait_for(peer, POLLIN) &&
           recv(peer, &byte, 1, 0) == 1 && byte == 'a',
       "what is sent arrives");
    close(peer);
    wait_for(fd, POLLIN);
    for (int i = 0; sent >= 0 && i < 1000; i++)
        sent = pt_socket_send(fd, "b", 1);
    OK(sent < 0 && (errno == EPIPE || errno == ECONNRESET),
       "a peer that is gone is an error");
    for (int i = 0; i < 2; i++) /* the first may have been the reset */
        sent = pt_socket_send(fd, "c", 1);
    OK(sent < 0 && errno == EPIPE, "and stays one");
    close(fd);
    close(listener);
}

int main(void)
{
    test_marks();
    test_gone_peer();
    return tap_done();
}
