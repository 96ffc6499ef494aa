#include "serve/lan_verdict.h"

#include "net/reach.h"
#include "serve/site.h"

#include <string.h>

/* ---- of one client ---- */

static const char *what_of(const struct pt_lan_played *p, size_t i)
{
    return p->fetches[i]->what;
}

/* It took as long as a request may, and nothing came of the host. */
static bool is_silent(const struct pt_lan_fetch *f)
{
    return f->status == PT_ANSWER_FAILED && f->took_ms >= PT_LAN_MS &&
           !strstr(f->why, "name server");
}

/* Nobody here can mend the others. */
static bool is_of_domain(const struct pt_lan_fetch *f, struct pt_slice host)
{
    struct pt_slice domain = pt_slice_of(f->all->address->domain);

    return host.len >= domain.len &&
           !memcmp(host.at + host.len - domain.len, domain.at, domain.len);
}

static bool is_cleartext(const struct pt_lan_fetch *f)
{
    return f->how == PT_LAN_GET && pt_has_prefix(f->what, "http://");
}

/* The first step that is right, but not used; step_count: none is. */
static size_t first_right(const struct pt_lan_played *p)
{
    size_t i = 0;

    while (i < p->client->step_count && !p->client->steps[i].is_right)
        i++;
    return i;
}

static const char *waited_for(struct pt_arena *arena,
                              const struct pt_lan_played *p)
{
    for (size_t i = 0; i < p->used; i++)
        if (is_silent(p->fetches[i]))
            return pt_arena_printf(
                arena,
                ", after waiting %d seconds for %s: have port 443 there "
                "refuse connections, not drop them",
                PT_LAN_MS / 1000, what_of(p, i));
    return "";
}

static const char *say_works(struct pt_arena *arena,
                             const struct pt_lan_played *p)
{
    const struct pt_lan_fetch *used = p->fetches[p->used];
    const char *remark =
        is_cleartext(used) ? p->kind->cleartext_remark : p->kind->remark;
    const char *waited = waited_for(arena, p);

    return pt_arena_printf(arena, "%s goes by %s%s%s%s", p->kind->client,
                           used->what, waited ? waited : "", remark ? "; " : "",
                           remark ? remark : "");
}

static const char *say_stopped(struct pt_arena *arena,
                               const struct pt_lan_played *p)
{
    const struct pt_lan_fetch *f = p->fetches[p->stopper];

    if (p->client->steps[p->stopper].is_mistyped)
        return pt_arena_printf(
            arena,
            "%s stops at %s: what comes from there has %s%s, and is read as "
            "text/xml or application/xml alone; have that web server say so",
            p->kind->client, f->what,
            *f->media_type ? "the Content-Type " : "no Content-Type",
            f->media_type);
    if (f->http == 200)
        return pt_arena_printf(
            arena,
            "%s stops at %s: that web server answers 200 with a page that is "
            "no settings; have it answer 404 there",
            p->kind->client, f->what);
    return pt_arena_printf(arena,
                           "%s stops at %s: that web server answers %d, which "
                           "counts as an answer; have it answer 404 there",
                           p->kind->client, f->what, f->http);
}

static const char *say_wrong(struct pt_arena *arena,
                             const struct pt_lan_played *p)
{
    size_t right = first_right(p);
    const char *used = what_of(p, p->used);

    if (p->client->steps[p->used].is_misread)
        return pt_arena_printf(
            arena,
            "%s goes by %s, and takes the protection there for another than "
            "the servers have; have autoconfig say it, or that answer 404",
            p->kind->client, used);
    if (right < p->client->step_count && right > p->used)
        return pt_arena_printf(
            arena,
            "%s goes by %s, which names other servers, and so never takes %s; "
            "have the former say the same, or answer 404",
            p->kind->client, used, what_of(p, right));
    return pt_arena_printf(
        arena,
        "%s goes by %s, which names other servers; have its host lead to this "
        "server ('portolan serve --dns-help' tells how)",
        p->kind->client, used);
}

/* A host that cannot show who it is, where only https is asked. */
static const struct pt_lan_fetch *untrusted_of(const struct pt_lan_played *p)
{
    for (size_t i = 0; i < p->client->step_count; i++) {
        const struct pt_lan_fetch *f = p->fetches[i];

        if (f->status == PT_ANSWER_FAILED && f->why &&
            strstr(f->why, "certificate"))
            return f;
    }
    return NULL;
}

bool pt_lan_can_be_told(const struct pt_lan_played *played,
                        struct pt_error *err)
{
    return !played->kind->has_pox_only ||
           pt_site_pox_fits(played->settings, err) != PT_CANNOT_EXPRESS;
}

/* Why nothing at all could be asked, where that is one reason; or NULL. */
static const char *common_fault(const struct pt_lan_played *p)
{
    const char *why = p->fetches[0]->why;

    for (size_t i = 0; i < p->client->step_count; i++)
        if (p->fetches[i]->status != PT_ANSWER_FAILED ||
            !pt_is(p->fetches[i]->why, why))
            return NULL;
    return why;
}

static const char *say_unknown(struct pt_arena *arena,
                               const struct pt_lan_played *p)
{
    return pt_arena_printf(
        arena,
        "%s finds nothing; have %s.%s lead to this server "
        "('portolan serve --dns-help' tells how)",
        p->kind->client, p->kind->has_pox_only ? "autodiscover" : "autoconfig",
        p->settings->address.domain);
}

static const char *say_nothing(struct pt_arena *arena,
                               const struct pt_lan_played *p)
{
    const struct pt_lan_fetches *all = p->fetches[0]->all;
    const struct pt_lan_fetch *untrusted = untrusted_of(p);
    const char *fault = common_fault(p);
    struct pt_error err;

    if (!pt_lan_can_be_told(p, &err))
        return pt_arena_printf(arena,
                               "%s is not told: %s; write its file with "
                               "'portolan write outlook'",
                               p->kind->client, err.text);
    if (untrusted)
        return pt_arena_printf(arena,
                               "%s finds nothing: of %s, %s; give the server "
                               "one that this device trusts (--cert)",
                               p->kind->client, untrusted->what,
                               untrusted->why);
    if (fault)
        return pt_arena_printf(arena, "%s can ask nobody: %s", p->kind->client,
                               fault);
    if (p->kind->is_https_only && all->hosts.count)
        return pt_arena_printf(arena,
                               "%s finds nothing: it asks by https alone; "
                               "serve with --cert, or with --tls where the "
                               "devices trust this machine's authority",
                               p->kind->client);
    return say_unknown(arena, p);
}

const char *pt_lan_verdict(struct pt_arena *arena,
                           const struct pt_lan_played *played)
{
    size_t none = played->client->step_count;

    if (played->client->works)
        return say_works(arena, played);
    if (played->stopper < none)
        return say_stopped(arena, played);
    if (played->used < none)
        return say_wrong(arena, played);
    return say_nothing(arena, played);
}

/* ---- of all ---- */

static bool is_private(const char *text)
{
    struct sockaddr_storage address;

    return pt_reach_parse(text, &address) &&
           pt_reach_fault((const struct sockaddr *)&address, false);
}

static size_t count_private(const struct pt_strings *hosts)
{
    size_t count = 0;

    for (size_t i = 0; i < hosts->count; i++)
        count += is_private(hosts->at[i]);
    return count;
}

static void add(const struct pt_lan_fetches *all, struct pt_strings *hints,
                const char *text)
{
    if (text)
        pt_strings_add(all->arena, hints, text);
}

static void hint_name(const struct pt_lan_fetches *all, bool all_work,
                      struct pt_strings *hints)
{
    const char *domain = all->address->domain;
    size_t private = count_private(&all->hosts);

    if (!all->hosts.count)
        add(all, hints,
            pt_arena_printf(
                all->arena,
                "autoconfig.%s has no address here: tell the name server of "
                "this network ('portolan serve --dns-help'); where the public "
                "zone names a private address, most routers drop it (rebind "
                "protection)",
                domain));
    else if (private)
        add(all, hints,
            pt_arena_printf(
                all->arena,
                "autoconfig.%s is known on this network alone: a device that "
                "asks another name server (Private DNS of Android, DNS over "
                "HTTPS, a VPN) does not find it",
                domain));
    else if (!all_work)
        add(all, hints,
            pt_arena_printf(all->arena,
                            "autoconfig.%s leads to %s, which is not on this "
                            "network",
                            domain, all->hosts.at[0]));
    if (private && private < all->hosts.count)
        add(all, hints,
            pt_arena_printf(
                all->arena,
                "autoconfig.%s has public addresses beside private ones, and "
                "devices take either: the name server of this network has to "
                "say all of that name",
                domain));
}

/* Each host once. */
static void hint_silence(const struct pt_lan_fetches *all,
                         struct pt_strings *hints)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct pt_lan_fetch *f = &all->at[i];
        size_t len = strcspn(f->what, "/");
        struct pt_slice host;

        if (!is_silent(f) || !pt_has_prefix(f->what, "https://"))
            continue;
        host = pt_slice_of(f->what + len + 2);
        host.len = strcspn(host.at, "/");
        if (!is_of_domain(f, host))
            continue;
        add(all, hints,
            pt_arena_printf(all->arena,
                            "port 443 of %.*s drops connections: clients wait "
                            "%d seconds for it; have it refuse them",
                            (int)host.len, host.at, PT_LAN_MS / 1000));
    }
}

/* A browser, and whatever is made of one, keeps to https where it was told
 * to. */
static void hint_cleartext(const struct pt_lan_fetches *all,
                           struct pt_strings *hints)
{
    const struct pt_lan_fetch *http = NULL;
    bool has_https = false;

    for (size_t i = 0; i < all->count; i++) {
        const struct pt_lan_fetch *f = &all->at[i];
        bool answers = f->status == PT_ANSWER_OK && f->http / 100 == 2 &&
                       f->how == PT_LAN_GET;

        if (!strstr(f->what, "//autoconfig.") ||
            strstr(f->what, "thunderbird.net"))
            continue;
        if (answers && is_cleartext(f))
            http = http ? http : f;
        else
            has_https |= answers;
    }
    if (http && !has_https)
        add(all, hints,
            pt_arena_printf(
                all->arena,
                "settings come by plain HTTP alone, which anybody on this "
                "network can forge, and which devices do not ask for where "
                "https://%s sends Strict-Transport-Security with "
                "includeSubDomains",
                all->address->domain));
}

static void drop_repeated(struct pt_strings *hints)
{
    size_t kept = 0;

    for (size_t i = 0; i < hints->count; i++) {
        struct pt_strings before = {hints->at, kept};

        if (!pt_strings_have(&before, hints->at[i]))
            hints->at[kept++] = hints->at[i];
    }
    hints->count = kept;
}

/* What a bridge says here is not what devices are to be told. */
static void hint_bridge(const struct pt_lan_fetches *all,
                        const struct pt_settings *settings,
                        struct pt_strings *hints)
{
    const struct pt_server *in = pt_chosen_incoming(settings);

    if (in && in->host && pt_is_this_machine(in->host))
        add(all, hints,
            pt_arena_printf(
                all->arena,
                "the servers that were looked for are those of a bridge, at "
                "%s:%u, where no other device gets: if it is served with "
                "--relay, say --relay here too",
                in->host, in->port));
}

void pt_lan_hints(const struct pt_lan_fetches *all,
                  const struct pt_settings *settings, bool all_work,
                  struct pt_strings *hints)
{
    if (!all_work)
        hint_bridge(all, settings, hints);
    if (all->has_hosts)
        hint_name(all, all_work, hints);
    hint_silence(all, hints);
    hint_cleartext(all, hints);
    drop_repeated(hints);
}
