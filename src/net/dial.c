#include "net/dial.h"

#include "net/socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct attempt {
    struct pt_dial *dial;
    struct sockaddr_storage at;
    int fd; /* -1: not begun, or failed */
};

struct pt_dial {
    struct pt_loop *loop;
    struct attempt attempts[PT_ADDRESSES_MAX]; /* in the order of their turn */
    size_t count;
    size_t begun;
    size_t open;
    int error; /* of those that failed, the one that tells most */
    struct pt_timer next;
    struct pt_timer limit;
    pt_dial_fn *done;
    void *ctx;
};

/* ---- failure ---- */

/* What says the least comes first; whatever is not here tells most. */
static const int errors[] = {
    0, EAFNOSUPPORT, EADDRNOTAVAIL, ENETUNREACH, ECONNREFUSED, EHOSTUNREACH,
};

static size_t weigh(int error)
{
    size_t i = 0;

    while (i < sizeof(errors) / sizeof(*errors) && errors[i] != error)
        i++;
    return i;
}

static void remember(struct pt_dial *dial, int error)
{
    if (weigh(error) > weigh(dial->error))
        dial->error = error;
}

/* ---- the end ---- */

/* The socket is the attempt's no longer. */
static int release(struct attempt *attempt)
{
    int fd = attempt->fd;

    if (fd < 0)
        return fd;
    pt_loop_watch(attempt->dial->loop, fd, 0, NULL, NULL);
    attempt->fd = -1;
    attempt->dial->open--;
    return fd;
}

static void hang_up(struct attempt *attempt)
{
    int fd = release(attempt);

    if (fd >= 0)
        close(fd);
}

void pt_dial_cancel(struct pt_dial *dial)
{
    if (!dial)
        return;
    for (size_t i = 0; i < dial->begun; i++)
        hang_up(&dial->attempts[i]);
    pt_loop_disarm(dial->loop, &dial->next);
    pt_loop_disarm(dial->loop, &dial->limit);
    free(dial);
}

/* Nobody may touch it afterwards.  winner: or NULL. */
static void finish(struct pt_dial *dial, struct attempt *winner)
{
    struct sockaddr_storage at = {0};
    struct pt_dialed dialed = {.fd = -1, .error = dial->error, .at = &at};
    pt_dial_fn *done = dial->done;
    void *ctx = dial->ctx;

    if (winner) {
        at = winner->at;
        dialed.fd = release(winner);
        dialed.error = 0;
    }
    pt_dial_cancel(dial);
    done(ctx, &dialed);
}

static void on_limit(void *ctx)
{
    struct pt_dial *dial = ctx;

    dial->error = ETIMEDOUT;
    finish(dial, NULL);
}

/* ---- one attempt ---- */

static socklen_t size_of(const struct sockaddr_storage *at)
{
    return at->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                     : sizeof(struct sockaddr_in);
}

/* With nobody listening, a socket in the ephemeral range may connect to
 * itself. */
static bool is_self(int fd)
{
    struct sockaddr_storage own = {0};
    struct sockaddr_storage peer = {0};
    socklen_t own_len = sizeof(own);
    socklen_t peer_len = sizeof(peer);

    return !getsockname(fd, (struct sockaddr *)&own, &own_len) &&
           !getpeername(fd, (struct sockaddr *)&peer, &peer_len) &&
           own_len == peer_len && !memcmp(&own, &peer, own_len);
}

/* 0: it is connected. */
static int find_error(int fd)
{
    int error = 0;
    socklen_t len = sizeof(error);

    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len))
        return errno;
    return !error && is_self(fd) ? ECONNREFUSED : error;
}

/* The next one's turn has come. */
static void go_on(struct pt_dial *dial)
{
    if (dial->begun < dial->count)
        pt_loop_arm(dial->loop, &dial->next, 0);
    else if (!dial->open)
        finish(dial, NULL);
}

static void on_socket(void *ctx, int fd, short revents)
{
    struct attempt *attempt = ctx;
    int error = find_error(fd);

    (void)revents;
    if (!error) {
        finish(attempt->dial, attempt);
        return;
    }
    remember(attempt->dial, error);
    hang_up(attempt);
    go_on(attempt->dial);
}

/* 0, or why it failed at once. */
static int begin_attempt(struct attempt *attempt)
{
    const struct sockaddr *at = (const struct sockaddr *)&attempt->at;
    struct pt_dial *dial = attempt->dial;
    int error;

    attempt->fd = pt_socket_open(at->sa_family);
    if (attempt->fd < 0)
        return errno;
    dial->open++;
    if (connect(attempt->fd, at, size_of(&attempt->at)) &&
        errno != EINPROGRESS && errno != EINTR)
        error = errno;
    else if (pt_loop_watch(dial->loop, attempt->fd, POLLOUT, on_socket,
                           attempt))
        return 0;
    else
        error = ENOMEM;
    hang_up(attempt);
    return error;
}

static void begin_next(void *ctx)
{
    struct pt_dial *dial = ctx;
    int error = begin_attempt(&dial->attempts[dial->begun++]);

    remember(dial, error);
    if (error)
        go_on(dial);
    else if (dial->begun < dial->count)
        pt_loop_arm(dial->loop, &dial->next, PT_DIAL_STAGGER_MS);
}

/* ---- the interface ---- */

/* At one port of an address there is one connection at a time. */
static void add(struct pt_dial *dial, const struct sockaddr_storage *at)
{
    for (size_t i = 0; i < dial->count; i++)
        if (!memcmp(&dial->attempts[i].at, at, size_of(at)))
            return;
    dial->attempts[dial->count++] =
        (struct attempt){.dial = dial, .at = *at, .fd = -1};
}

/* The next of this family, or count. */
static size_t seek(const struct sockaddr_storage *at, size_t count, size_t from,
                   bool is_six)
{
    while (from < count && (at[from].ss_family == AF_INET6) != is_six)
        from++;
    return from;
}

/* RFC 8305, 4: the families take turns. */
static void add_all(struct pt_dial *dial, const struct sockaddr_storage *at,
                    size_t count)
{
    size_t six = seek(at, count, 0, true);
    size_t four = seek(at, count, 0, false);

    while (six < count || four < count) {
        if (six < count)
            add(dial, &at[six++]);
        six = seek(at, count, six, true);
        if (four < count)
            add(dial, &at[four++]);
        four = seek(at, count, four, false);
    }
}

struct pt_dial *pt_dial_begin(struct pt_loop *loop,
                              const struct sockaddr_storage *at, size_t count,
                              int64_t limit_ms, pt_dial_fn *done, void *ctx)
{
    struct pt_dial *dial = calloc(1, sizeof(*dial));

    if (!dial)
        return NULL;
    dial->loop = loop;
    dial->done = done;
    dial->ctx = ctx;
    add_all(dial, at, count < PT_ADDRESSES_MAX ? count : PT_ADDRESSES_MAX);
    pt_timer_init(&dial->next, begin_next, dial);
    pt_timer_init(&dial->limit, on_limit, dial);
    pt_loop_arm(loop, &dial->next, 0);
    pt_loop_arm(loop, &dial->limit, limit_ms);
    return dial;
}
