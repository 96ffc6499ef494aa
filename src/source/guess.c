/* guess.c - where mail servers usually are, when nobody says where they are.
 *
 * Asked last of all, and only for what is missing.  A name that exists is not
 * enough: a guess that is to be used was connected to, speaks the service, and
 * showed a certificate for that very name.  What did not answer in time stays
 * a guess; it is told, and never chosen.  Names of one machine are tried one
 * after the other, machines side by side.  Never plain text, never port 25.
 */
#include "format/dns_text.h"
#include "format/manifest.h"
#include "model/domain.h"
#include "source/source.h"
#include "source/trying.h"
#include "source/usual.h"

#include <string.h>

enum { HOSTS_MAX = 5, PORTS_MAX = 6, CANARY = HOSTS_MAX, NAMES };
enum { TAG_TRY = NAMES, TAG_EXCHANGERS };

enum progress { UNTRIED, OPEN, KNOWN };

struct host {
    const char *name;
    const struct pt_usual_name *usual; /* NULL: any service may be there */
    const char *addresses; /* one a line; NULL: it has none */
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
    bool is_blind;  /* whether every name exists could not be asked */
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
    return !found->takes_no_mail && !pt_is(found->exchanger, ".") &&
           !found->serving && !found->needed && !found->points_at_bridge &&
           !(is_offered(found, receives_mail) &&
             is_offered(found, sends_mail));
}

/* ---- names ---- */

/* It is asked for only once, though it may stand in two places; the answer may
 * be here before the second. */
static void look_up(struct pt_task *task, size_t host)
{
    struct state *state = task->state;
    const char *name = state->names[host].name;

    for (size_t h = 0; h < host; h++)
        if (pt_is_nocase(state->names[h].name, name)) {
            state->names[host].addresses = state->names[h].addresses;
            return;
        }
    if (name)
        pt_task_ask(task, &(struct pt_ask){.kind = PT_ASK_HOST,
                                           .what = name,
                                           .tag = (int)host});
}

static void add_name(struct pt_task *task, const char *name,
                     const struct pt_usual_name *usual)
{
    struct state *state = task->state;

    if (!name || state->count == HOSTS_MAX)
        return;
    state->names[state->count] = (struct host){.name = name, .usual = usual};
    look_up(task, state->count++);
}

static void add_usual_names(struct pt_task *task)
{
    for (size_t i = 0; pt_usual_names[i].label; i++)
        add_name(task,
                 pt_arena_printf(task->arena, "%s.%s", pt_usual_names[i].label,
                                 task->query->address->domain),
                 &pt_usual_names[i]);
}

/* A host of somebody else's would have been found by others. */
static void add_exchanger(struct pt_task *task, const char *exchanger)
{
    if (*exchanger && pt_is_akin(exchanger, task->query->address->domain))
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

static void add_canary(struct pt_task *task)
{
    struct state *state = task->state;

    state->names[CANARY].name = make_canary(task);
    look_up(task, CANARY);
}

static void ask_exchangers(struct pt_task *task)
{
    pt_task_ask(task, &(struct pt_ask){.kind = PT_ASK_DNS,
                                       .record = PT_RECORD_MX,
                                       .what = task->query->address->domain,
                                       .tag = TAG_EXCHANGERS});
}

static void guess_plan(struct pt_task *task)
{
    const char *domain = task->query->address->domain;
    struct state *state;

    if (pt_is_public_suffix(domain)) {
        task->outcome = PT_SKIPPED;
        task->detail = pt_arena_printf(
            task->arena, "not guessed: the names below %s are not its own",
            domain);
        return;
    }
    task->state = state = pt_arena_alloc(task->arena, sizeof(*state));
    if (!state)
        return;
    state->receives = !is_offered(task->found, receives_mail);
    state->sends = !is_offered(task->found, sends_mail);
    add_usual_names(task);
    add_canary(task);
    if (task->found->exchanger)
        add_exchanger(task, task->found->exchanger);
    else
        ask_exchangers(task);
}

static void set_addresses(struct state *state, const char *name,
                          const char *addresses)
{
    for (size_t host = 0; host < NAMES; host++)
        if (pt_is_nocase(state->names[host].name, name))
            state->names[host].addresses = addresses;
}

static void read_addresses(struct pt_task *task, const struct pt_ask *ask,
                           const struct pt_answer *answer)
{
    struct state *state = task->state;

    if (answer->status == PT_ANSWER_OK && answer->len)
        set_addresses(state, ask->what,
                      pt_arena_strndup(task->arena, answer->body,
                                       answer->len));
    else if (answer->status == PT_ANSWER_FAILED && ask->tag == CANARY)
        state->is_blind = true;
    else if (answer->status == PT_ANSWER_FAILED)
        pt_task_missed(task, ask, PT_FAILED,
                       pt_arena_printf(task->arena, "%s: %s", ask->what,
                                       answer->why));
}

/* That it is not answered is no loss: a proof stands without it. */
static void read_exchangers(struct pt_task *task,
                            const struct pt_answer *answer)
{
    struct state *state = task->state;
    struct pt_dns_records records = pt_dns_text_read(
        task->arena, pt_slice(answer->body, answer->len), PT_RECORD_MX);

    pt_dns_sort(&records, 0);
    if (!records.count)
        return;
    if (!pt_is(records.at[0].name, ".")) {
        add_exchanger(task, records.at[0].name);
        return;
    }
    task->detail = "the domain takes no mail"; /* RFC 7505 */
    state->is_over = true;
}

/* ---- addresses ---- */

enum overlap { APART, TOUCHING, WITHIN };

static bool has_line(const char *lines, struct pt_slice wanted)
{
    struct pt_slice rest = pt_slice_of(lines);
    struct pt_slice line;

    while (pt_next_line(&rest, &line))
        if (line.len == wanted.len && line.len &&
            !memcmp(line.at, wanted.at, line.len))
            return true;
    return false;
}

/* How many of the addresses are the other's, too? */
static enum overlap compare_addresses(const char *addresses, const char *other)
{
    struct pt_slice rest = pt_slice_of(addresses);
    struct pt_slice line;
    size_t shared = 0;
    size_t all = 0;

    for (; other && pt_next_line(&rest, &line); all++)
        shared += has_line(other, line);
    if (!shared)
        return APART;
    return shared < all ? TOUCHING : WITHIN;
}

/* Every name below the domain exists, maybe: that this one does says
 * nothing. */
static bool is_wild(const struct state *state, size_t host)
{
    return state->is_blind ||
           compare_addresses(state->names[host].addresses,
                             state->names[CANARY].addresses) != APART;
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
    return host->addresses && (!host->usual || host->usual->for_all ||
                               host->usual->service == ports[port].service);
}

static bool works(const struct try *try)
{
    return try->progress == KNOWN && try->trial.outcome == PT_TRIAL_WORKS;
}

/* Could another name fare better at the same addresses?  Where nobody is
 * connected to, or nothing is said, the name has no part in it. */
static bool is_of_name(const struct pt_trial *trial)
{
    return trial->outcome != PT_TRIAL_TIMEOUT &&
           trial->outcome != PT_TRIAL_REFUSED;
}

/* One connection at one port of one address. */
static bool is_occupied(const struct state *state, size_t port, size_t host)
{
    for (size_t h = 0; h < state->count; h++)
        if (state->tries[port][h].progress == OPEN &&
            compare_addresses(state->names[host].addresses,
                              state->names[h].addresses) != APART)
            return true;
    return false;
}

/* Does a name that comes before it spare it the trouble? */
static bool is_spared(const struct state *state, size_t port, size_t host)
{
    for (size_t h = 0; h < host; h++) {
        const struct try *before = &state->tries[port][h];

        if (before->progress == KNOWN &&
            compare_addresses(state->names[host].addresses,
                              state->names[h].addresses) == WITHIN &&
            (works(before) || !is_of_name(&before->trial) ||
             pt_is_nocase(state->names[h].name, state->names[host].name)))
            return true;
    }
    return false;
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

static bool is_waiting(const struct state *state, size_t port, size_t host)
{
    return state->tries[port][host].progress == UNTRIED &&
           is_wanted(state, port) && is_expected(&state->names[host], port) &&
           !is_spared(state, port, host);
}

static void begin_tries(struct pt_task *task)
{
    struct state *state = task->state;

    for (size_t port = 0; port < PORTS_MAX && !state->is_over; port++)
        for (size_t host = 0; host < state->count; host++)
            if (is_waiting(state, port, host) &&
                !is_occupied(state, port, host))
                begin_try(task, port, host);
}

/* ---- enough is known ---- */

/* Of a service: does TLS from the start work, and could nothing that is open
 * come before it? */
static bool is_decided(const struct state *state, size_t port)
{
    for (size_t host = 0; host < state->count; host++) {
        if (works(&state->tries[port][host]))
            return true;
        if (state->tries[port][host].progress == OPEN ||
            is_waiting(state, port, host))
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

/* Where nobody can sign in, no mail program can send. */
static void refuse_relay(struct pt_trial *trial)
{
    if (trial->outcome != PT_TRIAL_WORKS || trial->service != PT_SUBMISSION ||
        trial->auth_count)
        return;
    trial->outcome = PT_TRIAL_REFUSED;
    trial->detail = "it lets nobody sign in";
}

static void read_try(struct pt_task *task, const struct pt_ask *ask,
                     const struct pt_answer *answer)
{
    struct state *state = task->state;
    struct try *try = ask->about;

    try->progress = KNOWN;
    try->trial.took_ms = task->answer_ms;
    pt_trial_read(task->arena, &try->trial, answer);
    refuse_relay(&try->trial);
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
    else if (ask->tag == TAG_EXCHANGERS)
        read_exchangers(task, answer);
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
        server->why = pt_arena_printf(task->arena, "guessed, not proven: %s",
                                      pt_trial_complaint(task->arena, trial));
}

/* The name exists, and time ran out: more than nothing. */
static bool is_open_guess(const struct state *state, size_t port, size_t host)
{
    const struct try *try = &state->tries[port][host];

    return try->progress == KNOWN && !is_wild(state, host) &&
           try->trial.outcome == PT_TRIAL_TIMEOUT;
}

/* Does anything work for what the port is for: receiving, or sending? */
static bool has_other(const struct state *state, size_t port)
{
    bool sends = ports[port].service == PT_SUBMISSION;

    return sends ? has_any(state, PT_SUBMISSION)
                 : has_any(state, PT_IMAP) || has_any(state, PT_POP3);
}

static const struct pt_trial *first_failed(const struct state *state,
                                           bool connected)
{
    for (size_t port = 0; port < PORTS_MAX; port++)
        for (size_t host = 0; host < state->count; host++) {
            const struct try *try = &state->tries[port][host];

            if (try->progress == KNOWN && try->trial.connected == connected &&
                !has_other(state, port))
                return &try->trial;
        }
    return NULL;
}

/* Who was talked to tells more than who was not.  NULL: nothing is missing,
 * or nobody was there to be tried. */
static const char *tell_failure(struct pt_task *task)
{
    const struct state *state = task->state;
    const struct pt_trial *failed = first_failed(state, true);

    if (!failed)
        failed = first_failed(state, false);
    if (!failed)
        return NULL;
    return pt_arena_printf(task->arena, "%s:%u: %s", failed->host,
                           failed->port,
                           pt_trial_complaint(task->arena, failed));
}

static const char *tell_all(struct pt_task *task, bool is_proven)
{
    const struct state *state = task->state;
    const char *failure = tell_failure(task);
    const char *known =
        is_proven ? "proven by connecting" : "no host has one of the usual "
                                             "names";

    if (failure && is_proven)
        failure = pt_arena_printf(task->arena, "%s; %s", known, failure);
    if (!failure)
        failure = known;
    return state->names[CANARY].addresses
               ? pt_arena_printf(task->arena,
                                 "%s; every name below the domain exists",
                                 failure)
               : failure;
}

static void hint_proven(struct pt_task *task)
{
    const struct state *state = task->state;
    const char *what = !state->sends      ? "a server to receive mail with"
                       : !state->receives ? "a server to send mail with"
                                          : "these settings";

    pt_strings_add(task->arena, &task->found->hints,
                   pt_arena_printf(task->arena,
                                   "nobody publishes %s: servers with the "
                                   "usual names were tried, and answer as "
                                   "they should", what));
}

static void conclude(struct pt_task *task)
{
    const struct state *state = task->state;
    bool is_proven = false;

    for (size_t port = 0; port < PORTS_MAX; port++)
        for (size_t host = 0; host < state->count; host++)
            if (works(&state->tries[port][host])) {
                offer(task, &state->tries[port][host], true);
                is_proven = true;
            } else if (is_open_guess(state, port, host)) {
                offer(task, &state->tries[port][host], false);
            }
    if (is_proven) {
        pt_task_found(task, tell_all(task, true));
        hint_proven(task);
    } else if (task->outcome == PT_ABSENT && !task->detail) {
        task->detail = tell_all(task, false);
    }
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
