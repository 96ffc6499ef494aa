/* listener_watch_linux.c - Linux: sock_diag(7). */
#include "net/listener_watch.h"

#include "net/diag_linux.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Of any socket of the machine the kernel would tell; this lets pass those
 * that have a port of their own and none that they are connected to.  It is
 * asked before anybody is woken. */
static bool pass_listeners_alone(int fd)
{
    enum { ID = NLMSG_HDRLEN + offsetof(struct inet_diag_msg, id) };
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS,
                 ID + offsetof(struct inet_diag_sockid, idiag_dport)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 3),
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS,
                 ID + offsetof(struct inet_diag_sockid, idiag_sport)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    const struct sock_fprog filter = {
        .len = sizeof(program) / sizeof(*program), .filter = program};

    return !setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter,
                       sizeof(filter));
}

static bool join(int fd)
{
    const struct sockaddr_nl address = {
        .nl_family = AF_NETLINK,
        .nl_groups = 1U << (SKNLGRP_INET_TCP_DESTROY - 1) |
                     1U << (SKNLGRP_INET6_TCP_DESTROY - 1)};

    return !bind(fd, (const struct sockaddr *)&address, sizeof(address));
}

int pt_listener_watch_open(void)
{
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
                    NETLINK_SOCK_DIAG);

    if (fd >= 0 && (!pass_listeners_alone(fd) || !join(fd))) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* ENOBUFS: more was told than there was room for. */
void pt_listener_watch_read(int fd)
{
    char chunk[1024];

    while (recv(fd, chunk, sizeof(chunk), 0) >= 0 || errno == EINTR ||
           errno == ENOBUFS)
        ;
}

/* The order in which the kernel lists them says nothing, so they are added up;
 * each is spread over all the bits first (FNV-1a). */
static void add_listener(void *ctx, const struct pt_seen_listener *seen,
                         unsigned long inode)
{
    uint64_t *digest = ctx;
    unsigned char bytes[sizeof(seen->address) + sizeof(seen->port) +
                        sizeof(inode)];
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    memcpy(bytes, seen->address, sizeof(seen->address));
    memcpy(bytes + sizeof(seen->address), &seen->port, sizeof(seen->port));
    memcpy(bytes + sizeof(seen->address) + sizeof(seen->port), &inode,
           sizeof(inode));
    for (size_t i = 0; i < sizeof(bytes); i++)
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    *digest += hash;
}

bool pt_listeners_digest(uint64_t *ret_digest)
{
    uint64_t digest = 0;

    if (!pt_diag_listeners(add_listener, &digest))
        return false;
    *ret_digest = digest;
    return true;
}
