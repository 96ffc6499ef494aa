#include "source/bridge_look.h"

struct pt_looks *pt_looks_of(const struct pt_task *task)
{
    return task->state;
}

const char *pt_listener_reach(const struct pt_listener *listener)
{
    return pt_is(listener->address, "0.0.0.0") || pt_is(listener->address, "::")
               ? "127.0.0.1"
               : listener->address;
}

const struct pt_listener *pt_listener_at(const struct pt_machine *machine,
                                         const char *host, uint16_t port)
{
    const struct pt_listener *any = NULL;

    for (size_t i = 0; i < machine->listener_count; i++) {
        const struct pt_listener *l = &machine->listeners[i];

        if (l->port != port)
            continue;
        if (pt_is(l->address, host))
            return l;
        if (!any && pt_is(pt_listener_reach(l), host))
            any = l;
    }
    return any;
}

bool pt_listener_is_foreign(const struct pt_listener *listener,
                            const struct pt_place *place)
{
    return listener->uid != place->uid && listener->uid != 0;
}

const struct pt_spoken *pt_spoken_among(const struct pt_spoken *spoken,
                                        const char *host, uint16_t port)
{
    while (spoken && (spoken->port != port || !pt_is(spoken->address, host)))
        spoken = spoken->next;
    return spoken;
}

bool pt_look_answers(const struct pt_look *look)
{
    for (const struct pt_clue *c = look->clues; c; c = c->next)
        if (c->answered)
            return true;
    return false;
}

bool pt_look_has_process(const struct pt_look *look, uint32_t pid)
{
    for (size_t i = 0; pid && i < look->process_count; i++)
        if (look->processes[i]->pid == pid)
            return true;
    return false;
}

bool pt_look_may_hold(const struct pt_look *look,
                      const struct pt_listener *listener)
{
    for (size_t i = 0; !listener->pid && i < look->process_count; i++)
        if (look->processes[i]->uid == listener->uid)
            return !look->kind->forwards;
    return false;
}

const struct pt_bridge_kind *pt_looks_own_port(const struct pt_looks *looks,
                                               uint16_t port)
{
    for (size_t k = 0; k < looks->count; k++)
        for (size_t i = 0; i < looks->at[k].own_port_count; i++)
            if (looks->at[k].own_ports[i] == port)
                return looks->at[k].kind;
    return NULL;
}

const struct pt_clue *pt_look_first_bad(const struct pt_look *look)
{
    const struct pt_clue *c = look->clues;

    while (c && c->state != PT_CLUE_BAD)
        c = c->next;
    return c;
}
