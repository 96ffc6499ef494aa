#include "model/bridge.h"

static const char *const states[] = {
    [PT_BRIDGE_OK] = "ok",
    [PT_BRIDGE_OFFLINE] = "offline",
    [PT_BRIDGE_MISMATCH] = "mismatch",
    [PT_BRIDGE_PORT_TAKEN] = "port-taken",
    [PT_BRIDGE_STOPPED] = "stopped",
    [PT_BRIDGE_UNKNOWN] = "unknown",
};

static const char *const learned_names[] = {
    [PT_FROM_GRPC] = "grpc", [PT_FROM_CONFIG] = "config",
    [PT_FROM_ARGV] = "argv", [PT_FROM_LOG] = "log",
    [PT_FROM_SOCKET] = "socket",
};

bool pt_bridge_is_live(const struct pt_bridge *bridge)
{
    for (size_t i = 0; i < bridge->endpoint_count; i++)
        if (bridge->endpoints[i].listening &&
            pt_service_is_mail(bridge->endpoints[i].service))
            return true;
    return false;
}

const char *pt_bridge_state_name(enum pt_bridge_state state)
{
    return states[state];
}

const char *pt_learned_name(enum pt_learned learned)
{
    return learned_names[learned];
}

bool pt_pairs_add(struct pt_arena *arena, struct pt_pairs *pairs,
                  const char *key, const char *value)
{
    struct pt_pair *more;
    struct pt_pair pair;

    if (pairs->count == PT_PAIRS_MAX)
        return false;
    more = pt_arena_grow(arena, pairs->at, pairs->count, sizeof(*more));
    pair = (struct pt_pair){.key = pt_arena_strdup(arena, key),
                            .value = pt_arena_strdup(arena, value)};
    if (!more || !pair.key || !pair.value)
        return false;
    pairs->at = more;
    pairs->at[pairs->count++] = pair;
    return true;
}

const char *pt_pairs_get(const struct pt_pairs *pairs, const char *key)
{
    for (size_t i = pairs->count; key && i > 0; i--)
        if (pt_is(pairs->at[i - 1].key, key))
            return pairs->at[i - 1].value;
    return NULL;
}
