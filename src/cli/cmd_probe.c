/* cmd_probe.c - portolan probe ADDRESS|HOST... */
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/json_print.h"
#include "cli/probe_live.h"
#include "cli/probe_page.h"
#include "cli/session.h"
#include "resolve/search.h"

enum {
    SEARCH_MS = 5000,
    TARGETS_MAX = 1000,
    AT_ONCE = 16, /* targets */
};

/* One target in line. */
struct item {
    struct probing *probing;
    struct pt_arena *arena;
    struct pt_probe_target target;
    struct pt_probe *probe; /* NULL: none was begun */
    struct pt_error err;
    bool done;
};

/* Those from `first` on to before `next` are in line; they are answered in the
 * order they were given in. */
struct probing {
    const struct pt_call *call;
    struct pt_session session;
    struct pt_probe_port ports[PT_PROBE_PORTS_MAX];
    size_t port_count;
    struct pt_trials_line line;
    struct item items[AT_ONCE];
    size_t first;
    size_t next;
    struct pt_probe_live live; /* where there is one target only */
    enum pt_status worst;      /* the first that was not PT_OK */
    enum pt_status status;     /* why it ends early */
    struct pt_interrupt interrupt;
    bool is_interrupted;
};

static struct item *item_at(struct probing *p, size_t i)
{
    return &p->items[i % AT_ONCE];
}

static bool is_alone(const struct probing *p)
{
    return p->call->operands.count == 1;
}

/* ---- in ---- */

static void on_planned(void *ctx, const struct pt_probe_plan *plan)
{
    struct item *item = ctx;
    struct probing *p = item->probing;

    if (is_alone(p))
        pt_probe_live_begin(&p->live, p->call->io, item->arena, plan);
}

static void on_each(void *ctx, const struct pt_trial *trial)
{
    struct item *item = ctx;

    pt_probe_live_note(&item->probing->live, trial);
}

static void on_done(void *ctx, enum pt_status status)
{
    struct item *item = ctx;

    item->done = true;
    if (status != PT_OK)
        pt_fail_memory(&item->err);
}

static void begin_probe(struct probing *p, struct item *item)
{
    item->probe = pt_probe_begin(
        &(struct pt_probe_setup){.arena = item->arena,
                                 .loop = p->session.loop,
                                 .net = p->session.net,
                                 .query = &p->session.query,
                                 .target = &item->target,
                                 .ports = p->ports,
                                 .port_count = p->port_count,
                                 .line = &p->line,
                                 .limit_ms = p->call->options.timeout_ms,
                                 .planned = on_planned,
                                 .each = on_each,
                                 .done = on_done,
                                 .ctx = item});
    if (item->probe)
        return;
    item->done = true;
    pt_fail_memory(&item->err);
}

static void let_in(struct probing *p)
{
    struct item *item = item_at(p, p->next);

    *item = (struct item){.probing = p, .arena = pt_arena_new()};
    if (!item->arena)
        item->err.status = pt_fail_memory(&item->err);
    else
        pt_probe_target_parse(item->arena, p->call->operands.at[p->next],
                              &item->target, &item->err);
    p->next++;
    item->done = item->err.status != PT_OK;
    if (!item->done)
        begin_probe(p, item);
}

/* ---- out ---- */

static void note_status(struct probing *p, enum pt_status status)
{
    if (p->worst == PT_OK)
        p->worst = status;
}

static enum pt_status put_json(struct probing *p, const struct item *item,
                               struct pt_error *err)
{
    PT_BUF struct pt_buf text = {0};
    enum pt_status status = pt_probe_json(&item->target, item->probe,
                                          !is_alone(p), &text, err);

    if (status == PT_OK)
        fwrite(pt_buf_text(&text), 1, text.len, p->call->io->out);
    return status;
}

static enum pt_status put_page(struct probing *p, const struct item *item,
                               struct pt_error *err)
{
    struct pt_page page = pt_page_out(p->call->io);

    if (p->first)
        pt_page_end_line(&page);
    return pt_probe_page(&page, item->arena, &item->target, item->probe)
               ? PT_OK
               : pt_fail_memory(err);
}

/* A host that does not exist is no result, it is a slip. */
static enum pt_status check_host(const struct item *item, struct pt_error *err)
{
    const struct pt_probe_plan *plan = pt_probe_plan(item->probe);
    const struct pt_probe_host *host = &plan->hosts[0];

    if (item->target.address || host->status == PT_ANSWER_OK)
        return PT_OK;
    if (host->status == PT_ANSWER_ABSENT)
        return pt_fail(err, PT_NOTHING, "is it spelt right?",
                       "there is no host '%s'", host->name);
    return pt_fail(err, PT_UNREACHABLE,
                   "is there a network, and does its name server answer?",
                   "'%s' could not be looked up: %s", host->name, host->why);
}

static enum pt_status put(struct probing *p, struct item *item,
                          struct pt_error *err)
{
    pt_probe_live_wipe(&p->live);
    if (p->call->options.json)
        return put_json(p, item, err);
    return put_page(p, item, err);
}

static enum pt_status put_bad(const struct probing *p, const char *text,
                              const struct pt_error *why, struct pt_error *err)
{
    struct pt_json json;

    pt_json_begin(&json);
    pt_json_text(&json, json.root, "target", text);
    pt_json_text(&json, json.root, "error", why->text);
    pt_json_text(&json, json.root, "hint", why->hint);
    return pt_json_print(&json, !is_alone(p), p->call->io->out, err);
}

/* One bad target among several must not cost the others their answers. */
static enum pt_status refuse(struct probing *p, const struct pt_error *why,
                             struct pt_error *err)
{
    struct pt_page page = pt_page_err(p->call->io);

    if (why->status != PT_NO_MEMORY && p->call->options.json &&
        put_bad(p, p->call->operands.at[p->first], why, err) != PT_OK)
        return PT_NO_MEMORY;
    if (is_alone(p) || why->status == PT_NO_MEMORY) {
        *err = *why;
        return why->status;
    }
    note_status(p, why->status);
    if (!p->call->options.json)
        pt_page_error(&page, why);
    return PT_OK;
}

static void put_first(struct probing *p, struct pt_error *err)
{
    struct item *item = item_at(p, p->first);
    struct pt_error why = item->err;

    if (why.status == PT_OK)
        check_host(item, &why);
    if (why.status == PT_OK) {
        note_status(p, pt_probe_verdict(item->probe)->exit);
        p->status = put(p, item, err);
    } else {
        p->status = refuse(p, &why, err);
    }
    p->first++;
    pt_arena_free(item->arena);
    if (fflush(p->call->io->out) && p->status == PT_OK)
        p->status = PT_CANNOT_WRITE;
}

/* ---- the course of it ---- */

static size_t most_at_once(const struct probing *p)
{
    /* a recording has one clock, on which one follows the other */
    return p->session.scenario ? 1 : AT_ONCE;
}

/* What is known so far is an answer, too. */
static void on_interrupt(void *ctx)
{
    struct probing *p = ctx;

    p->is_interrupted = true;
    for (size_t i = p->first; i < p->next; i++)
        if (!item_at(p, i)->done)
            pt_probe_stop(item_at(p, i)->probe);
}

/* Those that are answered: none begins after Ctrl-C. */
static size_t count_all(const struct probing *p)
{
    return p->is_interrupted ? p->next : p->call->operands.count;
}

static void run(struct probing *p, struct pt_error *err)
{
    while (p->status == PT_OK && p->first < count_all(p)) {
        while (p->next < count_all(p) && p->next - p->first < most_at_once(p))
            let_in(p);
        while (p->status == PT_OK && p->first < p->next &&
               item_at(p, p->first)->done)
            put_first(p, err);
        if (p->status == PT_OK && p->first < p->next)
            pt_loop_step(p->session.loop);
    }
}

static void close_probing(struct probing *p)
{
    for (size_t i = p->first; i < p->next; i++) {
        struct item *item = item_at(p, i);

        if (!item->done && item->probe)
            pt_probe_stop(item->probe);
        while (!item->done && pt_loop_step(p->session.loop))
            ;
        pt_arena_free(item->arena);
    }
    pt_session_close(&p->session);
}

/* --timeout is for each try; and the usual names are tried here, so nobody is
 * to visit them before. */
static enum pt_status prepare_search(struct probing *p, struct pt_error *err)
{
    struct pt_query *query = &p->session.query;

    query->timeout_ms = SEARCH_MS;
    if (!pt_strings_add(p->call->arena, &query->skip, pt_source_guess.name))
        return pt_fail_memory(err);
    return pt_search_check(query, err);
}

static enum pt_status run_probe(const struct pt_call *call,
                                struct pt_error *err)
{
    struct probing p = {.call = call};
    enum pt_status status = PT_OK;

    for (size_t i = 0; i < call->options.ports.count && status == PT_OK; i++)
        status = pt_probe_port_parse(call->options.ports.at[i],
                                     &p.ports[p.port_count++], err);
    if (status == PT_OK)
        status = pt_session_open_search(call, SEARCH_MS, &p.session, err);
    if (status == PT_OK)
        status = prepare_search(&p, err);
    if (status == PT_OK) {
        if (p.session.live)
            pt_interrupt_catch(&p.interrupt, p.session.loop, on_interrupt, &p);
        run(&p, err);
        status = p.status;
    }
    pt_interrupt_release(&p.interrupt);
    close_probing(&p);
    if (p.is_interrupted) /* who called us is to know */
        raise(SIGINT);
    return status == PT_OK ? p.worst : status;
}

const struct pt_command pt_cmd_probe = {
    .name = "probe",
    .bit = PT_ON_PROBE,
    .operands = "ADDRESS|HOST[:PORT]...",
    .summary = "try each port methodically, and say which works",
    .about = "Connects to every port where mail servers usually are, at the "
             "hosts found for an ADDRESS, those with the usual names (imap, "
             "mail, smtp, pop), or at HOST alone: is it the right service, is "
             "TLS really to be had, is the certificate good, how does one sign "
             "in?  Then it says what works best, what works less well and why, "
             "and, when nothing does, what to write to the provider's "
             "administrator.\n"
             "Nobody signs in, and no name is given: servers see a short, "
             "polite visit, one connection a port.  A bridge on this machine "
             "that serves the address is what is probed instead of its "
             "provider; 'localhost' stands for all that run here.\n"
             "--timeout is for each try.",
    .examples = "portolan probe ann@example.org\n"
                "portolan probe imap.example.org:993\n"
                "portolan probe --port 1143 --port submission:1025 localhost\n",
    .least = 1,
    .most = TARGETS_MAX,
    .missing = "name an address or a host: portolan probe ann@example.org",
    .run = run_probe,
};
