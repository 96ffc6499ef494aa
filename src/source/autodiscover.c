/* autodiscover.c - Microsoft's Autodiscover, asked without a password
 * (MS-OXDISCO, MS-OXDSCLI; facts of the JSON of "v2").
 *
 * The address goes to the domain's own HTTPS hosts and no further.  What wants
 * a login says nothing.  A parent domain is never asked.
 */
#include "format/autodiscover.h"
#include "format/dns_text.h"
#include "format/url.h"
#include "model/domain.h"
#include "source/fetch.h"

#include <string.h>

enum what {
    POX,    /* XML, by POST */
    JSON,   /* by GET: one URL */
    MOVED,  /* by plain HTTP: only where it redirects to matters */
    SERVER, /* the SRV record */
};

struct state {
    const char *payload;
    const char *denied; /* a URL that wants a login, or NULL */
    const char *said;   /* why a server says nothing, or NULL */
};

static const char path[] = "/autodiscover/autodiscover.xml";

static struct pt_origin new_origin(void)
{
    return (struct pt_origin){.trust = PT_VERIFIED,
                              .rank = PT_RANK_AUTODISCOVER};
}

static void post(struct pt_task *task, const char *url, const char *payload,
                 const struct pt_origin *origin, unsigned hops)
{
    if (url && payload)
        pt_fetch_begin(
            task,
            &(struct pt_fetch){.url = url,
                               .payload = payload,
                               .payload_type = "text/xml; charset=utf-8",
                               .origin = *origin,
                               .hops = hops,
                               .tag = POX});
}

static void get(struct pt_task *task, const char *url, enum what what)
{
    if (url)
        pt_fetch_begin(task, &(struct pt_fetch){.url = url,
                                                .origin = new_origin(),
                                                .tag = (int)what});
}

static void ask_hosts(struct pt_task *task, const char *domain,
                      const char *address, const char *payload)
{
    const char *escaped = pt_url_escape(task->arena, address);
    static const char *const protocols[] = {"Ews", "ActiveSync"};
    struct pt_arena *arena = task->arena;
    struct pt_origin origin = new_origin();

    post(task, pt_arena_printf(arena, "https://%s%s", domain, path), payload,
         &origin, 0);
    if (pt_is_public_suffix(domain)) /* anybody could be autodiscover.it */
        return;
    post(task,
         pt_arena_printf(arena, "https://autodiscover.%s%s", domain, path),
         payload, &origin, 0);
    for (size_t i = 0; i < sizeof(protocols) / sizeof(*protocols); i++)
        get(task,
            pt_arena_printf(arena,
                            "https://autodiscover.%s/autodiscover/"
                            "autodiscover.json/v1.0/%s?Protocol=%s",
                            domain, escaped ? escaped : "", protocols[i]),
            JSON);
    get(task, pt_arena_printf(arena, "http://autodiscover.%s%s", domain, path),
        MOVED);
}

static void autodiscover_plan(struct pt_task *task)
{
    const struct pt_address *address = task->query->address;
    struct state *state = pt_arena_alloc(task->arena, sizeof(*state));
    const char *name =
        pt_arena_printf(task->arena, "_autodiscover._tcp.%s", address->domain);

    task->state = state;
    if (!state || !name)
        return;
    if (task->query->no_address) {
        task->outcome = PT_SKIPPED;
        task->detail = "it has to be told the address";
        return;
    }
    state->payload = pt_autodiscover_request(task->arena, address->text);
    if (!state->payload)
        return;
    ask_hosts(task, address->domain, address->text, state->payload);
    pt_task_ask(task, &(struct pt_ask){.kind = PT_ASK_DNS,
                                       .record = PT_RECORD_SRV,
                                       .what = name,
                                       .tag = SERVER});
}

/* ---- where else to ask ---- */

/* May this host be told the address? */
static bool may_know(const struct pt_task *task, const char *host)
{
    return pt_is_akin(host, task->query->address->domain) ||
           pt_strings_have_nocase(&task->query->accept, host);
}

static void refuse(struct pt_task *task, const struct pt_ask *ask,
                   const char *host)
{
    pt_task_missed(task, ask, PT_REFUSED,
                   pt_arena_printf(task->arena,
                                   "it leads to %s, who must not be told the "
                                   "address without --accept",
                                   host));
}

static bool goes_on(struct pt_task *task, const struct pt_ask *ask,
                    const struct pt_fetch *fetch)
{
    if (fetch->hops < PT_REDIRECTS_MAX)
        return true;
    pt_task_missed(task, ask, PT_REFUSED,
                   "it is sent from one place to the next without end");
    return false;
}

/* Whom one sends us on to is another, even if the user accepts him. */
static struct pt_origin origin_at(const struct pt_task *task,
                                  const struct pt_fetch *fetch,
                                  const char *host)
{
    struct pt_origin origin = fetch->origin;

    if (!pt_is_akin(host, task->query->address->domain) &&
        origin.trust > PT_THIRD)
        origin.trust = PT_THIRD;
    return origin;
}

/* The same question, put to another URL. */
static void ask_elsewhere(struct pt_task *task, const struct pt_ask *ask,
                          const struct pt_fetch *fetch, const char *url)
{
    const struct state *state = task->state;
    const char *host = pt_url_host(task->arena, url);
    struct pt_origin origin;
    struct pt_strings via = {0};

    if (!host || !goes_on(task, ask, fetch))
        return;
    if (!may_know(task, host)) {
        refuse(task, ask, host);
        return;
    }
    origin = origin_at(task, fetch, host);
    pt_strings_add(task->arena, &via, fetch->url);
    for (size_t i = 0; i < origin.via.count; i++)
        pt_strings_add(task->arena, &via, origin.via.at[i]);
    origin.via = via;
    post(task, url, state->payload, &origin, fetch->hops + 1);
}

/* Another address of the same domain's. */
static void ask_about(struct pt_task *task, const struct pt_ask *ask,
                      const struct pt_fetch *fetch, const char *text)
{
    struct pt_address other;
    struct pt_origin origin;
    enum pt_status status =
        pt_address_parse(task->arena, text, &other, NULL);

    if (status == PT_NO_MEMORY)
        pt_arena_fail(task->arena);
    if (status != PT_OK || pt_is_public_suffix(other.domain) ||
        !goes_on(task, ask, fetch))
        return;
    if (!may_know(task, other.domain)) {
        refuse(task, ask, other.domain);
        return;
    }
    origin = origin_at(task, fetch, other.domain);
    post(task,
         pt_arena_printf(task->arena, "https://autodiscover.%s%s",
                         other.domain, path),
         pt_autodiscover_request(task->arena, other.text), &origin,
         fetch->hops + 1);
}

/* ---- answers ---- */

static void take_found(struct pt_task *task, const struct pt_ask *ask,
                       const struct pt_fetch *fetch,
                       const struct pt_autodiscover *found)
{
    struct state *state = task->state;

    for (size_t i = 0; i < found->server_count; i++)
        pt_task_offer_published(task, &found->servers[i], &fetch->origin);
    if (found->server_count)
        pt_task_found(task, fetch->url);
    if (found->redirect_url)
        ask_elsewhere(task, ask, fetch, found->redirect_url);
    if (found->redirect_address)
        ask_about(task, ask, fetch, found->redirect_address);
    if (found->error && !state->said)
        state->said = found->error;
}

static void read_document(struct pt_task *task, const struct pt_ask *ask,
                          const struct pt_answer *answer,
                          const struct pt_fetch *fetch)
{
    struct pt_slice body = pt_slice(answer->body, answer->len);
    struct pt_autodiscover found;
    enum pt_status status =
        ask->tag == JSON
            ? pt_autodiscover_read_json(task->arena, body, &found, NULL)
            : pt_autodiscover_read(task->arena, body, &found, NULL);

    if (status == PT_NO_MEMORY)
        pt_arena_fail(task->arena);
    if (status == PT_OK)
        take_found(task, ask, fetch, &found);
}

/* Who redirects plain HTTP could be anybody; who is led to is still asked only
 * if it is the domain itself. */
static void read_moved(struct pt_task *task, const struct pt_ask *ask,
                       const struct pt_answer *answer)
{
    const struct pt_fetch *fetch = ask->about;
    const char *url = answer->location && pt_url_is_https(answer->location)
                          ? pt_arena_strdup(task->arena, answer->location)
                          : NULL;

    if (url)
        ask_elsewhere(task, ask, fetch, url);
}

static void read_server(struct pt_task *task, const struct pt_ask *ask,
                        const struct pt_answer *answer)
{
    const struct state *state = task->state;
    struct pt_origin origin = new_origin();
    struct pt_dns_records records = pt_dns_text_read(
        task->arena, pt_slice(answer->body, answer->len), PT_RECORD_SRV);

    if (answer->status == PT_ANSWER_FAILED)
        pt_task_missed(task, ask, PT_FAILED,
                       pt_arena_printf(task->arena, "%s: %s", ask->what,
                                       answer->why));
    pt_dns_sort(&records, 0);
    if (!records.count || !records.at[0].port ||
        pt_is(records.at[0].name, "."))
        return;
    if (!may_know(task, records.at[0].name)) {
        refuse(task, ask, records.at[0].name);
        return;
    }
    origin.trust = answer->is_signed ? PT_VERIFIED : PT_HEARD;
    pt_strings_add(task->arena, &origin.via, ask->what);
    post(task,
         pt_arena_printf(task->arena, "https://%s:%u%s", records.at[0].name,
                         records.at[0].port, path),
         state->payload, &origin, 1);
}

static void autodiscover_read(struct pt_task *task, const struct pt_ask *ask,
                              const struct pt_answer *answer)
{
    struct state *state = task->state;
    const struct pt_fetch *fetch;
    enum pt_fetched fetched;

    if (ask->tag == SERVER) {
        read_server(task, ask, answer);
        return;
    }
    if (ask->tag == MOVED) {
        read_moved(task, ask, answer);
        return;
    }
    fetched = pt_fetch_read(task, ask, answer, &fetch);
    if (fetched == PT_FETCHED)
        read_document(task, ask, answer, fetch);
    else if (fetched == PT_FETCH_DENIED)
        state->denied = fetch->url;
}

static void autodiscover_settle(struct pt_task *task)
{
    const struct state *state = task->state;

    if (!state || task->outcome != PT_ABSENT || task->detail)
        return;
    if (state->denied)
        task->detail = pt_arena_printf(task->arena, "%s wants a login first",
                                       state->denied);
    else if (state->said)
        task->detail = state->said;
}

const struct pt_source pt_source_autodiscover = {
    .name = "autodiscover",
    .summary = "Microsoft's Autodiscover, as far as it answers without a "
               "password",
    .ceiling = PT_VERIFIED,
    .rank = PT_RANK_AUTODISCOVER,
    .plan = autodiscover_plan,
    .read = autodiscover_read,
    .settle = autodiscover_settle,
};
