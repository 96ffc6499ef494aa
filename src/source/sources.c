#include "source/source.h"

const struct pt_source *const pt_sources[] = {
    &pt_source_file,
    &pt_source_bridge,
    &pt_source_pacc,
    &pt_source_autoconfig,
    &pt_source_srv,
    &pt_source_ispdb,
    &pt_source_autodiscover,
    &pt_source_mx,
    &pt_source_guess,
    NULL,
};

/* Two in five of it; as much as half, where that is no more than a
 * conversation takes by itself. */
int64_t pt_query_speak_ms(const struct pt_query *query)
{
    int64_t half_ms = query->timeout_ms / 2;
    int64_t share_ms = query->timeout_ms * 2 / 5;

    if (share_ms >= PT_SPEAK_MS)
        return share_ms;
    return half_ms < PT_SPEAK_MS ? half_ms : PT_SPEAK_MS;
}

int64_t pt_query_grpc_ms(const struct pt_query *query)
{
    return query->timeout_ms * 4 / 5 - pt_query_speak_ms(query);
}
