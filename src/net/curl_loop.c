#include "net/curl_loop.h"

#include <poll.h>
#include <stdlib.h>

enum { IDLE_MAX = 16 }; /* connections that are kept in case of need */

struct pt_curl_loop {
    struct pt_loop *loop;
    CURLM *multi;
    struct pt_timer timer;
};

static void collect(struct pt_curl_loop *curl)
{
    const CURLMsg *msg;
    int left;

    while ((msg = curl_multi_info_read(curl->multi, &left))) {
        CURL *easy = msg->easy_handle;
        CURLcode result = msg->data.result; /* gone once it is removed */
        struct pt_curl_transfer *transfer = NULL;

        if (msg->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&transfer);
        curl_multi_remove_handle(curl->multi, easy);
        transfer->done(transfer->ctx, easy, result);
    }
}

static void on_socket(void *ctx, int fd, short revents)
{
    struct pt_curl_loop *curl = ctx;
    int mask = 0;
    int running;

    if (revents & (POLLIN | POLLHUP))
        mask |= CURL_CSELECT_IN;
    if (revents & POLLOUT)
        mask |= CURL_CSELECT_OUT;
    if (revents & (POLLERR | POLLNVAL))
        mask |= CURL_CSELECT_ERR;
    curl_multi_socket_action(curl->multi, fd, mask, &running);
    collect(curl);
}

static void on_timer(void *ctx)
{
    struct pt_curl_loop *curl = ctx;
    int running;

    curl_multi_socket_action(curl->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    collect(curl);
}

static int set_socket(CURL *easy, curl_socket_t fd, int what, void *ctx,
                      void *of_socket)
{
    static const short events[] = {
        [CURL_POLL_NONE] = 0,
        [CURL_POLL_IN] = POLLIN,
        [CURL_POLL_OUT] = POLLOUT,
        [CURL_POLL_INOUT] = POLLIN | POLLOUT,
        [CURL_POLL_REMOVE] = 0,
    };
    struct pt_curl_loop *curl = ctx;

    (void)easy;
    (void)of_socket;
    return pt_loop_watch(curl->loop, fd, events[what], on_socket, curl) ? 0
                                                                        : -1;
}

static int set_timer(CURLM *multi, long ms, void *ctx)
{
    struct pt_curl_loop *curl = ctx;

    (void)multi;
    if (ms < 0)
        pt_loop_disarm(curl->loop, &curl->timer);
    else
        pt_loop_arm(curl->loop, &curl->timer, ms);
    return 0;
}

struct pt_curl_loop *pt_curl_loop_new(struct pt_loop *loop)
{
    struct pt_curl_loop *curl = calloc(1, sizeof(*curl));

    if (!curl || curl_global_init(CURL_GLOBAL_DEFAULT)) {
        free(curl);
        return NULL;
    }
    curl->loop = loop;
    pt_timer_init(&curl->timer, on_timer, curl);
    curl->multi = curl_multi_init();
    if (!curl->multi) {
        pt_curl_loop_free(curl);
        return NULL;
    }
    curl_multi_setopt(curl->multi, CURLMOPT_SOCKETFUNCTION, set_socket);
    curl_multi_setopt(curl->multi, CURLMOPT_SOCKETDATA, curl);
    curl_multi_setopt(curl->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    curl_multi_setopt(curl->multi, CURLMOPT_TIMERDATA, curl);
    curl_multi_setopt(curl->multi, CURLMOPT_MAXCONNECTS, (long)IDLE_MAX);
    return curl;
}

void pt_curl_loop_free(struct pt_curl_loop *curl)
{
    if (!curl)
        return;
    curl_multi_cleanup(curl->multi); /* takes NULL; closes idle connections */
    pt_loop_disarm(curl->loop, &curl->timer);
    curl_global_cleanup();
    free(curl);
}

bool pt_curl_loop_add(struct pt_curl_loop *curl,
                      struct pt_curl_transfer *transfer)
{
    return !curl_easy_setopt(transfer->easy, CURLOPT_PRIVATE, transfer) &&
           !curl_multi_add_handle(curl->multi, transfer->easy);
}

void pt_curl_loop_remove(struct pt_curl_loop *curl,
                         struct pt_curl_transfer *transfer)
{
    curl_multi_remove_handle(curl->multi, transfer->easy);
}
