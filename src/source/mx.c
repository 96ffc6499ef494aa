/* mx.c - where the domain's mail goes, and whom that leads to: a large hoster
 * that is known, or the autoconfig file of whoever runs the mail exchanger.
 *
 * Only the best exchanger counts.  What it leads to is heard, unless the
 * answer was signed or the hoster is known: then it is a third party's word.
 * The hoster is not told the address.  Of several files the order of asking
 * decides, not who was quicker.
 */
#include "format/autoconfig.h"
#include "format/dns_text.h"
#include "model/domain.h"
#include "source/document.h"
#include "source/ispdb.h"

#include <string.h>

/* Where the exchanger leads: its host without the first label, and its
 * registrable domain; the best first. */
enum {
    FULL_HOST,
    BASE_HOST,
    FULL_DATABASE,
    BASE_DATABASE,
    LEADS,
    EXCHANGERS = LEADS,
};

struct lead {
    bool is_open;
    const struct pt_autoconfig *config; /* not offered yet; or NULL */
    struct pt_origin origin;
};

struct state {
    struct pt_origin origin; /* of what the exchanger leads to */
    struct lead leads[LEADS];
};

static const struct pt_provider *
provider_of_domain(const struct pt_query *query)
{
    for (size_t i = 0; i < query->provider_count; i++)
        if (pt_strings_have_nocase(&query->providers[i].domains,
                                   query->address->domain))
            return &query->providers[i];
    return NULL;
}

static const struct pt_provider *provider_of_mx(const struct pt_query *query,
                                                const char *host)
{
    for (size_t i = 0; i < query->provider_count; i++)
        if (pt_mx_is_listed(&query->providers[i].mx, host))
            return &query->providers[i];
    return NULL;
}

/* What the profile itself says of the servers. */
static void offer_known(struct pt_task *task,
                        const struct pt_provider *provider,
                        const struct pt_origin *led)
{
    struct pt_origin origin = *led;

    origin.where = pt_arena_printf(task->arena, "what is known of %s",
                                   provider->title);
    for (size_t i = 0; i < provider->server_count; i++) {
        struct pt_server server = provider->servers[i];

        if (server.username)
            server.username = pt_autoconfig_expand(
                task->arena, server.username, task->query->address);
        pt_task_offer_published(task, &server, &origin);
    }
    if (provider->server_count)
        pt_task_found(task, provider->title);
    pt_task_provider(task, provider->title, NULL, &origin);
    task->found->hoster = provider;
}

static void mx_plan(struct pt_task *task)
{
    const struct pt_query *query = task->query;
    const struct pt_provider *provider = provider_of_domain(query);

    task->state = pt_arena_alloc(task->arena, sizeof(struct state));
    if (!task->state)
        return;
    if (provider)
        offer_known(task, provider,
                    &(struct pt_origin){.trust = PT_THIRD,
                                        .rank = PT_RANK_MX});
    else
        pt_task_ask(task, &(struct pt_ask){.kind = PT_ASK_DNS,
                                           .record = PT_RECORD_MX,
                                           .what = query->address->domain,
                                           .tag = EXCHANGERS});
}

/* ---- whoever runs the exchanger ---- */

static void ask_about(struct pt_task *task, const char *domain, int host,
                      int database)
{
    struct state *state = task->state;
    const char *url = pt_arena_printf(
        task->arena, "https://autoconfig.%s/mail/config-v1.1.xml", domain);

    if (!url)
        return;
    state->leads[host].is_open = state->leads[database].is_open = true;
    pt_fetch_begin(task, &(struct pt_fetch){.url = url,
                                            .origin = state->origin,
                                            .tag = host});
    pt_ispdb_ask(task, domain, &state->origin, database);
}

/* A bridge's mail goes through the bridge, whatever is published. */
static bool is_for_bridge(const struct pt_query *query, const char *host)
{
    for (size_t i = 0; i < query->kind_count; i++)
        if (pt_mx_is_listed(&query->kinds[i].mx, host))
            return true;
    return false;
}

/* The exchanger's domain, and what is left without its first label where that
 * is longer (draft-ietf-mailmaint-autoconfig, 3). */
static void follow(struct pt_task *task, const char *host)
{
    const char *base = pt_registrable(host);
    const char *dot = strchr(host, '.');

    if (!base || is_for_bridge(task->query, host) ||
        pt_is_akin(host, task->query->address->domain))
        return; /* the domain's own hosts were asked already */
    if (dot && strlen(dot + 1) > strlen(base))
        ask_about(task, dot + 1, FULL_HOST, FULL_DATABASE);
    ask_about(task, base, BASE_HOST, BASE_DATABASE);
}

static void take_exchanger(struct pt_task *task, const char *host,
                           bool is_signed)
{
    const struct pt_query *query = task->query;
    const struct pt_provider *provider = provider_of_mx(query, host);
    struct state *state = task->state;

    state->origin = (struct pt_origin){
        .trust = is_signed || provider ? PT_THIRD : PT_HEARD,
        .rank = PT_RANK_MX};
    pt_strings_add(task->arena, &state->origin.via,
                   pt_arena_printf(task->arena, "MX %s", host));
    if (provider)
        offer_known(task, provider, &state->origin);
    else if (!query->no_third_party)
        follow(task, host);
    if (task->outcome == PT_ABSENT)
        task->detail = pt_arena_printf(task->arena, "mail goes to %s", host);
}

static void read_exchangers(struct pt_task *task, const struct pt_ask *ask,
                            const struct pt_answer *answer)
{
    struct pt_dns_records records = pt_dns_text_read(
        task->arena, pt_slice(answer->body, answer->len), PT_RECORD_MX);

    if (answer->status == PT_ANSWER_FAILED)
        pt_task_missed(task, ask, PT_FAILED,
                       pt_arena_printf(task->arena, "MX of %s: %s", ask->what,
                                       answer->why));
    pt_dns_sort(&records, 0);
    if (!records.count)
        return;
    task->found->exchanger = records.at[0].name;
    if (!pt_is(records.at[0].name, ".")) {
        take_exchanger(task, records.at[0].name, answer->is_signed);
        return;
    }
    task->detail = "the domain takes no mail"; /* RFC 7505 */
    task->found->takes_no_mail = true;
    pt_strings_add(task->arena, &task->found->hints,
                   pt_arena_printf(task->arena, "%s says that it takes no mail",
                                   task->query->address->domain));
}

/* What stands before a lead must be known first, or never will be. */
static void offer_leads(struct pt_task *task, bool at_last)
{
    struct state *state = task->state;

    for (int i = 0; state && i < LEADS; i++) {
        struct lead *lead = &state->leads[i];

        if (lead->is_open && !at_last)
            return;
        if (lead->config)
            pt_document_offer(task, lead->config, &lead->origin);
        lead->config = NULL;
    }
}

static void read_lead(struct pt_task *task, const struct pt_ask *ask,
                      const struct pt_answer *answer)
{
    struct state *state = task->state;
    struct lead *lead = &state->leads[ask->tag];
    const struct pt_origin *origin;
    const struct pt_fetch *fetch;
    struct pt_slice body = pt_slice(answer->body, answer->len);
    enum pt_fetched fetched;

    if (ask->tag == FULL_HOST || ask->tag == BASE_HOST) {
        fetched = pt_fetch_read(task, ask, answer, &fetch);
        origin = &fetch->origin;
    } else {
        fetched = pt_ispdb_read(task, ask, answer, &origin, &body);
    }
    lead->is_open = fetched == PT_FETCH_MOVED;
    if (fetched != PT_FETCHED)
        return;
    lead->origin = *origin;
    lead->config = pt_document_read(task, body, origin);
}

static void mx_read(struct pt_task *task, const struct pt_ask *ask,
                    const struct pt_answer *answer)
{
    if (ask->tag == EXCHANGERS)
        read_exchangers(task, ask, answer);
    else
        read_lead(task, ask, answer);
    offer_leads(task, false);
}

static void mx_settle(struct pt_task *task)
{
    offer_leads(task, true);
}

const struct pt_source pt_source_mx = {
    .name = "mx",
    .summary = "where the domain's mail goes, and whom that leads to",
    .ceiling = PT_THIRD,
    .rank = PT_RANK_MX,
    .plan = mx_plan,
    .read = mx_read,
    .settle = mx_settle,
};
