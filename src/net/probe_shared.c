#include "net/probe_shared.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct waiter {
    const void *owner;
    pt_answer_fn *done;
    void *ctx;
    struct waiter *next;
};

/* One visit, and what came of it. */
struct visit {
    struct pt_probes *probes;
    struct visit *next; /* the newer first */
    struct pt_ask ask;  /* owns what it asks */
    struct waiter *first;
    struct waiter **last;
    bool is_open;
    bool is_dropped; /* its answer is nobody else's */
    bool is_telling;
    struct pt_answer answer; /* owns its texts */
    int64_t answered_ms;
    struct pt_timer tell; /* those who came after the answer */
};

struct pt_probes {
    struct pt_loop *loop;
    struct pt_speaker *speaker;
    struct visit *visits;
    size_t count;
};

static const struct pt_answer given_up = {.status = PT_ANSWER_FAILED,
                                          .why = "given up"};

/* ---- visits ---- */

static bool is_same(const struct pt_ask *a, const struct pt_ask *b)
{
    return pt_is(a->what, b->what) && a->tls_first == b->tls_first &&
           a->never_first == b->never_first &&
           a->is_nearby == b->is_nearby && a->limit_ms == b->limit_ms;
}

static void free_visit(struct visit *visit)
{
    struct pt_probes *probes = visit->probes;
    struct visit **at = &probes->visits;

    while (*at != visit)
        at = &(*at)->next;
    *at = visit->next;
    probes->count--;
    pt_loop_disarm(probes->loop, &visit->tell);
    free((void *)(uintptr_t)visit->ask.what);
    free((void *)(uintptr_t)visit->answer.body);
    free((void *)(uintptr_t)visit->answer.why);
    free(visit);
}

static bool is_at_rest(const struct visit *visit)
{
    return !visit->is_open && !visit->is_telling && !visit->first;
}

static bool is_old(const struct visit *visit)
{
    return pt_loop_now(visit->probes->loop) - visit->answered_ms >
           PT_PROBES_KEPT_MS;
}

/* What nobody may ask for any more, and the oldest where there are too many. */
static void forget(struct pt_probes *probes)
{
    struct visit *oldest = NULL;
    struct visit *next;

    for (struct visit *visit = probes->visits; visit; visit = next) {
        next = visit->next;
        if (!is_at_rest(visit))
            continue;
        if (is_old(visit))
            free_visit(visit);
        else
            oldest = visit;
    }
    if (oldest && probes->count > PT_PROBES_KEPT)
        free_visit(oldest);
}

static struct visit *find(const struct pt_probes *probes,
                          const struct pt_ask *ask)
{
    struct visit *visit = probes->visits;

    while (visit && (visit->is_dropped || !is_same(&visit->ask, ask) ||
                     (!visit->is_open && is_old(visit))))
        visit = visit->next;
    return visit;
}

/* ---- telling ---- */

static void tell_first(struct visit *visit, const struct pt_answer *answer)
{
    struct waiter *waiter = visit->first;

    visit->first = waiter->next;
    if (!visit->first)
        visit->last = &visit->first;
    waiter->done(waiter->ctx, answer);
    free(waiter);
}

static void tell_all(void *ctx)
{
    struct visit *visit = ctx;

    visit->is_telling = true;
    while (visit->first)
        tell_first(visit, &visit->answer);
    visit->is_telling = false;
}

static bool keep(struct visit *visit, const struct pt_answer *answer)
{
    char *body = answer->len <= PT_PROBES_KEPT_BYTES ? malloc(answer->len + 1)
                                                     : NULL;
    char *why = answer->why ? strdup(answer->why) : NULL;

    if (!body || (answer->why && !why)) {
        free(body);
        free(why);
        return false;
    }
    if (answer->len)
        memcpy(body, answer->body, answer->len);
    visit->answer = *answer;
    visit->answer.body = body;
    visit->answer.why = why;
    visit->answered_ms = pt_loop_now(visit->probes->loop);
    return true;
}

/* What cannot be kept is told to those who are here. */
static void on_answer(void *ctx, const struct pt_answer *answer)
{
    struct visit *visit = ctx;

    visit->is_open = false;
    if (!visit->is_dropped && keep(visit, answer)) {
        tell_all(visit);
        return;
    }
    visit->is_dropped = visit->is_telling = true;
    while (visit->first)
        tell_first(visit, answer);
    free_visit(visit);
}

/* ---- the interface ---- */

struct pt_probes *pt_probes_new(struct pt_loop *loop,
                                struct pt_speaker *speaker)
{
    struct pt_probes *probes = calloc(1, sizeof(*probes));

    if (probes)
        *probes = (struct pt_probes){.loop = loop, .speaker = speaker};
    return probes;
}

void pt_probes_free(struct pt_probes *probes)
{
    if (!probes)
        return;
    while (probes->visits)
        free_visit(probes->visits);
    free(probes);
}

static struct visit *open_visit(struct pt_probes *probes,
                                const struct pt_ask *ask)
{
    struct visit *visit = calloc(1, sizeof(*visit));
    char *what = strdup(ask->what);

    if (!visit || !what) {
        free(visit);
        free(what);
        return NULL;
    }
    *visit = (struct visit){.probes = probes,
                            .next = probes->visits,
                            .ask = *ask,
                            .is_open = true};
    visit->ask.what = what;
    visit->ask.owner = visit;
    visit->last = &visit->first;
    pt_timer_init(&visit->tell, tell_all, visit);
    probes->visits = visit;
    probes->count++;
    if (pt_speaker_begin(probes->speaker, &visit->ask, on_answer, visit))
        return visit;
    free_visit(visit);
    return NULL;
}

bool pt_probes_begin(struct pt_probes *probes, const struct pt_ask *ask,
                     pt_answer_fn *done, void *ctx)
{
    struct waiter *waiter;
    struct visit *visit;

    if (ask->credentials || ask->pinned)
        return pt_speaker_begin(probes->speaker, ask, done, ctx);
    forget(probes);
    waiter = calloc(1, sizeof(*waiter));
    if (!waiter)
        return false;
    visit = find(probes, ask);
    if (!visit)
        visit = open_visit(probes, ask);
    if (!visit) {
        free(waiter);
        return false;
    }
    *waiter = (struct waiter){.owner = ask->owner, .done = done, .ctx = ctx};
    *visit->last = waiter;
    visit->last = &waiter->next;
    if (!visit->is_open && !visit->is_telling)
        pt_loop_arm(probes->loop, &visit->tell, 0);
    return true;
}

static struct waiter **find_waiter(struct visit *visit, const void *owner)
{
    struct waiter **at = &visit->first;

    while (*at && owner && (*at)->owner != owner)
        at = &(*at)->next;
    return *at ? at : NULL;
}

/* Alone, it is told what was learned until now; else the others go on. */
static void give_up(struct visit *visit, struct waiter **at)
{
    struct waiter *waiter = *at;

    if (visit->is_open && !visit->first->next) {
        visit->is_dropped = true;
        pt_speaker_drop(visit->probes->speaker, visit);
        return;
    }
    *at = waiter->next;
    if (visit->last == &waiter->next)
        visit->last = at;
    waiter->done(waiter->ctx, &given_up);
    free(waiter);
}

/* Whoever is told may ask again: begin anew after each. */
void pt_probes_drop(struct pt_probes *probes, const void *owner)
{
    struct visit *visit = probes->visits;

    while (visit) {
        struct waiter **at = find_waiter(visit, owner);

        if (at)
            give_up(visit, at);
        visit = at ? probes->visits : visit->next;
    }
}
