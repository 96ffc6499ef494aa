#include "net/target.h"

#include "base/text.h"
#include "model/address.h"
#include "net/reach.h"

#include <stdlib.h>
#include <string.h>

struct pt_target_search {
    struct pt_target_order order;
    uint16_t port;
    struct pt_timer start;
    void *lookup;
};

/* ---- the end ---- */

void pt_target_cancel(struct pt_target_search *search)
{
    if (!search)
        return;
    pt_loop_disarm(search->order.loop, &search->start);
    if (search->lookup)
        search->order.finder->cancel(search->lookup);
    free(search);
}

static void finish(struct pt_target_search *search)
{
    const struct pt_target_order order = search->order;

    pt_target_cancel(search);
    order.done(order.ctx);
}

static void fail(struct pt_target_search *search, const char *why)
{
    pt_reply_fail(search->order.reply, "%s", why);
    finish(search);
}

/* ---- judging ---- */

static void set_port(struct sockaddr_storage *at, uint16_t port)
{
    struct sockaddr_in four;
    struct sockaddr_in6 six;

    if (at->ss_family == AF_INET6) {
        memcpy(&six, at, sizeof(six));
        six.sin6_port = htons(port);
        memcpy(at, &six, sizeof(six));
    } else {
        memcpy(&four, at, sizeof(four));
        four.sin_port = htons(port);
        memcpy(at, &four, sizeof(four));
    }
}

static void judge(struct pt_target_search *search,
                  const struct sockaddr_storage *at, size_t count,
                  bool may_be_near)
{
    struct pt_target *target = search->order.target;
    const struct sockaddr *bad = NULL;
    const char *fault = NULL;
    char text[PT_REACH_SIZE];

    target->count = pt_reach_sift(at, count, may_be_near, target->at, &bad,
                                  &fault);
    for (size_t i = 0; i < target->count; i++)
        set_port(&target->at[i], search->port);
    if (!target->count) {
        pt_reach_text(bad, text);
        pt_reply_refuse(search->order.reply, "leads to %s, %s", text, fault);
    }
    finish(search);
}

static void on_addresses(void *ctx, const struct pt_addresses *addresses)
{
    struct pt_target_search *search = ctx;

    search->lookup = NULL;
    if (addresses->status == PT_ANSWER_OK && addresses->count) {
        judge(search, addresses->at, addresses->count,
              search->order.ask->is_nearby || addresses->from_hosts_file);
    } else if (addresses->status == PT_ANSWER_FAILED) {
        fail(search, addresses->why ? addresses->why
                                    : "its name could not be looked up");
    } else {
        pt_reply_miss(search->order.reply, "there is no such host");
        finish(search);
    }
}

/* ---- looking ---- */

/* RFC 6761, 6.3: the names of this machine are never looked up. */
static void judge_this_machine(struct pt_target_search *search)
{
    struct sockaddr_storage at[2];

    if (!search->order.ask->is_nearby) {
        pt_reply_refuse(search->order.reply,
                        "leads to %s, which is this machine",
                        search->order.target->host);
        finish(search);
        return;
    }
    pt_reach_parse("::1", &at[0]);
    pt_reach_parse("127.0.0.1", &at[1]);
    judge(search, at, 2, true);
}

static void look_up(struct pt_target_search *search)
{
    const struct pt_target_order *order = &search->order;

    search->lookup =
        order->finder->begin(order->finder->self, order->target->host,
                             order->limit_ms, on_addresses, search);
    if (!search->lookup)
        fail(search, "out of memory");
}

static void lower(char *host)
{
    for (; *host; host++)
        if (*host >= 'A' && *host <= 'Z')
            *host = (char)(*host - 'A' + 'a');
}

static void start(void *ctx)
{
    struct pt_target_search *search = ctx;
    const struct pt_ask *ask = search->order.ask;
    char *host = search->order.target->host;
    struct sockaddr_storage literal;

    if (!pt_endpoint_split(ask->what, host, &search->port)) {
        fail(search, "not a host and a port");
        return;
    }
    lower(host);
    if (pt_reach_parse(host, &literal))
        judge(search, &literal, 1, ask->is_nearby);
    else if (pt_is_this_machine(host))
        judge_this_machine(search);
    else if (pt_host_ok(host))
        look_up(search);
    else
        fail(search, "not a name that can be asked for");
}

struct pt_target_search *
pt_target_begin(const struct pt_target_order *order)
{
    struct pt_target_search *search = calloc(1, sizeof(*search));

    if (!search)
        return NULL;
    search->order = *order;
    pt_timer_init(&search->start, start, search);
    pt_loop_arm(order->loop, &search->start, 0);
    return search;
}
