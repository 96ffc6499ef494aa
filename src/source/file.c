/* file.c - a Mozilla autoconfig file the user names (--from).
 *
 * It is read as if the domain had published it over HTTPS.
 */
#include "format/autoconfig.h"
#include "source/source.h"

static void file_plan(struct pt_task *task)
{
    if (!task->query->from || !task->query->address) {
        task->outcome = PT_SKIPPED;
        task->detail = "no file was named";
        return;
    }
    pt_task_ask(task, &(struct pt_ask){.kind = PT_ASK_FILE,
                                       .what = task->query->from});
}

/* A loopback host in what was published only says that a bridge is needed:
 * its port is whatever the publisher thought of, years ago. */
static void offer(struct pt_task *task, const struct pt_server *server)
{
    struct pt_server *mine;

    if (server->host && pt_is_this_machine(server->host)) {
        task->found->points_at_bridge = true;
        return;
    }
    mine = pt_task_offer(task);
    if (!mine)
        return;
    *mine = *server;
    mine->origin = (struct pt_origin){.source = task->source->name,
                                      .where = task->query->from,
                                      .trust = task->source->ceiling};
}

static void file_read(struct pt_task *task, const struct pt_ask *ask,
                      const struct pt_answer *answer)
{
    struct pt_autoconfig config;
    struct pt_error err = {0};
    enum pt_status status;

    if (answer->status != PT_ANSWER_OK) {
        task->outcome = PT_FAILED;
        task->detail = answer->status == PT_ANSWER_ABSENT
                           ? "no such file"
                           : pt_arena_strdup(task->arena, answer->why);
        return;
    }
    status = pt_autoconfig_read(task->arena,
                                pt_slice(answer->body, answer->len),
                                task->query->address, &config, &err);
    if (status == PT_NO_MEMORY)
        pt_arena_fail(task->arena);
    if (status != PT_OK) {
        task->outcome = PT_FAILED;
        task->detail = pt_arena_strdup(task->arena, err.text);
        return;
    }
    for (size_t i = 0; i < config.server_count; i++)
        offer(task, &config.servers[i]);
    task->outcome = PT_FOUND;
    task->detail = pt_arena_strdup(task->arena, ask->what);
    task->found->provider_name = config.name;
    task->found->provider_domain = config.domain;
}

static void file_settle(struct pt_task *task)
{
    (void)task;
}

const struct pt_source pt_source_file = {
    .name = "file",
    .summary = "a Mozilla autoconfig file you name with --from",
    .ceiling = PT_VERIFIED,
    .plan = file_plan,
    .read = file_read,
    .settle = file_settle,
};
