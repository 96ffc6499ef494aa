/* bridge_serve.c - which bridge serves an address, and what it then offers.
 *
 * Its account list says so; else the user's word; else that the domain can
 * only be had through it; else that something published a loopback host and
 * just one bridge runs here.
 */
#include "format/dns_text.h"
#include "source/bridge_rounds.h"

#include <string.h>

static bool is_for_domain(const struct pt_bridge_kind *kind,
                          const struct pt_address *address)
{
    return pt_strings_have_nocase(&kind->domains, address->domain);
}

/* A customer's own domain: its mail goes to who makes the bridge. */
static bool is_for_exchanger(const struct pt_bridge_kind *kind,
                             const struct pt_findings *found)
{
    return found->exchanger && pt_mx_is_listed(&kind->mx, found->exchanger);
}

/* An account is an address, "@domain", or the bare name that a bridge of this
 * domain logs in with. */
static bool is_account(const struct pt_bridge_kind *kind, const char *account,
                       const struct pt_address *address)
{
    if (account[0] == '@')
        return pt_is_nocase(account + 1, address->domain);
    if (!strchr(account, '@'))
        return is_for_domain(kind, address) &&
               pt_is_nocase(account, address->local);
    return pt_is_nocase(account, address->text) ||
           pt_is_nocase(account, address->shown);
}

static const char *account_of(const struct pt_bridge *bridge,
                              const struct pt_address *address)
{
    for (size_t i = 0; i < bridge->accounts.count; i++)
        if (is_account(bridge->kind, bridge->accounts.at[i], address))
            return bridge->accounts.at[i];
    return NULL;
}

/* The best of the bridges that pass a test: a live one before a dead one. */
static const struct pt_bridge *
pick(const struct pt_task *task,
     bool (*is_it)(const struct pt_bridge *, const struct pt_task *))
{
    const struct pt_findings *found = task->found;
    const struct pt_bridge *best = NULL;

    for (size_t i = 0; i < found->bridge_count; i++) {
        const struct pt_bridge *b = &found->bridges[i];

        if (is_it(b, task) &&
            (!best || (pt_bridge_is_live(b) && !pt_bridge_is_live(best))))
            best = b;
    }
    return best;
}

static bool is_named(const struct pt_bridge *bridge, const struct pt_task *task)
{
    return pt_is(bridge->kind->name, task->query->bridge);
}

static bool has_account(const struct pt_bridge *bridge,
                        const struct pt_task *task)
{
    return account_of(bridge, task->query->address) != NULL;
}

static bool has_domain(const struct pt_bridge *bridge,
                       const struct pt_task *task)
{
    return is_for_domain(bridge->kind, task->query->address);
}

static bool has_exchanger(const struct pt_bridge *bridge,
                          const struct pt_task *task)
{
    return is_for_exchanger(bridge->kind, task->found);
}

static bool runs_here(const struct pt_bridge *bridge,
                      const struct pt_task *task)
{
    (void)task;
    return pt_bridge_is_live(bridge);
}

static size_t count_live(const struct pt_findings *found)
{
    size_t n = 0;

    for (size_t i = 0; i < found->bridge_count; i++)
        n += pt_bridge_is_live(&found->bridges[i]);
    return n;
}

static const struct pt_bridge_kind *needed_kind(const struct pt_task *task)
{
    const struct pt_query *query = task->query;
    const struct pt_bridge_kind *needed = NULL;

    for (size_t k = 0; k < query->kind_count; k++) {
        const struct pt_bridge_kind *kind = &query->kinds[k];

        if (query->bridge ? !pt_is(kind->name, query->bridge)
                          : !is_for_domain(kind, query->address) &&
                                !is_for_exchanger(kind, task->found))
            continue;
        if (!needed || kind->first_choice)
            needed = kind;
    }
    return needed;
}

struct choice {
    const struct pt_bridge *bridge; /* or NULL */
    const struct pt_bridge_kind *kind; /* the bridge that is needed, or NULL */
    const char *why;
};

static struct choice choose(struct pt_task *task)
{
    struct choice c = {.kind = needed_kind(task)};

    if (task->query->bridge) {
        c.bridge = pick(task, is_named);
        c.why = "you said it serves this address";
        return c;
    }
    c.bridge = pick(task, has_account);
    c.why = "this running bridge serves the address";
    if (c.bridge)
        return c;
    c.bridge = pick(task, has_domain);
    c.why = "addresses of this domain are had through this bridge";
    if (c.bridge)
        return c;
    c.bridge = pick(task, has_exchanger);
    c.why = "what the domain's mail goes to is had through this bridge";
    if (c.bridge || !task->found->follows_pointer)
        return c;
    if (count_live(task->found) == 1)
        c.bridge = pick(task, runs_here);
    c.why = "the domain points at a local bridge, and this is the one here";
    return c;
}

/* The name to log in with: as the bridge spells the account.  NULL: not
 * known. */
static const char *login_of(const struct pt_bridge *bridge,
                            const struct pt_address *address)
{
    const char *account = account_of(bridge, address);

    if (account && account[0] != '@')
        return account;
    if (!bridge->kind->own_logins)
        return address->text;
    return bridge->accounts.count == 1 ? bridge->accounts.at[0] : NULL;
}

static const char *place_of(struct pt_arena *arena,
                            const struct pt_bridge_endpoint *e)
{
    return pt_arena_printf(arena, "%s (%s)", e->where,
                           pt_learned_name(e->learned_from));
}

static struct pt_server *offer(struct pt_task *task,
                               const struct pt_bridge *bridge,
                               const struct pt_bridge_endpoint *e,
                               const char *why)
{
    struct pt_server *server = pt_task_offer(task);

    if (!server)
        return NULL;
    server->service = e->service;
    server->host = e->host;
    server->port = e->port;
    server->security = e->security;
    server->auth[server->auth_count++] = PT_AUTH_CLEARTEXT;
    server->username = login_of(bridge, task->query->address);
    server->certificate = e->certificate;
    server->bridge = bridge->kind->name;
    server->origin.where = place_of(task->arena, e);
    server->origin.trust = e->foreign ? PT_HEARD : PT_LOCAL;
    server->why = why;
    return server;
}

/* Shown as what was known last, never to be used. */
static void offer_last_known(struct pt_task *task,
                             const struct pt_bridge *bridge, const char *why)
{
    for (size_t i = 0; i < bridge->endpoint_count; i++) {
        struct pt_server *server =
            offer(task, bridge, &bridge->endpoints[i], why);

        if (server)
            server->last_known = true;
    }
}

static void offer_defaults(struct pt_task *task,
                           const struct pt_bridge_kind *kind, bool is_here)
{
    for (size_t i = 0; i < kind->default_count; i++) {
        const struct pt_bridge_default *d = &kind->defaults[i];
        struct pt_server *server = pt_task_offer(task);

        if (!server)
            return;
        server->service = d->service;
        server->host = kind->host;
        server->port = d->port;
        server->security = d->security;
        server->auth[server->auth_count++] = PT_AUTH_CLEARTEXT;
        server->bridge = kind->name;
        server->origin.where = pt_arena_printf(task->arena, "defaults of %s",
                                               kind->title);
        server->origin.trust = PT_GUESSED;
        server->last_known = server->assumed = true;
        server->why = is_here ? "its default; the bridge does not say"
                              : "its default; the bridge is not there to ask";
    }
}

static void hint(struct pt_task *task, const char *text)
{
    if (text && !pt_strings_have(&task->found->hints, text))
        pt_strings_add(task->arena, &task->found->hints, text);
}

static void hint_needed(struct pt_task *task, const char *text)
{
    if (text)
        pt_strings_add(task->arena, &task->found->needed_hints, text);
}

/* It runs, tells its accounts, and this address is not among them. */
static bool is_missing_account(const struct pt_task *task,
                               const struct pt_bridge *bridge)
{
    return !task->query->bridge &&
           (bridge->told_accounts || bridge->accounts.count) &&
           !bridge->untold && !account_of(bridge, task->query->address);
}

/* The port of another server of the same service, or 0. */
static uint16_t other_port(const struct pt_bridge *bridge,
                           const struct pt_bridge_endpoint *e)
{
    for (size_t i = 0; i < bridge->endpoint_count; i++)
        if (bridge->endpoints[i].listening &&
            bridge->endpoints[i].service == e->service &&
            bridge->endpoints[i].port != e->port)
            return bridge->endpoints[i].port;
    return 0;
}

/* Which of its servers is for the address it does not say. */
static void say_several(struct pt_task *task, const struct pt_bridge *bridge)
{
    for (size_t i = 0; i < bridge->endpoint_count; i++) {
        const struct pt_bridge_endpoint *e = &bridge->endpoints[i];
        uint16_t other = e->listening ? other_port(bridge, e) : 0;

        if (!other)
            continue;
        hint(task,
             pt_arena_printf(task->arena,
                             "%s has more than one %s server, at %u and %u: "
                             "see in its settings which is for %s",
                             bridge->kind->title, pt_service_title(e->service),
                             e->port, other, task->query->address->shown));
        return;
    }
}

static void serve(struct pt_task *task, const struct pt_bridge *bridge,
                  const char *why)
{
    for (size_t i = 0; i < bridge->endpoint_count; i++)
        if (bridge->endpoints[i].listening)
            offer(task, bridge, &bridge->endpoints[i], why);
    task->found->serving = bridge;
    task->outcome = PT_FOUND;
    task->detail = bridge->kind->title;
    hint(task, bridge->hint);
    say_several(task, bridge);
}

static void say_needed(struct pt_task *task, const struct pt_bridge *bridge,
                       const struct pt_bridge_kind *kind)
{
    task->found->needed = kind;
    task->outcome = PT_ABSENT;
    if (bridge && bridge->endpoint_count) {
        offer_last_known(task, bridge, "last known; it is not there now");
        task->detail = pt_bridge_state_name(bridge->state);
        hint_needed(task, bridge->hint);
        return;
    }
    offer_defaults(task, kind, bridge && bridge->state != PT_BRIDGE_STOPPED);
    task->detail = bridge ? pt_bridge_state_name(bridge->state) : "not here";
    hint_needed(task,
                bridge ? bridge->hint
                       : pt_arena_printf(task->arena,
                                         "%s needs %s: install and start it, "
                                         "sign in, and ask again",
                                         task->query->address->shown,
                                         kind->title));
}

/* One that may serve the address as well, for all it said; or NULL. */
static const struct pt_bridge *first_untold(const struct pt_findings *found)
{
    for (size_t i = 0; i < found->bridge_count; i++)
        if (found->bridges[i].untold)
            return &found->bridges[i];
    return NULL;
}

/* Absent is not failed: it could not be asked. */
static void say_untold(struct pt_task *task, const struct pt_bridge *bridge)
{
    task->outcome = PT_FAILED;
    task->detail = pt_arena_printf(
        task->arena, "%s did not tell %s accounts: %s", bridge->kind->title,
        bridge->accounts.count ? "all its" : "its", bridge->untold);
    hint(task, bridge->hint);
}

/* What an MX record would tell is told by better signs already. */
static bool is_clear(const struct pt_task *task)
{
    const struct pt_query *query = task->query;

    if (query->bridge || pick(task, has_account))
        return true;
    for (size_t k = 0; k < query->kind_count; k++)
        if (is_for_domain(&query->kinds[k], query->address))
            return true;
    return false;
}

/* May one that runs serve the address, for all it said? */
static bool may_be_served(const struct pt_task *task)
{
    const struct pt_findings *found = task->found;

    if (found->points_at_bridge)
        return true;
    for (size_t i = 0; i < found->bridge_count; i++) {
        const struct pt_bridge *b = &found->bridges[i];

        if (b->kind->mx.count && pt_bridge_is_live(b) &&
            !is_missing_account(task, b))
            return true;
    }
    return false;
}

void pt_bridges_ask_exchanger(struct pt_task *task)
{
    struct pt_ask ask = {.kind = PT_ASK_DNS,
                         .record = PT_RECORD_MX,
                         .what = task->query->address->domain,
                         .tag = PT_STEP_EXCHANGER};

    if (is_clear(task) || task->found->exchanger) /* it looks once more */
        return;
    if (!may_be_served(task)) /* then it only gives the thing its name */
        ask.at_best = (struct pt_worth){PT_GUESSED, PT_RANK_GUESS};
    pt_task_ask(task, &ask);
}

void pt_bridges_read_exchanger(struct pt_task *task,
                               const struct pt_answer *answer)
{
    struct pt_dns_records records = pt_dns_text_read(
        task->arena, pt_slice(answer->body, answer->len), PT_RECORD_MX);

    pt_dns_sort(&records, 0);
    if (answer->status != PT_ANSWER_FAILED)
        task->found->exchanger = records.count ? records.at[0].name : "";
}

void pt_bridges_serve(struct pt_task *task)
{
    const struct pt_bridge *untold = first_untold(task->found);
    struct choice c = choose(task);

    if (c.bridge && is_missing_account(task, c.bridge)) {
        task->found->needed = c.bridge->kind;
        task->detail = "it does not serve this address";
        offer_last_known(task, c.bridge,
                         "the bridge does not serve this address");
        hint_needed(task, c.bridge->hint);
        hint_needed(task, pt_arena_printf(task->arena,
                                          "%s runs but does not serve %s: sign "
                                          "in there, then ask again",
                                          c.bridge->kind->title,
                                          task->query->address->shown));
    } else if (c.bridge && pt_bridge_is_live(c.bridge)) {
        serve(task, c.bridge, c.why);
    } else if (c.bridge) {
        say_needed(task, c.bridge, c.bridge->kind);
    } else if (c.kind) {
        say_needed(task, NULL, c.kind);
    } else if (untold) {
        say_untold(task, untold);
    } else if (task->found->follows_pointer) {
        hint(task, "what was published points at a local bridge: start it, or "
                   "say which one with --bridge NAME");
        task->detail = "none here";
    } else {
        task->detail = "none serves this address";
    }
}
