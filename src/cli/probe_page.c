#include "cli/probe_page.h"

#include "cli/show.h"
#include "format/trial_json.h"

/* ---- one try ---- */

static enum pt_service service_of(const struct pt_trial *trial)
{
    return trial->any_service && trial->has_spoken ? trial->speaks
                                                   : trial->service;
}

static const char *tell_service(const struct pt_trial *trial)
{
    return trial->any_service && !trial->has_spoken
               ? "?"
               : pt_service_title(service_of(trial));
}

static const char *tell_security(const struct pt_trial *trial)
{
    enum pt_security security =
        trial->security ? trial->security : trial->spoken;

    return security ? pt_security_title(security) : "?";
}

static const char *tell_methods(struct pt_arena *arena,
                                const struct pt_trial *trial)
{
    struct pt_strings names = {0};

    for (size_t i = 0; i < trial->auth_count; i++)
        pt_strings_add(arena, &names, pt_auth_name(trial->auth[i]));
    return names.count ? pt_show_list(arena, &names) : NULL;
}

/* ---- tables ---- */

static void add_row(struct pt_arena *arena, struct pt_table *table,
                    const struct pt_trial *trial)
{
    bool works = trial->outcome == PT_TRIAL_WORKS;

    pt_table_add(arena, table,
                 (const char *const[]){
                     pt_arena_printf(arena, "%u", trial->port),
                     tell_service(trial),
                     tell_security(trial),
                     pt_trial_outcome_name(trial->outcome),
                     works ? tell_methods(arena, trial) : NULL,
                     works ? trial->tls : NULL,
                 });
}

/* Of the same host, and the same bridge: a table of their own. */
static bool is_together(const struct pt_probe_plan *plan, size_t a, size_t b)
{
    return plan->hosts_of[a] == plan->hosts_of[b] &&
           plan->trials[a].kind == plan->trials[b].kind;
}

static bool is_first(const struct pt_probe_plan *plan, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (is_together(plan, k, i))
            return false;
    return true;
}

static void put_title(const struct pt_page *page, struct pt_arena *arena,
                      const struct pt_probe_plan *plan, size_t i)
{
    const struct pt_probe_host *host = plan->hosts_of[i];
    const struct pt_trial *trial = &plan->trials[i];

    if (host) {
        pt_page_put(page, PT_STRONG, host->name);
        if (!pt_strings_have_nocase(&host->addresses, host->name))
            pt_page_putf(page, PT_FAINT, " (%s)",
                         pt_show_list(arena, &host->addresses));
    } else {
        pt_page_put(page, PT_STRONG, trial->kind->title);
        pt_page_putf(page, PT_FAINT, " (%s)", trial->host);
    }
    pt_page_end_line(page);
}

/* The ports from i on, in the same table, of which the same is to be told; or
 * NULL: they were told before. */
static const char *list_ports(struct pt_arena *arena,
                              const struct pt_probe_plan *plan, size_t first,
                              size_t i)
{
    struct pt_strings ports = {0};

    for (size_t k = first; k < plan->trial_count; k++) {
        if (!is_together(plan, i, k) ||
            !pt_is(plan->trials[i].detail, plan->trials[k].detail))
            continue;
        if (k < i)
            return NULL;
        pt_strings_add(arena, &ports,
                       pt_arena_printf(arena, "%u", plan->trials[k].port));
    }
    return pt_show_list(arena, &ports);
}

static void put_details(const struct pt_page *page, struct pt_arena *arena,
                        const struct pt_probe_plan *plan, size_t first)
{
    for (size_t i = first; i < plan->trial_count; i++) {
        const struct pt_trial *trial = &plan->trials[i];
        bool works = trial->outcome == PT_TRIAL_WORKS;
        const char *ports = is_together(plan, first, i) && trial->detail
                                ? list_ports(arena, plan, first, i)
                                : NULL;

        if (ports)
            pt_page_entry(page, 2, works ? PT_NORMAL : PT_WARN,
                          pt_arena_printf(arena, "%s: ", ports),
                          trial->detail);
    }
}

static void put_table(const struct pt_page *page, struct pt_arena *arena,
                      const struct pt_probe_plan *plan, size_t first)
{
    static const char *const heading[] = {
        "PORT", "SERVICE", "PROTECTION", "RESULT", "SIGN IN BY", "TLS",
    };
    struct pt_table table = {.columns = 6};

    put_title(page, arena, plan, first);
    pt_table_add(arena, &table, heading);
    for (size_t i = first; i < plan->trial_count; i++)
        if (is_together(plan, first, i))
            add_row(arena, &table, &plan->trials[i]);
    if (!pt_arena_failed(arena))
        pt_page_table(page, &table);
    put_details(page, arena, plan, first);
    pt_page_end_line(page);
}

/* ---- the verdict ---- */

static const char *describe(struct pt_arena *arena,
                            const struct pt_trial *trial)
{
    return pt_arena_printf(
        arena, "%s %s, %s", tell_service(trial),
        pt_show_server(arena, trial->host, trial->port), tell_security(trial));
}

static void put_best(const struct pt_page *page, struct pt_arena *arena,
                     const struct pt_probe_verdict *verdict)
{
    for (size_t i = 0; i < verdict->best_count; i++) {
        const char *text = describe(arena, verdict->best[i]);

        if (text)
            pt_page_entry(page, 0, PT_GOOD, "best: ", text);
    }
    for (size_t i = 0; i < verdict->second_count; i++) {
        const struct pt_probe_second *second = &verdict->seconds[i];
        const char *text = pt_arena_printf(
            arena, "%s: %s", describe(arena, second->trial), second->why);

        if (text)
            pt_page_paragraph(page, 0, "less good: ", text);
    }
}

static void put_letter(const struct pt_page *page, const char *letter)
{
    pt_page_put(page, PT_STRONG, "To send to the provider's administrator:");
    pt_page_end_line(page);
    pt_page_end_line(page);
    pt_page_paragraph(&(struct pt_page){.out = page->out}, 0, "", letter);
}

static const char *headline(const struct pt_probe_verdict *verdict)
{
    if (verdict->exit == PT_OK)
        return "works";
    if (verdict->exit == PT_UNREACHABLE)
        return "nothing could be tried";
    if (verdict->best_count)
        return "works only in part";
    return verdict->second_count ? "nothing works for mail programs"
                                 : "nothing works";
}

bool pt_probe_page(const struct pt_page *page, struct pt_arena *arena,
                   const struct pt_probe_target *target,
                   const struct pt_probe *probe)
{
    const struct pt_probe_plan *plan = pt_probe_plan(probe);
    const struct pt_probe_verdict *verdict = pt_probe_verdict(probe);

    for (size_t i = 0; i < plan->trial_count; i++)
        if (is_first(plan, i))
            put_table(page, arena, plan, i);
    pt_page_put(page, PT_STRONG, target->text);
    pt_page_put(page, PT_NORMAL, ": ");
    pt_page_put(page, verdict->exit == PT_OK ? PT_GOOD : PT_BAD,
                headline(verdict));
    pt_page_end_line(page);
    put_best(page, arena, verdict);
    pt_page_paragraphs(page, 0, "", &verdict->remarks);
    if (verdict->letter) {
        pt_page_end_line(page);
        put_letter(page, verdict->letter);
    }
    return !pt_arena_failed(arena);
}

/* ---- JSON ---- */

static void put_host(struct pt_json *json, cJSON *array,
                     const struct pt_probe_host *host)
{
    static const char *const outcomes[] = {
        [PT_ANSWER_OK] = "found",
        [PT_ANSWER_ABSENT] = "absent",
        [PT_ANSWER_FAILED] = "failed",
        [PT_ANSWER_REFUSED] = "refused",
    };
    cJSON *at = pt_json_object(json, array, NULL);

    pt_json_text(json, at, "host", host->name);
    pt_json_text(json, at, "outcome", outcomes[host->status]);
    pt_json_text(json, at, "detail", host->why ? host->why : "");
    pt_json_strings(json, at, "addresses", &host->addresses);
}

static void put_verdict(struct pt_json *json,
                        const struct pt_probe_verdict *verdict)
{
    cJSON *best = pt_json_array(json, json->root, "best");
    cJSON *seconds = pt_json_array(json, json->root, "less_good");

    for (size_t i = 0; i < verdict->best_count; i++)
        pt_trial_json(json, best, verdict->best[i]);
    for (size_t i = 0; i < verdict->second_count; i++) {
        const struct pt_trial *trial = verdict->seconds[i].trial;
        cJSON *at = pt_json_object(json, seconds, NULL);

        pt_json_text(json, at, "host", trial->host);
        pt_json_number(json, at, "port", trial->port);
        pt_json_text(json, at, "why", verdict->seconds[i].why);
    }
    pt_json_strings(json, json->root, "remarks", &verdict->remarks);
    if (verdict->letter)
        pt_json_exact(json, json->root, "letter", verdict->letter);
    else
        pt_json_text(json, json->root, "letter", NULL);
}

enum pt_status pt_probe_json(const struct pt_probe_target *target,
                             const struct pt_probe *probe, bool one_line,
                             struct pt_buf *out, struct pt_error *err)
{
    const struct pt_probe_plan *plan = pt_probe_plan(probe);
    struct pt_json json;
    cJSON *array;

    pt_json_begin(&json);
    pt_json_text(&json, json.root, "target", target->text);
    array = pt_json_array(&json, json.root, "hosts");
    for (size_t i = 0; i < plan->host_count; i++)
        put_host(&json, array, &plan->hosts[i]);
    array = pt_json_array(&json, json.root, "tries");
    for (size_t i = 0; i < plan->trial_count; i++)
        pt_trial_json(&json, array, &plan->trials[i]);
    put_verdict(&json, pt_probe_verdict(probe));
    return pt_json_end(&json, one_line, out, err);
}
