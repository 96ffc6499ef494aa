/* serving_news.c - a bridge has moved, come or gone: the settings of which
 * domains may be others now?  The rest of a thousand need not be looked for.
 */
#include "cli/serving.h"

#include "source/source.h"

#include <string.h>

enum { KINDS_MOST = 64 };

/* 1 << the first kind that is for mail which goes to the same place; 0: where
 * mail goes to tells nothing of this one. */
static uint64_t exchanger_bit(const struct pt_query *query,
                              const struct pt_bridge_kind *kind)
{
    for (size_t k = 0; kind->mx.count && k < query->kind_count; k++)
        if (query->kinds[k].mx.count &&
            pt_is(query->kinds[k].mx.at[0], kind->mx.at[0]))
            return (uint64_t)1 << k % KINDS_MOST;
    return 0;
}

uint64_t pt_serving_exchangers(const struct pt_serving *s,
                               const struct pt_findings *found)
{
    uint64_t exchangers = 0;

    for (size_t i = 0; i < found->bridge_count; i++)
        if (pt_bridge_is_live(&found->bridges[i]))
            exchangers |=
                exchanger_bit(&s->session.query, found->bridges[i].kind);
    return exchangers;
}

static bool is_domain_of(const char *account, const struct pt_address *address)
{
    const char *at = strrchr(account, '@');

    return at && (pt_is_nocase(at + 1, address->domain) ||
                  pt_is_nocase(at, strrchr(address->shown, '@')));
}

static bool has_account(const struct pt_findings *found,
                        const struct pt_address *address)
{
    for (size_t i = 0; i < found->bridge_count; i++) {
        const struct pt_strings *accounts = &found->bridges[i].accounts;

        for (size_t k = 0; k < accounts->count; k++)
            if (is_domain_of(accounts->at[k], address))
                return true;
    }
    return false;
}

static bool is_by_bridge(const struct pt_room *room)
{
    return room->site && room->site->settings->bridge.name;
}

void pt_serving_judge_news(struct pt_serving *s,
                           const struct pt_findings *found)
{
    for (size_t i = 0; i < s->house.room_count; i++) {
        struct pt_room_look *look = &s->looks[i];

        if (s->session.query.bridge || is_by_bridge(look->room) ||
            has_account(found, &look->address))
            look->is_due = look->is_soon = true;
        /* where its mail goes to may be what a bridge, new here, is for */
        if (s->exchangers & ~look->exchangers)
            look->is_due = true;
    }
}
