#include "source/document.h"

#include "format/autoconfig.h"

static bool is_vouched_for(const struct pt_provider *vouching,
                           const struct pt_server *server)
{
    for (size_t i = 0; vouching && i < vouching->server_count; i++)
        if (server->host &&
            pt_is_nocase(server->host, vouching->servers[i].host))
            return true;
    return false;
}

bool pt_document_offer(struct pt_task *task, struct pt_slice body,
                       const struct pt_origin *origin,
                       const struct pt_provider *vouching)
{
    struct pt_autoconfig config;
    struct pt_error err = {0};
    enum pt_status status = pt_autoconfig_read(
        task->arena, body, task->query->address, &config, &err);

    if (status == PT_NO_MEMORY)
        pt_arena_fail(task->arena);
    if (status != PT_OK) {
        if (task->outcome == PT_ABSENT)
            task->detail = pt_arena_printf(task->arena, "%s: %s",
                                           origin->where, err.text);
        return false;
    }
    for (size_t i = 0; i < config.server_count; i++) {
        struct pt_origin own = *origin;

        if (own.trust < PT_THIRD &&
            is_vouched_for(vouching, &config.servers[i]))
            own.trust = PT_THIRD;
        pt_task_offer_published(task, &config.servers[i], &own);
    }
    pt_task_found(task, origin->where);
    pt_task_provider(task, config.name, config.domain, origin);
    return true;
}
