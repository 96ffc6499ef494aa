/* hints.c - see hints.h: one function a sentence, in the order they are told.
 */
#include "resolve/hints.h"

#include "model/domain.h"

struct hinting {
    struct pt_arena *arena;
    const struct pt_findings *found;
    struct pt_settings *settings;
};

static void say(const struct hinting *h, const char *hint)
{
    if (hint && !pt_strings_have(&h->settings->hints, hint))
        pt_strings_add(h->arena, &h->settings->hints, hint);
}

static void say_all(const struct hinting *h, const struct pt_strings *hints)
{
    for (size_t i = 0; i < hints->count; i++)
        say(h, hints->at[i]);
}

/* ---- what the provider wants known ---- */

static bool takes_oauth2_only(const struct pt_server *server)
{
    return server && !server->bridge && server->auth_count == 1 &&
           server->auth[0] == PT_AUTH_OAUTH2;
}

/* A password is no use there, of whatever kind. */
static void say_oauth2(const struct hinting *h)
{
    const struct pt_server *server = pt_chosen_incoming(h->settings);

    if (!takes_oauth2_only(server))
        server = pt_chosen(h->settings, PT_SUBMISSION);
    if (takes_oauth2_only(server))
        say(h, pt_arena_printf(h->arena,
                               "%s takes OAuth2 only: a mail program that "
                               "cannot sign in that way does not get in",
                               server->host));
}

static bool is_at(const struct pt_provider *hoster,
                  const struct pt_server *chosen)
{
    for (size_t i = 0; chosen && chosen->host && i < hoster->server_count; i++)
        if (pt_is_akin(chosen->host, hoster->servers[i].host))
            return true;
    return false;
}

/* Is it the hoster's servers that are used, as far as any are? */
static bool is_hosted(const struct pt_settings *settings,
                      const struct pt_provider *hoster)
{
    const struct pt_server *incoming = pt_chosen_incoming(settings);
    const struct pt_server *outgoing = pt_chosen(settings, PT_SUBMISSION);

    return !hoster->server_count || !(incoming || outgoing) ||
           is_at(hoster, incoming) || is_at(hoster, outgoing);
}

/* What we know of a hoster ourselves is newer than what files say of it; and a
 * bridge does all that by itself. */
static void say_advice(const struct hinting *h)
{
    const struct pt_provider *hoster = h->found->hoster;

    if (h->found->serving)
        return;
    if (hoster && hoster->hints.count && is_hosted(h->settings, hoster)) {
        say_all(h, &hoster->hints);
        return;
    }
    say_oauth2(h);
    for (size_t i = 0; i < h->found->advice.count; i++)
        say(h, pt_arena_printf(h->arena, "the provider says: %s",
                               h->found->advice.at[i]));
}

/* ---- what is wrong with the servers ---- */

/* Of what is not had otherwise. */
static void say_plain(const struct hinting *h)
{
    for (size_t i = 0; i < h->settings->server_count; i++) {
        const struct pt_server *server = &h->settings->servers[i];

        if (pt_server_is_plain_abroad(server) &&
            !pt_settings_do_without(h->settings, server->service))
            say(h, "only plain text is offered for a service: a password sent "
                   "there could be read on the way, so ask the provider for "
                   "TLS");
    }
}

static void say_denied(const struct hinting *h,
                       const bool denied[PT_SERVICES])
{
    for (int i = 0; i < PT_SERVICES; i++)
        if (denied[i] && pt_service_is_mail((enum pt_service)i))
            say(h, pt_arena_printf(h->arena,
                                   "the domain says that it has no %s",
                                   pt_service_title((enum pt_service)i)));
}

/* Two that are both to be believed name different servers: one of them is out
 * of date. */
static bool is_conflict(const struct pt_server *best,
                        const struct pt_server *other)
{
    return !other->chosen && other->service == best->service &&
           other->origin.trust >= PT_THIRD && other->host &&
           !pt_is(other->origin.source, best->origin.source) &&
           !pt_is_nocase(other->host, best->host);
}

static void say_conflicts_with(const struct hinting *h,
                               const struct pt_server *best)
{
    for (size_t i = 0; i < h->settings->server_count; i++) {
        const struct pt_server *other = &h->settings->servers[i];

        if (is_conflict(best, other))
            say(h, pt_arena_printf(h->arena,
                                   "%s names another %s server, %s: %s is "
                                   "believed before it",
                                   other->origin.source,
                                   pt_service_title(other->service),
                                   other->host, best->origin.source));
    }
}

static void say_conflicts(const struct hinting *h)
{
    for (size_t i = 0; i < h->settings->server_count; i++) {
        const struct pt_server *best = &h->settings->servers[i];

        if (best->chosen && pt_service_is_mail(best->service) &&
            !best->bridge)
            say_conflicts_with(h, best);
    }
}

/* ---- what is missing ---- */

/* Mail is to be had, though not in the way that every program knows. */
static const struct pt_server *other_way_in(const struct pt_settings *settings)
{
    static const enum pt_service others[] = {PT_JMAP, PT_EWS, PT_GRAPH,
                                             PT_ACTIVESYNC};
    const struct pt_server *server = NULL;

    for (size_t i = 0; !server && i < sizeof(others) / sizeof(*others); i++)
        server = pt_chosen(settings, others[i]);
    return server;
}

/* Half of it is no use to a person who is not told which half; but a bridge
 * that has a sentence of its own has said so, and what waits for consent is
 * not missing. */
static void say_missing(const struct hinting *h)
{
    const struct pt_settings *settings = h->settings;
    const struct pt_bridge *serving = h->found->serving;
    bool receives = pt_chosen_incoming(settings);
    const char *what = receives ? "send" : "receive";
    const struct pt_server *other = receives ? NULL : other_way_in(settings);

    if (!pt_settings_have_chosen(settings) || settings->needs_accept.count ||
        (serving && serving->hint) ||
        (receives && pt_chosen(settings, PT_SUBMISSION)))
        return;
    if (other)
        say(h, pt_arena_printf(h->arena,
                               "mail is to be had by %s only: not every mail "
                               "program can do that",
                               pt_service_title(other->service)));
    else if (serving)
        say(h, pt_arena_printf(h->arena,
                               "%s has nothing to %s mail with now: see "
                               "'portolan bridges'",
                               serving->kind->title, what));
    else
        say(h, pt_arena_printf(h->arena, "no server to %s mail with was found",
                               what));
}

/* Does nobody on the network answer at all? */
static bool is_cut_off(const struct hinting *h)
{
    if (h->found->has_network ||
        h->settings->status != PT_FIND_UNREACHABLE)
        return false;
    for (size_t i = 0; i < h->settings->source_count; i++) {
        const struct pt_source_report *report = &h->settings->sources[i];

        if (report->outcome == PT_FAILED && !pt_is(report->name, "file") &&
            !pt_is(report->name, "bridge"))
            return true;
    }
    return false;
}

void pt_hints_put(struct pt_arena *arena, const struct pt_findings *found,
                  const bool denied[PT_SERVICES], struct pt_settings *settings)
{
    const struct hinting h = {
        .arena = arena, .found = found, .settings = settings};

    say_all(&h, &found->hints);
    if (settings->status != PT_FIND_OK) /* nothing else serves the address */
        say_all(&h, &found->needed_hints);
    say_advice(&h);
    say_plain(&h);
    say_denied(&h, denied);
    say_conflicts(&h);
    say_missing(&h);
    if (is_cut_off(&h))
        say(&h, "nobody on the network answered: see whether this machine has "
                "a network, and a name server that works");
}
