/* http.c - see http.h.  How an ask waits its turn, finds its addresses and
 * comes by its answer; http_transfer.c asks. */
#include "net/http.h"

#include "base/text.h"
#include "net/http_transfer.h"
#include "net/keep.h"
#include "net/reach.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

struct fetch;

/* Oldest first. */
struct queue {
    struct fetch *first;
    struct fetch *last;
};

struct pt_http {
    struct pt_loop *loop;
    struct pt_curl_loop *curl; /* made when first needed */
    struct pt_finder finder;
    pt_env_fn *env;
    char *ca_file;
    struct pt_http_trust trust;
    struct pt_keep *keep; /* NULL: no copies */
    struct pt_timer turn;
    struct queue waiting;
    struct queue running;
    size_t count; /* of those that run */
};

/* What is known of it once it runs. */
struct target {
    struct pt_http_url url;
    struct pt_proxy proxy;
    struct pt_buf file; /* the copy, if has_copy */
    struct pt_copy copy;
    bool has_copy;
};

struct fetch {
    struct pt_http *http;
    struct pt_ask ask;
    int64_t limit_ms;
    int64_t began_ms;
    struct target *target;
    void *lookup;
    struct pt_http_transfer *transfer;
    struct pt_reply reply;
    pt_answer_fn *done;
    void *ctx;
    struct queue *in;
    struct fetch *previous;
    struct fetch *next;
};

/* ---- lines to wait in ---- */

static void enter(struct fetch *f, struct queue *queue)
{
    f->in = queue;
    f->previous = queue->last;
    f->next = NULL;
    if (queue->last)
        queue->last->next = f;
    else
        queue->first = f;
    queue->last = f;
}

static void leave(struct fetch *f)
{
    if (f->previous)
        f->previous->next = f->next;
    else
        f->in->first = f->next;
    if (f->next)
        f->next->previous = f->previous;
    else
        f->in->last = f->previous;
}

static void finish(struct fetch *f)
{
    struct pt_http *http = f->http;

    leave(f);
    if (f->in == &http->running)
        http->count--;
    if (http->waiting.first)
        pt_loop_arm(http->loop, &http->turn, 0);
    else
        pt_loop_disarm(http->loop, &http->turn);
    if (f->lookup)
        http->finder.cancel(f->lookup);
    pt_reply_send(&f->reply, f->done, f->ctx);
    pt_http_transfer_free(f->transfer);
    if (f->target)
        pt_buf_free(&f->target->file);
    free(f->target);
    free(f);
}

/* ---- copies ---- */

static void load_copy(struct fetch *f)
{
    struct target *to = f->target;

    to->has_copy = f->http->keep && f->ask.keep && !f->ask.payload &&
                   pt_keep_load(f->http->keep, to->url.text, &to->file,
                                &to->copy);
}

static void give_copy(struct fetch *f)
{
    struct pt_slice body = f->target->copy.body;

    pt_buf_clear(&f->reply.body);
    pt_buf_add(&f->reply.body, body.at, body.len);
    f->reply.status = PT_ANSWER_OK;
    f->reply.http = 200;
    f->reply.location = NULL;
    f->reply.media_type = NULL;
}

static void store_copy(struct fetch *f)
{
    struct pt_copy copy = {
        .at_s = (int64_t)time(NULL),
        .body = pt_slice(f->reply.body.at, f->reply.body.len)};

    memcpy(copy.etag, pt_http_transfer_etag(f->transfer), sizeof(copy.etag));
    if (!f->target->has_copy || !pt_is(copy.etag, f->target->copy.etag) ||
        !copy.etag[0])
        pt_keep_store(f->http->keep, f->target->url.text, &copy);
}

static void remark_age(struct fetch *f)
{
    time_t at = (time_t)f->target->copy.at_s;
    struct tm day = {0};
    char text[32];

    gmtime_r(&at, &day);
    strftime(text, sizeof(text), "%Y-%m-%d", &day);
    snprintf(f->reply.why, sizeof(f->reply.why),
             "a copy from %s: the server could not be asked", text);
}

/* An answer is in the reply: what do the copies say to it? */
static void conclude(struct fetch *f)
{
    const struct pt_reply *reply = &f->reply;
    bool is_ok = reply->status == PT_ANSWER_OK;

    if (is_ok && reply->http == 200 && f->http->keep && f->ask.keep &&
        !f->ask.payload)
        store_copy(f);
    if (!f->target || !f->target->has_copy) {
        finish(f);
        return;
    }
    if (is_ok && reply->http == 304) {
        pt_keep_touch(f->http->keep, f->target->url.text);
        give_copy(f);
    } else if (reply->status == PT_ANSWER_FAILED ||
               (is_ok && reply->http >= 500)) {
        give_copy(f);
        remark_age(f);
    }
    finish(f);
}

static void fail(struct fetch *f, const char *why)
{
    pt_reply_fail(&f->reply, "%s", why);
    conclude(f);
}

/* ---- asking ---- */

static void on_transfer(void *ctx, struct pt_http_transfer *transfer)
{
    (void)transfer;
    conclude(ctx);
}

/* By the first who needs it. */
static bool set_up(struct pt_http *http)
{
    if (http->curl)
        return true;
    http->trust = (struct pt_http_trust){
        .file = http->ca_file, .directory = pt_http_trusted_directory()};
    http->curl = pt_curl_loop_new(http->loop);
    return http->curl;
}

/* Addresses that may be asked, or that of the proxy. */
static void ask_there(struct fetch *f, const struct sockaddr_storage *at,
                      size_t count, bool may_be_near)
{
    struct pt_http *http = f->http;
    int64_t left_ms = f->limit_ms - (pt_loop_now(http->loop) - f->began_ms);
    const struct pt_http_order order = {
        .ask = &f->ask,
        .url = &f->target->url,
        .proxy = &f->target->proxy,
        .trust = &http->trust,
        .at = at,
        .count = count,
        .may_be_near = may_be_near,
        .etag = f->target->has_copy ? f->target->copy.etag : "",
        .limit_ms = (long)left_ms,
    };

    if (left_ms <= 0) {
        fail(f, "it did not answer in time");
        return;
    }
    if (set_up(http))
        f->transfer = pt_http_transfer_begin(http->curl, &order, &f->reply,
                                             on_transfer, f);
    if (!f->transfer)
        fail(f, "libcurl cannot do this, or is out of memory");
}

static void refuse(struct fetch *f, const struct sockaddr *at,
                   const char *fault)
{
    char text[PT_REACH_SIZE];

    pt_reach_text(at, text);
    pt_reply_refuse(&f->reply, "leads to %s, %s", text, fault);
    finish(f);
}

/* The good ones of several are asked. */
static void judge_and_ask(struct fetch *f, const struct sockaddr_storage *at,
                          size_t count, bool may_be_near)
{
    struct sockaddr_storage good[PT_ADDRESSES_MAX];
    const struct sockaddr *bad = NULL;
    const char *fault = NULL;
    size_t kept = pt_reach_sift(at, count, may_be_near, good, &bad, &fault);

    if (kept)
        ask_there(f, good, kept, may_be_near);
    else
        refuse(f, bad, fault);
}

static bool has_proxy(const struct fetch *f)
{
    return f->target->proxy.text[0];
}

static void give_up_name(struct fetch *f, const struct pt_addresses *addresses)
{
    if (addresses->status == PT_ANSWER_FAILED) {
        fail(f, addresses->why ? addresses->why
                               : "its name could not be looked up");
    } else if (has_proxy(f)) {
        fail(f, "there is no such proxy");
    } else {
        pt_reply_absent(&f->reply);
        finish(f);
    }
}

static void on_addresses(void *ctx, const struct pt_addresses *addresses)
{
    struct fetch *f = ctx;

    f->lookup = NULL;
    if (addresses->status != PT_ANSWER_OK || !addresses->count)
        give_up_name(f, addresses);
    else if (has_proxy(f))
        ask_there(f, addresses->at, addresses->count, true);
    else
        judge_and_ask(f, addresses->at, addresses->count,
                      f->ask.is_nearby || addresses->from_hosts_file);
}

/* RFC 6761, 6.3: never looked up. */
static void ask_here(struct fetch *f)
{
    struct sockaddr_storage at[2];

    pt_reach_parse("::1", &at[0]);
    pt_reach_parse("127.0.0.1", &at[1]);
    ask_there(f, at, 2, true);
}

/* The host to connect to: the URL's own, or the proxy. */
static void find_host(struct fetch *f, const char *host)
{
    struct sockaddr_storage address;
    bool is_literal = pt_reach_parse(host, &address);

    if (is_literal && has_proxy(f)) {
        ask_there(f, &address, 1, true);
    } else if (is_literal) {
        judge_and_ask(f, &address, 1, f->ask.is_nearby);
    } else if (pt_is_this_machine(host)) {
        ask_here(f);
    } else {
        f->lookup = f->http->finder.begin(f->http->finder.self, host,
                                          f->limit_ms, on_addresses, f);
        if (!f->lookup)
            fail(f, "out of memory");
    }
}

/* What may be said of the URL's host before it is looked up; a proxy would
 * not ask us.  False: it was refused, and that was all. */
static bool is_fit(struct fetch *f)
{
    const char *host = f->target->url.host;
    struct sockaddr_storage address;
    const char *fault;

    if (pt_reach_parse(host, &address)) {
        fault = pt_reach_fault((const struct sockaddr *)&address,
                               f->ask.is_nearby);
        if (fault)
            refuse(f, (const struct sockaddr *)&address, fault);
        return !fault;
    }
    if (f->ask.is_nearby || !pt_is_this_machine(host))
        return true;
    pt_reply_refuse(&f->reply, "leads to %s, which is this machine", host);
    finish(f);
    return false;
}

/* NULL, or why this cannot be asked. */
static const char *find_mistake(const struct pt_ask *ask)
{
    bool is_post = pt_is(ask->method, "POST");

    if (ask->method && !is_post && !pt_is(ask->method, "GET"))
        return "there is no such method";
    if (is_post != (ask->payload != NULL))
        return is_post ? "there is nothing to post" : "only POST has a payload";
    if (ask->payload_type && !pt_is_printable(pt_slice_of(ask->payload_type)))
        return "its type is malformed";
    return NULL;
}

static char *no_env(const char *name)
{
    (void)name;
    return NULL;
}

/* False: it was answered. */
static bool prepare(struct fetch *f)
{
    const char *why = find_mistake(&f->ask);
    enum pt_answer_status status;

    f->target = calloc(1, sizeof(*f->target));
    if (!f->target)
        why = "out of memory";
    if (why) {
        fail(f, why);
        return false;
    }
    status = pt_http_url_read(f->ask.what, &f->target->url, &why);
    if (status == PT_ANSWER_REFUSED) {
        pt_reply_refuse(&f->reply, "%s", why);
        finish(f);
    } else if (status != PT_ANSWER_OK) {
        fail(f, why);
    }
    return status == PT_ANSWER_OK && is_fit(f);
}

static void run(struct fetch *f)
{
    const char *why;

    if (!prepare(f))
        return;
    load_copy(f);
    if (pt_proxy_find(&f->target->url, f->http->env, &f->target->proxy, &why))
        find_host(f, has_proxy(f) ? f->target->proxy.host
                                  : f->target->url.host);
    else
        fail(f, why);
}

/* The next ones, as many as may run. */
static void take_turns(void *ctx)
{
    struct pt_http *http = ctx;

    while (http->waiting.first && http->count < PT_HTTP_RUNNING) {
        struct fetch *f = http->waiting.first;

        leave(f);
        enter(f, &http->running);
        http->count++;
        f->began_ms = pt_loop_now(http->loop);
        run(f);
    }
}

/* ---- the interface ---- */

struct pt_http *pt_http_new(struct pt_loop *loop,
                            const struct pt_http_setup *setup)
{
    struct pt_http *http = calloc(1, sizeof(*http));

    if (!http)
        return NULL;
    *http = (struct pt_http){.loop = loop,
                             .finder = setup->finder,
                             .env = setup->env ? setup->env : no_env};
    pt_timer_init(&http->turn, take_turns, http);
    if (setup->ca_file)
        http->ca_file = strdup(setup->ca_file);
    if (setup->keep_dir)
        http->keep = pt_keep_new(setup->keep_dir);
    if ((setup->ca_file && !http->ca_file) ||
        (setup->keep_dir && !http->keep)) {
        pt_http_free(http);
        return NULL;
    }
    return http;
}

void pt_http_free(struct pt_http *http)
{
    if (!http)
        return;
    pt_http_drop(http, NULL);
    pt_loop_disarm(http->loop, &http->turn);
    pt_curl_loop_free(http->curl);
    pt_keep_free(http->keep);
    free(http->ca_file);
    free(http);
}

bool pt_http_begin(struct pt_http *http, const struct pt_ask *ask,
                   pt_answer_fn *done, void *ctx)
{
    struct fetch *f = calloc(1, sizeof(*f));

    if (!f)
        return false;
    *f = (struct fetch){.http = http,
                        .ask = *ask,
                        .limit_ms = ask->limit_ms ? ask->limit_ms
                                                  : PT_HTTP_MS,
                        .reply.body.max = PT_FILE_MAX,
                        .done = done,
                        .ctx = ctx};
    enter(f, &http->waiting);
    pt_loop_arm(http->loop, &http->turn, 0);
    return true;
}

static void drop(struct queue *queue, const void *owner)
{
    struct fetch *last = queue->last;
    struct fetch *next;
    bool is_last = false;

    for (struct fetch *f = queue->first; f && !is_last; f = next) {
        next = f->next;
        is_last = f == last; /* what done() begins stays */
        if (!pt_ask_is_of(&f->ask, owner))
            continue;
        pt_reply_fail(&f->reply, "given up");
        finish(f);
    }
}

void pt_http_drop(struct pt_http *http, const void *owner)
{
    drop(&http->waiting, owner);
    drop(&http->running, owner);
}
