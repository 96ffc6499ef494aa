#include "source/document.h"

const struct pt_autoconfig *pt_document_read(struct pt_task *task,
                                             struct pt_slice body,
                                             const struct pt_origin *origin)
{
    struct pt_autoconfig config;
    struct pt_error err = {0};
    enum pt_status status = pt_autoconfig_read(
        task->arena, body, task->query->address, &config, &err);

    if (status == PT_OK)
        return pt_arena_memdup(task->arena, &config, sizeof(config));
    if (status == PT_NO_MEMORY)
        pt_arena_fail(task->arena);
    else if (task->outcome == PT_ABSENT)
        task->detail = pt_arena_printf(task->arena, "%s: %s", origin->where,
                                       err.text);
    return NULL;
}

/* The best source's word stays; nobody is sent anywhere by what was only
 * heard. */
static void pass_on(struct pt_findings *found, const struct pt_strings *advice,
                    const struct pt_origin *origin)
{
    struct pt_worth worth = {origin->trust, origin->rank};

    if (!advice->count || origin->trust < PT_THIRD ||
        pt_worth_compare(worth, found->advice_worth) <= 0)
        return;
    found->advice = *advice;
    found->advice_worth = worth;
}

/* So too of what is handed on. */
static void hand_on(struct pt_findings *found,
                    const struct pt_published *published,
                    const struct pt_origin *origin)
{
    struct pt_worth worth = {origin->trust, origin->rank};

    if ((!published->oauth2.issuer && !published->guide_count) ||
        origin->trust < PT_THIRD ||
        pt_worth_compare(worth, found->published_worth) <= 0)
        return;
    found->published = published;
    found->published_worth = worth;
}

void pt_document_offer(struct pt_task *task, const struct pt_autoconfig *config,
                       const struct pt_origin *origin)
{
    for (size_t i = 0; i < config->server_count; i++)
        pt_task_offer_published(task, &config->servers[i], origin);
    pt_task_found(task, origin->where);
    pt_task_provider(task, config->name, config->domain, origin);
    pass_on(task->found, &config->advice, origin);
    hand_on(task->found, &config->published, origin);
}
