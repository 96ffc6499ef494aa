#include "resolve/merge.h"

#include <stdlib.h>

struct ranked {
    struct pt_server server;
    size_t order; /* as the sources gave them */
    int source;   /* rank of its source; lower is better */
};

struct merging {
    struct pt_arena *arena;
    const struct pt_query *query;
    struct pt_settings *settings;
    struct ranked *at;
    size_t count;
};

/* ---- order ---- */

static int rank_of(const char *source)
{
    int rank = 0;

    while (pt_sources[rank] && !pt_is(pt_sources[rank]->name, source))
        rank++;
    return rank;
}

/* The rules of preference, first to last: each with the words for it. */
static int by_trust(const struct ranked *a, const struct ranked *b)
{
    return (int)b->server.origin.trust - (int)a->server.origin.trust;
}

static int by_source(const struct ranked *a, const struct ranked *b)
{
    return a->source - b->source;
}

/* RFC 8314, 3: implicit TLS before STARTTLS; plain text last. */
static int by_security(const struct ranked *a, const struct ranked *b)
{
    static const int rank[] = {
        [PT_TLS] = 0,
        [PT_STARTTLS] = 1,
        [PT_SECURITY_UNKNOWN] = 2,
        [PT_PLAIN] = 3,
    };

    return rank[a->server.security] - rank[b->server.security];
}

static int by_order(const struct ranked *a, const struct ranked *b)
{
    return a->order < b->order ? -1 : a->order > b->order;
}

static const struct {
    int (*compare)(const struct ranked *a, const struct ranked *b);
    const char *better;
    const char *worse;
} rules[] = {
    {by_trust, "more trusted than the other offers",
     "less trusted than the chosen offer"},
    {by_source, "its source outranks the others",
     "its source is outranked by the chosen offer's"},
    {by_security, "TLS from the start outranks STARTTLS",
     "the chosen offer is better protected"},
    {by_order, "listed first", "listed later"},
};

enum { RULES = sizeof(rules) / sizeof(*rules) };

static int compare(const void *a, const void *b)
{
    int order = 0;

    for (int i = 0; !order && i < RULES; i++)
        order = rules[i].compare(a, b);
    return order;
}

/* ---- choice ---- */

static bool is_plain_abroad(const struct pt_server *s)
{
    return s->security == PT_PLAIN &&
           !(s->bridge && s->host && pt_is_loopback(s->host));
}

static bool needs_consent(const struct merging *m, const struct pt_server *s)
{
    return s->origin.trust == PT_HEARD && !s->last_known && s->host &&
           !pt_strings_have_nocase(&m->query->accept, s->host);
}

static bool may_choose(const struct merging *m, const struct pt_server *s)
{
    return s->origin.trust > PT_GUESSED && !s->last_known &&
           s->security != PT_SECURITY_UNKNOWN &&
           !is_plain_abroad(s) && !needs_consent(m, s);
}

static size_t offers_of(const struct merging *m, enum pt_service service)
{
    size_t n = 0;

    for (size_t i = 0; i < m->count; i++)
        n += m->at[i].server.service == service;
    return n;
}

static const char *why_better(const struct ranked *best,
                              const struct ranked *next)
{
    for (int i = 0; i < RULES; i++)
        if (rules[i].compare(best, next))
            return rules[i].better;
    return "listed first";
}

static const char *why_worse(const struct merging *m,
                             const struct ranked *chosen,
                             const struct ranked *other)
{
    if (is_plain_abroad(&other->server))
        return "plain text is never used beyond this machine";
    if (needs_consent(m, &other->server))
        return "nobody vouches for this host: it needs --accept";
    if (other->server.security == PT_SECURITY_UNKNOWN)
        return "how it is protected cannot be told";
    if (!chosen)
        return "not chosen";
    for (int i = 0; i < RULES; i++)
        if (rules[i].compare(chosen, other))
            return rules[i].worse;
    return "listed later";
}

static struct ranked *best_of(const struct merging *m, enum pt_service service)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->at[i].server.service == service &&
            may_choose(m, &m->at[i].server))
            return &m->at[i];
    return NULL;
}

static void explain(const struct merging *m, struct ranked *best,
                    enum pt_service service)
{
    bool told = false; /* why the best one is better than the next */

    for (size_t i = 0; i < m->count; i++) {
        struct ranked *r = &m->at[i];

        if (r == best || r->server.service != service)
            continue;
        if (best && !best->server.why && !told) {
            best->server.why = why_better(best, r);
            told = true;
        }
        if (!r->server.why)
            r->server.why = why_worse(m, best, r);
    }
    if (best && !best->server.why)
        best->server.why = "only offer";
}

static void want_consent(const struct merging *m, enum pt_service service)
{
    struct pt_strings *hosts = &m->settings->needs_accept;

    for (size_t i = 0; i < m->count; i++) {
        const struct pt_server *s = &m->at[i].server;

        if (s->service == service && needs_consent(m, s) &&
            !pt_strings_have_nocase(hosts, s->host))
            pt_strings_add(m->arena, hosts, s->host);
    }
}

static void choose(const struct merging *m)
{
    for (int i = 0; i < PT_SERVICES; i++) {
        enum pt_service service = (enum pt_service)i;
        struct ranked *best = best_of(m, service);

        if (!offers_of(m, service))
            continue;
        explain(m, best, service);
        if (best)
            best->server.chosen = true;
        else
            want_consent(m, service);
    }
}

/* User name and methods may be borrowed from an offer for the same host. */
static void borrow(struct merging *m)
{
    for (size_t i = 0; i < m->count; i++)
        for (size_t j = 0; j < m->count; j++) {
            struct pt_server *to = &m->at[i].server;
            const struct pt_server *from = &m->at[j].server;

            if (!to->host || !pt_is_nocase(to->host, from->host))
                continue;
            if (!to->username)
                to->username = from->username;
            for (size_t a = 0; !to->auth_count && a < from->auth_count; a++)
                to->auth[to->auth_count++] = from->auth[a];
        }
}

/* ---- the result ---- */

static void put_servers(const struct merging *m)
{
    for (int chosen = 1; chosen >= 0; chosen--)
        for (size_t i = 0; i < m->count; i++) {
            struct pt_server *to;

            if (m->at[i].server.chosen != (bool)chosen)
                continue;
            to = pt_settings_add(m->arena, m->settings);
            if (to)
                *to = m->at[i].server;
        }
}

static bool is_chosen(const struct pt_settings *settings)
{
    return settings->server_count && settings->servers[0].chosen;
}

/* A bridge ought to have it all, and has not. */
static bool is_half_served(const struct pt_settings *settings,
                           const struct pt_findings *found)
{
    bool receives = pt_chosen_incoming(settings);
    bool sends = pt_chosen(settings, PT_SUBMISSION);

    return (found->serving && (!receives || !sends)) ||
           (found->points_at_bridge && !receives);
}

/* Half of it is no use to a person who is not told which half; but a bridge
 * that has a sentence of its own has said so. */
static void say_missing(const struct merging *m,
                        const struct pt_findings *found)
{
    const char *what = pt_chosen_incoming(m->settings) ? "send" : "receive";
    const char *who = found->serving ? found->serving->kind->title : NULL;

    if (!is_chosen(m->settings) || (found->serving && found->serving->hint) ||
        (pt_chosen_incoming(m->settings) &&
         pt_chosen(m->settings, PT_SUBMISSION)))
        return;
    pt_strings_add(m->arena, &m->settings->hints,
                   who ? pt_arena_printf(m->arena,
                                         "%s has nothing to %s mail with now: "
                                         "see 'portolan bridges'",
                                         who, what)
                       : pt_arena_printf(m->arena,
                                         "no server to %s mail with was found",
                                         what));
}

/* Who insists has said which bridge serves the address: nothing else does. */
static enum pt_find_status status_of(const struct pt_settings *settings,
                                     const struct pt_findings *found,
                                     bool insists, bool failed)
{
    if (settings->needs_accept.count && !is_chosen(settings))
        return PT_FIND_UNSURE;
    if (is_half_served(settings, found) || (insists && found->needed))
        return PT_FIND_NEEDS_BRIDGE;
    if (is_chosen(settings))
        return PT_FIND_OK;
    if (found->needed || found->points_at_bridge)
        return PT_FIND_NEEDS_BRIDGE;
    return failed ? PT_FIND_UNREACHABLE : PT_FIND_NOTHING;
}

static void name_bridge(struct pt_settings *settings,
                        const struct pt_bridge_kind *kind)
{
    if (kind)
        settings->bridge = (struct pt_bridge_use){
            .name = kind->name,
            .title = kind->title,
            .login = kind->login,
            .password = kind->password,
            .change_ports = kind->change_ports,
        };
}

static void say_plain(const struct merging *m)
{
    for (size_t i = 0; i < m->count; i++)
        if (is_plain_abroad(&m->at[i].server)) {
            pt_strings_add(m->arena, &m->settings->hints,
                           "only plain text is offered for a service: a "
                           "password sent there could be read on the way, so "
                           "ask the provider for TLS");
            return;
        }
}

bool pt_merge(struct pt_arena *arena, const struct pt_query *query,
              const struct pt_findings *found, bool failed,
              struct pt_settings *settings)
{
    struct merging m = {.arena = arena, .query = query, .settings = settings};
    const char *domain = query->address->domain;

    m.at = pt_arena_alloc(arena, (found->offer_count + 1) * sizeof(*m.at));
    if (!m.at)
        return false;
    for (size_t i = 0; i < found->offer_count; i++)
        m.at[m.count++] = (struct ranked){
            .server = found->offers[i],
            .order = i,
            .source = rank_of(found->offers[i].origin.source),
        };
    borrow(&m);
    qsort(m.at, m.count, sizeof(*m.at), compare);
    choose(&m);
    put_servers(&m);
    for (size_t i = 0; i < found->hints.count; i++)
        pt_strings_add(arena, &settings->hints, found->hints.at[i]);
    if (!is_chosen(settings))
        say_plain(&m);
    say_missing(&m, found);
    settings->status = status_of(settings, found, query->bridge, failed);
    settings->incomplete = failed;
    settings->provider_name =
        found->provider_name ? found->provider_name : domain;
    settings->provider_domain =
        found->provider_domain ? found->provider_domain : domain;
    name_bridge(settings, found->serving ? found->serving->kind
                                         : found->needed);
    return !pt_arena_failed(arena);
}
