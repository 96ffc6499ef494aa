/* guess.c - where mail servers usually are, when nobody says where they are.
 *
 * Asked last of all, and only for what is missing.  A name that exists is not
 * enough: a guess that is to be used was connected to, speaks the service, and
 * showed a certificate for that very name.  What did not answer in time stays
 * a guess; it is told, and never chosen.  Names of one machine are tried one
 * after the other, machines side by side.  Never plain text, never port 25.
 */
#include "format/manifest.h"
#include "model/domain.h"
#include "source/source.h"
#include "source/trying.h"
#include "source/usual.h"

#include <stdlib.h>
#include <string.h>

enum { HOSTS_MAX = 5, PORTS_MAX = 6, CANARY = HOSTS_MAX, NAMES };
enum { TAG_TRY = NAMES };

enum progress { UNTRIED, OPEN, KNOWN, PASSED_OVER };

struct host {
    const char *name;
    const struct pt_usual_name *usual; /* NULL: any service may be there */
    const char *machine; /* its addresses as one text; NULL: it has none */
};

struct try {
    enum progress progress;
    struct pt_trial trial;
};

struct state {
    struct host names[NAMES]; /* and the one that nobody has */
    size_t count;             /* of hosts */
    bool receives;            /* this is missing */
    bool sends;
    bool wants_pop; /* IMAP is not to be had */
    bool is_over;   /* nothing more is tried */
    struct try tries[PORTS_MAX][HOSTS_MAX]; /* by port, then by host */
};

/* In the order of preference: the service, then the protection. */
static const struct pt_usual_port ports[PORTS_MAX] = {
    {PT_IMAP, 993, PT_TLS},       {PT_IMAP, 143, PT_STARTTLS},
    {PT_SUBMISSION, 465, PT_TLS}, {PT_SUBMISSION, 587, PT_STARTTLS},
    {PT_POP3, 995, PT_TLS},       {PT_POP3, 110, PT_STARTTLS},
};

/* ---- what is missing ---- */

static bool receives_mail(enum pt_service service)
{
    return service != PT_SUBMISSION && service != PT_SIEVE &&
           service != PT_CALDAV && service != PT_CARDDAV && service != PT_LDAP;
}

static bool sends_mail(enum pt_service service)
{
    return service == PT_SUBMISSION || service == PT_JMAP ||
           service == PT_EWS || service == PT_GRAPH ||
           service == PT_ACTIVESYNC;
}

/* Who says that there is none, too, has said something. */
static bool is_offered(const struct pt_findings *found,
                       bool (*is_meant)(enum pt_service service))
{
    for (size_t i = 0; i < found->offer_count; i++)
        if (is_meant(found->offers[i].service))
            return true;
    return false;
}

bool pt_guess_is_due(const struct pt_findings *found)
{
    return !found->takes_no_mail && !found->serving && !found->needed &&
           !found->points_at_bridge &&
           !(is_offered(found, receives_mail) &&
             is_offered(found, sends_mail));
}

/* ---- names ---- */

static void add_name(struct pt_task *task, const char *name,
                     const struct pt_usual_name *usual)
{
    struct state *state = task->state;

    for (size_t i = 0; i < state->count; i++)
        if (pt_is_nocase(state->names[i].name, name))
            return;
    if (name && state->count < HOSTS_MAX)
        state->names[state->count++] =
            (struct host){.name = name, .usual = usual};
}

static void add_names(struct pt_task *task)
{
    const char *domain = task->query->address->domain;
    const char *exchanger = task->found->exchanger;

    for (size_t i = 0; pt_usual_names[i].label; i++)
        add_name(task,
                 pt_arena_printf(task->arena, "%s.%s", pt_usual_names[i].label,
                                 domain),
                 &pt_usual_names[i]);
    if (exchanger && *exchanger && pt_is_akin(exchanger, domain))
        add_name(task, exchanger, NULL);
}

/* A label that nobody chose; always the same for the same domain. */
static const char *make_canary(struct pt_task *task)
{
    const char *domain = task->query->address->domain;
    char digest[PT_SHA256_CHARS];

    if (!pt_sha256(pt_slice_of(domain), digest))
        return NULL;
    return pt_arena_printf(task->arena, "x%.12s.%s", digest, domain);
}

static void look_up(struct pt_task *task, int tag)
{
    struct state *state = task->state;

    if (state->names[tag].name)
        pt_task_ask(task, &(struct pt_ask){.kind = PT_ASK_HOST,
                                           .what = state->names[tag].name,
                                           .tag = tag});
}

static void guess_plan(struct pt_task *task)
{
    struct state *state = pt_arena_alloc(task->arena, sizeof(*state));

    task->state = state;
    if (!state || pt_is_public_suffix(task->query->address->domain))
        return;
    state->receives = !is_offered(task->found, receives_mail);
    state->sends = !is_offered(task->found, sends_mail);
    add_names(task);
    state->names[CANARY].name = make_canary(task);
    for (int tag = 0; tag < NAMES; tag++)
        look_up(task, tag);
}

static void read_addresses(struct pt_task *task, const struct pt_ask *ask,
                           const struct pt_answer *answer)
{
    struct state *state = task->state;

    if (answer->status == PT_ANSWER_OK && answer->len)
        state->names[ask->tag].machine =
            pt_arena_strndup(task->arena, answer->body, answer->len);
    else if (answer->status == PT_ANSWER_FAILED && ask->tag != CANARY)
        pt_task_missed(task, ask, PT_FAILED,
                       pt_arena_printf(task->arena, "%s: %s", ask->what,
                                       answer->why));
}

/* Every name below the domain exists: that this one does says nothing. */
static bool is_wild(const struct state *state, size_t host)
{
    return pt_is(state->names[host].machine, state->names[CANARY].machine);
}

/* ---- tries ---- */

static bool is_wanted(const struct state *state, size_t port)
{
    if (ports[port].service == PT_SUBMISSION)
        return state->sends;
    return state->receives &&
           (ports[port].service == PT_IMAP || state->wants_pop);
}

static bool is_expected(const struct host *host, size_t port)
{
    return host->machine && (!host->usual || host->usual->for_all ||
                             host->usual->service == ports[port].service);
}

static bool works(const struct try *try)
{
    return try->progress == KNOWN && try->trial.outcome == PT_TRIAL_WORKS;
}

/* May this name be tried now?  One before it that is the same machine comes
 * first, and spares it the trouble when it works. */
static enum progress find_progress(const struct state *state, size_t port,
                                   size_t host)
{
    for (size_t h = 0; h < host; h++) {
        const struct try *before = &state->tries[port][h];

        if (!pt_is(state->names[h].machine, state->names[host].machine))
            continue;
        if (before->progress == OPEN)
            return OPEN;
        /* no connection: that has nothing to do with the name */
        if (works(before) ||
            (before->progress == KNOWN && !before->trial.has_spoken &&
             !before->trial.certificate))
            return PASSED_OVER;
    }
    return UNTRIED;
}

static void begin_try(struct pt_task *task, size_t port, size_t host)
{
    struct state *state = task->state;
    struct try *try = &state->tries[port][host];
    const char *name = state->names[host].name;
    struct pt_ask ask;

    try->trial = (struct pt_trial){
        .service = ports[port].service,
        .host = name,
        .port = ports[port].port,
        .security = ports[port].security,
        .is_nearby = pt_strings_have_nocase(&task->query->accept, name)};
    if (!pt_trial_ask(task->arena, &try->trial, NULL,
                      task->query->timeout_ms / 2, &ask))
        return;
    ask.tag = TAG_TRY;
    ask.about = try;
    try->progress = OPEN;
    pt_task_ask(task, &ask);
}

static void begin_tries(struct pt_task *task)
{
    struct state *state = task->state;

    for (size_t port = 0; port < PORTS_MAX; port++)
        for (size_t host = 0; host < state->count && !state->is_over; host++) {
            struct try *try = &state->tries[port][host];

            if (!is_wanted(state, port) ||
                !is_expected(&state->names[host], port) ||
                try->progress != UNTRIED)
                continue;
            try->progress = find_progress(state, port, host);
            if (try->progress == UNTRIED)
                begin_try(task, port, host);
            else if (try->progress == OPEN)
                try->progress = UNTRIED; /* another time */
        }
}

/* ---- enough is known ---- */

/* Of a service: does TLS from the start work, and could nothing that is open
 * come before it? */
static bool is_decided(const struct state *state, size_t port)
{
    for (size_t host = 0; host < state->count; host++) {
        if (works(&state->tries[port][host]))
            return true;
        if (state->tries[port][host].progress == OPEN)
            return false;
    }
    return false;
}

static bool has_any(const struct state *state, enum pt_service service)
{
    for (size_t port = 0; port < PORTS_MAX; port++)
        for (size_t host = 0; host < state->count; host++)
            if (ports[port].service == service &&
                works(&state->tries[port][host]))
                return true;
    return false;
}

static bool is_enough(const struct state *state)
{
    bool receives = !state->receives;
    bool sends = !state->sends;

    for (size_t port = 0; port < PORTS_MAX; port++) {
        if (ports[port].security != PT_TLS || !is_decided(state, port))
            continue;
        receives |= ports[port].service != PT_SUBMISSION;
        sends |= ports[port].service == PT_SUBMISSION;
    }
    return receives && sends;
}

static void read_try(struct pt_task *task, const struct pt_ask *ask,
                     const struct pt_answer *answer)
{
    struct state *state = task->state;
    struct try *try = ask->about;

    try->progress = KNOWN;
    pt_trial_read(task->arena, &try->trial, answer);
    if (is_enough(state)) {
        state->is_over = true;
        pt_task_ignore_open(task);
        return;
    }
    begin_tries(task);
}

static void guess_read(struct pt_task *task, const struct pt_ask *ask,
                       const struct pt_answer *answer)
{
    if (ask->tag == TAG_TRY)
        read_try(task, ask, answer);
    else
        read_addresses(task, ask, answer);
}

/* ---- the conclusion ---- */

static void offer(struct pt_task *task, const struct try *try, bool is_proven)
{
    const struct pt_trial *trial = &try->trial;
    struct pt_server *server = pt_task_offer(task);

    if (!server)
        return;
    server->service = trial->service;
    server->host = trial->host;
    server->port = trial->port;
    server->security = trial->security;
    memcpy(server->auth, trial->auth, sizeof(server->auth));
    server->auth_count = trial->auth_count;
    server->trial = trial;
    server->origin.trust = is_proven ? PT_HEARD : PT_GUESSED;
    server->origin.where = pt_arena_printf(
        task->arena, is_proven ? "guessed and proven: %s:%u answers, with a "
                                 "certificate for that name"
                               : "guessed, not proven: %s:%u",
        trial->host, trial->port);
    if (!is_proven)
        server->why = "only guessed: it could not be connected to";
}

/* The name exists, and time ran out: more than nothing. */
static bool is_open_guess(const struct state *state, size_t port, size_t host)
{
    const struct try *try = &state->tries[port][host];

    return try->progress == KNOWN && !is_wild(state, host) &&
           try->trial.outcome == PT_TRIAL_TIMEOUT;
}

static const struct pt_trial *first_failed(const struct state *state)
{
    for (size_t port = 0; port < PORTS_MAX; port++)
        for (size_t host = 0; host < state->count; host++)
            if (state->tries[port][host].progress == KNOWN)
                return &state->tries[port][host].trial;
    return NULL;
}

static void tell_nothing(struct pt_task *task)
{
    const struct state *state = task->state;
    const struct pt_trial *failed = first_failed(state);

    if (task->outcome != PT_ABSENT)
        return;
    if (failed)
        task->detail = pt_arena_printf(task->arena, "%s:%u: %s", failed->host,
                                       failed->port, failed->detail);
    else
        task->detail = "no host has one of the usual names";
}

static void conclude(struct pt_task *task)
{
    const struct state *state = task->state;
    size_t proven = 0;

    for (size_t port = 0; port < PORTS_MAX; port++)
        for (size_t host = 0; host < state->count; host++)
            if (works(&state->tries[port][host])) {
                offer(task, &state->tries[port][host], true);
                proven++;
            } else if (is_open_guess(state, port, host)) {
                offer(task, &state->tries[port][host], false);
            }
    if (proven)
        pt_task_found(task, state->names[CANARY].machine
                                ? "proven by connecting; every name below "
                                  "the domain exists"
                                : "proven by connecting");
    else
        tell_nothing(task);
    if (proven)
        pt_strings_add(task->arena, &task->found->hints,
                       "nobody publishes these settings: servers with the "
                       "usual names were tried, and answer as they should");
}

/* Nothing is open: the names are known, or IMAP is, or all. */
static void guess_settle(struct pt_task *task)
{
    struct state *state = task->state;

    if (!state)
        return;
    begin_tries(task);
    if (!task->open && state->receives && !state->wants_pop &&
        !has_any(state, PT_IMAP)) {
        state->wants_pop = true;
        begin_tries(task);
    }
    if (!task->open || task->late)
        conclude(task);
}

const struct pt_source pt_source_guess = {
    .name = "guess",
    .summary = "servers with the usual names, when nobody else knows any",
    .ceiling = PT_HEARD,
    .rank = PT_RANK_GUESS,
    .plan = guess_plan,
    .read = guess_read,
    .settle = guess_settle,
};
