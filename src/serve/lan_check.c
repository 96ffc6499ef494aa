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

/* False: it is nothing that a client could use. */
static bool read_answer(struct pt_arena *arena, const struct pt_lan_fetch *f,
                        struct said *ret_said)
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
        if (pt_autodiscover_read(arena, f->body, &found, NULL) != PT_OK)
            return false;
        *ret_said = (struct said){found.servers, found.server_count};
    }
    return ret_said->count > 0;
}

/* As Thunderbird takes it from Autodiscover. */
static enum pt_security security_by_port(const struct pt_server *server)
{
    if (server->security == PT_PLAIN)
        return PT_PLAIN;
    switch (server->port) {
    case 143:
    case 110:
    case 25:
    case 587:
        return PT_STARTTLS;
    default:
        return PT_TLS;
    }
}

static bool is_same(const struct pt_server *said, const struct pt_server *want,
                    bool goes_by_port)
{
    enum pt_security security =
        goes_by_port ? security_by_port(said) : said->security;

    return said->service == want->service &&
           pt_is_nocase(said->host, want->host) && said->port == want->port &&
           security == want->security;
}

static bool has(const struct said *said, const struct pt_server *want,
                bool goes_by_port)
{
    for (size_t i = 0; i < said->count; i++)
        if (is_same(&said->servers[i], want, goes_by_port))
            return true;
    return false;
}

/* To receive, and to send: the others nobody misses. */
static bool is_right(const struct said *said,
                     const struct pt_settings *settings, bool goes_by_port)
{
    const struct pt_server *wanted[] = {
        pt_chosen_incoming(settings),
        pt_chosen(settings, PT_SUBMISSION),
    };

    for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
        if (wanted[i] && !has(said, wanted[i], goes_by_port))
            return false;
    return true;
}

static const char *name_first(struct pt_arena *arena, const struct said *said)
{
    const struct pt_server *first = &said->servers[0];

    return pt_arena_printf(arena, "HTTP 200, other servers: %s:%u",
                           first->host ? first->host : first->url,
                           first->port);
}

/* ---- one client ---- */

static const char *how_of(const struct pt_lan_fetch *f)
{
    static const char *const names[] = {
        [PT_LAN_GET] = "GET",
        [PT_LAN_GET_POX] = "GET",
        [PT_LAN_POST] = "POST",
        [PT_LAN_MOVED] = "GET",
        [PT_LAN_SRV] = "SRV",
    };

    return names[f->how];
}

static const char *phrase(struct pt_arena *arena, const struct pt_lan_fetch *f,
                          const struct said *said, bool is_read, bool right)
{
    if (f->status != PT_ANSWER_OK)
        return f->why;
    if (is_read)
        return right ? "HTTP 200, the right servers" : name_first(arena, said);
    if (!is_got(f))
        return pt_arena_printf(arena, "HTTP %d", f->http);
    return pt_arena_printf(arena, "HTTP %d, with %s", f->http,
                           f->body.len ? "something that is no settings"
                                       : "nothing in it");
}

/* True: it says servers, be they right or not. */
static bool judge(struct pt_arena *arena, const struct pt_lan_played *p,
                  size_t i)
{
    const struct pt_lan_fetch *f = p->fetches[i];
    struct pt_lan_step *step = &p->client->steps[i];
    bool goes_by_port = p->kind->goes_by_port && f->how != PT_LAN_GET;
    struct said said = {0};
    bool is_read = read_answer(arena, f, &said);

    step->what = pt_arena_printf(arena, "%s %s", how_of(f), f->what);
    step->took_ms = f->took_ms;
    step->is_right = is_read && is_right(&said, p->settings, goes_by_port);
    step->outcome = phrase(arena, f, &said, is_read, step->is_right);
    step->answers =
        is_read || (is_got(f) && p->kind->stops_at_any && f->how == PT_LAN_GET);
    return is_read;
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

static void fill_all(struct pt_arena *arena,
                     const struct pt_settings *settings,
                     struct pt_lan_fetch **fetches, struct pt_lan_check *check)
{
    for (const struct pt_lan_kind *kind = pt_lan_kinds; kind->client; kind++) {
        struct pt_lan_client *clients =
            pt_arena_grow(arena, check->clients, check->client_count,
                          sizeof(*clients));

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
        if (!check->clients[i].works)
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
    pt_lan_hints(all, do_all_work(&check), &check.hints);
    if (pt_arena_failed(arena))
        return pt_fail_memory(err);
    *ret_check = check;
    return PT_OK;
}
