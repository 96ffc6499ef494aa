/* test_dial.c - of several addresses, the first that takes the connection. */
#include "net/dial.h"
#include "net/reach.h"
#include "net/socket.h"
#include "tests/tap.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LIMIT_MS = 600, CROWD = 8 };

/* Some machines have no IPv6. */
static bool has_six(void)
{
    struct sockaddr_in6 at = {.sin6_family = AF_INET6,
                              .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_bound = fd >= 0 && !bind(fd, (struct sockaddr *)&at, sizeof(at));

    if (fd >= 0)
        close(fd);
    return is_bound;
}

static struct sockaddr_storage address(const char *text, uint16_t port)
{
    struct sockaddr_storage at = {0};

    pt_reach_parse(text, &at);
    if (at.ss_family == AF_INET)
        ((struct sockaddr_in *)&at)->sin_port = htons(port);
    else
        ((struct sockaddr_in6 *)&at)->sin6_port = htons(port);
    return at;
}

/* port: 0: any, told in it. */
static int listen_at(const char *text, uint16_t *port, int backlog)
{
    struct sockaddr_storage at = address(text, *port);
    socklen_t len = at.ss_family == AF_INET ? sizeof(struct sockaddr_in)
                                            : sizeof(struct sockaddr_in6);
    int fd = socket(at.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (bind(fd, (struct sockaddr *)&at, len) || listen(fd, backlog) ||
        getsockname(fd, (struct sockaddr *)&at, &len))
        return -1;
    *port = ntohs(((struct sockaddr_in *)&at)->sin_port); /* of both */
    return fd;
}

/* Its queue is full: what comes now is not answered. */
static void crowd(const char *text, uint16_t port, int fds[CROWD])
{
    struct sockaddr_storage at = address(text, port);

    for (int i = 0; i < CROWD; i++) {
        fds[i] = pt_socket_open(AF_INET);
        if (connect(fds[i], (struct sockaddr *)&at,
                    sizeof(struct sockaddr_in)) &&
            errno != EINPROGRESS)
            OK(false, "the queue can be filled");
    }
}

static void disperse(const int fds[CROWD])
{
    for (int i = 0; i < CROWD; i++)
        close(fds[i]);
}

struct end {
    bool is_there;
    int error;
    char address[PT_REACH_SIZE];
    int64_t took_ms;
};

static void on_dialed(void *ctx, const struct pt_dialed *dialed)
{
    struct end *end = ctx;

    end->is_there = true;
    end->error = dialed->error;
    if (dialed->fd < 0)
        return;
    pt_reach_text((const struct sockaddr *)dialed->at, end->address);
    close(dialed->fd);
}

static struct end dial(struct pt_loop *loop, const struct sockaddr_storage *at,
                       size_t count)
{
    struct end end = {0};
    int64_t began_ms = pt_loop_now(loop);

    if (!pt_dial_begin(loop, at, count, LIMIT_MS, on_dialed, &end))
        return end;
    OK(!end.is_there, "nothing is told from inside");
    while (!end.is_there && pt_loop_step(loop))
        ;
    end.took_ms = pt_loop_now(loop) - began_ms;
    return end;
}

static void test_refusals(struct pt_loop *loop, uint16_t open, uint16_t closed)
{
    struct sockaddr_storage at[3] = {address("127.0.0.1", closed),
                                     address("127.0.0.3", closed),
                                     address("127.0.0.1", open)};
    struct end end = dial(loop, at, 3);

    IS(end.address, "127.0.0.1", "where nobody listens the next is tried");
    OK(end.took_ms < PT_DIAL_STAGGER_MS, "and at once");
    end = dial(loop, at, 2);
    OK(end.error == ECONNREFUSED, "all of them may refuse");
    OK(pt_loop_step(loop) == false, "then nothing is left to be done");
}

static void test_families(struct pt_loop *loop, uint16_t open)
{
    struct sockaddr_storage at[2] = {address("::1", open),
                                     address("127.0.0.1", open)};
    struct end end = dial(loop, at, 2);

    IS(end.address, "127.0.0.1", "a broken IPv6 does no harm to IPv4");
    OK(end.took_ms < PT_DIAL_STAGGER_MS, "nor delays it, if it is told");
}

/* Were all of IPv6 first, the second of it would win. */
static void test_turns(struct pt_loop *loop, uint16_t open, uint16_t closed)
{
    uint16_t six = 0;
    int listener = listen_at("::1", &six, 1);
    struct sockaddr_storage at[3] = {address("::1", closed),
                                     address("::1", six),
                                     address("127.0.0.1", open)};
    struct end end = dial(loop, at, 3);

    IS(end.address, "127.0.0.1", "the families take turns");
    end = dial(loop, at + 1, 2);
    IS(end.address, "::1", "IPv6 first");
    close(listener);
}

static void test_silence(struct pt_loop *loop, uint16_t open)
{
    int fds[CROWD];
    uint16_t port = open;
    int silent = listen_at("127.0.0.2", &port, 0);
    struct sockaddr_storage at[2] = {address("127.0.0.2", port),
                                     address("127.0.0.1", open)};
    struct end end;

    OK(silent >= 0, "a server whose queue is full");
    crowd("127.0.0.2", port, fds);
    end = dial(loop, at, 2);
    IS(end.address, "127.0.0.1", "who is silent is not waited for");
    OK(end.took_ms >= PT_DIAL_STAGGER_MS &&
           end.took_ms < LIMIT_MS,
       "but for a quarter of a second");
    end = dial(loop, at, 1);
    OK(end.error == ETIMEDOUT, "with no other it is a time-out");
    OK(end.took_ms >= LIMIT_MS && end.took_ms < LIMIT_MS + 500,
       "when time is up");
    at[1] = address("127.0.0.3", open);
    end = dial(loop, at, 2);
    OK(end.error == ETIMEDOUT, "which counts for more than a refusal");
    disperse(fds);
    close(silent);
}

static int count_open(void)
{
    DIR *dir = opendir("/proc/self/fd");
    int count = 0;

    while (dir && readdir(dir))
        count++;
    if (dir)
        closedir(dir);
    return count;
}

/* A name server may say it twice. */
static void test_twice(struct pt_loop *loop, uint16_t open)
{
    int fds[CROWD];
    uint16_t port = open;
    int silent = listen_at("127.0.0.2", &port, 0);
    struct sockaddr_storage at[2] = {address("127.0.0.2", port),
                                     address("127.0.0.2", port)};
    struct end end = {0};
    int before;

    crowd("127.0.0.2", port, fds);
    before = count_open();
    if (!pt_dial_begin(loop, at, 2, LIMIT_MS, on_dialed, &end))
        OK(false, "it begins");
    while (!end.is_there && pt_loop_step(loop))
        if (count_open() > before + 1)
            OK(false, "nobody is connected to twice");
    OK(end.error == ETIMEDOUT, "one address is tried once");
    disperse(fds);
    close(silent);
}

static void test_cancel(struct pt_loop *loop, uint16_t open)
{
    struct sockaddr_storage at = address("127.0.0.1", open);
    struct end end = {0};
    struct pt_dial *dial =
        pt_dial_begin(loop, &at, 1, LIMIT_MS, on_dialed, &end);

    pt_dial_cancel(dial);
    OK(!pt_loop_step(loop) && !end.is_there, "what was given up is not told");
}

int main(void)
{
    struct pt_loop *loop = pt_loop_new(&pt_clock_monotonic);
    uint16_t open = 0;
    uint16_t closed = 0;
    int listener = listen_at("127.0.0.1", &open, 64);
    int other = listen_at("127.0.0.1", &closed, 1);
    int before;

    close(other);
    before = count_open();
    test_refusals(loop, open, closed);
    if (has_six()) {
        test_families(loop, open);
        test_turns(loop, open, closed);
    }
    test_silence(loop, open);
    test_twice(loop, open);
    test_cancel(loop, open);
    OK(count_open() == before, "the losers are hung up");
    close(listener);
    pt_loop_free(loop);
    return tap_done();
}
