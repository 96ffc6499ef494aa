/* The line in which trials stand, on a virtual clock: who is connected to when,
 * and how many at once. */
#include "resolve/trials.h"
#include "tests/tap.h"

enum { OPEN_MAX = 4096, HOSTS = 1000, PORTS = 8 };

/* A network that answers each ask after a while, and counts. */
struct net {
    struct pt_transport transport;
    struct pt_loop *loop;
    int64_t now_ms;
    struct call {
        struct net *net;
        char what[64];
        const void *owner;
        pt_answer_fn *done;
        void *ctx;
        struct pt_timer timer;
        bool open;
    } calls[OPEN_MAX];
    size_t count;
    size_t open;
    size_t most;      /* open at once */
    bool crowded;     /* two at one port of one host */
    size_t most_there; /* open at once at one host */
    enum pt_answer_status status;
    enum pt_answer_status drops_as;
    int64_t after_ms;
};

static struct net net;
static struct pt_arena *arena;

static size_t host_len(const char *what)
{
    return strcspn(what, ":");
}

/* Machines are told by the part of the name before the first dash. */
static bool is_same_machine(const char *a, const char *b)
{
    size_t len = strcspn(a, "-:");

    return len == strcspn(b, "-:") && !strncmp(a, b, len);
}

static void count_at(const struct call *call)
{
    size_t there = 0;

    for (size_t i = 0; i < net.count; i++) {
        const struct call *other = &net.calls[i];

        if (!other->open || !is_same_machine(other->what, call->what))
            continue;
        there++;
        if (other != call && !strcmp(other->what + host_len(other->what),
                                     call->what + host_len(call->what)))
            net.crowded = true;
    }
    if (there > net.most_there)
        net.most_there = there;
}

static void answer(void *ctx)
{
    struct call *call = ctx;
    static const char heard[] = "greeting * OK ready\nsecurity tls\nverified\n";

    call->open = false;
    net.open--;
    call->done(call->ctx, &(struct pt_answer){.status = net.status,
                                              .body = heard,
                                              .len = sizeof(heard) - 1,
                                              .why = "no"});
}

static bool begin(struct pt_transport *self, const struct pt_ask *ask,
                  pt_answer_fn *done, void *ctx)
{
    struct call *call = &net.calls[net.count++ % OPEN_MAX];

    (void)self;
    *call = (struct call){.net = &net,
                          .owner = ask->owner,
                          .done = done,
                          .ctx = ctx,
                          .open = true};
    snprintf(call->what, sizeof(call->what), "%s", ask->what);
    if (++net.open > net.most)
        net.most = net.open;
    if (net.count <= OPEN_MAX)
        count_at(call);
    pt_timer_init(&call->timer, answer, call);
    pt_loop_arm(net.loop, &call->timer, net.after_ms);
    return true;
}

static void drop(struct pt_transport *self, const void *owner)
{
    enum pt_answer_status status = net.status;

    (void)self;
    net.status = net.drops_as;
    for (size_t i = 0; i < net.count && i < OPEN_MAX; i++)
        if (net.calls[i].open && net.calls[i].owner == owner) {
            pt_loop_disarm(net.loop, &net.calls[i].timer);
            answer(&net.calls[i]);
        }
    net.status = status;
}

static int64_t now_ms(void *ctx)
{
    (void)ctx;
    return net.now_ms;
}

static void skip_ms(void *ctx, int64_t ms)
{
    (void)ctx;
    net.now_ms += ms;
}

static void set_up(enum pt_answer_status status, int64_t after_ms)
{
    static const struct pt_clock clock = {.now_ms = now_ms, .skip_ms = skip_ms};

    net = (struct net){.transport = {.begin = begin, .drop = drop},
                       .loop = pt_loop_new(&clock),
                       .status = status,
                       .drops_as = PT_ANSWER_FAILED,
                       .after_ms = after_ms};
    arena = pt_arena_new();
}

static void tear_down(void)
{
    pt_loop_free(net.loop);
    pt_arena_free(arena);
}

static void note_done(void *ctx)
{
    *(bool *)ctx = true;
}

static struct pt_trials_line *line; /* NULL: each stands alone */

static struct pt_trials *start(struct pt_trial *trials, size_t count,
                               const char *const *addresses, bool *done)
{
    return pt_trials_begin(&(struct pt_trials_setup){.arena = arena,
                                                     .loop = net.loop,
                                                     .net = &net.transport,
                                                     .trials = trials,
                                                     .count = count,
                                                     .addresses = addresses,
                                                     .line = line,
                                                     .done = note_done,
                                                     .ctx = done});
}

static void run(struct pt_trial *trials, size_t count,
                const char *const *addresses)
{
    bool done = false;

    start(trials, count, addresses, &done);
    while (!done && pt_loop_step(net.loop))
        ;
    OK(done, "it comes to an end");
}

static void ports_side_by_side(void)
{
    struct pt_trial trials[PORTS];

    set_up(PT_ANSWER_OK, 100);
    for (size_t i = 0; i < PORTS; i++)
        trials[i] = (struct pt_trial){
            .host = "a", .port = (uint16_t)(i + 1), .security = PT_TLS};
    run(trials, PORTS, NULL);
    OK(net.now_ms == 100, "all ports of a host take as long as one");
    OK(net.most_there == PORTS && net.count == PORTS, "one connection a port");
    OK(trials[3].outcome == PT_TRIAL_WORKS && trials[3].took_ms == 100,
       "what came of it is told");
    tear_down();
}

static void names_of_one_machine(void)
{
    static const char *const addresses[] = {"192.0.2.1", "192.0.2.1",
                                            "192.0.2.1"};
    struct pt_trial trials[3];

    set_up(PT_ANSWER_OK, 100);
    for (size_t i = 0; i < 3; i++)
        trials[i] = (struct pt_trial){
            .host = i == 0   ? "a-one"
                    : i == 1 ? "a-two"
                             : "a-three",
            .port = 993,
            .security = PT_TLS};
    run(trials, 3, addresses);
    OK(!net.crowded && net.count == 3 && net.now_ms == 300,
       "names of one machine take turns at a port");
    tear_down();

    set_up(PT_ANSWER_ABSENT, 100);
    run(trials, 3, addresses);
    OK(net.count == 1 && net.now_ms == 100,
       "that nothing listens there goes for all of its names");
    IS(pt_trial_outcome_name(trials[2].outcome), "refused",
       "the last of them too");
    OK(trials[2].took_ms == 100, "and how long that took");
    tear_down();

    set_up(PT_ANSWER_FAILED, 5000);
    run(trials, 3, addresses);
    OK(net.count == 1 && net.now_ms == 5000, "so does a time-out");
    tear_down();
}

/* Any of a name's addresses may be the one that is connected to. */
static void names_that_overlap(void)
{
    static const char *const addresses[] = {"192.0.2.1\n192.0.2.2\n",
                                            "192.0.2.2\n192.0.2.3\n",
                                            "192.0.2.3\n192.0.2.4\n"};
    struct pt_trial trials[3];

    set_up(PT_ANSWER_ABSENT, 100);
    for (size_t i = 0; i < 3; i++)
        trials[i] = (struct pt_trial){.host = i == 0   ? "a-one"
                                              : i == 1 ? "b-two"
                                                       : "c-three",
                                      .port = 993,
                                      .security = PT_TLS};
    run(trials, 3, addresses);
    OK(net.most == 2 && net.count == 3 && net.now_ms == 200,
       "names with an address in common take turns, and are all tried");
    tear_down();
}

static void names_within_others(void)
{
    static const char *const addresses[] = {"192.0.2.1\n192.0.2.2\n",
                                            "192.0.2.2\n", "192.0.2.22\n",
                                            "192.0.2.2\n192.0.2.1\n"};
    static const char *const hosts[] = {"a-one", "a-two", "b", "a-three"};
    struct pt_trial trials[4];

    set_up(PT_ANSWER_OK, 100);
    for (size_t i = 0; i < 4; i++)
        trials[i] = (struct pt_trial){
            .host = hosts[i],
            .port = 993,
            .security = PT_TLS};
    run(trials, 4, addresses);
    OK(!net.crowded && net.most == 2 && net.now_ms == 300,
       "who has one address in common takes turns, and nobody else");
    tear_down();

    set_up(PT_ANSWER_ABSENT, 100);
    run(trials, 4, addresses);
    OK(net.count == 2 && trials[1].outcome == PT_TRIAL_REFUSED &&
           trials[3].outcome == PT_TRIAL_REFUSED,
       "what none of the addresses takes is known of each, in any order");
    tear_down();

    set_up(PT_ANSWER_ABSENT, 100);
    run(trials, 2, (const char *const[]){addresses[1], addresses[0]});
    OK(net.count == 2, "and what one does not take is not known of the others");
    tear_down();

    set_up(PT_ANSWER_REFUSED, 100);
    trials[1].is_nearby = true;
    run(trials, 2, addresses);
    OK(net.count == 2, "that one must not be asked says nothing of another");
    tear_down();
}

/* As when several addresses are probed, and one provider serves them. */
static void several_in_one_line(void)
{
    struct pt_trials_line one = {0};
    struct pt_trial trials[3][PORTS];
    bool done[3] = {0};

    set_up(PT_ANSWER_OK, 100);
    line = &one;
    for (size_t k = 0; k < 3; k++) {
        for (size_t i = 0; i < PORTS; i++)
            trials[k][i] = (struct pt_trial){
                .host = "a", .port = (uint16_t)(i + 1), .security = PT_TLS};
        start(trials[k], PORTS, NULL, &done[k]);
    }
    while (pt_loop_step(net.loop))
        ;
    OK(done[0] && done[1] && done[2], "all of several come to an end");
    OK(!net.crowded && net.most_there <= PT_TRIALS_EACH &&
           net.count == 3 * PORTS,
       "and no address sees that there are several");
    OK(!one.first && !one.running_count, "then nobody is in the line");
    tear_down();
    line = NULL;
}

/* What they share must outlive the one that heard it. */
static void told_across(void)
{
    struct pt_trials_line one = {0};
    struct pt_trial first = {.host = "a", .port = 993, .security = PT_TLS};
    struct pt_trial second = first;
    struct pt_arena *own;
    bool done[2] = {0};

    set_up(PT_ANSWER_ABSENT, 100);
    line = &one;
    own = arena;
    start(&first, 1, NULL, &done[0]);
    arena = pt_arena_new();
    start(&second, 1, NULL, &done[1]);
    while (pt_loop_step(net.loop))
        ;
    pt_arena_free(own);
    OK(done[0] && done[1] && net.count == 1, "one connection is for both");
    IS(second.detail, "no", "and both know what came of it");
    tear_down();
    line = NULL;
}

static void stopped_in_a_line(void)
{
    struct pt_trials_line one = {0};
    struct pt_trial first = {.host = "a", .port = 993, .security = PT_TLS};
    struct pt_trial second = first;
    struct pt_trials *all;
    bool done[2] = {0};

    set_up(PT_ANSWER_OK, 100);
    line = &one;
    all = start(&first, 1, NULL, &done[0]);
    start(&second, 1, NULL, &done[1]);
    pt_loop_step(net.loop);
    pt_trials_stop(all);
    while (pt_loop_step(net.loop))
        ;
    OK(done[0] && first.outcome == PT_TRIAL_TIMEOUT,
       "one of several can be stopped");
    OK(done[1] && second.outcome == PT_TRIAL_WORKS,
       "and the next of the others has its turn");
    tear_down();
    line = NULL;
}

/* A name's own trials are of one machine, though nobody looked it up. */
static void many_ports(void)
{
    struct pt_trial trials[40];

    set_up(PT_ANSWER_OK, 100);
    for (size_t i = 0; i < 40; i++)
        trials[i] = (struct pt_trial){
            .host = "a", .port = (uint16_t)(i + 1), .security = PT_TLS};
    run(trials, 40, NULL);
    OK(net.most_there == PT_TRIALS_EACH, "no more than ten at one address");
    OK(net.now_ms == 400, "and no fewer while others wait");
    tear_down();
}

static void many_hosts(void)
{
    struct pt_trial *trials;

    set_up(PT_ANSWER_OK, 100);
    trials = pt_arena_alloc(arena, HOSTS * PORTS * sizeof(*trials));
    for (size_t i = 0; i < HOSTS * PORTS; i++)
        trials[i] = (struct pt_trial){
            .host = pt_arena_printf(arena, "h%zu", i / PORTS),
            .port = (uint16_t)(i % PORTS + 1),
            .security = PT_TLS};
    run(trials, HOSTS * PORTS, NULL);
    OK(net.most == PT_TRIALS_RUNNING, "no more than 64 in all");
    OK(net.count == HOSTS * PORTS, "and every one is tried");
    tear_down();
}

static void stopped(void)
{
    struct pt_trial trials[20];
    struct pt_trials *all;
    bool done = false;

    set_up(PT_ANSWER_OK, 100);
    for (size_t i = 0; i < 20; i++)
        trials[i] = (struct pt_trial){
            .host = "a", .port = (uint16_t)(i + 1), .security = PT_TLS};
    all = start(trials, 20, NULL, &done);
    pt_loop_step(net.loop);
    pt_trials_stop(all);
    while (!done && pt_loop_step(net.loop))
        ;
    IS(pt_trial_outcome_name(trials[0].outcome), "timeout",
       "what is open when time is up has not answered");
    IS(pt_trial_outcome_name(trials[19].outcome), "not-asked",
       "and what waits is not asked");
    tear_down();

    set_up(PT_ANSWER_OK, 100);
    net.drops_as = PT_ANSWER_OK;
    all = start(trials, 1, NULL, &done);
    pt_loop_step(net.loop);
    pt_trials_stop(all);
    IS(pt_trial_outcome_name(trials[0].outcome), "works",
       "what was heard by then counts");
    tear_down();
}

static void none(void)
{
    set_up(PT_ANSWER_OK, 100);
    run(NULL, 0, NULL);
    OK(net.count == 0, "with nothing to try nothing is tried");
    tear_down();
}

int main(void)
{
    ports_side_by_side();
    names_of_one_machine();
    names_that_overlap();
    names_within_others();
    several_in_one_line();
    told_across();
    stopped_in_a_line();
    many_ports();
    many_hosts();
    stopped();
    none();
    return tap_done();
}
