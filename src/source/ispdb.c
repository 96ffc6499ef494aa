/* ispdb.c - a database of providers, by domain: Thunderbird's by default.
 *
 * Somebody else's word, had securely.  A copy of each answer is kept, and
 * stands in where there is no network.
 */
#include "source/ispdb.h"

#include "format/url.h"
#include "model/domain.h"
#include "source/document.h"

#include <string.h>

enum { BY_DOMAIN, BY_REGISTRABLE };

/* What is asked of a directory. */
struct shelf {
    const char *domain;
    struct pt_origin origin;
    bool is_bare; /* without ".xml", as a web server has them */
};

static bool is_url(const char *text)
{
    return pt_url_is_https(text) || pt_url_is_http(text);
}

static void ask_url(struct pt_task *task, const char *domain,
                    const struct pt_origin *origin, int tag)
{
    const char *base = task->query->ispdb;
    bool ends = base && pt_has_suffix(base, "/");
    const char *url = pt_arena_printf(
        task->arena, "%s%s%s", base ? base : "https://v1.ispdb.net",
        ends ? "" : "/", domain);

    if (url)
        pt_fetch_begin(task, &(struct pt_fetch){.url = url,
                                                .origin = *origin,
                                                .keep = true,
                                                .is_nearby = base,
                                                .tag = tag});
}

static void ask_shelf(struct pt_task *task, struct shelf *shelf, int tag)
{
    shelf->origin.where =
        pt_arena_printf(task->arena, "%s/%s%s", task->query->ispdb,
                        shelf->domain, shelf->is_bare ? "" : ".xml");
    if (shelf->origin.where)
        pt_task_ask(task, &(struct pt_ask){
                              .kind = PT_ASK_FILE,
                              .what = shelf->origin.where,
                              .at_best = {shelf->origin.trust,
                                          shelf->origin.rank},
                              .tag = tag,
                              .about = shelf,
                          });
}

void pt_ispdb_ask(struct pt_task *task, const char *domain,
                  const struct pt_origin *origin, int tag)
{
    struct shelf *shelf;

    if (!task->query->ispdb || is_url(task->query->ispdb)) {
        ask_url(task, domain, origin, tag);
        return;
    }
    shelf = pt_arena_alloc(task->arena, sizeof(*shelf));
    if (!shelf)
        return;
    *shelf = (struct shelf){.domain = domain, .origin = *origin};
    ask_shelf(task, shelf, tag);
}

enum pt_fetched pt_ispdb_read(struct pt_task *task, const struct pt_ask *ask,
                              const struct pt_answer *answer,
                              const struct pt_origin **ret_origin)
{
    struct shelf *shelf = ask->about;
    const struct pt_fetch *fetch;
    enum pt_fetched fetched;

    if (ask->kind == PT_ASK_HTTP) {
        fetched = pt_fetch_read(task, ask, answer, &fetch);
        *ret_origin = &fetch->origin;
        return fetched;
    }
    *ret_origin = &shelf->origin;
    if (answer->status == PT_ANSWER_OK)
        return PT_FETCHED;
    if (answer->status == PT_ANSWER_ABSENT && !shelf->is_bare) {
        shelf->is_bare = true;
        ask_shelf(task, shelf, ask->tag);
        return PT_FETCH_MOVED;
    }
    if (answer->status == PT_ANSWER_ABSENT)
        return PT_FETCH_ABSENT;
    pt_task_missed(task, ask, PT_FAILED,
                   pt_arena_printf(task->arena, "%s: %s", ask->what,
                                   answer->why));
    return PT_FETCH_MISSED;
}

static const struct pt_origin third = {.trust = PT_THIRD,
                                       .rank = PT_RANK_ISPDB};

static void ispdb_plan(struct pt_task *task)
{
    if (task->query->no_third_party) {
        task->outcome = PT_SKIPPED;
        task->detail = "it is a third party";
        return;
    }
    pt_ispdb_ask(task, task->query->address->domain, &third, BY_DOMAIN);
}

static void ispdb_read(struct pt_task *task, const struct pt_ask *ask,
                       const struct pt_answer *answer)
{
    const char *domain = task->query->address->domain;
    const char *registrable = pt_registrable(domain);
    const struct pt_autoconfig *config = NULL;
    const struct pt_origin *origin;
    enum pt_fetched fetched = pt_ispdb_read(task, ask, answer, &origin);

    if (fetched == PT_FETCHED)
        config = pt_document_read(
            task, pt_slice(answer->body, answer->len), origin);
    if (config)
        pt_document_offer(task, config, origin);
    if (fetched == PT_FETCH_ABSENT && ask->tag == BY_DOMAIN && registrable &&
        !pt_is(registrable, domain))
        pt_ispdb_ask(task, registrable, &third, BY_REGISTRABLE);
}

static void ispdb_settle(struct pt_task *task)
{
    (void)task;
}

const struct pt_source pt_source_ispdb = {
    .name = "ispdb",
    .summary = "Thunderbird's database of providers, or the one named with "
               "--ispdb",
    .ceiling = PT_THIRD,
    .rank = PT_RANK_ISPDB,
    .plan = ispdb_plan,
    .read = ispdb_read,
    .settle = ispdb_settle,
};
