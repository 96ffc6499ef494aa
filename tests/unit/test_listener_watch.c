/* test_listener_watch.c - listeners that come and go, and sockets that are
 * none; on a network of our own, where nobody else listens. */
#include "net/listener_watch.h"
#include "tests/tap.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int watch;

/* The kernel tells a moment later. */
static bool heard(void)
{
    struct pollfd polled = {.fd = watch, .events = POLLIN};
    bool is_told = poll(&polled, 1, 300) == 1;

    pt_listener_watch_read(watch);
    return is_told;
}

static uint64_t digest(void)
{
    uint64_t found = 0;

    pt_listeners_digest(&found);
    return found;
}

static int listen_on(uint16_t port, struct sockaddr_in *ret_address)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int on = 1;

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
        listen(fd, 5) || getsockname(fd, (struct sockaddr *)&address, &len))
        return -1;
    *ret_address = address;
    return fd;
}

static int call(const struct sockaddr_in *address, bool waits)
{
    int fd = socket(AF_INET, SOCK_STREAM | (waits ? 0 : SOCK_NONBLOCK), 0);

    (void)!connect(fd, (const struct sockaddr *)address, sizeof(*address));
    return fd;
}

static void test_connections(const struct sockaddr_in *address, int listener)
{
    int ours = call(address, true);
    int theirs = accept(listener, NULL, NULL);

    close(theirs);
    close(ours);
    ours = call(address, true);
    theirs = accept(listener, NULL, NULL);
    close(ours);
    close(theirs);
    OK(!heard(), "connections that end are not told of, from either side");
}

static void test_refusals(const struct sockaddr_in *address)
{
    int fd = call(address, false);
    struct pollfd polled = {.fd = fd, .events = POLLOUT};

    poll(&polled, 1, 300);
    close(fd);
    OK(!heard(), "nor is a connection that was refused, as ours are");
}

static bool is_alone(void)
{
    struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    int fd = unshare(CLONE_NEWUSER | CLONE_NEWNET)
                 ? -1
                 : socket(AF_INET, SOCK_DGRAM, 0);
    bool is_up = fd >= 0 && !ioctl(fd, SIOCSIFFLAGS, &lo);

    if (fd >= 0)
        close(fd);
    return is_up;
}

int main(void)
{
    struct sockaddr_in address;
    bool alone = is_alone();
    uint64_t before = digest();
    uint64_t while_open;
    int listener;

    watch = pt_listener_watch_open();
    if (!alone || watch < 0 || !pt_listeners_digest(&before)) {
        puts("1..0 # SKIP nobody tells of listeners here");
        return 0;
    }
    listener = listen_on(0, &address);
    while_open = digest();
    OK(before != while_open, "one listener more is another digest");
    OK(digest() == while_open, "and as long as it is there, the same");
    test_connections(&address, listener);
    close(listener);
    OK(heard(), "a listener that goes is told of");
    OK(digest() != while_open, "and is missing from the digest");
    test_refusals(&address);
    listener = listen_on(ntohs(address.sin_port), &address);
    OK(digest() != before && digest() != while_open,
       "another one on the same port is another");
    OK(!heard(), "one that comes is not told of");
    close(listener);
    close(watch);
    return tap_done();
}
