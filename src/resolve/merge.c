#include "resolve/merge.h"

#include "format/url.h"
#include "model/domain.h"
#include "resolve/hints.h"

#include <stdlib.h>
#include <string.h>

struct ranked {
    struct pt_server server;
    size_t order;     /* as the sources gave them */
    const char *host; /* also where it is had by URL; or NULL */
};

struct merging {
    struct pt_arena *arena;
    const struct pt_query *query;
    struct pt_worth lost; /* the most that was not to be had */
    struct pt_settings *settings;
    struct ranked *at;
    size_t count;
};

/* ---- order ---- */

/* The rules of preference, first to last: each with the words for it. */
static int by_trust(const struct ranked *a, const struct ranked *b)
{
    return (int)b->server.origin.trust - (int)a->server.origin.trust;
}

static int by_source(const struct ranked *a, const struct ranked *b)
{
    return (int)a->server.origin.rank - (int)b->server.origin.rank;
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

static struct pt_worth worth_of(const struct pt_server *s)
{
    return (struct pt_worth){s->origin.trust, s->origin.rank};
}

static const char *host_of(const struct merging *m, const struct pt_server *s)
{
    return s->host ? s->host : pt_url_host(m->arena, s->url);
}

/* What anybody on the way could have said is taken from the domain's own
 * hosts, unless it came by plain HTTP, a socket here is another user's, or a
 * better source could not be asked: then somebody may have seen to that. */
static bool is_doubtful(const struct merging *m, const struct pt_server *s,
                        const char *host)
{
    return s->bridge || s->origin.cleartext ||
           pt_worth_compare(m->lost, worth_of(s)) > 0 ||
           !pt_is_akin(host, m->query->address->domain);
}

static bool needs_consent(const struct merging *m, const struct pt_server *s,
                          const char *host)
{
    return s->origin.trust == PT_HEARD && !s->last_known && host &&
           is_doubtful(m, s, host) &&
           !pt_strings_have_nocase(&m->query->accept, host);
}

bool pt_merge_may_choose(const struct pt_server *s)
{
    return s->origin.trust > PT_GUESSED && !s->last_known && !s->denied &&
           s->security != PT_SECURITY_UNKNOWN &&
           !pt_server_is_plain_abroad(s) && !s->needs_consent;
}

static const char *why_better(const struct ranked *best,
                              const struct ranked *next)
{
    if (pt_server_is_plain_abroad(&next->server))
        return "the others are plain text";
    for (int i = 0; i < RULES; i++)
        if (rules[i].compare(best, next))
            return rules[i].better;
    return "listed first";
}

static bool is_same_server(const struct pt_server *a,
                           const struct pt_server *b)
{
    return pt_is_nocase(a->host, b->host) && a->port == b->port &&
           a->security == b->security && pt_is(a->url, b->url);
}

static const char *why_worse(const struct ranked *chosen,
                             const struct ranked *other)
{
    if (chosen && chosen->server.denied)
        return "the domain says that it has none of these";
    if (pt_server_is_plain_abroad(&other->server))
        return "plain text is never used beyond this machine";
    if (other->server.needs_consent)
        return "nobody vouches for this host: it needs --accept";
    if (other->server.security == PT_SECURITY_UNKNOWN)
        return "how it is protected cannot be told";
    if (!chosen)
        return "not chosen";
    if (is_same_server(&chosen->server, &other->server))
        return "the same server as chosen, said once more";
    for (int i = 0; i < RULES; i++)
        if (rules[i].compare(chosen, other))
            return rules[i].worse;
    return "listed later";
}

/* The first, best first, that may be chosen or says that there is none. */
static struct ranked *verdict_on(const struct merging *m,
                                 enum pt_service service)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->at[i].server.service == service &&
            (m->at[i].server.denied || pt_merge_may_choose(&m->at[i].server)))
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
            r->server.why = why_worse(best, r);
    }
    if (best && !best->server.why)
        best->server.why = "only offer";
}

static void want_consent(const struct merging *m, enum pt_service service)
{
    struct pt_strings *hosts = &m->settings->needs_accept;

    for (size_t i = 0; i < m->count; i++) {
        const struct ranked *r = &m->at[i];

        if (r->server.service == service && r->server.needs_consent &&
            !pt_strings_have_nocase(hosts, r->host))
            pt_strings_add(m->arena, hosts, r->host);
    }
}

static void choose(const struct merging *m)
{
    for (int i = 0; i < PT_SERVICES; i++) {
        enum pt_service service = (enum pt_service)i;
        struct ranked *best = verdict_on(m, service);

        explain(m, best, service);
        if (best)
            best->server.chosen = !best->server.denied;
    }
}

/* User name and methods may be borrowed from an offer for the same host that
 * may be believed, the best first; the methods only of the same service. */
static void borrow(struct ranked *to, const struct ranked *from)
{
    struct pt_server *mine = &to->server;
    const struct pt_server *theirs = &from->server;

    if (theirs->needs_consent || !mine->host ||
        !pt_is_nocase(mine->host, theirs->host))
        return;
    if (!mine->username)
        mine->username = theirs->username;
    if (mine->auth_count || mine->service != theirs->service)
        return;
    memcpy(mine->auth, theirs->auth, sizeof(mine->auth));
    mine->auth_count = theirs->auth_count;
}

static void borrow_all(struct merging *m, bool of_same_service)
{
    for (size_t i = 0; i < m->count; i++)
        for (size_t j = 0; j < m->count; j++)
            if ((m->at[i].server.service == m->at[j].server.service) ==
                of_same_service)
                borrow(&m->at[i], &m->at[j]);
}

/* ---- the result ---- */

static void put_server(const struct merging *m, const struct pt_server *server)
{
    struct pt_server *to = pt_settings_add(m->arena, m->settings);

    if (to)
        *to = *server;
}

/* What was chosen, service by service: IMAP first, whatever a file begins
 * with.  Then the rest, best first. */
static void put_servers(const struct merging *m)
{
    for (int service = 0; service < PT_SERVICES; service++)
        for (size_t i = 0; i < m->count; i++)
            if (m->at[i].server.chosen &&
                m->at[i].server.service == (enum pt_service)service)
                put_server(m, &m->at[i].server);
    for (size_t i = 0; i < m->count; i++)
        if (!m->at[i].server.chosen && !m->at[i].server.denied)
            put_server(m, &m->at[i].server);
}

static void want_all_consents(const struct merging *m)
{
    for (int i = 0; i < PT_SERVICES; i++)
        if (!pt_settings_do_without(m->settings, (enum pt_service)i))
            want_consent(m, (enum pt_service)i);
}

static void note_denied(const struct merging *m, bool denied[PT_SERVICES])
{
    for (int i = 0; i < PT_SERVICES; i++) {
        const struct ranked *best = verdict_on(m, (enum pt_service)i);

        denied[i] = best && best->server.denied;
    }
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

/* Who insists has said which bridge serves the address: nothing else does. */
static enum pt_find_status status_of(const struct pt_settings *settings,
                                     const struct pt_findings *found,
                                     bool insists, bool failed)
{
    if (settings->needs_accept.count)
        return PT_FIND_UNSURE;
    if (is_half_served(settings, found) || (insists && found->needed))
        return PT_FIND_NEEDS_BRIDGE;
    if (pt_settings_have_chosen(settings))
        return PT_FIND_OK;
    if (found->needed || found->points_at_bridge)
        return PT_FIND_NEEDS_BRIDGE;
    return failed ? PT_FIND_UNREACHABLE : PT_FIND_NOTHING;
}

/* Not when all of it is had without one: from the user's own file, say. */
static bool is_bridge_involved(const struct pt_settings *settings)
{
    for (size_t i = 0; i < settings->server_count; i++)
        if (settings->servers[i].chosen && settings->servers[i].bridge)
            return true;
    return settings->status != PT_FIND_OK;
}

static void name_bridge(struct pt_settings *settings,
                        const struct pt_bridge_kind *kind)
{
    if (kind && is_bridge_involved(settings))
        settings->bridge = (struct pt_bridge_use){
            .name = kind->name,
            .title = kind->title,
            .login = kind->login,
            .password = kind->password,
            .change_ports = kind->change_ports,
            .import_certificate = kind->import_certificate,
        };
}

/* Could what was not to be had have changed what was chosen? */
static bool is_incomplete(const struct merging *m)
{
    const struct pt_server *const chosen[] = {
        pt_chosen_incoming(m->settings),
        pt_chosen(m->settings, PT_SUBMISSION),
    };

    for (size_t i = 0; i < sizeof(chosen) / sizeof(*chosen); i++)
        if (m->lost.rank &&
            (!chosen[i] || pt_worth_compare(m->lost, worth_of(chosen[i])) > 0))
            return true;
    return false;
}

static bool take_offers(struct merging *m, const struct pt_findings *found)
{
    m->at = pt_arena_alloc(m->arena, (found->offer_count + 1) * sizeof(*m->at));
    if (!m->at)
        return false;
    for (size_t i = 0; i < found->offer_count; i++) {
        const struct pt_server *offer = &found->offers[i];
        const char *host = host_of(m, offer);

        m->at[m->count++] =
            (struct ranked){.server = *offer, .order = i, .host = host};
        m->at[i].server.needs_consent = needs_consent(m, offer, host);
    }
    qsort(m->at, m->count, sizeof(*m->at), compare);
    borrow_all(m, true);
    borrow_all(m, false);
    return true;
}

/* ---- enough is known ---- */

/* Is this service's best offer worth more than anything still open? */
static bool is_decided(const struct merging *m, enum pt_service service,
                       struct pt_worth open, bool *ret_denied)
{
    const struct ranked *best = verdict_on(m, service);

    *ret_denied = false;
    if (!best || pt_worth_compare(worth_of(&best->server), open) <= 0)
        return false;
    *ret_denied = best->server.denied;
    return true;
}

bool pt_merge_is_decided(struct pt_arena *arena, const struct pt_query *query,
                         const struct pt_findings *found, struct pt_worth open)
{
    struct merging m = {.arena = NULL, .query = query};
    bool no_imap, no_pop3, no_submission;
    bool imap, pop3, submission;

    if (!query->address || !found->offer_count)
        return false;
    PT_ARENA struct pt_arena *scratch = pt_arena_new();
    m.arena = scratch;
    if (!scratch || !take_offers(&m, found)) {
        pt_arena_fail(arena);
        return false;
    }
    imap = is_decided(&m, PT_IMAP, open, &no_imap);
    pop3 = is_decided(&m, PT_POP3, open, &no_pop3);
    submission = is_decided(&m, PT_SUBMISSION, open, &no_submission);
    return submission && ((imap && !no_imap) || (pop3 && !no_pop3) ||
                          (no_imap && no_pop3));
}

bool pt_merge(struct pt_arena *arena, const struct pt_query *query,
              const struct pt_findings *found, struct pt_worth lost,
              struct pt_settings *settings)
{
    struct merging m = {
        .arena = arena, .query = query, .lost = lost, .settings = settings};
    const char *domain = query->address->domain;
    bool denied[PT_SERVICES] = {false};

    if (!take_offers(&m, found))
        return false;
    choose(&m);
    put_servers(&m);
    want_all_consents(&m);
    settings->status = status_of(settings, found, query->bridge, lost.rank);
    settings->incomplete = is_incomplete(&m);
    note_denied(&m, denied);
    for (size_t i = 0; i < PT_SERVICES; i++)
        if (denied[i])
            settings->denied |= 1U << i;
    pt_hints_put(arena, found, denied, settings);
    settings->provider_name =
        found->provider_name ? found->provider_name : domain;
    settings->provider_domain =
        found->provider_domain ? found->provider_domain : domain;
    settings->published = found->published;
    if (found->serving)
        name_bridge(settings, found->serving->kind);
    else if (settings->status != PT_FIND_OK)
        name_bridge(settings, found->needed);
    return !pt_arena_failed(arena);
}
