/* find_floor.c - find_floor SERVER CA-FILE: puts the questions that portolan
 * put, with c-ares and libcurl and nothing else, and forgets the answers.  It
 * reads them from standard input, one a line:
 *   dns TYPE NAME
 *   get ADDRESS URL             (ADDRESS is what to connect to)
 *   post ADDRESS URL
 * Many are on their way at once, never more than the two windows.
 *
 * Linked as portolan is.  What portolan takes above it is for telling what to
 * ask, for reading what was said, and for making up its mind.
 */
/* What newer versions call deprecated is all that 1.18 has. */
#define CARES_NO_DEPRECATED
#include <ares.h>
#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/time.h>
#include <time.h>

enum {
    DNS_WINDOW = 128,
    HTTP_WINDOW = 128,
    LINE_SIZE = 2048,
    EVENTS = 64,
    RECEIVE_BYTES = 1 << 20,
    LIMIT_MS = 60000,
    IDLE = 16, /* connections kept */
};

static const char posted[] = "<Autodiscover><Request/></Autodiscover>";

struct floor {
    int epoll;
    ares_channel ares;
    CURLM *multi;
    const char *ca_file;
    struct curl_slist *headers;
    int64_t curl_at_ms; /* libcurl wants to be called then; -1: no need */
    size_t names; /* open */
    size_t pages;
    size_t failed;
};

/* One fetch; libcurl borrows both. */
struct page {
    CURL *easy;
    struct curl_slist *pins;
};

static int64_t now_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ---- sockets ---- */

enum owner { ARES, CURL_ };

static void watch(struct floor *f, int fd, uint32_t events, enum owner owner)
{
    struct epoll_event event = {
        .events = events, .data.u64 = (uint64_t)owner << 32 | (unsigned)fd};

    if (!events)
        epoll_ctl(f->epoll, EPOLL_CTL_DEL, fd, NULL);
    else if (epoll_ctl(f->epoll, EPOLL_CTL_MOD, fd, &event))
        epoll_ctl(f->epoll, EPOLL_CTL_ADD, fd, &event);
}

static void on_ares_socket(void *ctx, ares_socket_t fd, int in, int out)
{
    watch(ctx, fd, (in ? EPOLLIN : 0u) | (out ? EPOLLOUT : 0u), ARES);
}

static int on_curl_socket(CURL *easy, curl_socket_t fd, int what, void *ctx,
                          void *of_socket)
{
    uint32_t events = 0;

    (void)easy;
    (void)of_socket;
    if (what != CURL_POLL_REMOVE)
        events = (what & CURL_POLL_IN ? EPOLLIN : 0u) |
                 (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
    watch(ctx, fd, events, CURL_);
    return 0;
}

static int on_curl_timer(CURLM *multi, long ms, void *ctx)
{
    (void)multi;
    ((struct floor *)ctx)->curl_at_ms = ms < 0 ? -1 : now_ms() + ms;
    return 0;
}

static void hear(struct floor *f, const struct epoll_event *event)
{
    int fd = (int)(event->data.u64 & 0xffffffff);
    bool in = event->events & (EPOLLIN | EPOLLHUP | EPOLLERR);
    bool out = event->events & EPOLLOUT;
    int running;

    if (event->data.u64 >> 32 == CURL_)
        curl_multi_socket_action(f->multi, fd,
                                 (in ? CURL_CSELECT_IN : 0) |
                                     (out ? CURL_CSELECT_OUT : 0),
                                 &running);
    else
        ares_process_fd(f->ares, in ? fd : ARES_SOCKET_BAD,
                        out ? fd : ARES_SOCKET_BAD);
}

/* ---- asking ---- */

static void note_failure(struct floor *f, const char *why)
{
    f->failed++;
    fprintf(stderr, "find_floor: %s\n", why);
}

static void on_record(void *ctx, int code, int timeouts, unsigned char *bytes,
                      int len)
{
    struct floor *f = ctx;

    (void)timeouts;
    (void)bytes;
    (void)len;
    f->names--;
    if (code != ARES_SUCCESS && code != ARES_ENODATA && code != ARES_ENOTFOUND)
        note_failure(f, ares_strerror(code));
}

static void ask_name(struct floor *f, const char *type, const char *name)
{
    static const struct {
        const char *name;
        int number;
    } types[] = {{"a", 1}, {"mx", 15}, {"txt", 16}, {"aaaa", 28}, {"srv", 33}};

    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
        if (!strcmp(types[i].name, type)) {
            f->names++;
            ares_query(f->ares, name, 1, types[i].number, on_record, f);
            return;
        }
    note_failure(f, "there is no such type");
}

static size_t discard(char *bytes, size_t size, size_t count, void *ctx)
{
    (void)bytes;
    (void)ctx;
    return size * count;
}

/* Not CURLOPT_RESOLVE: what is pinned so is looked through again for every
 * page, and there are thousands. */
static void add_pin(struct page *page, const char *address, const char *url)
{
    char pin[LINE_SIZE];

    snprintf(pin, sizeof(pin), "::%s:%d", address,
             strncmp(url, "https:", 6) ? 80 : 443);
    page->pins = curl_slist_append(NULL, pin);
}

static void ask_page(struct floor *f, const char *address, const char *url,
                     bool post)
{
    struct page *page = calloc(1, sizeof(*page));
    CURL *easy = curl_easy_init();

    if (!page || !easy)
        exit(1);
    page->easy = easy;
    add_pin(page, address, url);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, page->pins);
    curl_easy_setopt(easy, CURLOPT_CAINFO, f->ca_file);
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)LIMIT_MS);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, discard);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, page);
    if (post) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, posted);
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, f->headers);
    }
    f->pages++;
    curl_multi_add_handle(f->multi, easy);
}

static void collect(struct floor *f)
{
    const CURLMsg *msg;
    int left;

    while ((msg = curl_multi_info_read(f->multi, &left))) {
        CURL *easy = msg->easy_handle;
        struct page *page = NULL;

        /* A stream that ends early: it was answered before all was posted. */
        if (msg->data.result != CURLE_OK &&
            msg->data.result != CURLE_HTTP2_STREAM)
            note_failure(f, curl_easy_strerror(msg->data.result));
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&page);
        curl_multi_remove_handle(f->multi, easy);
        curl_easy_cleanup(easy);
        curl_slist_free_all(page->pins);
        free(page);
        f->pages--;
    }
}

/* False: there are no more questions. */
static bool ask_next(struct floor *f)
{
    static char line[LINE_SIZE];
    char *saved;
    const char *how;
    const char *whom;
    const char *what;

    if (!fgets(line, sizeof(line), stdin))
        return false;
    how = strtok_r(line, " \n", &saved);
    whom = how ? strtok_r(NULL, " \n", &saved) : NULL;
    what = whom ? strtok_r(NULL, " \n", &saved) : NULL;
    if (!what)
        note_failure(f, "a line that asks nothing");
    else if (!strcmp(how, "dns"))
        ask_name(f, whom, what);
    else
        ask_page(f, whom, what, !strcmp(how, "post"));
    return true;
}

/* ---- the course of it ---- */

/* -1: for ever. */
static int time_to_wait(const struct floor *f)
{
    struct timeval room;
    const struct timeval *left = ares_timeout(f->ares, NULL, &room);
    int64_t ms = left ? left->tv_sec * 1000 + left->tv_usec / 1000 + 1 : -1;
    int64_t curl_ms = f->curl_at_ms - now_ms();

    if (f->curl_at_ms < 0)
        return (int)ms;
    if (curl_ms < 0)
        curl_ms = 0;
    return (int)(ms < 0 || curl_ms < ms ? curl_ms : ms);
}

static void keep_time(struct floor *f)
{
    int running;

    if (f->curl_at_ms < 0 || f->curl_at_ms > now_ms())
        return;
    f->curl_at_ms = -1; /* libcurl says so anew, if need be */
    curl_multi_socket_action(f->multi, CURL_SOCKET_TIMEOUT, 0, &running);
}

static void step(struct floor *f)
{
    struct epoll_event events[EVENTS];
    int count = epoll_wait(f->epoll, events, EVENTS, time_to_wait(f));

    for (int i = 0; i < count; i++)
        hear(f, &events[i]);
    if (count <= 0)
        ares_process_fd(f->ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    keep_time(f);
    collect(f);
}

static bool set_up(struct floor *f, const char *server)
{
    struct ares_addr_port_node node = {
        .family = AF_INET, .udp_port = 53, .tcp_port = 53};
    struct ares_options options = {
        .flags = ARES_FLAG_EDNS | ARES_FLAG_NOSEARCH,
        .socket_receive_buffer_size = RECEIVE_BYTES,
        .sock_state_cb = on_ares_socket,
        .sock_state_cb_data = f,
    };

    f->epoll = epoll_create1(EPOLL_CLOEXEC);
    f->curl_at_ms = -1;
    if (f->epoll < 0 || curl_global_init(CURL_GLOBAL_DEFAULT) ||
        ares_library_init(ARES_LIB_INIT_ALL) ||
        inet_pton(AF_INET, server, &node.addr.addr4) != 1 ||
        ares_init_options(&f->ares, &options,
                          ARES_OPT_FLAGS | ARES_OPT_SOCK_RCVBUF |
                              ARES_OPT_SOCK_STATE_CB) ||
        ares_set_servers_ports(f->ares, &node))
        return false;
    f->headers = curl_slist_append(NULL, "Content-Type: text/xml");
    f->multi = curl_multi_init();
    curl_multi_setopt(f->multi, CURLMOPT_SOCKETFUNCTION, on_curl_socket);
    curl_multi_setopt(f->multi, CURLMOPT_SOCKETDATA, f);
    curl_multi_setopt(f->multi, CURLMOPT_TIMERFUNCTION, on_curl_timer);
    curl_multi_setopt(f->multi, CURLMOPT_TIMERDATA, f);
    curl_multi_setopt(f->multi, CURLMOPT_MAXCONNECTS, (long)IDLE);
    return f->multi;
}

int main(int argc, char **argv)
{
    struct floor f = {.ca_file = argv[argc - 1]};
    bool more = true;

    if (argc != 3 || !set_up(&f, argv[1])) {
        fputs("find_floor: cannot begin\n", stderr);
        return 2;
    }
    while (more || f.names || f.pages) {
        while (more && f.names < DNS_WINDOW && f.pages < HTTP_WINDOW)
            more = ask_next(&f);
        step(&f);
    }
    curl_multi_cleanup(f.multi);
    ares_destroy(f.ares);
    curl_slist_free_all(f.headers);
    return f.failed != 0;
}
