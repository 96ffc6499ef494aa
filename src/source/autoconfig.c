/* autoconfig.c - Mozilla's autoconfig file on the domain's own web servers
 * (draft-ietf-mailmaint-autoconfig).
 *
 * The address is told to autoconfig.DOMAIN by HTTPS alone.  Plain HTTP comes
 * last, and only when both HTTPS hosts said no: where one failed, somebody may
 * have seen to that.
 */
#include "format/url.h"
#include "model/domain.h"
#include "source/document.h"
#include "source/fetch.h"

enum place { OWN_HOST, WELL_KNOWN, CLEARTEXT };

struct state {
    bool said_no[CLEARTEXT];
    bool has_own_host; /* autoconfig.DOMAIN may be asked */
    bool asked_cleartext;
};

static const char path[] = "/mail/config-v1.1.xml";

static void fetch(struct pt_task *task, enum place place, const char *url)
{
    static const enum pt_rank ranks[] = {
        [OWN_HOST] = PT_RANK_AUTOCONFIG,
        [WELL_KNOWN] = PT_RANK_WELL_KNOWN,
        [CLEARTEXT] = PT_RANK_CLEARTEXT,
    };

    if (url)
        pt_fetch_begin(task,
                       &(struct pt_fetch){.url = url,
                                          .origin = {.trust = PT_VERIFIED,
                                                     .rank = ranks[place]},
                                          .tag = (int)place});
}

static void ask_own_host(struct pt_task *task)
{
    const struct pt_address *address = task->query->address;
    const char *query =
        task->query->no_address
            ? ""
            : pt_arena_printf(task->arena, "?emailaddress=%s",
                              pt_url_escape(task->arena, address->text));

    fetch(task, OWN_HOST,
          pt_arena_printf(task->arena, "https://autoconfig.%s%s%s",
                          address->domain, path, query ? query : ""));
}

static void autoconfig_plan(struct pt_task *task)
{
    const char *domain = task->query->address->domain;
    struct state *state = pt_arena_alloc(task->arena, sizeof(*state));

    task->state = state;
    if (!state)
        return;
    /* anybody could be autoconfig.co.uk */
    state->has_own_host = !pt_is_public_suffix(domain);
    if (state->has_own_host)
        ask_own_host(task);
    else
        state->said_no[OWN_HOST] = true;
    fetch(task, WELL_KNOWN,
          pt_arena_printf(task->arena, "https://%s/.well-known/autoconfig%s",
                          domain, path));
}

static void autoconfig_read(struct pt_task *task, const struct pt_ask *ask,
                            const struct pt_answer *answer)
{
    struct state *state = task->state;
    const struct pt_autoconfig *config;
    const struct pt_fetch *fetch;
    bool no = false;

    switch (pt_fetch_read(task, ask, answer, &fetch)) {
    case PT_FETCHED:
        config = pt_document_read(task, pt_slice(answer->body, answer->len),
                                  &fetch->origin);
        if (config)
            pt_document_offer(task, config, &fetch->origin);
        if (config && ask->tag == OWN_HOST) /* it outranks the others */
            task->detail = fetch->origin.where;
        no = !config;
        break;
    case PT_FETCH_ABSENT:
    case PT_FETCH_DENIED:
        no = true;
        break;
    case PT_FETCH_MOVED:
    case PT_FETCH_MISSED:
        break;
    }
    if (ask->tag != CLEARTEXT)
        state->said_no[ask->tag] = no;
}

static void autoconfig_settle(struct pt_task *task)
{
    struct state *state = task->state;

    if (!state || task->late || state->asked_cleartext ||
        !state->has_own_host || !state->said_no[OWN_HOST] ||
        !state->said_no[WELL_KNOWN])
        return;
    state->asked_cleartext = true;
    fetch(task, CLEARTEXT,
          pt_arena_printf(task->arena, "http://autoconfig.%s%s",
                          task->query->address->domain, path));
}

const struct pt_source pt_source_autoconfig = {
    .name = "autoconfig",
    .summary = "the domain's own autoconfig file, as Thunderbird reads it",
    .ceiling = PT_VERIFIED,
    .rank = PT_RANK_AUTOCONFIG,
    .plan = autoconfig_plan,
    .read = autoconfig_read,
    .settle = autoconfig_settle,
};
