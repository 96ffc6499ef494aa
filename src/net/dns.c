/* dns.c - see dns.h.
 *
 * A question waits in line, is sent, and is answered; it stands in one queue
 * at a time.  What c-ares says is only noted while it speaks, and told once it
 * has returned.  It cannot take back a single question: one that was given up
 * is kept, without a queue, until c-ares has done with it.
 */
#include "net/dns.h"

#include "net/dns_channel.h"
#include "net/dns_pace.h"
#include "net/dns_server.h"
#include "net/dns_wire.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* A ring, closed by its queue.  NULL: in no queue. */
struct link {
    struct link *next;
    struct link *last;
};

struct pt_resolver {
    struct pt_loop *loop;
    struct sockaddr_storage server; /* ss_family 0: those of resolv.conf */
    char *resolv_conf;
    bool trust_ad;
    struct pt_dns_channel *channel; /* made when first needed */
    bool is_simple;                 /* a server does not know EDNS */
    bool running;
    struct link waiting;
    struct link sent;
    struct link answered;
    struct link doomed; /* dropped, but not told so yet */
    struct link limited; /* every question with a limit, soonest first */
    struct pt_dns_pace pace;
    unsigned on_their_way;
    unsigned forgotten; /* given up; c-ares has them still */
    struct pt_timer soon;
    struct pt_timer limit;
};

struct question {
    struct link place; /* first: a place is a question */
    struct link limited;
    struct pt_resolver *resolver;
    const char *name;
    enum pt_record record;
    const void *owner;
    int64_t limit_at;
    int64_t sent_at;
    bool is_simple; /* sent without EDNS */
    bool is_sent;   /* c-ares has it */
    bool is_forgotten;
    struct pt_reply reply;
    pt_answer_fn *done;
    void *ctx;
};

/* ---- queues ---- */

static void clear(struct link *queue)
{
    queue->next = queue->last = queue;
}

static void put_after(struct link *before, struct link *link)
{
    link->next = before->next;
    link->last = before;
    before->next->last = link;
    before->next = link;
}

static void take_out(struct link *link)
{
    if (!link->next)
        return;
    link->next->last = link->last;
    link->last->next = link->next;
    link->next = link->last = NULL;
}

static void move(struct question *q, struct link *queue)
{
    take_out(&q->place);
    put_after(queue->last, &q->place);
}

static struct question *first_of(struct link *queue)
{
    return queue->next == queue ? NULL : (struct question *)queue->next;
}

/* ---- limits ---- */

static struct question *of_limit(struct link *link)
{
    return (struct question *)(void *)((char *)link -
                                       offsetof(struct question, limited));
}

/* Most are later than all before them. */
static void set_limit(struct question *q, int64_t in_ms)
{
    struct pt_resolver *resolver = q->resolver;
    struct link *before = resolver->limited.last;

    q->limit_at = pt_loop_now(resolver->loop) + in_ms;
    while (before != &resolver->limited &&
           of_limit(before)->limit_at > q->limit_at)
        before = before->last;
    put_after(before, &q->limited);
}

static void arm_limit(struct pt_resolver *resolver)
{
    struct pt_timer *timer = &resolver->limit;
    struct link *first = resolver->limited.next;
    int64_t at;

    if (first == &resolver->limited) {
        pt_loop_disarm(resolver->loop, timer);
        return;
    }
    at = of_limit(first)->limit_at;
    if (!timer->armed || timer->at_ms != at)
        pt_loop_arm(resolver->loop, timer, at - pt_loop_now(resolver->loop));
}

/* ---- answers ---- */

static void note(struct question *q)
{
    take_out(&q->limited);
    move(q, &q->resolver->answered);
}

static void fail(struct question *q, const char *why)
{
    pt_reply_fail(&q->reply, "%s", why);
    note(q);
}

static void finish(struct question *q)
{
    take_out(&q->place);
    pt_reply_send(&q->reply, q->done, q->ctx);
    free(q);
}

static void take_back(struct question *q)
{
    q->is_sent = false;
    q->resolver->on_their_way--;
}

/* The asker is told now. */
static void give_up(struct question *q, const char *why)
{
    struct pt_reply reply = {0};
    pt_answer_fn *done = q->done;
    void *ctx = q->ctx;

    pt_buf_free(&q->reply.body);
    take_out(&q->place);
    take_out(&q->limited);
    if (q->is_sent) {
        take_back(q);
        q->is_forgotten = true;
        q->resolver->forgotten++;
    } else {
        free(q);
    }
    pt_reply_fail(&reply, "%s", why);
    pt_reply_send(&reply, done, ctx);
}

static void on_message(void *ctx, struct pt_slice message, const char *why)
{
    struct question *q = ctx;
    struct pt_resolver *resolver = q->resolver;

    if (q->is_forgotten) {
        resolver->forgotten--;
        free(q);
        return;
    }
    take_back(q);
    pt_dns_pace_note(&resolver->pace,
                     pt_loop_now(resolver->loop) - q->sent_at >=
                         PT_DNS_FIRST_MS);
    if (why) {
        fail(q, why);
    } else if (!q->is_simple && pt_dns_wire_is_puzzled(message)) {
        resolver->is_simple = true;
        move(q, &resolver->waiting);
    } else {
        pt_dns_wire_read(message, q->name, q->record, &q->reply);
        q->reply.is_signed &= resolver->trust_ad ||
                              pt_dns_channel_is_believed(resolver->channel);
        note(q);
    }
}

/* ---- sending ---- */

static void run(void *ctx);

static bool make_channel(struct pt_resolver *resolver, const char **ret_why)
{
    struct pt_dns_channel_setup setup = {
        .server = resolver->server.ss_family ? &resolver->server : NULL,
        .resolv_conf = resolver->resolv_conf,
        .first_ms = PT_DNS_FIRST_MS,
        .tries = PT_DNS_TRIES,
        .after = run,
        .ctx = resolver,
    };

    if (!resolver->channel)
        resolver->channel =
            pt_dns_channel_new(resolver->loop, &setup, ret_why);
    return resolver->channel;
}

static void send_one(struct question *q)
{
    struct pt_resolver *resolver = q->resolver;
    const char *why;

    if (!make_channel(resolver, &why)) {
        fail(q, why);
        return;
    }
    if (!q->limited.next)
        set_limit(q, PT_DNS_MS);
    q->is_simple = resolver->is_simple;
    q->is_sent = true;
    q->sent_at = pt_loop_now(resolver->loop);
    resolver->on_their_way++;
    move(q, &resolver->sent);
    pt_dns_channel_send(resolver->channel, q->name, q->record, !q->is_simple,
                        on_message, q);
}

static void send_waiting(struct pt_resolver *resolver)
{
    struct question *q;

    while (resolver->on_their_way < resolver->pace.window &&
           (q = first_of(&resolver->waiting)))
        send_one(q);
}

/* Once nobody waits for any of them. */
static void cancel_forgotten(struct pt_resolver *resolver)
{
    if (resolver->forgotten && !resolver->on_their_way)
        pt_dns_channel_cancel(resolver->channel);
}

static void tell_answered(struct pt_resolver *resolver)
{
    struct question *q;

    while ((q = first_of(&resolver->answered)))
        finish(q);
}

/* What is asked meanwhile is sent at the end. */
static void run(void *ctx)
{
    struct pt_resolver *resolver = ctx;

    resolver->running = true;
    tell_answered(resolver);
    send_waiting(resolver);
    cancel_forgotten(resolver);
    resolver->running = false;
    if (first_of(&resolver->answered)) /* it failed at once */
        pt_loop_arm(resolver->loop, &resolver->soon, 0);
    if (resolver->channel)
        pt_dns_channel_arm(resolver->channel);
    arm_limit(resolver);
}

static void on_limit(void *ctx)
{
    struct pt_resolver *resolver = ctx;
    int64_t now = pt_loop_now(resolver->loop);

    while (resolver->limited.next != &resolver->limited &&
           of_limit(resolver->limited.next)->limit_at <= now)
        give_up(of_limit(resolver->limited.next),
                "the name server did not answer in time");
    run(resolver);
}

/* ---- the interface ---- */

static enum pt_status set_up(struct pt_resolver *resolver,
                             const struct pt_resolver_setup *setup,
                             struct pt_error *err)
{
    const char *path = setup->resolv_conf;

    if (setup->server && !pt_dns_server_parse(setup->server, &resolver->server))
        return pt_fail(err, PT_BAD_INPUT,
                       "give ADDRESS or ADDRESS:PORT, such as 192.0.2.53 or "
                       "[2001:db8::53]:5353",
                       "'%s' is not the address of a name server",
                       setup->server);
    resolver->resolv_conf = strdup(path ? path : "/etc/resolv.conf");
    return resolver->resolv_conf ? PT_OK : pt_fail_memory(err);
}

enum pt_status pt_resolver_new(struct pt_loop *loop,
                               const struct pt_resolver_setup *setup,
                               struct pt_resolver **ret_resolver,
                               struct pt_error *err)
{
    struct pt_resolver *resolver = calloc(1, sizeof(*resolver));
    enum pt_status status;

    if (!resolver)
        return pt_fail_memory(err);
    resolver->loop = loop;
    resolver->trust_ad = setup->trust_ad;
    pt_dns_pace_begin(&resolver->pace);
    clear(&resolver->waiting);
    clear(&resolver->sent);
    clear(&resolver->answered);
    clear(&resolver->doomed);
    clear(&resolver->limited);
    pt_timer_init(&resolver->soon, run, resolver);
    pt_timer_init(&resolver->limit, on_limit, resolver);
    status = set_up(resolver, setup, err);
    if (status == PT_OK)
        *ret_resolver = resolver;
    else
        pt_resolver_free(resolver);
    return status;
}

void pt_resolver_free(struct pt_resolver *resolver)
{
    if (!resolver)
        return;
    pt_resolver_drop(resolver, NULL);
    pt_dns_channel_free(resolver->channel);
    pt_loop_disarm(resolver->loop, &resolver->soon);
    pt_loop_disarm(resolver->loop, &resolver->limit);
    free(resolver->resolv_conf);
    free(resolver);
}

struct pt_loop *pt_resolver_loop(const struct pt_resolver *resolver)
{
    return resolver->loop;
}

bool pt_resolver_begin(struct pt_resolver *resolver, const struct pt_ask *ask,
                       pt_answer_fn *done, void *ctx)
{
    struct question *q = calloc(1, sizeof(*q));

    if (!q)
        return false;
    *q = (struct question){.resolver = resolver,
                           .name = ask->what,
                           .record = ask->record,
                           .owner = ask->owner,
                           .reply.body.max = PT_DNS_TEXT_MAX,
                           .done = done,
                           .ctx = ctx};
    if (!pt_dns_name_ok(q->name)) {
        fail(q, "not a name that can be asked for");
    } else {
        move(q, &resolver->waiting);
        if (ask->limit_ms)
            set_limit(q, ask->limit_ms);
    }
    if (!resolver->running && !resolver->soon.armed)
        pt_loop_arm(resolver->loop, &resolver->soon, 0);
    return true;
}

static void doom(struct link *queue, const void *owner)
{
    struct link *next;

    for (struct link *at = queue->next; at != queue; at = next) {
        struct question *q = (struct question *)at;

        next = at->next;
        if (!owner || q->owner == owner)
            move(q, &q->resolver->doomed);
    }
}

/* Who is told may drop others. */
void pt_resolver_drop(struct pt_resolver *resolver, const void *owner)
{
    struct question *q;

    doom(&resolver->waiting, owner);
    doom(&resolver->sent, owner);
    doom(&resolver->answered, owner);
    while ((q = first_of(&resolver->doomed)))
        give_up(q, "given up");
    cancel_forgotten(resolver);
    arm_limit(resolver);
}

bool pt_resolver_is_busy(const struct pt_resolver *resolver)
{
    return resolver->waiting.next != &resolver->waiting;
}

void pt_resolver_hosts(struct pt_resolver *resolver, const char *host,
                       pt_hosts_fn *tell, void *ctx)
{
    const char *why;

    if (make_channel(resolver, &why))
        pt_dns_channel_hosts(resolver->channel, host, tell, ctx);
}
