#include "resolve/port_view.h"

static bool is_set_to(const struct pt_bridge_endpoint *e, uint16_t port)
{
    return e->port == port || e->configured == port;
}

const struct pt_bridge_endpoint *
pt_port_endpoint_at(const struct pt_bridge *bridge, uint16_t port)
{
    for (size_t e = 0; e < bridge->endpoint_count; e++)
        if (is_set_to(&bridge->endpoints[e], port))
            return &bridge->endpoints[e];
    return NULL;
}

const struct pt_bridge_endpoint *
pt_port_endpoint_for(const struct pt_bridge *bridge, enum pt_service service)
{
    for (size_t e = 0; bridge && e < bridge->endpoint_count; e++)
        if (bridge->endpoints[e].service == service)
            return &bridge->endpoints[e];
    return NULL;
}

bool pt_port_is_of_another(const struct pt_findings *found,
                           const struct pt_bridge *bridge, uint16_t port)
{
    for (size_t b = 0; b < found->bridge_count; b++)
        if (&found->bridges[b] != bridge &&
            pt_port_endpoint_at(&found->bridges[b], port))
            return true;
    return false;
}

const struct pt_listener *pt_port_listener(const struct pt_findings *found,
                                           uint16_t port, size_t *next)
{
    const struct pt_machine *machine = found->machine;

    while (machine && *next < machine->listener_count) {
        const struct pt_listener *l = &machine->listeners[(*next)++];

        if (l->port == port)
            return l;
    }
    return NULL;
}

const struct pt_spoken *pt_port_spoken(const struct pt_findings *found,
                                       const char *host, uint16_t port)
{
    return found->looks ? pt_spoken_among(found->looks->spoken, host, port)
                        : NULL;
}

bool pt_port_is_held(const struct pt_findings *found, uint16_t port)
{
    const struct pt_spoken *spoken = pt_port_spoken(found, "127.0.0.1", port);
    size_t next = 0;

    return pt_port_listener(found, port, &next) || (spoken && spoken->there);
}

const struct pt_bridge *pt_port_bridge(const struct pt_findings *found,
                                       const struct pt_listener *l)
{
    for (size_t b = 0; b < found->bridge_count; b++)
        for (size_t e = 0; e < found->bridges[b].endpoint_count; e++) {
            const struct pt_bridge_endpoint *end =
                &found->bridges[b].endpoints[e];

            if (end->listening && end->port == l->port && end->pid == l->pid &&
                pt_is(end->host, pt_listener_reach(l)))
                return &found->bridges[b];
        }
    return NULL;
}

const struct pt_bridge_kind *pt_port_owner(const struct pt_findings *found,
                                           const struct pt_listener *l)
{
    const struct pt_looks *looks = found->looks;

    for (size_t k = 0; looks && k < looks->count; k++)
        if (!looks->at[k].kind->forwards &&
            pt_look_has_process(&looks->at[k], l->pid))
            return looks->at[k].kind;
    return NULL;
}

const struct pt_bridge_kind *pt_port_greeter(struct pt_arena *arena,
                                             const struct pt_findings *found,
                                             const struct pt_speech *speech)
{
    const struct pt_bridge_kind *only = NULL;

    for (size_t k = 0; found->looks && k < found->looks->count; k++) {
        const struct pt_bridge_kind *kind = found->looks->at[k].kind;

        if (kind->forwards || !pt_speech_is_of(arena, kind, speech, NULL))
            continue;
        if (only)
            return NULL;
        only = kind;
    }
    return only;
}
