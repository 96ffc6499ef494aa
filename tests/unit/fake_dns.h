/* fake_dns.h - a name server on loopback, UDP and TCP, in the test's own loop.
 *
 * Whoever uses it says in `answer` what becomes of each query: it fills *m,
 * or leaves it empty, and then nothing is said.
 */
#ifndef PT_TESTS_FAKE_DNS_H
#define PT_TESTS_FAKE_DNS_H

#include "base/loop.h"
#include "tests/unit/dns_message.h"

#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FAKE_TCP = 8 };

struct fake_query {
    char name[256];
    unsigned id;
    int type;
    bool by_tcp;
    bool has_edns;
    bool has_ad;
    int count; /* how many came before it */
};

struct fake_dns {
    struct pt_loop *loop;
    int udp;
    int listener;
    int tcp[FAKE_TCP]; /* open connections; -1: none */
    const char *address; /* NULL: 127.0.0.1 */
    uint16_t port;       /* 0: any */
    char server[32];     /* "ADDRESS:PORT" */
    int count;       /* of queries so far */
    void (*answer)(struct fake_dns *s, const struct fake_query *query,
                   struct message *m);
    /* Where to send more than one answer to, from answer(). */
    struct sockaddr_storage peer;
    socklen_t peer_len;
};

static inline void fake_dns_read(const unsigned char *bytes, size_t len,
                                 struct fake_query *ret_query)
{
    size_t at = 12;
    size_t out = 0;

    memset(ret_query, 0, sizeof(*ret_query));
    ret_query->id = (unsigned)(bytes[0] << 8 | bytes[1]);
    ret_query->has_ad = bytes[3] & DNS_AD;
    ret_query->has_edns = bytes[11] == 1;
    while (at + 4 < len && bytes[at] && out + bytes[at] + 2 < 256) {
        if (out)
            ret_query->name[out++] = '.';
        memcpy(ret_query->name + out, bytes + at + 1, bytes[at]);
        out += bytes[at];
        at += bytes[at] + 1U;
    }
    ret_query->type = bytes[at + 1] << 8 | bytes[at + 2];
}

static inline void fake_dns_answer(struct fake_dns *s, struct message *m,
                                   const unsigned char *bytes, size_t len,
                                   bool by_tcp)
{
    struct fake_query query;

    m->len = 0;
    fake_dns_read(bytes, len, &query);
    query.by_tcp = by_tcp;
    query.count = s->count++;
    s->answer(s, &query, m);
}

static inline void fake_dns_send(struct fake_dns *s, const struct message *m)
{
    if (m->len)
        sendto(s->udp, m->at, m->len, 0, (struct sockaddr *)&s->peer,
               s->peer_len);
}

static inline void fake_dns_on_udp(void *ctx, int fd, short revents)
{
    static struct message m;
    struct fake_dns *s = ctx;
    unsigned char bytes[512];
    ssize_t n;

    (void)revents;
    for (;;) {
        s->peer_len = sizeof(s->peer);
        n = recvfrom(fd, bytes, sizeof(bytes), MSG_DONTWAIT,
                     (struct sockaddr *)&s->peer, &s->peer_len);
        if (n < 16)
            return;
        fake_dns_answer(s, &m, bytes, (size_t)n, false);
        fake_dns_send(s, &m);
    }
}

/* A query of these tests comes in one piece. */
static inline void fake_dns_on_tcp(void *ctx, int fd, short revents)
{
    static struct message m;
    struct fake_dns *s = ctx;
    unsigned char bytes[514];
    unsigned char head[2];
    ssize_t n = recv(fd, bytes, sizeof(bytes), 0);

    (void)revents;
    if (n < 18) {
        pt_loop_watch(s->loop, fd, 0, NULL, NULL);
        close(fd);
        for (int i = 0; i < FAKE_TCP; i++)
            s->tcp[i] = s->tcp[i] == fd ? -1 : s->tcp[i];
        return;
    }
    fake_dns_answer(s, &m, bytes + 2, (size_t)n - 2, true);
    head[0] = (unsigned char)(m.len >> 8);
    head[1] = (unsigned char)m.len;
    send(fd, head, 2, MSG_NOSIGNAL);
    send(fd, m.at, m.len, MSG_NOSIGNAL);
}

static inline void fake_dns_on_caller(void *ctx, int fd, short revents)
{
    struct fake_dns *s = ctx;
    int caller = accept(fd, NULL, NULL);

    (void)revents;
    for (int i = 0; caller >= 0 && i < FAKE_TCP; i++)
        if (s->tcp[i] < 0) {
            s->tcp[i] = caller;
            pt_loop_watch(s->loop, caller, POLLIN, fake_dns_on_tcp, s);
            return;
        }
    close(caller);
}

/* UDP and TCP on the same port: the kernel chooses one that TCP has free. */
static inline bool fake_dns_bind(struct fake_dns *s)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(s->port)};
    socklen_t len = sizeof(address);

    inet_pton(AF_INET, s->address, &address.sin_addr);
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    s->udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (!bind(s->listener, (struct sockaddr *)&address, len) &&
        !listen(s->listener, FAKE_TCP) &&
        !getsockname(s->listener, (struct sockaddr *)&address, &len) &&
        !bind(s->udp, (struct sockaddr *)&address, len)) {
        s->port = ntohs(address.sin_port);
        return true;
    }
    close(s->listener);
    close(s->udp);
    return false;
}

static inline void fake_dns_start(struct fake_dns *s, struct pt_loop *loop)
{
    int room = 1 << 20;

    s->loop = loop;
    s->address = s->address ? s->address : "127.0.0.1";
    for (int i = 0; i < FAKE_TCP; i++)
        s->tcp[i] = -1;
    for (int tries = 0; !fake_dns_bind(s); tries++)
        if (tries == 10)
            abort();
    setsockopt(s->udp, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
    snprintf(s->server, sizeof(s->server), "%s:%u", s->address, s->port);
    pt_loop_watch(loop, s->udp, POLLIN, fake_dns_on_udp, s);
    pt_loop_watch(loop, s->listener, POLLIN, fake_dns_on_caller, s);
}

static inline void fake_dns_close(struct fake_dns *s, int fd)
{
    if (fd < 0)
        return;
    pt_loop_watch(s->loop, fd, 0, NULL, NULL);
    close(fd);
}

static inline void fake_dns_end(struct fake_dns *s)
{
    fake_dns_close(s, s->udp);
    fake_dns_close(s, s->listener);
    for (int i = 0; i < FAKE_TCP; i++)
        fake_dns_close(s, s->tcp[i]);
}

#endif
