/* verify.c - see verify.h.
 *
 * In rounds: each service that is not settled has one server connected to, and
 * what comes of it settles it, or leads to the next server.  Where somebody
 * signs in, a round has but one service: what one server says to a password
 * tells whether the next is to be given it.
 */
#include "resolve/verify.h"

#include "resolve/merge.h"
#include "resolve/trials.h"
#include "resolve/verify_login.h"
#include "source/bridge_look.h"

#include <string.h>

enum { SERVERS_EACH = 4 }; /* tried, of one service */

/* In this order: receiving first. */
static const enum pt_service services[] = {PT_IMAP, PT_POP3, PT_SUBMISSION,
                                           PT_SIEVE};
enum { SERVICES = sizeof(services) / sizeof(*services) };

/* One service. */
struct part {
    struct pt_verification *verification;
    struct pt_server *first; /* as it was chosen */
    struct pt_server *at;    /* tried now */
    struct pt_trial *trial;  /* of that */
    struct pt_login_plan logins;
    size_t tried;
    bool in_round;
    bool settled;
};

struct pt_verification {
    struct pt_verify_setup setup;
    struct part parts[SERVICES];
    size_t part_count;
    struct pt_login_story story;
    struct pt_trials *running; /* NULL: none are */
    bool is_over;
    int64_t end_ms;
    struct pt_timer tick;
    struct pt_timer late;
};

/* ---- what is to be done ---- */

static const struct pt_bridge_kind *kind_of(const struct pt_query *query,
                                            const struct pt_server *server)
{
    for (size_t i = 0; i < query->kind_count && server->bridge; i++)
        if (pt_is(query->kinds[i].name, server->bridge))
            return &query->kinds[i];
    return NULL;
}

static bool is_of_ours(enum pt_service service)
{
    for (size_t i = 0; i < SERVICES; i++)
        if (services[i] == service)
            return true;
    return false;
}

static bool is_due(const struct pt_query *query,
                   const struct pt_server *server)
{
    const struct pt_bridge_kind *kind = kind_of(query, server);

    if (!server->chosen || !server->host || !is_of_ours(server->service))
        return false;
    if (query->verify == PT_VERIFY_ALL)
        return true;
    return query->verify == PT_VERIFY_BRIDGES && kind &&
           pt_is_loopback(server->host) && !kind->reaches_out;
}

bool pt_verify_is_due(const struct pt_query *query,
                      const struct pt_settings *settings)
{
    for (size_t i = 0; i < settings->server_count; i++)
        if (is_due(query, &settings->servers[i]))
            return true;
    return false;
}

/* ---- what is tried ---- */

/* On this machine or a private network only what somebody here vouches for. */
static bool may_be_nearby(const struct pt_query *query,
                          const struct pt_server *server)
{
    return server->origin.trust == PT_LOCAL || query->from ||
           pt_strings_have_nocase(&query->accept, server->host);
}

static struct pt_trial trial_of(const struct pt_verification *v,
                                const struct pt_server *server)
{
    const struct pt_query *query = v->setup.query;
    bool is_known = server->bridge && server->certificate;
    struct pt_trial trial = {
        .service = server->service,
        .host = server->host,
        .port = server->port,
        .security = server->security,
        .pinned = is_known ? server->certificate->sha256 : NULL,
        .kind = kind_of(query, server),
        .is_nearby = may_be_nearby(query, server),
    };

    if (query->password && trial.kind)
        trial.login_detail = pt_login_refusal(v->setup.arena, trial.kind);
    return trial;
}

/* What the search itself has heard there, or NULL. */
static const struct pt_spoken *heard_of(const struct pt_verification *v,
                                        const struct pt_server *server)
{
    const struct pt_findings *found = v->setup.found;

    return server->bridge && found->looks
               ? pt_spoken_among(found->looks->spoken, server->host,
                                 server->port)
               : NULL;
}

/* The search knew it by the owner of its socket, maybe: that outranks what it
 * says. */
static bool judge_heard(struct pt_arena *arena, struct pt_trial *trial,
                        const struct pt_speech *speech)
{
    struct pt_bridge_kind *known = pt_arena_alloc(arena, sizeof(*known));

    if (!known)
        return false;
    *known = *trial->kind;
    known->greeting_count = 0;
    trial->kind = known;
    return pt_trial_judge(arena, trial, speech);
}

/* A bridge that asks its own server before it greets may only have been late:
 * of that nothing is said, or it is asked anew. */
static void settle_as_heard(struct pt_verification *v, struct part *part)
{
    const struct pt_spoken *spoken = heard_of(v, part->at);
    const struct pt_bridge_kind *kind = part->trial->kind;

    if (!spoken || !spoken->there || !kind)
        return;
    if (spoken->speech.silent && kind->greets_late) {
        part->settled = v->setup.query->verify != PT_VERIFY_ALL;
        return;
    }
    part->settled = true;
    if (judge_heard(v->setup.arena, part->trial, &spoken->speech))
        part->at->trial = part->trial;
}

/* Begin with another server.  False: no memory. */
static bool turn_to(struct part *part, struct pt_server *server)
{
    struct pt_verification *v = part->verification;

    part->at = server;
    part->tried++;
    part->trial = pt_arena_alloc(v->setup.arena, sizeof(*part->trial));
    if (!part->trial)
        return false;
    *part->trial = trial_of(v, server);
    part->logins = (struct pt_login_plan){0};
    return true;
}

static bool is_worth_the_same(const struct pt_server *a,
                              const struct pt_server *b)
{
    return a->origin.trust == b->origin.trust &&
           a->origin.rank == b->origin.rank && pt_is(a->bridge, b->bridge);
}

static bool was_tried(const struct pt_settings *settings,
                      const struct pt_server *server)
{
    for (size_t i = 0; i < settings->server_count; i++) {
        const struct pt_server *other = &settings->servers[i];

        if (other->trial && other->service == server->service &&
            pt_is_nocase(other->host, server->host) &&
            other->port == server->port && other->security == server->security)
            return true;
    }
    return false;
}

/* The next of the same worth, or NULL. */
static struct pt_server *find_next(const struct part *part)
{
    const struct pt_settings *settings = part->verification->setup.settings;

    for (size_t i = 0; i < settings->server_count; i++) {
        struct pt_server *server = &settings->servers[i];

        if (server->service == part->first->service && !server->chosen &&
            server->host && pt_merge_may_choose(server) &&
            is_worth_the_same(server, part->first) &&
            !was_tried(settings, server))
            return server;
    }
    return NULL;
}

/* ---- what comes of it ---- */

static bool works(const struct pt_server *server)
{
    return server->trial && server->trial->outcome == PT_TRIAL_WORKS;
}

static void judge(struct part *part)
{
    struct pt_verification *v = part->verification;
    struct pt_server *next = NULL;

    part->at->trial = part->trial;
    if (works(part->at)) {
        part->settled = pt_login_settle(v->setup.arena, &v->story,
                                        &part->logins, part->at, part->trial);
        return;
    }
    if (!v->is_over && part->tried < SERVERS_EACH)
        next = find_next(part);
    part->settled = !next || !turn_to(part, next);
}

static const char *show(const struct pt_verification *v,
                        const struct pt_server *server)
{
    return pt_arena_printf(v->setup.arena,
                           strchr(server->host, ':') ? "[%s]:%u" : "%s:%u",
                           server->host, server->port);
}

/* It gave way to another that works. */
static void replace(struct part *part)
{
    struct pt_verification *v = part->verification;
    struct pt_arena *arena = v->setup.arena;
    const char *detail = pt_trial_complaint(arena, part->first->trial);
    const char *hint = pt_arena_printf(
        arena, "%s does not work: %s; %s, which is as good, takes its place",
        show(v, part->first), detail, show(v, part->at));

    if (hint)
        pt_strings_add(arena, &v->setup.settings->hints, hint);
    part->at->why =
        pt_arena_printf(arena, "%s does not work: %s; this one does",
                        show(v, part->first), detail);
    part->at->chosen = true;
    part->first->why = pt_arena_printf(arena, "it does not work: %s", detail);
    part->first->chosen = false;
}

/* Rules come with mail, and POP3 beside IMAP; alone they are all there is. */
static bool is_dispensable(const struct pt_settings *settings,
                           enum pt_service service)
{
    const struct pt_server *imap = pt_chosen(settings, PT_IMAP);

    if (service == PT_SIEVE)
        return pt_settings_do_without(settings, service);
    return service == PT_POP3 && imap && works(imap);
}

/* Nothing was found to stand in for it: who can do without, does. */
static void give_up(struct part *part)
{
    struct pt_verification *v = part->verification;
    struct pt_settings *settings = v->setup.settings;
    struct pt_arena *arena = v->setup.arena;
    const char *detail = pt_trial_complaint(arena, part->first->trial);
    const char *hint = pt_arena_printf(
        arena,
        part->first->bridge
            ? "%s does not work: %s; 'portolan bridges' tells what is here"
            : "%s does not work: %s; 'portolan probe %s' tries each port "
              "there",
        show(v, part->first), detail, settings->address.shown);

    if (is_dispensable(settings, part->first->service)) {
        part->first->chosen = false;
        part->first->why =
            pt_arena_printf(arena, "it does not work: %s", detail);
    } else if (hint) {
        pt_strings_add(arena, &settings->hints, hint);
    }
}

/* What is chosen comes first, service by service. */
static void put_in_order(struct pt_settings *settings, struct pt_arena *arena)
{
    size_t count = settings->server_count;
    struct pt_server *at = pt_arena_alloc(arena, (count + 1) * sizeof(*at));
    size_t n = 0;

    if (!at)
        return;
    for (int service = 0; service < PT_SERVICES; service++)
        for (size_t i = 0; i < count; i++)
            if (settings->servers[i].chosen &&
                settings->servers[i].service == (enum pt_service)service)
                at[n++] = settings->servers[i];
    for (size_t i = 0; i < count; i++)
        if (!settings->servers[i].chosen)
            at[n++] = settings->servers[i];
    settings->servers = at;
}

/* Time was up before its turn came. */
static void note_untried(struct part *part)
{
    if (part->settled || part->first->trial)
        return;
    part->trial->outcome = PT_TRIAL_NOT_ASKED;
    part->trial->detail = "there was no time for it";
    part->first->trial = part->trial;
}

static void finish(struct pt_verification *v)
{
    pt_loop_disarm(v->setup.loop, &v->late);
    for (size_t i = 0; i < v->part_count; i++)
        note_untried(&v->parts[i]);
    for (size_t i = 0; i < v->part_count; i++)
        if (works(v->parts[i].at) && v->parts[i].at != v->parts[i].first)
            replace(&v->parts[i]);
    for (size_t i = 0; i < v->part_count; i++)
        if (v->parts[i].first->chosen && v->parts[i].first->trial &&
            !works(v->parts[i].first))
            give_up(&v->parts[i]);
    put_in_order(v->setup.settings, v->setup.arena);
    v->setup.done(v->setup.ctx);
}

/* ---- the course of it ---- */

static int64_t left_ms(const struct pt_verification *v)
{
    int64_t left = v->end_ms - pt_loop_now(v->setup.loop);

    return left > 1 ? left : 1;
}

static void on_round_done(void *ctx)
{
    struct pt_verification *v = ctx;

    v->running = NULL;
    for (size_t i = 0; i < v->part_count; i++)
        if (v->parts[i].in_round) {
            v->parts[i].in_round = false;
            judge(&v->parts[i]);
        }
    pt_loop_arm(v->setup.loop, &v->tick, 0);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* As whom, and with what, the one is tried that a round has then. */
static void join_round(struct part *part, struct pt_trials_setup *round)
{
    struct pt_verification *v = part->verification;

    part->in_round = true;
    part->trial = &round->trials[round->count++];
    *part->trial = trial_of(v, part->at);
    if (!part->at->bridge)
        round->credentials = pt_login_credentials(
            v->setup.arena, v->setup.query, v->setup.settings, part->at,
            &v->story, &part->logins, part->trial);
}

/* False: no memory. */
static bool begin_round(struct pt_verification *v)
{
    bool is_single = v->setup.query->password;
    struct pt_trials_setup round = {
        .arena = v->setup.arena,
        .loop = v->setup.loop,
        .net = v->setup.net,
        .trials = pt_arena_alloc(v->setup.arena,
                                 SERVICES * sizeof(*round.trials)),
        .limit_ms = least(PT_PROBE_MS, left_ms(v)),
        .done = on_round_done,
        .ctx = v};

    for (size_t i = 0; i < v->part_count && round.trials; i++)
        if (!v->parts[i].settled && !(is_single && round.count))
            join_round(&v->parts[i], &round);
    v->running = round.trials ? pt_trials_begin(&round) : NULL;
    return v->running;
}

static bool is_settled(const struct pt_verification *v)
{
    for (size_t i = 0; i < v->part_count; i++)
        if (!v->parts[i].settled)
            return false;
    return true;
}

static void on_tick(void *ctx)
{
    struct pt_verification *v = ctx;

    if (v->is_over || is_settled(v) || pt_arena_failed(v->setup.arena)) {
        finish(v);
        return;
    }
    if (!begin_round(v)) {
        pt_arena_fail(v->setup.arena);
        finish(v);
    }
}

static void on_late(void *ctx)
{
    pt_verify_stop(ctx);
}

static bool add_part(struct pt_verification *v, struct pt_server *server)
{
    struct part *part = &v->parts[v->part_count++];

    *part = (struct part){.verification = v, .first = server};
    if (!turn_to(part, server))
        return false;
    if (server->trial && !v->setup.query->password)
        part->settled = true; /* it was a guess: there is its proof */
    else
        settle_as_heard(v, part);
    return true;
}

static bool add_parts(struct pt_verification *v)
{
    struct pt_settings *settings = v->setup.settings;

    for (size_t s = 0; s < SERVICES; s++)
        for (size_t i = 0; i < settings->server_count; i++)
            if (settings->servers[i].service == services[s] &&
                is_due(v->setup.query, &settings->servers[i])) {
                if (!add_part(v, &settings->servers[i]))
                    return false;
                break;
            }
    return true;
}

struct pt_verification *pt_verify_begin(const struct pt_verify_setup *setup)
{
    struct pt_verification *v = pt_arena_alloc(setup->arena, sizeof(*v));

    if (!v)
        return NULL;
    *v = (struct pt_verification){.setup = *setup};
    v->end_ms = pt_loop_now(setup->loop) + setup->limit_ms;
    if (!add_parts(v))
        return NULL;
    pt_timer_init(&v->tick, on_tick, v);
    pt_timer_init(&v->late, on_late, v);
    pt_loop_arm(setup->loop, &v->tick, 0);
    pt_loop_arm(setup->loop, &v->late, setup->limit_ms);
    return v;
}

void pt_verify_stop(struct pt_verification *verification)
{
    if (verification->is_over)
        return;
    verification->is_over = true;
    if (verification->running)
        pt_trials_stop(verification->running);
}
