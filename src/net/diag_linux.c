#include "net/diag_linux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK = 32 * 1024, PATIENCE_S = 1 };

enum progress { GOES_ON, IS_DONE, IS_BROKEN };

struct request {
    struct nlmsghdr head;
    struct inet_diag_req_v2 body;
};

static bool ask(int fd, int family)
{
    struct request request = {
        .head = {.nlmsg_len = sizeof(request),
                 .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
        .body = {.sdiag_family = (uint8_t)family,
                 .sdiag_protocol = IPPROTO_TCP,
                 .idiag_states = 1U << TCP_LISTEN},
    };

    return send(fd, &request, sizeof(request), 0) == sizeof(request);
}

static void tell(const struct inet_diag_msg *msg, pt_diag_fn *fn, void *ctx)
{
    struct pt_seen_listener seen = {.family = msg->idiag_family,
                                    .port = ntohs(msg->id.idiag_sport),
                                    .uid = msg->idiag_uid};

    memcpy(seen.address, msg->id.idiag_src,
           seen.family == AF_INET ? 4 : sizeof(seen.address));
    if (msg->idiag_state == TCP_LISTEN && seen.port)
        fn(ctx, &seen, msg->idiag_inode);
}

static enum progress read_chunk(struct nlmsghdr *head, size_t len,
                                pt_diag_fn *fn, void *ctx)
{
    for (; NLMSG_OK(head, len); head = NLMSG_NEXT(head, len)) {
        if (head->nlmsg_type == NLMSG_DONE)
            return IS_DONE;
        if (head->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
            head->nlmsg_len < NLMSG_LENGTH(sizeof(struct inet_diag_msg)))
            return IS_BROKEN;
        tell(NLMSG_DATA(head), fn, ctx);
    }
    return GOES_ON;
}

static bool list_family(int fd, int family, pt_diag_fn *fn, void *ctx)
{
    _Alignas(struct nlmsghdr) char chunk[CHUNK];
    enum progress progress = ask(fd, family) ? GOES_ON : IS_BROKEN;

    while (progress == GOES_ON) {
        ssize_t n = recv(fd, chunk, sizeof(chunk), 0);

        if (n < 0 && errno == EINTR)
            continue;
        progress =
            n <= 0 ? IS_BROKEN
                   : read_chunk((struct nlmsghdr *)chunk, (size_t)n, fn, ctx);
    }
    return progress == IS_DONE;
}

bool pt_diag_listeners(pt_diag_fn *fn, void *ctx)
{
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    const struct timeval patience = {.tv_sec = PATIENCE_S};
    bool listed;

    if (fd < 0)
        return false;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    listed =
        list_family(fd, AF_INET, fn, ctx) && list_family(fd, AF_INET6, fn, ctx);
    close(fd);
    return listed;
}
