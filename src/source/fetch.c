#include "source/fetch.h"

#include "format/url.h"
#include "model/domain.h"

#include <string.h>
#include <strings.h>

enum {
    HTTP_OK = 200,
    HTTP_UNAUTHORIZED = 401,
    HTTP_TIMEOUT = 408,
    HTTP_TOO_MANY = 429,
};

/* Who vouches for a host may have it on the private network. */
static bool is_accepted(const struct pt_task *task, const char *host)
{
    return host && pt_strings_have_nocase(&task->query->accept, host);
}

/* A copy stands in where nobody answers: but it has to do so while there is
 * time.  0: nothing is to be gained by giving up. */
static int64_t limit_of(const struct pt_task *task,
                        const struct pt_fetch *fetch)
{
    int64_t most_ms = task->query->timeout_ms * 4 / 5;

    if (!fetch->keep)
        return 0;
    return most_ms < PT_HTTP_MS ? most_ms : PT_HTTP_MS;
}

static void ask_for(struct pt_task *task, struct pt_fetch *fetch)
{
    const struct pt_origin *origin = &fetch->origin;
    const char *host = pt_url_host(task->arena, fetch->url);

    pt_task_ask(task, &(struct pt_ask){
                          .kind = PT_ASK_HTTP,
                          .what = fetch->url,
                          .method = fetch->payload ? "POST" : NULL,
                          .payload = fetch->payload,
                          .payload_type = fetch->payload_type,
                          .is_nearby = fetch->is_nearby ||
                                       is_accepted(task, host),
                          .keep = fetch->keep,
                          .limit_ms = limit_of(task, fetch),
                          .at_best = {origin->trust, origin->rank},
                          .tag = fetch->tag,
                          .about = fetch,
                      });
}

void pt_fetch_begin(struct pt_task *task, const struct pt_fetch *fetch)
{
    struct pt_fetch *own = NULL;

    /* a name that is too long with "autoconfig." before it is nobody's */
    if (pt_url_is_https(fetch->url) || pt_url_is_http(fetch->url))
        own = pt_arena_memdup(task->arena, fetch, sizeof(*fetch));
    if (!own)
        return;
    own->origin.where = own->url;
    if (pt_url_is_http(own->url)) {
        own->origin.trust = PT_HEARD;
        own->origin.cleartext = true;
    }
    ask_for(task, own);
}

/* ---- redirects ---- */

static bool is_own(const struct pt_task *task, const char *host)
{
    return pt_is_akin(host, task->query->address->domain);
}

/* The local part as an address begins with it, or as the whole value of a
 * parameter; also escaped, once or more often.  No memory: it may be there. */
static bool holds_local_part(const struct pt_task *task, const char *url)
{
    const char *local =
        pt_url_unescape(task->arena, task->query->address->local);
    const char *text = pt_url_unescape(task->arena, url);
    size_t len = local ? strlen(local) : 0;

    for (const char *at = text; len && at && *at; at++)
        if (!strncasecmp(at, local, len) &&
            (at[len] == '@' ||
             (at > text && at[-1] == '=' && (!at[len] || at[len] == '&'))))
            return true;
    return !local || !text;
}

/* The URL as somebody else may be asked for it: without the address. */
static const char *leave_out_address(struct pt_task *task, const char *url)
{
    if (!holds_local_part(task, url))
        return url;
    return pt_arena_strndup(task->arena, url, strcspn(url, "?"));
}

/* Why this redirect is not followed; NULL: it is. */
static const char *judge(const struct pt_task *task,
                         const struct pt_fetch *fetch, const char *url,
                         const char *host)
{
    bool own = host && is_own(task, host);

    if (fetch->hops == PT_REDIRECTS_MAX)
        return "it is sent from one place to the next without end";
    if (!host)
        return "it is sent to what is no web address";
    if (pt_url_is_http(url) && !pt_url_is_http(fetch->url))
        return "it is sent from HTTPS to plain HTTP";
    if (pt_is_ip_address(host))
        return "it is sent to a bare IP address";
    if (!own && task->query->no_third_party)
        return "it is sent to somebody else";
    if (!own && fetch->payload)
        return "it is sent to somebody else, who must not be told the address";
    return NULL;
}

static enum pt_fetched refuse(struct pt_task *task, const struct pt_ask *ask,
                              const char *why)
{
    pt_task_missed(task, ask, PT_REFUSED,
                   pt_arena_printf(task->arena, "%s: %s", ask->what, why));
    return PT_FETCH_MISSED;
}

static enum pt_fetched follow(struct pt_task *task, const struct pt_ask *ask,
                              struct pt_fetch *fetch, const char *location)
{
    const char *url = pt_arena_strdup(task->arena, location);
    const char *host = url ? pt_url_host(task->arena, url) : NULL;
    const char *why = judge(task, fetch, url ? url : "", host);
    struct pt_strings via = {0};

    if (pt_arena_failed(task->arena))
        return PT_FETCH_MISSED;
    if (!why && !is_own(task, host)) {
        url = leave_out_address(task, url);
        if (!url || holds_local_part(task, url))
            why = "it is sent to somebody else with the address";
        if (fetch->origin.trust > PT_THIRD)
            fetch->origin.trust = PT_THIRD;
    }
    if (!url)
        return PT_FETCH_MISSED;
    if (why)
        return refuse(task, ask, why);
    pt_strings_add(task->arena, &via, fetch->url);
    for (size_t i = 0; i < fetch->origin.via.count; i++)
        pt_strings_add(task->arena, &via, fetch->origin.via.at[i]);
    fetch->origin.via = via;
    fetch->origin.where = fetch->url = url;
    fetch->is_nearby = false; /* nobody named this one */
    fetch->hops++;
    ask_for(task, fetch);
    return PT_FETCH_MOVED;
}

/* ---- answers ---- */

static enum pt_fetched miss(struct pt_task *task, const struct pt_ask *ask,
                            const char *why)
{
    pt_task_missed(task, ask, PT_FAILED,
                   pt_arena_printf(task->arena, "%s: %s", ask->what, why));
    return PT_FETCH_MISSED;
}

/* A time-out, an overload and a fault say nothing; all else that is no success
 * says that there is no such document. */
static enum pt_fetched read_status(struct pt_task *task,
                                   const struct pt_ask *ask, int http)
{
    if (http >= 500 || http == HTTP_TIMEOUT || http == HTTP_TOO_MANY)
        return miss(task, ask,
                    pt_arena_printf(task->arena, "HTTP status %d", http));
    return http == HTTP_UNAUTHORIZED ? PT_FETCH_DENIED : PT_FETCH_ABSENT;
}

enum pt_fetched pt_fetch_read(struct pt_task *task, const struct pt_ask *ask,
                              const struct pt_answer *answer,
                              const struct pt_fetch **ret_fetch)
{
    struct pt_fetch *fetch = ask->about;

    *ret_fetch = fetch;
    if (answer->status == PT_ANSWER_ABSENT)
        return PT_FETCH_ABSENT;
    if (answer->status == PT_ANSWER_REFUSED)
        return refuse(task, ask, answer->why);
    if (answer->status == PT_ANSWER_FAILED)
        return miss(task, ask, answer->why);
    if (answer->location)
        return follow(task, ask, fetch, answer->location);
    return answer->http == HTTP_OK ? PT_FETCHED
                                   : read_status(task, ask, answer->http);
}
