/* bridge_judge.c - from evidence to a verdict: where each bridge listens, what
 * state it is in, and the sentence its user needs.
 *
 * Who owns a listening socket outranks what it says; what it says outranks
 * what was written down.  A port number proves nothing: seven bridges share
 * 1143 and 1025, with three ways to protect them.
 */
#include "source/bridge_verdict.h"

/* ---- what is there ---- */

static void take_speech(struct pt_verdict *v, struct pt_finding *f,
                        const struct pt_spoken *spoken)
{
    if (!spoken)
        return;
    if (spoken->speech.silent)
        v->silent = true;
    if (!spoken->speech.is_mail)
        return;
    if (spoken->speech.security != PT_SECURITY_UNKNOWN)
        f->endpoint.security = spoken->speech.security;
    f->endpoint.certificate = spoken->speech.certificate;
    pt_speech_is_of(v->arena, v->look->kind, &spoken->speech, &v->version);
}

/* May the current user not believe what listens here?  A listener that is not
 * listed is the kernel's own (a container's), where all are listed. */
static bool is_foreign(const struct pt_verdict *v, const struct pt_listener *l)
{
    return l ? pt_listener_is_foreign(l, v->place) : !v->looks->sees_all;
}

static void put_here(struct pt_verdict *v, struct pt_finding *f,
                     const struct pt_listener *l,
                     const struct pt_spoken *spoken)
{
    f->fate = PT_FATE_HERE;
    f->listener = l;
    f->endpoint.listening = true;
    f->endpoint.pid = l ? l->pid : 0;
    if (f->endpoint.learned_from == PT_FROM_LOG) /* a log tells what was
                                                    tried, the socket what is */
        f->endpoint.learned_from = PT_FROM_SOCKET;
    f->endpoint.foreign = is_foreign(v, l);
    take_speech(v, f, spoken);
}

/* Does the kind hold the listener, as far as its process tells? */
static bool is_held(const struct pt_verdict *v, const struct pt_listener *l)
{
    return l && !v->look->kind->forwards &&
           pt_look_has_process(v->look, l->pid);
}

/* Set up by this user, but another one listens. */
static bool is_strangers(const struct pt_verdict *v,
                         const struct pt_listener *l)
{
    return l && is_foreign(v, l) && v->look->of_user && v->place->uid != 0;
}

/* A kind that greets as its upstream does is known by its process alone; where
 * that cannot be seen into, by the user who runs it. */
static bool may_be_held(const struct pt_verdict *v, const struct pt_listener *l)
{
    return l && !v->look->kind->greeting_count && pt_look_may_hold(v->look, l);
}

static bool sounds_right(const struct pt_verdict *v,
                         const struct pt_spoken *spoken)
{
    return spoken &&
           pt_speech_is_of(v->arena, v->look->kind, &spoken->speech, NULL);
}

static enum pt_fate fate_of(const struct pt_verdict *v,
                            const struct pt_finding *f,
                            const struct pt_listener *l,
                            const struct pt_spoken *spoken)
{
    const struct pt_bridge_kind *kind = v->look->kind;
    bool there = l || (spoken && spoken->there);

    if (is_held(v, l))
        return spoken && spoken->speech.silent && !kind->greets_late
                   ? PT_FATE_SILENT
                   : PT_FATE_HERE;
    if (!there)
        return PT_FATE_CLOSED;
    if (is_strangers(v, l))
        return PT_FATE_TAKEN;
    if (kind->forwards)
        return sounds_right(v, spoken) ? PT_FATE_HERE : PT_FATE_TAKEN;
    if (l && pt_machine_process(&v->looks->machine, l->pid))
        return PT_FATE_TAKEN;
    if (sounds_right(v, spoken))
        return PT_FATE_HERE;
    if (!pt_service_is_mail(f->endpoint.service) || may_be_held(v, l))
        return PT_FATE_HERE;
    return spoken && spoken->speech.silent ? PT_FATE_SILENT : PT_FATE_TAKEN;
}

/* What is forwarded to something else was never this bridge's. */
static void drop_forwarded(struct pt_verdict *v)
{
    size_t kept = 0;

    for (size_t i = 0; i < v->count; i++)
        if (v->at[i].fate == PT_FATE_HERE)
            v->at[kept++] = v->at[i];
    v->count = kept;
}

static void check_expected(struct pt_verdict *v)
{
    for (size_t i = 0; i < v->count; i++) {
        struct pt_finding *f = &v->at[i];
        const struct pt_bridge_endpoint *e = &f->endpoint;
        const struct pt_listener *l =
            pt_listener_at(&v->looks->machine, e->host, e->port);
        const struct pt_spoken *spoken =
            pt_spoken_among(v->looks->spoken, e->host, e->port);

        f->fate = fate_of(v, f, l, spoken);
        f->listener = l;
        f->endpoint.silent = f->fate == PT_FATE_SILENT;
        f->endpoint.pid = is_held(v, l) ? l->pid : 0;
        if (f->fate == PT_FATE_HERE)
            put_here(v, f, l, spoken);
    }
    if (v->look->kind->forwards)
        drop_forwarded(v);
}

/* The configured place of a service where the bridge is not, or NULL. */
static struct pt_finding *missing(struct pt_verdict *v, enum pt_service service)
{
    for (size_t i = 0; i < v->count; i++)
        if (v->at[i].endpoint.service == service &&
            v->at[i].fate != PT_FATE_HERE && !v->at[i].moved)
            return &v->at[i];
    return NULL;
}

/* A listener of the bridge's own that its settings do not name.  What was
 * logged once is no setting: the socket is right, and nothing is amiss. */
static void add_found(struct pt_verdict *v, const struct pt_listener *l,
                      const struct pt_spoken *spoken)
{
    struct pt_finding *f = missing(v, spoken->speech.service);
    struct pt_bridge_endpoint e = {
        .service = spoken->speech.service,
        .host = spoken->address,
        .port = spoken->port,
        .learned_from = PT_FROM_SOCKET,
        .where = pt_arena_printf(v->arena, "socket %s:%u", spoken->address,
                                 spoken->port),
    };

    if (f) {
        f->moved = f->endpoint.learned_from != PT_FROM_LOG;
        e.configured = f->moved ? f->endpoint.port : 0;
        f->endpoint = e;
    } else {
        f = pt_verdict_add(v, &e);
    }
    if (f)
        put_here(v, f, l, spoken);
}

static void find_unexpected(struct pt_verdict *v)
{
    const struct pt_machine *machine = &v->looks->machine;

    for (size_t i = 0; i < machine->listener_count; i++) {
        const struct pt_listener *l = &machine->listeners[i];
        const struct pt_spoken *spoken;

        if (!is_held(v, l) || !pt_listener_is_local(l))
            continue;
        spoken =
            pt_spoken_among(v->looks->spoken, pt_listener_reach(l), l->port);
        if (!spoken)
            continue;
        if (spoken->speech.silent)
            v->silent = true;
        if (spoken->speech.is_mail &&
            !pt_verdict_has(v, spoken->speech.service, l->port))
            add_found(v, l, spoken);
    }
}

/* Is the listener accounted for by a process we know, whatever it says? */
static bool is_owned(const struct pt_looks *looks, const struct pt_listener *l)
{
    for (size_t k = 0; l && k < looks->count; k++)
        if (!looks->at[k].kind->forwards &&
            pt_look_has_process(&looks->at[k], l->pid))
            return true;
    return false;
}

/* A conversation with something that no process we know accounts for? */
static bool is_orphan(const struct pt_looks *looks,
                      const struct pt_spoken *spoken)
{
    return spoken->there &&
           !is_owned(looks, pt_listener_at(&looks->machine, spoken->address,
                                           spoken->port));
}

/* Does another orphan greet as this kind's other service does? */
static bool has_sibling(const struct pt_verdict *v, const struct pt_look *look,
                        const struct pt_spoken *spoken)
{
    const struct pt_spoken *s = v->looks->spoken;

    for (; s; s = s->next)
        if (s->speech.service != spoken->speech.service &&
            is_orphan(v->looks, s) &&
            pt_speech_is_of(v->arena, look->kind, &s->speech, NULL))
            return true;
    return false;
}

/* Its process has the port, or may have it; or the kernel forwards it, and no
 * socket is seen. */
static bool may_have(const struct pt_verdict *v, const struct pt_look *look,
                     const struct pt_listener *l)
{
    return l ? pt_look_has_process(look, l->pid) || pt_look_may_hold(look, l)
             : look->kind->forwards && v->looks->sees_all;
}

/* Of the kinds that greet alike, the one that has the port, else the one whose
 * other service is there too, else the one whose files are here, else the
 * first choice.  Where there is no more to tell them apart than that, it is
 * none. */
static bool is_likeliest(const struct pt_verdict *v,
                         const struct pt_listener *l,
                         const struct pt_spoken *spoken)
{
    const struct pt_look *best = NULL;
    size_t alike = 0;
    int most = -1;

    for (size_t k = 0; k < v->looks->count; k++) {
        const struct pt_look *look = &v->looks->at[k];
        int likely;

        if (!pt_speech_is_of(v->arena, look->kind, &spoken->speech, NULL))
            continue;
        likely = 8 * may_have(v, look, l) + 4 * has_sibling(v, look, spoken) +
                 2 * look->installed + look->kind->first_choice;
        alike++;
        if (likely > most) {
            best = look;
            most = likely;
        }
    }
    return best == v->look && (most > 1 || alike == 1);
}

/* Where the kind's processes can be seen into, theirs is all there is of it. */
static bool may_be_more(const struct pt_verdict *v, const struct pt_listener *l)
{
    if (!v->look->process_count || v->look->kind->forwards)
        return true;
    return l && pt_look_may_hold(v->look, l);
}

/* Nobody's process that we can see, but it greets like this kind. */
static void find_by_greeting(struct pt_verdict *v)
{
    const struct pt_spoken *s = v->looks->spoken;

    for (; s; s = s->next) {
        const struct pt_listener *l =
            pt_listener_at(&v->looks->machine, s->address, s->port);

        if (!may_be_more(v, l) || !is_orphan(v->looks, s) ||
            pt_verdict_has(v, s->speech.service, s->port) ||
            !pt_speech_is_of(v->arena, v->look->kind, &s->speech, NULL) ||
            !is_likeliest(v, l, s))
            continue;
        add_found(v, l, s);
    }
}

/* ---- the verdict ---- */

static const struct pt_finding *first_with(const struct pt_verdict *v,
                                           enum pt_fate fate)
{
    for (size_t i = 0; i < v->count; i++)
        if (v->at[i].fate == fate && !v->at[i].moved)
            return &v->at[i];
    return NULL;
}

static const struct pt_finding *first_moved(const struct pt_verdict *v)
{
    for (size_t i = 0; i < v->count; i++)
        if (v->at[i].moved)
            return &v->at[i];
    return NULL;
}

/* Another user's process matters where the bridge is set up for all. */
static bool has_life(const struct pt_look *look)
{
    return !look->kind->forwards && (look->own_process_count ||
                                     (look->process_count && look->installed));
}

static bool is_alive(const struct pt_verdict *v)
{
    return has_life(v->look) || pt_look_answers(v->look) ||
           first_with(v, PT_FATE_HERE) || first_moved(v);
}

/* Its place for mail of which not even the protection can be told. */
static const struct pt_finding *first_unclear(const struct pt_verdict *v)
{
    for (size_t i = 0; i < v->count; i++)
        if (v->at[i].fate == PT_FATE_HERE &&
            pt_service_is_mail(v->at[i].endpoint.service) &&
            v->at[i].endpoint.security == PT_SECURITY_UNKNOWN)
            return &v->at[i];
    return NULL;
}

/* What cannot be seen is not closed: does somebody listen that may be it?  And
 * another user's process, of which no port is known, may be in a container. */
static bool may_listen_unseen(const struct pt_verdict *v)
{
    const struct pt_machine *machine = &v->looks->machine;
    bool nowhere = !v->count || !v->looks->sees_all;

    for (size_t i = 0; i < machine->listener_count; i++)
        if (pt_look_may_hold(v->look, &machine->listeners[i]))
            return true;
    for (size_t i = 0; nowhere && i < v->look->process_count; i++)
        if (v->look->processes[i]->uid != v->place->uid && v->place->uid != 0)
            return true;
    return false;
}

/* Sets v->subject as well. */
static enum pt_bridge_state state_of(struct pt_verdict *v)
{
    const struct pt_finding *moved = first_moved(v);
    const struct pt_finding *closed = first_with(v, PT_FATE_CLOSED);
    bool here = first_with(v, PT_FATE_HERE) || moved;

    if (!v->alive)
        return pt_look_first_bad(v->look) || !v->looks->listed
                   ? PT_BRIDGE_UNKNOWN
                   : PT_BRIDGE_STOPPED;
    v->subject = first_with(v, PT_FATE_TAKEN);
    if (v->subject)
        return PT_BRIDGE_PORT_TAKEN;
    v->subject = first_with(v, PT_FATE_SILENT);
    if (v->subject || (v->silent && !here))
        return PT_BRIDGE_UNKNOWN;
    v->subject = moved ? moved : closed;
    if (here && v->subject)
        return PT_BRIDGE_MISMATCH;
    v->subject = first_unclear(v);
    v->unseen = !here && may_listen_unseen(v);
    if (v->subject || v->unseen)
        return PT_BRIDGE_UNKNOWN;
    return here ? PT_BRIDGE_OK : PT_BRIDGE_OFFLINE;
}

static const char *version_of(const struct pt_verdict *v)
{
    const char *version = NULL;

    for (const struct pt_clue *c = v->look->clues; c; c = c->next)
        if (c->version && c->state == PT_CLUE_READ &&
            (!version || c->reader->input == PT_READS_FOCUS))
            version = c->version;
    if (pt_look_answers(v->look) && version)
        return version;
    return v->version ? v->version : version;
}

static void add_accounts(struct pt_arena *arena,
                         const struct pt_strings *accounts,
                         struct pt_bridge *bridge)
{
    for (size_t i = 0; i < accounts->count; i++)
        if (!pt_strings_have_nocase(&bridge->accounts, accounts->at[i]))
            pt_strings_add(arena, &bridge->accounts, accounts->at[i]);
}

/* Does it run for this user?  What another user's says is not waited for. */
static bool is_own(const struct pt_verdict *v)
{
    if (v->look->own_process_count || pt_look_answers(v->look))
        return true;
    for (size_t i = 0; i < v->count; i++)
        if (v->at[i].fate == PT_FATE_HERE && !v->at[i].endpoint.foreign)
            return true;
    return false;
}

static const char *why_untold(const struct pt_verdict *v)
{
    return v->look->told_users || !is_own(v) ? NULL : v->look->users_problem;
}

static void report(struct pt_verdict *v, struct pt_findings *found)
{
    struct pt_bridge bridge = {
        .kind = v->look->kind,
        .state = state_of(v),
        .version = version_of(v),
        .accounts = v->look->signed_in,
        .told_accounts = v->look->told_users,
        .untold = why_untold(v),
    };
    struct pt_bridge *more;

    bridge.endpoints =
        pt_arena_alloc(v->arena, (v->count + 1) * sizeof(*bridge.endpoints));
    more = pt_arena_grow(v->arena, found->bridges, found->bridge_count,
                         sizeof(*more));
    if (!more || !bridge.endpoints)
        return;
    for (int s = 0; s < PT_SERVICES; s++)
        for (size_t i = 0; i < v->count; i++)
            if (v->at[i].endpoint.service == (enum pt_service)s)
                bridge.endpoints[bridge.endpoint_count++] = v->at[i].endpoint;
    bridge.hint = pt_verdict_say(v, &bridge);
    for (const struct pt_clue *c = v->look->clues; c; c = c->next)
        add_accounts(v->arena, &c->said.accounts, &bridge);
    found->bridges = more;
    more[found->bridge_count++] = bridge;
}

void pt_bridges_judge(struct pt_arena *arena, const struct pt_looks *looks,
                      const struct pt_place *place, struct pt_findings *found)
{
    for (size_t k = 0; k < looks->count; k++) {
        struct pt_verdict v = {.arena = arena,
                               .looks = looks,
                               .look = &looks->at[k],
                               .place = place};

        pt_verdict_expect(&v);
        check_expected(&v);
        find_unexpected(&v);
        find_by_greeting(&v);
        v.alive = is_alive(&v);
        if (v.alive || v.look->installed)
            report(&v, found);
    }
}
