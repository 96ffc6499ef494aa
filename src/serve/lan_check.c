#include "serve/lan_check.h"

#include "format/autoconfig.h"
#include "format/autodiscover.h"
#include "serve/lan_verdict.h"

/* ---- what an answer says ---- */

struct said {
    const struct pt_server *servers;
    size_t count;
};

static bool is_got(const struct pt_lan_fetch *f)
{
    return f->status == PT_ANSWER_OK && f->http / 100 == 2;
}

/* To the client, which may pass over what an answer says in other words. */
static enum pt_status read_pox(struct pt_arena *arena,
                               const struct pt_lan_kind *kind,
                               struct pt_slice body,
                               struct pt_autodiscover *found)
{
    return kind->pox == PT_LAN_POX_SAID
               ? pt_autodiscover_read(arena, body, found, NULL)
               : pt_autodiscover_read_by_port(arena, body, found, NULL);
}

/* False: it is nothing that the client could use. */
static bool read_answer(struct pt_arena *arena, const struct pt_lan_kind *kind,
                        const struct pt_lan_fetch *f, struct said *ret_said)
{
    struct pt_autoconfig config;
    struct pt_autodiscover found;

    if (!is_got(f) || !f->body.len)
        return false;
    if (f->how == PT_LAN_GET) {
        if (pt_autoconfig_read(arena, f->body, f->all->address, &config,
                               NULL) != PT_OK)
            return false;
        *ret_said = (struct said){config.servers, config.server_count};
    } else {
        if (read_pox(arena, kind, f->body, &found) != PT_OK)
            return false;
        *ret_said = (struct said){found.servers, found.server_count};
    }
    return ret_said->count > 0;
}

/* As Thunderbird's FetchHTTP.sys.mjs compares it. */
static bool is_called_xml(const struct pt_lan_fetch *f)
{
    return !f->media_type || pt_has_prefix(f->media_type, "text/xml") ||
           pt_has_prefix(f->media_type, "application/xml") ||
           pt_has_prefix(f->media_type, "text/rdf");
}

static bool is_as_safe(enum pt_security said, enum pt_security want,
                       bool is_tried)
{
    return said == want || (is_tried && said != PT_PLAIN && want != PT_PLAIN);
}

static bool is_same(const struct pt_server *said, const struct pt_server *want,
                    bool is_tried)
{
    return said->service == want->service &&
           pt_is_nocase(said->host, want->host) && said->port == want->port &&
           is_as_safe(said->security, want->security, is_tried);
}

static bool has(const struct said *said, const struct pt_server *want,
                bool is_tried)
{
    for (size_t i = 0; i < said->count; i++)
        if (is_same(&said->servers[i], want, is_tried))
            return true;
    return false;
}

/* To receive, and to send: the others nobody misses.  NULL: all are there. */
static const struct pt_server *find_missing(const struct said *said,
                                            const struct pt_settings *settings,
                                            bool is_tried)
{
    const struct pt_server *wanted[] = {
        pt_chosen_incoming(settings),
        pt_chosen(settings, PT_SUBMISSION),
    };

    for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
        if (wanted[i] && !has(said, wanted[i], is_tried))
            return wanted[i];
    return NULL;
}

/* What is said instead: at best, of the same service. */
static const struct pt_server *find_instead(const struct said *said,
                                            const struct pt_server *missing)
{
    for (size_t i = 0; i < said->count; i++)
        if (said->servers[i].service == missing->service)
            return &said->servers[i];
    return &said->servers[0];
}

/* ---- one client ---- */

static const char *how_of(const struct pt_lan_fetch *f)
{
    static const char *const names[] = {
        [PT_LAN_GET] = "GET",   [PT_LAN_GET_POX] = "GET",
        [PT_LAN_POST] = "POST", [PT_LAN_MOVED] = "GET",
        [PT_LAN_SRV] = "SRV",   [PT_LAN_SRV_443] = "SRV",
    };

    return names[f->how];
}

/* instead == NULL: they are the right ones. */
static const char *name_servers(struct pt_arena *arena,
                                const struct pt_server *instead,
                                bool is_misread)
{
    if (!instead)
        return "the right servers";
    return pt_arena_printf(arena, "%s: %s:%u (%s)",
                           is_misread ? "with another protection"
                                      : "other servers",
                           instead->host ? instead->host : instead->url,
                           instead->port, pt_security_title(instead->security));
}

static const char *phrase(struct pt_arena *arena, const struct pt_lan_fetch *f)
{
    if (f->status != PT_ANSWER_OK)
        return f->why;
    if (!is_got(f))
        return pt_arena_printf(arena, "HTTP %d", f->http);
    return pt_arena_printf(arena, "HTTP %d, with %s", f->http,
                           f->body.len ? "something that is no settings"
                                       : "nothing in it");
}

static const char *phrase_said(struct pt_arena *arena,
                               const struct pt_lan_fetch *f,
                               const struct pt_lan_step *step,
                               const struct pt_server *instead)
{
    const char *servers = name_servers(arena, instead, step->is_misread);

    if (!step->is_mistyped)
        return pt_arena_printf(arena, "HTTP %d, %s", f->http, servers);
    return pt_arena_printf(arena, "HTTP %d, %s, but %s%s", f->http, servers,
                           *f->media_type ? "as " : "without a Content-Type",
                           f->media_type);
}

static void judge_said(struct pt_arena *arena, const struct pt_lan_played *p,
                       const struct pt_lan_fetch *f, const struct said *said,
                       struct pt_lan_step *step)
{
    bool is_tried = p->kind->pox == PT_LAN_POX_TRIED && f->how != PT_LAN_GET;
    const struct pt_server *missing = find_missing(said, p->settings, is_tried);
    const struct pt_server *instead =
        missing ? find_instead(said, missing) : NULL;

    step->is_mistyped = p->kind->wants_xml_type && !is_called_xml(f);
    step->is_misread = missing && instead->service == missing->service &&
                       instead->port == missing->port &&
                       pt_is_nocase(instead->host, missing->host);
    step->is_right = !missing && !step->is_mistyped;
    step->outcome = phrase_said(arena, f, step, instead);
}

/* True: it says servers, be they right or not. */
static bool judge(struct pt_arena *arena, const struct pt_lan_played *p,
                  size_t i)
{
    const struct pt_lan_fetch *f = p->fetches[i];
    struct pt_lan_step *step = &p->client->steps[i];
    struct said said = {0};
    bool says = read_answer(arena, p->kind, f, &said);

    step->what = pt_arena_printf(arena, "%s %s", how_of(f), f->what);
    step->took_ms = f->took_ms;
    if (says)
        judge_said(arena, p, f, &said, step);
    else
        step->outcome = phrase(arena, f);
    says = says && !step->is_mistyped;
    step->answers = says || (is_got(f) && p->kind->stops_at_any);
    return says;
}

/* A step that answers ends its stage; one that says servers ends it all. */
static void play(struct pt_arena *arena, struct pt_lan_played *p)
{
    unsigned over = 0;

    p->used = p->stopper = p->client->step_count;
    for (size_t i = 0; i < p->client->step_count; i++) {
        unsigned stage = p->kind->requests[i].stage;
        bool is_read = judge(arena, p, i);

        if (p->used < i || !p->client->steps[i].answers || stage == over)
            continue;
        over = stage;
        if (is_read)
            p->used = i;
        else if (p->stopper == p->client->step_count)
            p->stopper = i;
    }
    if (p->used == p->client->step_count)
        return;
    p->client->steps[p->used].is_used = true;
    p->client->works = p->client->steps[p->used].is_right;
}

static size_t count_requests(const struct pt_lan_kind *kind)
{
    size_t count = 0;

    while (kind->requests[count].what)
        count++;
    return count;
}

static void fill_client(struct pt_arena *arena, const struct pt_lan_kind *kind,
                        const struct pt_settings *settings,
                        struct pt_lan_fetch **fetches,
                        struct pt_lan_client *client)
{
    struct pt_lan_played played = {
        .kind = kind,
        .settings = settings,
        .fetches = fetches,
        .client = client,
    };

    *client = (struct pt_lan_client){.client = kind->client,
                                     .step_count = count_requests(kind)};
    client->steps =
        pt_arena_alloc(arena, client->step_count * sizeof(*client->steps));
    if (!client->steps)
        return;
    play(arena, &played);
    client->can_be_told =
        client->works || pt_lan_can_be_told(&played, &(struct pt_error){0});
    client->verdict = pt_lan_verdict(arena, &played);
}

/* ---- all of them ---- */

enum { REQUESTS_MAX = 128 }; /* of all clients, each counted */

/* False: no memory. */
static bool begin_all(struct pt_lan_fetches *all,
                      struct pt_lan_fetch *fetches[REQUESTS_MAX])
{
    size_t n = 0;

    pt_lan_fetch_hosts(all);
    for (const struct pt_lan_kind *kind = pt_lan_kinds; kind->client; kind++)
        for (const struct pt_lan_request *r = kind->requests;
             r->what && n < REQUESTS_MAX; r++)
            fetches[n++] = pt_lan_fetch_begin(all, r);
    pt_lan_fetch_wait(all);
    return !pt_arena_failed(all->arena);
}

static void fill_all(struct pt_arena *arena, const struct pt_settings *settings,
                     struct pt_lan_fetch **fetches, struct pt_lan_check *check)
{
    for (const struct pt_lan_kind *kind = pt_lan_kinds; kind->client; kind++) {
        struct pt_lan_client *clients = pt_arena_grow(
            arena, check->clients, check->client_count, sizeof(*clients));

        if (!clients)
            return;
        check->clients = clients;
        fill_client(arena, kind, settings, fetches,
                    &clients[check->client_count++]);
        fetches += count_requests(kind);
    }
}

static bool do_all_work(const struct pt_lan_check *check)
{
    for (size_t i = 0; i < check->client_count; i++)
        if (check->clients[i].can_be_told && !check->clients[i].works)
            return false;
    return true;
}

enum pt_status pt_lan_check(struct pt_arena *arena, struct pt_loop *loop,
                            struct pt_transport *net,
                            const struct pt_settings *settings,
                            struct pt_lan_check *ret_check,
                            struct pt_error *err)
{
    struct pt_lan_fetches *all = pt_arena_alloc(arena, sizeof(*all));
    struct pt_lan_fetch *fetches[REQUESTS_MAX];
    struct pt_lan_check check = {0};

    if (!all)
        return pt_fail_memory(err);
    all->arena = arena;
    all->loop = loop;
    all->net = net;
    all->address = &settings->address;
    if (!begin_all(all, fetches))
        return pt_fail_memory(err);
    fill_all(arena, settings, fetches, &check);
    pt_lan_hints(all, settings, do_all_work(&check), &check.hints);
    if (pt_arena_failed(arena))
        return pt_fail_memory(err);
    *ret_check = check;
    return PT_OK;
}
