/* live.c - see live.h.
 *
 * What this machine can say at once waits as a job for the loop's next round;
 * conversations and gRPC calls have modules of their own.
 */
#include "net/live.h"

#include "net/dns.h"
#include "net/dns_shared.h"
#include "net/grpc_call.h"
#include "net/http.h"
#include "net/local.h"
#include "net/locate.h"
#include "net/machine.h"
#include "net/ports.h"
#include "net/probe_shared.h"
#include "net/speak.h"

#include <stdlib.h>

struct live {
    struct pt_transport transport; /* first: a live is a transport */
    struct pt_loop *loop;
    struct job *jobs;
    struct pt_speaker *speaker;
    struct pt_probes *probes;
    struct pt_grpc_caller *caller;
    struct pt_resolver *resolver;
    struct pt_lookups *lookups;
    struct pt_http *http;
    struct pt_locator *locator;
};

struct job {
    struct live *live;
    struct pt_ask ask;
    struct pt_timer timer;
    pt_answer_fn *done;
    void *ctx;
    struct job *next;
};

/* ---- jobs ---- */

static void list_machine(const struct pt_ask *ask, struct pt_reply *reply)
{
    pt_machine_list(&ask->needles, reply);
}

static void (*const workers[PT_ASK_KINDS])(const struct pt_ask *,
                                           struct pt_reply *) = {
    [PT_ASK_FILE] = pt_local_file,    [PT_ASK_STAT] = pt_local_stat,
    [PT_ASK_LOG] = pt_local_log,      [PT_ASK_MACHINE] = list_machine,
    [PT_ASK_SHELF] = pt_local_shelf,  [PT_ASK_FREE] = pt_ports_free,
};

static void finish(struct job *job, struct pt_reply *reply)
{
    struct job **at = &job->live->jobs;

    while (*at != job)
        at = &(*at)->next;
    *at = job->next;
    pt_loop_disarm(job->live->loop, &job->timer);
    pt_reply_send(reply, job->done, job->ctx);
    free(job);
}

static void work(void *ctx)
{
    struct job *job = ctx;
    struct pt_reply reply = {.body.max = PT_FILE_MAX};

    workers[job->ask.kind](&job->ask, &reply);
    finish(job, &reply);
}

static bool add_job(struct live *live, const struct pt_ask *ask,
                    pt_answer_fn *done, void *ctx)
{
    struct job *job = calloc(1, sizeof(*job));

    if (!job)
        return false;
    *job = (struct job){.live = live,
                        .ask = *ask,
                        .done = done,
                        .ctx = ctx,
                        .next = live->jobs};
    live->jobs = job;
    pt_timer_init(&job->timer, work, job);
    pt_loop_arm(live->loop, &job->timer, 0);
    return true;
}

/* ---- the transport ---- */

static bool is_busy(struct pt_transport *self)
{
    return pt_resolver_is_busy(((struct live *)self)->resolver);
}

static bool begin(struct pt_transport *self, const struct pt_ask *ask,
                  pt_answer_fn *done, void *ctx)
{
    struct live *live = (struct live *)self;
    struct pt_ask own = *ask;

    if (!own.what) /* PT_ASK_MACHINE needs none */
        own.what = "";
    if (own.kind == PT_ASK_SPEAK)
        return pt_speaker_begin(live->speaker, &own, done, ctx);
    if (own.kind == PT_ASK_PROBE)
        return pt_probes_begin(live->probes, &own, done, ctx);
    if (own.kind == PT_ASK_HOST)
        return pt_locator_begin(live->locator, &own, done, ctx);
    if (own.kind == PT_ASK_GRPC)
        return pt_grpc_call_begin(live->caller, &own, done, ctx);
    if (own.kind == PT_ASK_DNS)
        return pt_resolver_begin(live->resolver, &own, done, ctx);
    if (own.kind == PT_ASK_HTTP)
        return pt_http_begin(live->http, &own, done, ctx);
    return add_job(live, &own, done, ctx);
}

static void drop(struct pt_transport *self, const void *owner)
{
    struct live *live = (struct live *)self;
    struct job *next;

    for (struct job *job = live->jobs; job; job = next) {
        struct pt_reply reply = {0};

        next = job->next;
        if (!pt_ask_is_of(&job->ask, owner))
            continue;
        pt_reply_fail(&reply, "given up");
        finish(job, &reply);
    }
    pt_probes_drop(live->probes, owner);
    pt_speaker_drop(live->speaker, owner);
    pt_locator_drop(live->locator, owner);
    pt_grpc_call_drop(live->caller, owner);
    pt_http_drop(live->http, owner);
    pt_resolver_drop(live->resolver, owner);
}

static void *begin_lookup(void *self, const char *host, int64_t limit_ms,
                          pt_addresses_fn *done, void *ctx)
{
    return pt_lookups_join(self, host, limit_ms, done, ctx);
}

static void cancel_lookup(void *sharer)
{
    pt_lookups_leave(sharer);
}

static bool open_modules(struct live *live, const struct pt_live_setup *setup)
{
    const struct pt_finder finder = {.begin = begin_lookup,
                                     .cancel = cancel_lookup,
                                     .self = live->lookups};
    const struct pt_http_setup http = {.finder = finder,
                                       .env = getenv,
                                       .ca_file = setup->ca_file,
                                       .keep_dir = setup->keep_dir};
    const struct pt_speaker_setup speaker = {.finder = finder,
                                             .ca_file = setup->ca_file};

    live->http = pt_http_new(live->loop, &http);
    live->speaker = pt_speaker_new(live->loop, &speaker);
    live->probes = pt_probes_new(live->loop, live->speaker);
    live->caller = pt_grpc_caller_new(live->loop);
    live->locator = pt_locator_new(&finder);
    return live->http && live->speaker && live->probes && live->caller &&
           live->locator;
}

static void destroy(struct live *live)
{
    pt_http_free(live->http); /* these three before what finds hosts */
    pt_probes_free(live->probes);
    pt_speaker_free(live->speaker);
    pt_locator_free(live->locator);
    pt_lookups_free(live->lookups);
    pt_resolver_free(live->resolver);
    pt_grpc_caller_free(live->caller);
    free(live);
}

enum pt_status pt_live_new(struct pt_loop *loop,
                           const struct pt_live_setup *setup,
                           struct pt_transport **ret_transport,
                           struct pt_error *err)
{
    const struct pt_resolver_setup dns = {.server = setup->dns,
                                          .trust_ad = setup->trust_ad};
    struct live *live = calloc(1, sizeof(*live));
    enum pt_status status;

    if (!live)
        return pt_fail_memory(err);
    live->transport = (struct pt_transport){
        .begin = begin, .drop = drop, .is_busy = is_busy};
    live->loop = loop;
    status = pt_resolver_new(loop, &dns, &live->resolver, err);
    if (status != PT_OK) {
        free(live);
        return status;
    }
    live->lookups = pt_lookups_new(live->resolver);
    if (!live->lookups || !open_modules(live, setup)) {
        destroy(live);
        return pt_fail_memory(err);
    }
    *ret_transport = &live->transport;
    return PT_OK;
}

void pt_live_free(struct pt_transport *transport)
{
    if (!transport)
        return;
    drop(transport, NULL);
    destroy((struct live *)transport);
}
