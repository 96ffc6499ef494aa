/* bridge_expect.c - where a bridge should listen, by what was written down and
 * what it says of itself: of several clues the one to believe.
 */
#include "source/bridge_verdict.h"

bool pt_verdict_has(const struct pt_verdict *v, enum pt_service service,
                    uint16_t port)
{
    for (size_t i = 0; i < v->count; i++)
        if (v->at[i].endpoint.service == service &&
            v->at[i].endpoint.port == port)
            return true;
    return false;
}

struct pt_finding *pt_verdict_add(struct pt_verdict *v,
                                  const struct pt_bridge_endpoint *endpoint)
{
    struct pt_finding *f;

    if (v->count == PT_ENDPOINTS_MAX)
        return NULL;
    f = &v->at[v->count++];
    *f = (struct pt_finding){.endpoint = *endpoint};
    return f;
}

static bool claims_service(const struct pt_clue *clue, enum pt_service service)
{
    for (size_t i = 0; i < clue->said.claim_count; i++)
        if (clue->said.claims[i].service == service)
            return true;
    return false;
}

/* Is one clue to be believed before another?  What the running process itself
 * points at, then the rank of the way it was learned; the first place wins a
 * tie. */
static bool outranks(const struct pt_clue *a, const struct pt_clue *b)
{
    if (a->of_process != b->of_process)
        return a->of_process;
    return a->reader->learned < b->reader->learned;
}

/* A program reads one settings file, the first it finds: what a later one
 * says of services that the first leaves out is not so. */
static bool is_superseded(const struct pt_look *look,
                          const struct pt_clue *clue)
{
    bool before = true;

    if (clue->reader->learned != PT_FROM_CONFIG)
        return false;
    for (const struct pt_clue *c = look->clues; c; c = c->next) {
        if (c == clue) {
            before = false;
            continue;
        }
        if (c->reader->learned != PT_FROM_CONFIG || c->state != PT_CLUE_READ ||
            !c->place->service_count)
            continue;
        if (outranks(c, clue) || (before && !outranks(clue, c)))
            return true;
    }
    return false;
}

/* The clue to believe about a service, or NULL. */
static const struct pt_clue *best_clue(const struct pt_look *look,
                                       enum pt_service service)
{
    const struct pt_clue *best = NULL;

    for (const struct pt_clue *c = look->clues; c; c = c->next)
        if (c->state == PT_CLUE_READ && claims_service(c, service) &&
            !is_superseded(look, c) && (!best || outranks(c, best)))
            best = c;
    return best;
}

static void expect_of(struct pt_verdict *v, const struct pt_clue *clue,
                      enum pt_service service)
{
    for (size_t i = 0; i < clue->said.claim_count; i++) {
        const struct pt_bridge_claim *claim = &clue->said.claims[i];

        if (claim->service != service ||
            pt_verdict_has(v, service, claim->port))
            continue;
        pt_verdict_add(
            v, &(struct pt_bridge_endpoint){
                   .service = service,
                   .host = claim->host ? claim->host : v->look->kind->host,
                   .port = claim->port,
                   .security = claim->security,
                   .learned_from = clue->reader->learned,
                   .where = clue->where,
               });
    }
}

/* One docker-proxy holds one port: every process is believed, not the best
 * one alone. */
void pt_verdict_expect(struct pt_verdict *v)
{
    for (int s = 0; s < PT_SERVICES; s++) {
        enum pt_service service = (enum pt_service)s;
        const struct pt_clue *best = best_clue(v->look, service);

        for (const struct pt_clue *c = v->look->clues; c; c = c->next)
            if (c == best || (best && c->state == PT_CLUE_READ &&
                              c->of_process && best->of_process))
                expect_of(v, c, service);
    }
}
