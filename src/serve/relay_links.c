/* relay_links.c - see relay_links.h. */
#include "serve/relay_links.h"

#include "net/socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CONNECT_MS = 5000 };
enum { SILENCE_S = 600, ALIVE_EVERY_S = 60, ALIVE_TRIES = 5 };

struct link;

/* What it said and the other has yet to take is held. */
struct end {
    struct link *link;
    int fd;
    char *held;     /* NULL: nothing */
    size_t at, len; /* where the rest begins, and how long it is */
    bool is_done;   /* it has no more to say */
    bool is_told;   /* that the other has no more to say */
    bool is_gone;   /* it does not listen either, and there is more to read */
};

enum { DEVICE, BRIDGE };

struct link {
    struct pt_links *links;
    struct link *next; /* was silent for longer */
    struct link *before;
    struct sockaddr_storage peer;
    struct end ends[2];
    struct pt_timer patience;
    bool is_connected;
};

struct pt_links {
    struct pt_loop *loop;
    struct link *first; /* the last that said something */
    size_t count;
    char heard[PT_LINK_HELD_MAX];
};

static struct end *other_of(struct end *end)
{
    return &end->link->ends[end == &end->link->ends[DEVICE] ? BRIDGE : DEVICE];
}

/* ---- the list ---- */

static void take_out(struct link *link)
{
    if (link->before)
        link->before->next = link->next;
    else
        link->links->first = link->next;
    if (link->next)
        link->next->before = link->before;
}

static void put_first(struct link *link)
{
    link->before = NULL;
    link->next = link->links->first;
    if (link->next)
        link->next->before = link;
    link->links->first = link;
}

/* ---- the end ---- */

/* A close that the other side sees as breaking off (RFC 9293, 3.10.4). */
static void make_abrupt(int fd)
{
    const struct linger none = {.l_onoff = 1};

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
}

static void close_end(struct end *end)
{
    if (end->fd < 0)
        return;
    pt_loop_watch(end->link->links->loop, end->fd, 0, NULL, NULL);
    close(end->fd);
    free(end->held);
}

static void end_link(struct link *link)
{
    pt_loop_disarm(link->links->loop, &link->patience);
    close_end(&link->ends[DEVICE]);
    close_end(&link->ends[BRIDGE]);
    take_out(link);
    link->links->count--;
    free(link);
}

static void break_link(struct link *link)
{
    make_abrupt(link->ends[DEVICE].fd);
    make_abrupt(link->ends[BRIDGE].fd);
    end_link(link);
}

/* ---- what is waited for ---- */

/* POLLERR is told of anyway: it stands for being watched at all, so that who
 * breaks off is noticed while nothing else is wanted. */
static short wanted(struct end *end)
{
    bool wants_more = end->link->is_connected && !end->is_done && !end->len;
    bool has_more = other_of(end)->len;
    short events =
        (short)((wants_more ? POLLIN : 0) | (has_more ? POLLOUT : 0));

    if (!end->link->is_connected && end == &end->link->ends[BRIDGE])
        return POLLOUT;
    /* poll() would tell again and again that it is gone. */
    if (!events && (end->is_gone || (end->is_done && end->is_told)))
        return 0;
    return (short)(events | POLLERR);
}

static void on_event(void *ctx, int fd, short revents);

static bool watch(struct end *end)
{
    return pt_loop_watch(end->link->links->loop, end->fd, wanted(end),
                         on_event, end);
}

/* ---- bytes ---- */

/* It is only that it would have to wait. */
static bool is_for_later(void)
{
    return errno == EAGAIN || errno == EINTR;
}

/* What the other takes of it; -1: it is not there any more. */
static ssize_t offer(struct end *end, const char *bytes, size_t len)
{
    ssize_t n = pt_socket_send(other_of(end)->fd, bytes, len);

    return n < 0 && is_for_later() ? 0 : n;
}

static bool hold(struct end *end, const char *bytes, size_t len)
{
    end->held = malloc(len);
    if (!end->held)
        return false;
    memcpy(end->held, bytes, len);
    end->at = 0;
    end->len = len;
    return true;
}

static bool give_held(struct end *end)
{
    ssize_t n = end->len ? offer(end, end->held + end->at, end->len) : 0;

    if (n < 0)
        return false;
    end->at += (size_t)n;
    end->len -= (size_t)n;
    if (!end->len) {
        free(end->held);
        end->held = NULL;
    }
    return true;
}

static bool hear(struct end *end)
{
    char *heard = end->link->links->heard;
    ssize_t n = recv(end->fd, heard, PT_LINK_HELD_MAX, 0);
    ssize_t taken;

    if (n < 0)
        return is_for_later();
    if (!n) {
        end->is_done = true;
        return true;
    }
    taken = offer(end, heard, (size_t)n);
    if (taken < 0)
        return false;
    return taken == n || hold(end, heard + taken, (size_t)(n - taken));
}

/* It is not to be heard now, but something has happened to it. */
static bool is_whole(struct end *end)
{
    int fault = 0;
    socklen_t len = sizeof(fault);

    getsockopt(end->fd, SOL_SOCKET, SO_ERROR, &fault, &len);
    end->is_gone = true;
    return !fault;
}

/* ---- what happens ---- */

static bool connect_done(struct link *link)
{
    if (!is_whole(&link->ends[BRIDGE]))
        return false;
    link->ends[BRIDGE].is_gone = false;
    link->is_connected = true;
    pt_loop_disarm(link->links->loop, &link->patience);
    return true;
}

static bool handle(struct end *end, short revents)
{
    struct end *other = other_of(end);

    if (!end->link->is_connected && end == &end->link->ends[BRIDGE])
        return connect_done(end->link);
    if (revents & POLLOUT && !give_held(other))
        return false;
    if (wanted(end) & POLLIN)
        return !(revents & ~POLLOUT) || hear(end);
    return !(revents & (POLLERR | POLLHUP)) || is_whole(end);
}

/* Who has no more to say, and was heard out, says so to the other. */
static void tell_end(struct end *end)
{
    struct end *other = other_of(end);

    if (!end->is_done || end->len || other->is_told)
        return;
    other->is_told = true;
    shutdown(other->fd, SHUT_WR);
}

static void on_event(void *ctx, int fd, short revents)
{
    struct end *end = ctx;
    struct link *link = end->link;

    (void)fd;
    if (!handle(end, revents)) {
        break_link(link);
        return;
    }
    tell_end(&link->ends[DEVICE]);
    tell_end(&link->ends[BRIDGE]);
    if (link->ends[DEVICE].is_told && link->ends[BRIDGE].is_told) {
        end_link(link);
        return;
    }
    take_out(link);
    put_first(link);
    if (!watch(&link->ends[DEVICE]) || !watch(&link->ends[BRIDGE]))
        break_link(link);
}

static void on_late(void *ctx)
{
    break_link(ctx);
}

/* ---- the beginning ---- */

static void set_number(int fd, int level, int option, int value)
{
    setsockopt(fd, level, option, &value, sizeof(value));
}

/* Bytes go on as they come, "urgent" ones in their place; who is gone without
 * a word is noticed. */
static void set_up(int fd)
{
    set_number(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_number(fd, SOL_SOCKET, SO_OOBINLINE, 1);
    set_number(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
#ifdef TCP_KEEPIDLE
    set_number(fd, IPPROTO_TCP, TCP_KEEPIDLE, SILENCE_S);
#endif
#ifdef TCP_KEEPINTVL
    set_number(fd, IPPROTO_TCP, TCP_KEEPINTVL, ALIVE_EVERY_S);
    set_number(fd, IPPROTO_TCP, TCP_KEEPCNT, ALIVE_TRIES);
#endif
}

static bool is_same(const struct sockaddr_storage *a,
                    const struct sockaddr_storage *b)
{
    const struct sockaddr_in *in[] = {(const void *)a, (const void *)b};
    const struct sockaddr_in6 *in6[] = {(const void *)a, (const void *)b};

    if (a->ss_family != b->ss_family)
        return false;
    if (a->ss_family == AF_INET)
        return in[0]->sin_addr.s_addr == in[1]->sin_addr.s_addr;
    return !memcmp(&in6[0]->sin6_addr, &in6[1]->sin6_addr,
                   sizeof(in6[0]->sin6_addr));
}

static void make_room(struct pt_links *links,
                      const struct sockaddr_storage *peer)
{
    struct link *silent = NULL;
    size_t count = 0;

    for (struct link *link = links->first; link; link = link->next) {
        if (!is_same(&link->peer, peer))
            continue;
        silent = link;
        count++;
    }
    if (count >= PT_LINKS_OF_A_PEER)
        end_link(silent);
}

static struct link *new_link(struct pt_links *links, int device, int bridge)
{
    struct link *link = calloc(1, sizeof(*link));

    if (!link)
        return NULL;
    link->links = links;
    link->ends[DEVICE] = (struct end){.link = link, .fd = device};
    link->ends[BRIDGE] = (struct end){.link = link, .fd = bridge};
    pt_timer_init(&link->patience, on_late, link);
    put_first(link);
    links->count++;
    set_up(device);
    set_up(bridge);
    return link;
}

/* Connecting, as a rule to this machine itself, is done or refused at once;
 * but a bridge may have more to do than it can. */
static bool begin(struct link *link, const struct sockaddr_storage *target)
{
    socklen_t len = target->ss_family == AF_INET ? sizeof(struct sockaddr_in)
                                                 : sizeof(struct sockaddr_in6);

    if (!connect(link->ends[BRIDGE].fd, (const struct sockaddr *)target, len))
        link->is_connected = true;
    else if (errno == EINPROGRESS)
        pt_loop_arm(link->links->loop, &link->patience, CONNECT_MS);
    else
        return false;
    return watch(&link->ends[DEVICE]) && watch(&link->ends[BRIDGE]);
}

void pt_links_add(struct pt_links *links, int fd,
                  const struct sockaddr_storage *peer,
                  const struct sockaddr_storage *target)
{
    struct link *link = NULL;
    int bridge;

    make_room(links, peer);
    bridge = links->count < PT_LINKS_MAX ? pt_socket_open(target->ss_family)
                                         : -1;
    if (bridge >= 0)
        link = new_link(links, fd, bridge);
    if (link) {
        link->peer = *peer;
        if (!begin(link, target))
            end_link(link);
        return;
    }
    close(fd);
    if (bridge >= 0)
        close(bridge);
}

/* ---- all of them ---- */

struct pt_links *pt_links_new(struct pt_loop *loop)
{
    struct pt_links *links = calloc(1, sizeof(*links));

    if (links)
        links->loop = loop;
    return links;
}

void pt_links_end_all(struct pt_links *links)
{
    while (links->first)
        end_link(links->first);
}

void pt_links_free(struct pt_links *links)
{
    if (!links)
        return;
    pt_links_end_all(links);
    free(links);
}
