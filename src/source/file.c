/* file.c - a Mozilla autoconfig file on this machine.
 *
 * Named by the user (--from), it is read as if the domain had published it
 * over HTTPS.  Else the user's own for the domain, then the administrator's:
 * their word outranks whatever is published.
 */
#include "source/document.h"

enum { USERS, ADMINISTRATORS, PLACES };

struct places {
    const struct pt_autoconfig *config[PLACES]; /* NULL: none there */
    const char *path[PLACES];
};

static void file_plan(struct pt_task *task)
{
    const struct pt_query *query = task->query;
    const char *domain = query->address->domain;
    struct places *places = pt_arena_alloc(task->arena, sizeof(*places));

    task->state = places;
    if (!places)
        return;
    if (query->from) {
        places->path[USERS] = query->from;
    } else {
        places->path[USERS] =
            pt_arena_printf(task->arena, "%s/portolan/domains/%s.xml",
                            query->place.config, domain);
        places->path[ADMINISTRATORS] = pt_arena_printf(
            task->arena, "/etc/portolan/domains/%s.xml", domain);
    }
    for (int i = 0; i < PLACES; i++)
        if (places->path[i])
            pt_task_ask(task, &(struct pt_ask){.kind = PT_ASK_FILE,
                                               .what = places->path[i],
                                               .tag = i});
}

static void miss(struct pt_task *task, const struct pt_ask *ask,
                 const char *why)
{
    if (!task->query->from)
        why = pt_arena_printf(task->arena, "%s: %s", ask->what, why);
    pt_task_missed(task, ask, PT_FAILED, pt_arena_strdup(task->arena, why));
}

static void file_read(struct pt_task *task, const struct pt_ask *ask,
                      const struct pt_answer *answer)
{
    struct places *places = task->state;
    struct pt_autoconfig config;
    struct pt_error err = {0};
    enum pt_status status;

    if (answer->status == PT_ANSWER_ABSENT) {
        if (task->query->from)
            miss(task, ask, "no such file");
        return;
    }
    if (answer->status != PT_ANSWER_OK) {
        miss(task, ask, answer->why);
        return;
    }
    status = pt_autoconfig_read(task->arena,
                                pt_slice(answer->body, answer->len),
                                task->query->address, &config, &err);
    if (status == PT_NO_MEMORY)
        pt_arena_fail(task->arena);
    else if (status != PT_OK)
        miss(task, ask, err.text);
    else
        places->config[ask->tag] =
            pt_arena_memdup(task->arena, &config, sizeof(config));
}

static void file_settle(struct pt_task *task)
{
    const struct places *places = task->state;

    for (int i = 0; places && i < PLACES; i++) {
        const struct pt_autoconfig *config = places->config[i];
        struct pt_origin origin = {
            .where = places->path[i],
            .trust = task->query->from ? PT_VERIFIED : PT_LOCAL,
            .rank = PT_RANK_FILE,
        };

        if (config)
            pt_document_offer(task, config, &origin);
    }
}

const struct pt_source pt_source_file = {
    .name = "file",
    .summary = "an autoconfig file for the domain, yours or the "
               "administrator's; or the one you name with --from",
    .ceiling = PT_LOCAL,
    .rank = PT_RANK_FILE,
    .plan = file_plan,
    .read = file_read,
    .settle = file_settle,
};
