#include "serve/web.h"

#include "base/resident.h"
#include "serve/exchange.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    IDLE_S = 5,
    REQUEST_MS = 15000,   /* from one answer to the next */
    CONNECTIONS = 1000,   /* then the one that is idle longest goes */
    CONNECTIONS_TOP = 2000, /* libmicrohttpd's own: never reached */
    PEER_CONNECTIONS = 128,
    CROWD = 64, /* connections: what they needed is worth giving back */
    TIDY_MS = 1000,
    MEMORY = 16 * 1024,
};

/* A connection.  The list is in the order of the last answer. */
struct guest {
    struct guest *next;
    struct guest *prev;
    void *exchange; /* that is on its way, or NULL */
    int fd;
    int64_t since_ms;
    bool is_cut;
};

/* A listening socket. */
struct door {
    struct pt_web *web;
    struct door *next;
    struct MHD_Daemon *daemon;
    struct pt_timer timer;
    int epoll;
    int fd; /* the listening socket; -1: it lets nobody in any more */
    bool is_tls;
};

struct pt_web {
    struct pt_exchanges x;
    struct door *doors;
    struct guest guests; /* the ring's head */
    struct pt_timer patience;
    struct pt_timer tidying;
    size_t guest_count;
    bool was_crowded;
};

static const struct pt_mhd *mhd_of(const struct pt_web *web)
{
    return &web->x.mhd;
}

/* ---- connections ---- */

static void unlink_guest(struct guest *guest)
{
    guest->prev->next = guest->next;
    guest->next->prev = guest->prev;
}

static void put_last(struct pt_web *web, struct guest *guest)
{
    struct guest *head = &web->guests;

    guest->since_ms = pt_loop_now(web->x.setup.loop);
    guest->next = head;
    guest->prev = head->prev;
    head->prev->next = guest;
    head->prev = guest;
}

/* libmicrohttpd sees the end, and does the rest. */
static void cut(struct pt_web *web, struct guest *guest)
{
    guest->is_cut = true;
    web->x.setup.tally->cut++;
    shutdown(guest->fd, SHUT_RDWR);
}

static void set_patience(struct pt_web *web)
{
    const struct guest *first = web->guests.next;
    struct pt_loop *loop = web->x.setup.loop;
    int64_t in_ms;

    if (first == &web->guests) {
        pt_loop_disarm(loop, &web->patience);
        return;
    }
    in_ms = first->since_ms + REQUEST_MS - pt_loop_now(loop);
    pt_loop_arm(loop, &web->patience, in_ms > 0 ? in_ms : 0);
}

static void lose_patience(void *ctx)
{
    struct pt_web *web = ctx;
    int64_t now_ms = pt_loop_now(web->x.setup.loop);
    struct guest *guest = web->guests.next;

    while (guest != &web->guests &&
           now_ms - guest->since_ms >= REQUEST_MS) {
        struct guest *next = guest->next;

        if (!guest->is_cut)
            cut(web, guest);
        unlink_guest(guest);
        put_last(web, guest);
        guest = next;
    }
    set_patience(web);
}

static void make_room(struct pt_web *web)
{
    struct guest *guest = web->guests.next;

    while (guest != &web->guests && guest->is_cut)
        guest = guest->next;
    if (guest != &web->guests)
        cut(web, guest);
}

static struct guest *welcome(struct pt_web *web,
                             struct MHD_Connection *connection)
{
    struct guest *guest = calloc(1, sizeof(*guest));

    if (!guest)
        return NULL;
    if (web->guest_count >= CONNECTIONS)
        make_room(web);
    guest->fd = mhd_of(web)
                    ->connection_info(connection,
                                      MHD_CONNECTION_INFO_CONNECTION_FD)
                    ->connect_fd;
    put_last(web, guest);
    web->guest_count++;
    web->was_crowded |= web->guest_count > CROWD;
    web->x.setup.tally->open = web->guest_count;
    web->x.setup.tally->connections++;
    if (web->guest_count == 1)
        set_patience(web);
    return guest;
}

/* What a thousand connections leave in the heap lies in pieces, of which
 * free() gives none back. */
static void tidy(void *ctx)
{
    struct pt_web *web = ctx;

    web->was_crowded = false;
    pt_resident_release();
}

static void see_off(struct pt_web *web, struct guest *guest)
{
    pt_exchange_end(guest->exchange);
    unlink_guest(guest);
    free(guest);
    web->guest_count--;
    web->x.setup.tally->open = web->guest_count;
    if (!web->guest_count)
        set_patience(web);
    if (web->was_crowded && web->guest_count < CROWD)
        pt_loop_arm(web->x.setup.loop, &web->tidying, TIDY_MS);
}

static void note_connection(void *cls, struct MHD_Connection *connection,
                            void **context,
                            enum MHD_ConnectionNotificationCode code)
{
    struct pt_web *web = cls;

    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        *context = welcome(web, connection);
    else if (*context)
        see_off(web, *context);
}

static struct guest *guest_of(const struct pt_web *web,
                              struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info = mhd_of(web)->connection_info(
        connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return info ? info->socket_context : NULL;
}

/* libmicrohttpd does not tell of the end of what it gave up before it was read
 * whole: hundreds of parameters, say.  That ends with its guest. */
static void *note_begun(void *cls, const char *uri,
                        struct MHD_Connection *connection)
{
    struct pt_web *web = cls;
    struct guest *guest = guest_of(web, connection);

    if (!guest)
        return NULL;
    pt_exchange_end(guest->exchange);
    guest->exchange = pt_exchange_begin(uri);
    return guest->exchange;
}

static void note_completed(void *cls, struct MHD_Connection *connection,
                           void **context,
                           enum MHD_RequestTerminationCode code)
{
    struct pt_web *web = cls;
    struct guest *guest = guest_of(web, connection);

    (void)code;
    *context = NULL;
    if (!guest)
        return;
    pt_exchange_end(guest->exchange);
    guest->exchange = NULL;
    if (!guest->is_cut) {
        unlink_guest(guest);
        put_last(web, guest);
    }
}

/* ---- doors ---- */

static void run_door(struct door *door)
{
    struct pt_web *web = door->web;
    MHD_UNSIGNED_LONG_LONG in_ms;

    mhd_of(web)->run(door->daemon);
    if (mhd_of(web)->timeout(door->daemon, &in_ms) == MHD_YES)
        pt_loop_arm(web->x.setup.loop, &door->timer, (int64_t)in_ms);
    else
        pt_loop_disarm(web->x.setup.loop, &door->timer);
}

static void on_readable(void *ctx, int fd, short revents)
{
    (void)fd, (void)revents;
    run_door(ctx);
}

static void on_timer(void *ctx)
{
    run_door(ctx);
}

static size_t keep_escapes(void *cls, struct MHD_Connection *connection,
                           char *text)
{
    (void)cls, (void)connection;
    return strlen(text);
}

/* With TLS, two more options than without. */
static struct MHD_Daemon *start(struct door *door, const char *certificate,
                                const char *key)
{
    struct pt_web *web = door->web;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)key},
        {MHD_OPTION_HTTPS_PRIORITIES, 0,
         (void *)(uintptr_t) "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:"
                             "%SERVER_PRECEDENCE"},
        {MHD_OPTION_END, 0, NULL},
    };

    return mhd_of(web)->start(
        MHD_USE_EPOLL | (door->is_tls ? MHD_USE_TLS : 0U), 0, NULL, NULL,
        door->is_tls ? pt_exchange_tls : pt_exchange_plain, &web->x,
        MHD_OPTION_LISTEN_SOCKET, door->fd, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_S, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_TOP, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        (unsigned)PEER_CONNECTIONS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)MEMORY, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_URI_LOG_CALLBACK, note_begun, web,
        MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
        MHD_OPTION_NOTIFY_COMPLETED, note_completed, web,
        MHD_OPTION_NOTIFY_CONNECTION, note_connection, web,
        MHD_OPTION_ARRAY, door->is_tls ? tls : &tls[3], MHD_OPTION_END);
}

static enum pt_status open_door(struct door *door, const char *certificate,
                                const char *key, struct pt_error *err)
{
    struct pt_web *web = door->web;

    door->daemon = start(door, certificate, key);
    if (!door->daemon)
        return certificate
                   ? pt_fail(err, PT_BAD_INPUT,
                             "see whether both are PEM, and belong together",
                             "the certificate and its key cannot be used")
                   : pt_fail(err, PT_CANNOT_WRITE, NULL,
                             "cannot serve HTTP: %s", strerror(errno));
    door->epoll = mhd_of(web)
                      ->daemon_info(door->daemon, MHD_DAEMON_INFO_EPOLL_FD)
                      ->epoll_fd;
    pt_timer_init(&door->timer, on_timer, door);
    if (pt_loop_watch(web->x.setup.loop, door->epoll, POLLIN, on_readable,
                      door))
        return PT_OK;
    mhd_of(web)->stop(door->daemon);
    return pt_fail_memory(err);
}

/* Its socket is the caller's from now on. */
static void close_daemon(struct door *door)
{
    struct pt_loop *loop = door->web->x.setup.loop;

    pt_loop_watch(loop, door->epoll, 0, NULL, NULL);
    pt_loop_disarm(loop, &door->timer);
    if (door->fd >= 0)
        mhd_of(door->web)->quiesce(door->daemon);
    mhd_of(door->web)->stop(door->daemon);
}

enum pt_status pt_web_listen(struct pt_web *web, int fd,
                             const char *certificate, const char *key,
                             struct pt_error *err)
{
    struct door *door = calloc(1, sizeof(*door));
    enum pt_status status;

    if (!door) {
        close(fd);
        return pt_fail_memory(err);
    }
    *door = (struct door){
        .web = web, .fd = fd, .is_tls = certificate != NULL};
    status = open_door(door, certificate, key, err);
    if (status != PT_OK) {
        close(fd);
        free(door);
        return status;
    }
    door->next = web->doors;
    web->doors = door;
    return PT_OK;
}

/* The socket gets a new door; who is inside the old one stays there until it
 * is empty. */
static enum pt_status renew_door(struct door *door, const char *certificate,
                                 const char *key, struct pt_error *err)
{
    struct pt_web *web = door->web;
    int fd = dup(door->fd);
    enum pt_status status;

    if (fd < 0)
        return pt_fail(err, PT_CANNOT_WRITE, NULL, "cannot listen again: %s",
                       strerror(errno));
    status = pt_web_listen(web, fd, certificate, key, err);
    if (status != PT_OK)
        return status;
    mhd_of(web)->quiesce(door->daemon);
    close(door->fd);
    door->fd = -1;
    return PT_OK;
}

static unsigned guests_of(const struct door *door)
{
    return mhd_of(door->web)
        ->daemon_info(door->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS)
        ->num_connections;
}

static void remove_empty_doors(struct pt_web *web)
{
    for (struct door **at = &web->doors; *at;) {
        struct door *door = *at;

        if (door->fd >= 0 || guests_of(door)) {
            at = &door->next;
            continue;
        }
        *at = door->next;
        close_daemon(door);
        free(door);
    }
}

enum pt_status pt_web_renew(struct pt_web *web, const char *certificate,
                            const char *key, struct pt_error *err)
{
    enum pt_status status = PT_OK;

    remove_empty_doors(web);
    /* new doors come before those that are there */
    for (struct door *door = web->doors; door && status == PT_OK;
         door = door->next)
        if (door->is_tls && door->fd >= 0)
            status = renew_door(door, certificate, key, err);
    return status;
}

/* ---- from begin to end ---- */

enum pt_status pt_web_new(const struct pt_web_setup *setup,
                          struct pt_web **ret_web, struct pt_error *err)
{
    struct pt_web *web = calloc(1, sizeof(*web));
    enum pt_status status;

    if (!web)
        return pt_fail_memory(err);
    status = pt_mhd_load(&web->x.mhd, err);
    if (status != PT_OK) {
        free(web);
        return status;
    }
    web->x.setup = *setup;
    web->x.pace.rate = setup->rate;
    web->guests.next = web->guests.prev = &web->guests;
    pt_timer_init(&web->patience, lose_patience, web);
    pt_timer_init(&web->tidying, tidy, web);
    *ret_web = web;
    return PT_OK;
}

static void forget(const struct pt_web *web, struct pt_document *document)
{
    if (document->ready)
        mhd_of(web)->unref_response(document->ready);
    document->ready = NULL;
}

void pt_web_forget(struct pt_web *web, struct pt_site *site)
{
    forget(web, &site->autoconfig);
    forget(web, &site->pacc);
    forget(web, &site->pox.text);
    forget(web, &site->anonymous);
}

bool pt_web_quiesce(struct pt_web *web)
{
    for (struct door *door = web->doors; door; door = door->next)
        if (door->fd >= 0) {
            mhd_of(web)->quiesce(door->daemon);
            close(door->fd);
            door->fd = -1;
        }
    return !web->guest_count;
}

void pt_web_free(struct pt_web *web)
{
    if (!web)
        return;
    while (web->doors) {
        struct door *door = web->doors;

        web->doors = door->next;
        close_daemon(door);
        if (door->fd >= 0)
            close(door->fd);
        free(door);
    }
    pt_loop_disarm(web->x.setup.loop, &web->patience);
    pt_loop_disarm(web->x.setup.loop, &web->tidying);
    free(web);
}
