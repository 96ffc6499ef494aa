#include "resolve/search.h"

#include "resolve/engine.h"
#include "resolve/merge.h"

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

/* --from stands for the whole outside world; this machine's bridges are asked
 * only when the file points at one, or the user names one. */
static bool is_selected(const struct pt_query *query,
                        const struct pt_source *source)
{
    const char *name = source->name;

    if (query->only.count && !pt_strings_have(&query->only, name))
        return false;
    if (pt_strings_have(&query->skip, name))
        return false;
    if (!query->from)
        return !pt_is(name, "file");
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

struct search {
    struct pt_arena *arena;
    struct pt_loop *loop;
    struct pt_transport *net;
    const struct pt_query *query;
    struct pt_findings *found;
    struct pt_settings *settings; /* or NULL */
    bool failed;
};

static bool add_report(struct search *s, const struct pt_task *task)
{
    struct pt_settings *settings = s->settings;
    struct pt_source_report *more =
        pt_arena_grow(s->arena, settings->sources, settings->source_count,
                      sizeof(*more));

    if (!more)
        return false;
    settings->sources = more;
    more[settings->source_count++] =
        (struct pt_source_report){.name = task->source->name,
                                  .outcome = task->outcome,
                                  .detail = task->detail ? task->detail : "",
                                  .took_ms = task->took_ms};
    return true;
}

static bool is_lost_file(const struct search *s, const struct pt_task *task)
{
    return s->query->from && task->outcome == PT_FAILED &&
           pt_is(task->source->name, "file");
}

static enum pt_status run(struct search *s, struct selection *tasks,
                          struct pt_error *err)
{
    enum pt_status status =
        pt_engine_run(s->arena, s->loop, s->net, s->query, tasks->at,
                      tasks->count, s->found, err);

    for (size_t i = 0; status == PT_OK && i < tasks->count; i++) {
        const struct pt_task *task = &tasks->at[i];

        s->failed |= task->outcome == PT_FAILED;
        if (s->settings && !add_report(s, task))
            return pt_fail_memory(err);
        if (is_lost_file(s, task))
            return pt_fail(err, PT_BAD_INPUT,
                           "--from wants a Mozilla autoconfig XML file",
                           "cannot use '%s': %s", s->query->from,
                           task->detail);
    }
    return status;
}

/* What the file says points at a local bridge: see what is here. */
static enum pt_status follow_to_bridge(struct search *s, struct pt_error *err)
{
    struct selection bridge = {.at = {{.source = &pt_source_bridge}},
                               .count = 1};
    const struct pt_query *query = s->query;

    if (!query->from || query->bridge || !s->found->points_at_bridge ||
        pt_strings_have(&query->skip, "bridge"))
        return PT_OK;
    return run(s, &bridge, err);
}

enum pt_status pt_search(struct pt_arena *arena, struct pt_loop *loop,
                         struct pt_transport *net,
                         const struct pt_query *query,
                         struct pt_settings *ret_settings,
                         struct pt_findings *ret_findings,
                         struct pt_error *err)
{
    struct pt_findings found = {0};
    struct pt_settings settings = {0};
    struct search s = {.arena = arena,
                       .loop = loop,
                       .net = net,
                       .query = query,
                       .found = &found,
                       .settings = query->address ? &settings : NULL};
    struct selection tasks = select_sources(query);
    int64_t start_ms = pt_loop_now(loop);
    enum pt_status status = check_sources(&query->only, err);

    if (status == PT_OK)
        status = check_sources(&query->skip, err);
    if (status == PT_OK)
        status = check_bridge(query, err);
    if (status == PT_OK)
        status = run(&s, &tasks, err);
    if (status == PT_OK)
        status = follow_to_bridge(&s, err);
    if (status != PT_OK)
        return status;
    if (query->address && ret_settings) {
        settings.address = *query->address;
        settings.took_ms = pt_loop_now(loop) - start_ms;
        if (!pt_merge(arena, query, &found, s.failed, &settings))
            return pt_fail_memory(err);
        *ret_settings = settings;
    }
    *ret_findings = found;
    return PT_OK;
}
