#include "resolve/search.h"

#include "resolve/engine.h"
#include "resolve/merge.h"
#include "resolve/verify.h"

enum { SOURCES_MAX = 16 };

/* The tasks of one run. */
struct selection {
    struct pt_task at[SOURCES_MAX];
    size_t count;
};

static bool is_source(const char *name)
{
    for (size_t i = 0; pt_sources[i]; i++)
        if (pt_is(pt_sources[i]->name, name))
            return true;
    return false;
}

static enum pt_status check_sources(const struct pt_strings *names,
                                    struct pt_error *err)
{
    for (size_t i = 0; i < names->count; i++)
        if (!is_source(names->at[i]))
            return pt_fail(err, PT_BAD_INPUT,
                           "'portolan sources' lists those there are",
                           "there is no source '%s'", names->at[i]);
    return PT_OK;
}

static enum pt_status check_bridge(const struct pt_query *query,
                                   struct pt_error *err)
{
    if (!query->bridge || pt_is(query->bridge, "none"))
        return PT_OK;
    for (size_t k = 0; k < query->kind_count; k++)
        if (pt_is(query->kinds[k].name, query->bridge))
            return PT_OK;
    return pt_fail(err, PT_BAD_INPUT,
                   "--bridge takes proton, davmail, hydroxide ... or none; "
                   "the files in profiles/bridges name them all",
                   "there is no bridge '%s'", query->bridge);
}

/* Does the user want this source? */
static bool is_wanted(const struct pt_query *query, const char *name)
{
    return (!query->only.count || pt_strings_have(&query->only, name)) &&
           !pt_strings_have(&query->skip, name);
}

/* Does it wait for what all the others say? */
static bool is_last(const struct pt_source *source)
{
    return source == &pt_source_guess;
}

/* --from stands for the whole outside world; this machine's bridges are asked
 * only when the file points at one, or the user names one.  Without an address
 * there are only the bridges to look for. */
static bool is_selected(const struct pt_query *query,
                        const struct pt_source *source)
{
    const char *name = source->name;

    if (is_last(source) || !is_wanted(query, name))
        return false;
    if (!query->address)
        return pt_is(name, "bridge");
    if (!query->from)
        return true;
    return pt_is(name, "file") || (pt_is(name, "bridge") && query->bridge);
}

static struct selection select_sources(const struct pt_query *query)
{
    struct selection s = {0};

    for (size_t i = 0; pt_sources[i] && s.count < SOURCES_MAX; i++)
        if (is_selected(query, pt_sources[i]))
            s.at[s.count++].source = pt_sources[i];
    return s;
}

struct pt_search {
    struct pt_arena *arena;
    struct pt_loop *loop;
    struct pt_transport *net;
    struct pt_query query;
    struct pt_run *run;
    struct selection tasks;
    struct pt_findings found;
    struct pt_findings looked; /* what the first run saw of bridges */
    struct pt_settings settings;
    struct pt_verification *verification; /* NULL: not yet, or no more */
    bool is_stopped;
    bool has_guessed;
    int64_t start_ms;
    pt_search_done_fn *done;
    void *ctx;
};

/* ---- reports ---- */

static struct pt_source_report *find_report(const struct pt_search *s,
                                            const char *name)
{
    for (size_t i = 0; i < s->settings.source_count; i++)
        if (pt_is(s->settings.sources[i].name, name))
            return &s->settings.sources[i];
    return NULL;
}

/* A source that was asked again has changed its mind. */
static void add_report(struct pt_search *s, const struct pt_task *task)
{
    struct pt_settings *settings = &s->settings;
    struct pt_source_report *report = find_report(s, task->source->name);
    struct pt_source_report *more = NULL;

    if (!report)
        more = pt_arena_grow(s->arena, settings->sources,
                             settings->source_count, sizeof(*more));
    if (more) {
        settings->sources = more;
        report = &more[settings->source_count++];
    }
    if (!report)
        return;
    *report =
        (struct pt_source_report){.name = task->source->name,
                                  .outcome = task->outcome,
                                  .detail = task->detail ? task->detail : "",
                                  .took_ms = task->took_ms,
                                  .lost = task->lost,
                                  .missed = task->missed};
    if (task->outcome == PT_FAILED && !task->lost.rank)
        report->lost = (struct pt_worth){.trust = task->source->ceiling,
                                         .rank = task->source->rank};
}

static struct pt_worth most_lost(const struct pt_search *s)
{
    struct pt_worth lost = {0};

    for (size_t i = 0; i < s->settings.source_count; i++)
        if (pt_worth_compare(s->settings.sources[i].lost, lost) > 0)
            lost = s->settings.sources[i].lost;
    return lost;
}

/* ---- the course of it ---- */

/* The user named the file, so that it cannot be read is the user's error. */
static enum pt_status check_file(const struct pt_search *s,
                                 struct pt_error *err)
{
    const struct pt_source_report *report =
        s->query.from ? find_report(s, "file") : NULL;

    if (!report || report->outcome != PT_FAILED)
        return PT_OK;
    return pt_fail(err, PT_BAD_INPUT,
                   "--from wants a Mozilla autoconfig XML file",
                   "cannot use '%s': %s", s->query.from, report->detail);
}

static int64_t spent_ms(const struct pt_search *s)
{
    return pt_loop_now(s->loop) - s->start_ms;
}

static void end(struct pt_search *s, enum pt_status status,
                struct pt_error *err)
{
    s->settings.took_ms = spent_ms(s);
    if (pt_arena_failed(s->arena))
        status = pt_fail_memory(err);
    s->done(s->ctx, status, err);
}

static void on_verified(void *ctx)
{
    struct pt_search *s = ctx;
    struct pt_error err = {0};

    s->verification = NULL;
    end(s, PT_OK, &err);
}

/* What is left of the search's time; more, where it was asked for. */
static int64_t verify_ms(const struct pt_search *s)
{
    int64_t left = s->query.timeout_ms - spent_ms(s);
    int64_t least = s->query.password                 ? PT_VERIFY_LOGIN_MS
                    : s->query.verify == PT_VERIFY_ALL ? PT_VERIFY_MS
                                                       : 1;

    return left > least ? left : least;
}

static bool begin_verification(struct pt_search *s)
{
    if (s->is_stopped || !pt_verify_is_due(&s->query, &s->settings))
        return false;
    s->verification =
        pt_verify_begin(&(struct pt_verify_setup){.arena = s->arena,
                                                  .loop = s->loop,
                                                  .net = s->net,
                                                  .query = &s->query,
                                                  .found = &s->found,
                                                  .settings = &s->settings,
                                                  .limit_ms = verify_ms(s),
                                                  .done = on_verified,
                                                  .ctx = s});
    return s->verification;
}

static void conclude(struct pt_search *s)
{
    struct pt_settings *settings = &s->settings;
    struct pt_error err = {0};
    enum pt_status status = check_file(s, &err);

    settings->events = s->found.events;
    settings->event_count = s->found.event_count;
    if (status == PT_OK && s->query.address) {
        settings->address = *s->query.address;
        settings->is_verified = s->query.verify == PT_VERIFY_ALL;
        if (!pt_merge(s->arena, &s->query, &s->found, most_lost(s), settings))
            status = pt_fail_memory(&err);
        else if (begin_verification(s))
            return;
    }
    end(s, status, &err);
}

/* What was published points at a local bridge, none is known to serve the
 * address, and nobody who is better to be believed names servers: think again
 * of what is here, now that this is known. */
static bool must_follow(const struct pt_search *s)
{
    const struct pt_query *query = &s->query;

    return !s->found.follows_pointer && !s->is_stopped && query->address &&
           s->found.points_at_bridge && !s->found.serving &&
           !s->found.needed && !query->bridge && is_wanted(query, "bridge") &&
           !pt_merge_is_decided(s->arena, query, &s->found, s->found.pointer);
}

/* Does what was found wait for consent?  Then the servers that are missing are
 * to be had where those are, and not by guessing. */
static bool is_unsure(const struct pt_search *s)
{
    struct pt_settings settings = {.address = *s->query.address};
    PT_ARENA struct pt_arena *scratch = pt_arena_new();

    if (scratch && pt_merge(scratch, &s->query, &s->found, most_lost(s),
                            &settings))
        return settings.status == PT_FIND_UNSURE;
    pt_arena_fail(s->arena);
    return true;
}

/* Nobody knows any servers, for receiving or for sending. */
static bool may_guess(const struct pt_search *s)
{
    const struct pt_query *query = &s->query;

    return !s->has_guessed && !s->is_stopped && query->address &&
           !query->from && is_wanted(query, pt_source_guess.name) &&
           pt_guess_is_due(&s->found) && !is_unsure(s);
}

/* Who did not answer, or not as we must believe it; or NULL. */
static const char *find_silent(const struct pt_search *s)
{
    for (size_t i = 0; i < s->settings.source_count; i++) {
        const struct pt_source_report *report = &s->settings.sources[i];

        if (report->outcome == PT_FAILED || report->outcome == PT_REFUSED ||
            report->lost.trust > PT_GUESSED)
            return report->name;
    }
    return NULL;
}

static bool begin_run(struct pt_search *s);

static void run_again(struct pt_search *s, const struct pt_source *source)
{
    s->tasks = (struct selection){.at = {{.source = source}}, .count = 1};
    if (!begin_run(s))
        conclude(s);
}

/* A guess where somebody may know better could lead astray. */
static void withhold_guess(struct pt_search *s, const char *silent)
{
    add_report(s, &(struct pt_task){
                      .source = &pt_source_guess,
                      .outcome = PT_SKIPPED,
                      .detail = pt_arena_printf(
                          s->arena, "not guessed: %s did not answer as it "
                                    "should", silent)});
}

static void guess_or_conclude(struct pt_search *s)
{
    const char *silent = find_silent(s);

    if (!may_guess(s)) {
        conclude(s);
    } else if (silent) {
        withhold_guess(s, silent);
        conclude(s);
    } else {
        s->has_guessed = true;
        run_again(s, &pt_source_guess);
    }
}

static void on_run_done(void *ctx)
{
    struct pt_search *s = ctx;

    for (size_t i = 0; i < s->tasks.count; i++)
        add_report(s, &s->tasks.at[i]);
    if (!must_follow(s)) {
        guess_or_conclude(s);
        return;
    }
    s->found.follows_pointer = true;
    s->looked = s->found;
    if (s->looked.looks)
        s->query.looked = &s->looked;
    s->found.bridges = NULL;
    s->found.bridge_count = 0;
    run_again(s, &pt_source_bridge);
}

static bool begin_run(struct pt_search *s)
{
    s->run = pt_run_begin(&(struct pt_run_setup){.arena = s->arena,
                                                 .loop = s->loop,
                                                 .net = s->net,
                                                 .query = &s->query,
                                                 .tasks = s->tasks.at,
                                                 .task_count = s->tasks.count,
                                                 .found = &s->found,
                                                 .spent_ms = spent_ms(s)},
                          on_run_done, s);
    return s->run;
}

enum pt_status pt_search_check(const struct pt_query *query,
                               struct pt_error *err)
{
    enum pt_status status = check_sources(&query->only, err);

    if (status == PT_OK)
        status = check_sources(&query->skip, err);
    return status == PT_OK ? check_bridge(query, err) : status;
}

struct pt_search *pt_search_begin(const struct pt_search_setup *setup,
                                  pt_search_done_fn *done, void *ctx)
{
    struct pt_search *s = pt_arena_alloc(setup->arena, sizeof(*s));

    if (!s)
        return NULL;
    *s = (struct pt_search){.arena = setup->arena,
                            .loop = setup->loop,
                            .net = setup->net,
                            .query = *setup->query,
                            .tasks = select_sources(setup->query),
                            .start_ms = pt_loop_now(setup->loop),
                            .done = done,
                            .ctx = ctx};
    return begin_run(s) ? s : NULL;
}

void pt_search_stop(struct pt_search *search)
{
    search->is_stopped = true;
    if (search->verification)
        pt_verify_stop(search->verification);
    else
        pt_run_stop(search->run);
}

const struct pt_settings *pt_search_settings(const struct pt_search *search)
{
    return &search->settings;
}

const struct pt_findings *pt_search_findings(const struct pt_search *search)
{
    return &search->found;
}

/* ---- one at a time ---- */

struct waiting {
    bool done;
    enum pt_status status;
    struct pt_error *err;
};

static void note_done(void *ctx, enum pt_status status,
                      const struct pt_error *err)
{
    struct waiting *waiting = ctx;

    waiting->done = true;
    waiting->status = status;
    if (status != PT_OK && waiting->err)
        *waiting->err = *err;
}

enum pt_status pt_search(const struct pt_search_setup *setup,
                         struct pt_settings *ret_settings,
                         struct pt_findings *ret_findings,
                         struct pt_error *err)
{
    struct waiting waiting = {.err = err};
    const struct pt_search *search;
    enum pt_status status = pt_search_check(setup->query, err);

    if (status != PT_OK)
        return status;
    search = pt_search_begin(setup, note_done, &waiting);
    if (!search)
        return pt_fail_memory(err);
    while (!waiting.done && pt_loop_step(setup->loop))
        ;
    if (waiting.status != PT_OK)
        return waiting.status;
    if (ret_settings)
        *ret_settings = search->settings;
    *ret_findings = search->found;
    return PT_OK;
}
