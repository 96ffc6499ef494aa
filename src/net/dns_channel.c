#include "net/dns_channel.h"

#include "base/file.h"
#include "net/dns_server.h"
#include "net/dns_wire.h"
#include "net/hosts_text.h"

/* What newer versions call deprecated is all that 1.18 has. */
#define CARES_NO_DEPRECATED
#include <ares.h>
#include <netinet/in.h>
#include <openssl/rand.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

enum {
    CLASS_IN = 1,
    AD = 0x20,               /* of the fourth byte of a query */
    EDNS_BYTES = 1232,       /* fits every path in one piece (RFC 9715) */
    RECEIVE_BYTES = 1 << 20, /* as much of it as the system allows */
    RESOLV_CONF_BYTES = 64 * 1024,
    ID_BYTES = 2,
    IDS_BYTES = 64 * ID_BYTES, /* drawn at once: a draw is slow */
};

struct pt_dns_channel {
    struct pt_loop *loop;
    ares_channel ares;
    struct pt_timer timer;
    void (*after)(void *ctx);
    void *ctx;
    size_t servers;
    unsigned char ids[IDS_BYTES];
    size_t ids_left; /* bytes of them */
    bool is_believed;
    bool oom; /* a socket could not be watched */
    struct pt_hosts_text hosts;
};

struct call {
    struct pt_dns_channel *channel;
    pt_dns_message_fn *tell;
    void *ctx;
};

/* ---- c-ares on the loop ---- */

/* Without a watch no answer would come: better none than a late one. */
static void settle(struct pt_dns_channel *channel)
{
    if (channel->oom)
        ares_cancel(channel->ares);
    channel->oom = false;
}

static void process(struct pt_dns_channel *channel, ares_socket_t in,
                    ares_socket_t out)
{
    ares_process_fd(channel->ares, in, out);
    settle(channel);
    channel->after(channel->ctx);
}

static void on_ready(void *ctx, int fd, short revents)
{
    process(ctx,
            revents & (POLLIN | POLLERR | POLLHUP) ? fd : ARES_SOCKET_BAD,
            revents & POLLOUT ? fd : ARES_SOCKET_BAD);
}

static void on_timer(void *ctx)
{
    process(ctx, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

static void set_socket(void *ctx, ares_socket_t fd, int readable, int writable)
{
    struct pt_dns_channel *channel = ctx;
    short events = (short)((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));

    if (!pt_loop_watch(channel->loop, fd, events, on_ready, channel))
        channel->oom = true;
}

void pt_dns_channel_arm(struct pt_dns_channel *channel)
{
    struct timeval room;
    const struct timeval *left = ares_timeout(channel->ares, NULL, &room);

    if (left) /* rounded up: too early would be for nothing */
        pt_loop_arm(channel->loop, &channel->timer,
                    (int64_t)left->tv_sec * 1000 + left->tv_usec / 1000 + 1);
    else
        pt_loop_disarm(channel->loop, &channel->timer);
}

/* ---- whom we believe ---- */

static bool is_near(const struct ares_addr_port_node *server)
{
    static const struct in6_addr loopback = IN6ADDR_LOOPBACK_INIT;

    if (server->family == AF_INET)
        return ntohl(server->addr.addr4.s_addr) >> 24 == IN_LOOPBACKNET;
    return !memcmp(&server->addr.addr6, &loopback, sizeof(loopback));
}

static void survey(struct pt_dns_channel *channel)
{
    struct ares_addr_port_node *servers = NULL;

    channel->is_believed =
        ares_get_servers_ports(channel->ares, &servers) == ARES_SUCCESS;
    for (struct ares_addr_port_node *at = servers; at; at = at->next) {
        channel->servers++;
        channel->is_believed &= is_near(at);
    }
    ares_free_data(servers);
}

static bool does_vouch(const char *resolv_conf)
{
    PT_BUF struct pt_buf text = {.max = RESOLV_CONF_BYTES};

    return pt_file_read(resolv_conf, &text, NULL) == PT_OK &&
           pt_resolv_conf_trusts(pt_slice(pt_buf_text(&text), text.len));
}

/* ---- beginning and end ---- */

/* Addresses of hosts are asked for as any record is: c-ares's own search for
 * them is left the hosts file ("f") alone. */
static int init(struct pt_dns_channel *channel,
                const struct pt_dns_channel_setup *setup, int flags)
{
    char lookups[] = "f";
    struct ares_options options = {
        .flags = ARES_FLAG_EDNS | ARES_FLAG_NOSEARCH | flags,
        .timeout = setup->first_ms,
        .tries = setup->tries,
        .socket_receive_buffer_size = RECEIVE_BYTES,
        .lookups = lookups,
        .sock_state_cb = set_socket,
        .sock_state_cb_data = channel,
        .ednspsz = EDNS_BYTES,
        .resolvconf_path = setup->resolv_conf,
    };

    return ares_init_options(
        &channel->ares, &options,
        ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
            ARES_OPT_SOCK_RCVBUF | ARES_OPT_DOMAINS | ARES_OPT_LOOKUPS |
            ARES_OPT_SOCK_STATE_CB | ARES_OPT_EDNSPSZ | ARES_OPT_NOROTATE |
            ARES_OPT_RESOLVCONF);
}

static int use_server(ares_channel ares, const struct sockaddr_storage *server)
{
    struct ares_addr_port_node node = {.family = server->ss_family};
    struct sockaddr_in four;
    struct sockaddr_in6 six;

    memcpy(&four, server, sizeof(four));
    memcpy(&six, server, sizeof(six));
    /* The port stands at the same place in both. */
    node.udp_port = node.tcp_port = ntohs(four.sin_port);
    if (node.family == AF_INET)
        node.addr.addr4 = four.sin_addr;
    else
        memcpy(&node.addr.addr6, &six.sin6_addr, sizeof(six.sin6_addr));
    return ares_set_servers_ports(ares, &node);
}

/* After SERVFAIL and its like, c-ares asks the next server, and forgets what
 * the last of them said.  Where there is but one, it is told not to look. */
static int open_channel(struct pt_dns_channel *channel,
                        const struct pt_dns_channel_setup *setup)
{
    int code = init(channel, setup, ARES_FLAG_NOCHECKRESP);

    if (code == ARES_SUCCESS && setup->server)
        code = use_server(channel->ares, setup->server);
    if (code != ARES_SUCCESS)
        return code;
    survey(channel);
    if (!setup->server)
        channel->is_believed |= does_vouch(setup->resolv_conf);
    if (channel->servers == 1)
        return code;
    ares_destroy(channel->ares);
    channel->ares = NULL;
    return init(channel, setup, 0);
}

struct pt_dns_channel *
pt_dns_channel_new(struct pt_loop *loop,
                   const struct pt_dns_channel_setup *setup,
                   const char **ret_why)
{
    struct pt_dns_channel *channel = calloc(1, sizeof(*channel));
    int code;

    *ret_why = "out of memory";
    if (!channel)
        return NULL;
    *channel = (struct pt_dns_channel){
        .loop = loop, .after = setup->after, .ctx = setup->ctx};
    pt_timer_init(&channel->timer, on_timer, channel);
    code = ares_library_init(ARES_LIB_INIT_ALL);
    if (code == ARES_SUCCESS)
        code = open_channel(channel, setup);
    if (code == ARES_SUCCESS)
        return channel;
    *ret_why = ares_strerror(code);
    pt_dns_channel_free(channel);
    return NULL;
}

void pt_dns_channel_free(struct pt_dns_channel *channel)
{
    if (!channel)
        return;
    if (channel->ares)
        ares_destroy(channel->ares);
    pt_loop_disarm(channel->loop, &channel->timer);
    pt_hosts_text_free(&channel->hosts);
    ares_library_cleanup();
    free(channel);
}

bool pt_dns_channel_is_believed(const struct pt_dns_channel *channel)
{
    return channel->is_believed;
}

/* ---- questions ---- */

static const char *why_not(const struct pt_dns_channel *channel, int code)
{
    switch (channel->oom ? ARES_ENOMEM : code) {
    case ARES_ETIMEOUT:
        return "the name server did not answer";
    case ARES_ECONNREFUSED:
        return channel->servers == 1
                   ? "the name server cannot be reached"
                   : "the name servers cannot be reached, or cannot find out";
    case ARES_ENOMEM:
        return "out of memory";
    default:
        return ares_strerror(code);
    }
}

static void on_message(void *ctx, int code, int timeouts, unsigned char *bytes,
                       int len)
{
    struct call *call = ctx;
    bool came = code == ARES_SUCCESS && len > 0;

    (void)timeouts;
    call->tell(call->ctx, pt_slice((const char *)bytes, came ? (size_t)len : 0),
               came ? NULL : why_not(call->channel, code));
    free(call);
}

/* One nobody can guess. */
static bool draw_id(struct pt_dns_channel *channel, unsigned short *ret_id)
{
    if (!channel->ids_left) {
        if (RAND_bytes(channel->ids, IDS_BYTES) != 1)
            return false;
        channel->ids_left = IDS_BYTES;
    }
    channel->ids_left -= ID_BYTES;
    memcpy(ret_id, channel->ids + channel->ids_left, ID_BYTES);
    return true;
}

static int make_query(struct pt_dns_channel *channel, const char *name,
                      enum pt_record record, bool with_edns,
                      unsigned char **ret_bytes, int *ret_len)
{
    unsigned short id;
    int code;

    if (!draw_id(channel, &id))
        return ARES_ENOMEM;
    code = ares_create_query(name, CLASS_IN, pt_dns_wire_type(record), id, 1,
                             ret_bytes, ret_len, with_edns ? EDNS_BYTES : 0);
    if (code == ARES_SUCCESS)
        (*ret_bytes)[3] |= AD;
    return code;
}

void pt_dns_channel_send(struct pt_dns_channel *channel, const char *name,
                         enum pt_record record, bool with_edns,
                         pt_dns_message_fn *tell, void *ctx)
{
    struct call *call = malloc(sizeof(*call));
    unsigned char *bytes = NULL;
    int len = 0;
    int code = ARES_ENOMEM;

    if (call)
        code = make_query(channel, name, record, with_edns, &bytes, &len);
    if (code != ARES_SUCCESS) {
        free(call);
        tell(ctx, pt_slice(NULL, 0), why_not(channel, code));
        return;
    }
    *call = (struct call){.channel = channel, .tell = tell, .ctx = ctx};
    ares_send(channel->ares, bytes, len, on_message, call);
    ares_free_string(bytes);
    settle(channel);
}

void pt_dns_channel_cancel(struct pt_dns_channel *channel)
{
    ares_cancel(channel->ares);
    pt_dns_channel_arm(channel);
}

/* ---- the hosts file ---- */

struct telling {
    pt_hosts_fn *tell;
    void *ctx;
};

static void on_hosts(void *ctx, int code, int timeouts,
                     struct ares_addrinfo *info)
{
    const struct telling *telling = ctx;

    (void)timeouts;
    if (code == ARES_SUCCESS)
        for (struct ares_addrinfo_node *at = info->nodes; at; at = at->ai_next)
            telling->tell(telling->ctx, at->ai_addr);
    ares_freeaddrinfo(info);
}

void pt_dns_channel_hosts(struct pt_dns_channel *channel, const char *host,
                          pt_hosts_fn *tell, void *ctx)
{
    struct telling telling = {.tell = tell, .ctx = ctx};
    struct ares_addrinfo_hints hints = {
        .ai_family = AF_UNSPEC,
        .ai_flags = ARES_AI_NOSORT | ARES_AI_ENVHOSTS,
    };
    const char *path = getenv("CARES_HOSTS"); /* as c-ares chooses it */

    if (!pt_hosts_text_has(&channel->hosts, path ? path : "/etc/hosts", host))
        return;
    ares_getaddrinfo(channel->ares, host, NULL, &hints, on_hosts, &telling);
}
