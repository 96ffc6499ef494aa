#include "resolve/probe.h"

#include "model/domain.h"
#include "resolve/search.h"

#include <string.h>

enum { LOOKUP_MS = 5000 };

/* One host whose addresses are looked up. */
struct lookup {
    struct pt_probe *probe;
    struct pt_probe_host *host;
};

struct pt_probe {
    struct pt_probe_setup setup;
    struct pt_query query;
    struct pt_search *search;
    const struct pt_settings *settings; /* of an address; or NULL */
    const struct pt_findings *found;    /* likewise, and of this machine */
    struct pt_probe_plan plan;
    struct lookup lookups[PT_PROBE_HOSTS_MAX];
    size_t open; /* lookups */
    struct pt_trials *trials;
    struct pt_probe_verdict verdict;
    struct pt_timer tick;
    bool is_stopped;
};

/* ---- the end ---- */

static void finish(struct pt_probe *p)
{
    struct pt_arena *arena = p->setup.arena;
    bool whole = pt_probe_judge(arena, p->setup.target, &p->plan, &p->verdict);

    p->setup.done(p->setup.ctx, whole && !pt_arena_failed(arena)
                                    ? PT_OK
                                    : PT_NO_MEMORY);
}

static void on_tried(void *ctx)
{
    finish(ctx);
}

/* ---- trials ---- */

static void on_each(void *ctx, const struct pt_trial *trial)
{
    struct pt_probe *p = ctx;

    if (p->setup.each)
        p->setup.each(p->setup.ctx, trial);
}

static bool begin_trials(struct pt_probe *p)
{
    const struct pt_probe_setup *setup = &p->setup;

    if (!pt_probe_plan_trials(setup->arena, &p->plan, setup->target,
                              setup->ports, setup->port_count, &p->query,
                              p->settings, p->found))
        return false;
    if (setup->planned)
        setup->planned(setup->ctx, &p->plan);
    p->trials = pt_trials_begin(
        &(struct pt_trials_setup){.arena = setup->arena,
                                  .loop = setup->loop,
                                  .net = setup->net,
                                  .trials = p->plan.trials,
                                  .count = p->plan.trial_count,
                                  .addresses = p->plan.machines,
                                  .line = setup->line,
                                  .limit_ms = setup->limit_ms,
                                  .each = on_each,
                                  .done = on_tried,
                                  .ctx = p});
    return p->trials;
}

static void try_all(struct pt_probe *p)
{
    if (!begin_trials(p)) {
        pt_arena_fail(p->setup.arena);
        finish(p);
    } else if (p->is_stopped) {
        pt_trials_stop(p->trials);
    }
}

/* ---- addresses ---- */

static void read_addresses(struct pt_arena *arena, struct pt_probe_host *host,
                           const struct pt_answer *answer)
{
    struct pt_slice rest = pt_slice(answer->body, answer->len);
    struct pt_slice line;

    host->status = answer->status;
    host->why = pt_arena_strdup(arena, answer->why);
    if (answer->status != PT_ANSWER_OK)
        return;
    host->machine = pt_arena_strndup(arena, answer->body, answer->len);
    while (pt_next_line(&rest, &line)) {
        const char *text = pt_arena_strndup(arena, line.at, line.len);

        if (text)
            pt_strings_add(arena, &host->addresses, text);
    }
    if (!host->addresses.count)
        host->status = PT_ANSWER_ABSENT;
}

static void on_addresses(void *ctx, const struct pt_answer *answer)
{
    struct lookup *lookup = ctx;
    struct pt_probe *p = lookup->probe;

    read_addresses(p->setup.arena, lookup->host, answer);
    if (!--p->open)
        try_all(p);
}

/* An address is its own, and this machine's names need no looking up. */
static bool is_own_address(const char *name)
{
    return pt_is_ip_address(name) || pt_is_loopback(name);
}

/* A try that may take less leaves less for the name. */
static int64_t lookup_ms(const struct pt_probe_setup *setup)
{
    return setup->limit_ms && setup->limit_ms < LOOKUP_MS ? setup->limit_ms
                                                          : LOOKUP_MS;
}

static void begin_lookup(struct pt_probe *p, struct lookup *lookup)
{
    struct pt_probe_host *host = lookup->host;
    struct pt_transport *net = p->setup.net;

    if (is_own_address(host->name)) {
        host->machine = host->name;
        pt_strings_add(p->setup.arena, &host->addresses, host->name);
        return;
    }
    if (p->is_stopped) {
        host->status = PT_ANSWER_FAILED;
        host->why = "there was no time for it";
        return;
    }
    p->open++;
    if (net->begin(net,
                   &(struct pt_ask){.kind = PT_ASK_HOST,
                                    .what = host->name,
                                    .limit_ms = lookup_ms(&p->setup),
                                    .owner = p},
                   on_addresses, lookup))
        return;
    p->open--;
    pt_arena_fail(p->setup.arena);
}

static void look_up(struct pt_probe *p)
{
    const struct pt_probe_setup *setup = &p->setup;

    pt_probe_plan_hosts(setup->arena, &p->plan, setup->target, &p->query,
                        p->settings, p->found);
    for (size_t i = 0; i < p->plan.host_count; i++) {
        p->lookups[i] =
            (struct lookup){.probe = p, .host = &p->plan.hosts[i]};
        begin_lookup(p, &p->lookups[i]);
    }
    if (!p->open)
        try_all(p);
}

/* ---- the search ---- */

static void on_found(void *ctx, enum pt_status status,
                     const struct pt_error *err)
{
    struct pt_probe *p = ctx;

    (void)err; /* only --from is bad input, and no probe takes it */
    if (status == PT_NO_MEMORY)
        pt_arena_fail(p->setup.arena);
    p->found = pt_search_findings(p->search);
    if (p->query.address)
        p->settings = pt_search_settings(p->search);
    look_up(p);
}

/* What an address has, and what runs on this machine, must be found first. */
static bool must_search(const struct pt_probe_target *target)
{
    return target->address || pt_is_loopback(target->host);
}

static void on_start(void *ctx)
{
    struct pt_probe *p = ctx;

    if (p->is_stopped || !must_search(p->setup.target)) {
        look_up(p);
        return;
    }
    p->search =
        pt_search_begin(&(struct pt_search_setup){.arena = p->setup.arena,
                                                  .loop = p->setup.loop,
                                                  .net = p->setup.net,
                                                  .query = &p->query},
                        on_found, p);
    if (p->search)
        return;
    pt_arena_fail(p->setup.arena);
    finish(p);
}

/* ---- the interface ---- */

struct pt_probe *pt_probe_begin(const struct pt_probe_setup *setup)
{
    struct pt_probe *p = pt_arena_alloc(setup->arena, sizeof(*p));

    if (!p)
        return NULL;
    p->setup = *setup;
    p->query = *setup->query;
    p->query.address = setup->target->address;
    p->query.no_address |= !strchr(setup->target->text, '@');
    p->query.verify = PT_VERIFY_NONE;
    pt_timer_init(&p->tick, on_start, p);
    pt_loop_arm(setup->loop, &p->tick, 0);
    return p;
}

void pt_probe_stop(struct pt_probe *probe)
{
    probe->is_stopped = probe->plan.is_cut = true;
    if (probe->trials)
        pt_trials_stop(probe->trials);
    else if (probe->open)
        probe->setup.net->drop(probe->setup.net, probe);
    else if (probe->search)
        pt_search_stop(probe->search);
}

const struct pt_probe_plan *pt_probe_plan(const struct pt_probe *probe)
{
    return &probe->plan;
}

const struct pt_probe_verdict *pt_probe_verdict(const struct pt_probe *probe)
{
    return &probe->verdict;
}
