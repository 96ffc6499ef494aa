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

/* What is asked of a directory, one after the other. */
enum step {
    NAMED,    /* DOMAIN.xml */
    BARE,     /* DOMAIN, as a web server has them */
    SEARCHED, /* any file that has the domain in it, as the project has them */
    STEPS
};

struct shelf {
    const char *domain;
    struct pt_origin origin;
    enum step step;
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
    const char *dir = task->query->ispdb;
    struct pt_origin *origin = &shelf->origin;
    bool searches = shelf->step == SEARCHED;

    origin->where = searches
                        ? dir
                        : pt_arena_printf(task->arena, "%s/%s%s", dir,
                                          shelf->domain,
                                          shelf->step == NAMED ? ".xml" : "");
    if (origin->where)
        pt_task_ask(task, &(struct pt_ask){
                              .kind = searches ? PT_ASK_SHELF : PT_ASK_FILE,
                              .what = origin->where,
                              .within = searches ? shelf->domain : NULL,
                              .at_best = {origin->trust, origin->rank},
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

/* "# NAME" goes before the file that was found. */
static enum pt_fetched take_found(struct pt_task *task, struct shelf *shelf,
                                  struct pt_slice *body)
{
    struct pt_slice line = {0};

    if (!pt_next_line(body, &line) || !pt_slice_has_prefix(line, "# "))
        return PT_FETCH_ABSENT;
    shelf->origin.where =
        pt_arena_printf(task->arena, "%s/%.*s", task->query->ispdb,
                        (int)line.len - 2, line.at + 2);
    return shelf->origin.where ? PT_FETCHED : PT_FETCH_MISSED;
}

enum pt_fetched pt_ispdb_read(struct pt_task *task, const struct pt_ask *ask,
                              const struct pt_answer *answer,
                              const struct pt_origin **ret_origin,
                              struct pt_slice *ret_body)
{
    struct shelf *shelf = ask->about;
    const struct pt_fetch *fetch;
    enum pt_fetched fetched;

    *ret_body = pt_slice(answer->body, answer->len);
    if (ask->kind == PT_ASK_HTTP) {
        fetched = pt_fetch_read(task, ask, answer, &fetch);
        *ret_origin = &fetch->origin;
        return fetched;
    }
    *ret_origin = &shelf->origin;
    if (answer->status == PT_ANSWER_OK)
        return ask->kind == PT_ASK_SHELF ? take_found(task, shelf, ret_body)
                                         : PT_FETCHED;
    if (answer->status == PT_ANSWER_ABSENT && ++shelf->step < STEPS) {
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
    struct pt_slice body;
    enum pt_fetched fetched = pt_ispdb_read(task, ask, answer, &origin, &body);

    if (fetched == PT_FETCHED)
        config = pt_document_read(task, body, origin);
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
