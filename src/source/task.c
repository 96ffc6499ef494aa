/* task.c - what every source does with what it learns. */
#include "format/url.h"
#include "source/source.h"

static bool is_of_this_machine(const struct pt_task *task,
                               const struct pt_server *server)
{
    const char *host =
        server->host ? server->host : pt_url_host(task->arena, server->url);

    return host && pt_is_this_machine(host);
}

static void note_pointer(struct pt_findings *found,
                         const struct pt_origin *origin)
{
    struct pt_worth worth = {origin->trust, origin->rank};

    if (pt_worth_compare(worth, found->pointer) > 0)
        found->pointer = worth;
    found->points_at_bridge = true;
}

void pt_task_offer_published(struct pt_task *task,
                             const struct pt_server *server,
                             const struct pt_origin *origin)
{
    struct pt_server *mine;

    if (is_of_this_machine(task, server)) {
        note_pointer(task->found, origin);
        return;
    }
    mine = pt_task_offer(task);
    if (!mine)
        return;
    *mine = *server;
    mine->origin = *origin;
    mine->origin.source = task->source->name;
}

void pt_task_provider(struct pt_task *task, const char *name,
                      const char *domain, const struct pt_origin *origin)
{
    struct pt_findings *found = task->found;
    struct pt_worth worth = {origin->trust, origin->rank};

    if (origin->trust < PT_THIRD ||
        pt_worth_compare(worth, found->provider_worth) <= 0)
        return;
    found->provider_name = name;
    found->provider_domain = domain;
    found->provider_worth = worth;
}

void pt_task_found(struct pt_task *task, const char *detail)
{
    if (task->outcome == PT_FOUND)
        return;
    task->outcome = PT_FOUND;
    task->detail = detail;
}

void pt_task_missed(struct pt_task *task, const struct pt_ask *ask,
                    enum pt_outcome outcome, const char *detail)
{
    if (outcome == PT_FAILED &&
        pt_worth_compare(ask->at_best, task->lost) > 0) {
        task->lost = ask->at_best;
        task->missed = detail;
    }
    if (task->outcome == PT_FOUND || task->outcome == PT_FAILED ||
        (task->outcome == PT_REFUSED && outcome == PT_REFUSED))
        return;
    task->outcome = outcome;
    task->detail = detail;
}
