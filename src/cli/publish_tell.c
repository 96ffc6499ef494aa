/* publish_tell.c - what `portolan publish` has to say. */
#include "cli/diff_show.h"
#include "cli/json_print.h"
#include "cli/publishing.h"

static const char *const outcomes[PT_PUBLISHED_KINDS] = {
    [PT_PUBLISHED] = "published",
    [PT_PUBLISHED_CURRENT] = "current",
    [PT_PUBLISHED_REFUSED] = "refused",
    [PT_PUBLISHED_FAILED] = "failed",
};

static const char *const acts[] = {
    [PT_PUBLISH_SAME] = "same",
    [PT_PUBLISH_NEW] = "new",
    [PT_PUBLISH_CHANGED] = "changed",
    [PT_PUBLISH_GONE] = "gone",
};

static bool is_bad(const struct pt_publish_report *report)
{
    return report->why.status != PT_OK;
}

/* ---- JSON ---- */

static void put_changes(struct pt_json *json, cJSON *at,
                        const struct pt_publish_report *report)
{
    cJSON *changes = pt_json_array(json, at, "changes");

    for (size_t i = 0; i < report->change_count; i++) {
        cJSON *change = pt_json_object(json, changes, NULL);

        pt_json_text(json, change, "path", report->changes[i].path);
        pt_json_text(json, change, "what", acts[report->changes[i].act]);
        if (report->changes[i].diff)
            pt_diff_json(json, change, report->changes[i].diff);
    }
}

static void put_report(struct pt_json *json, cJSON *at,
                       const struct pt_publish_report *report, bool is_dry)
{
    pt_json_text(json, at, "domain", report->domain);
    pt_json_text(json, at, "outcome", outcomes[report->outcome]);
    pt_json_number(json, at, "files", (double)report->files);
    pt_json_text(json, at, "why", is_bad(report) ? report->why.text : NULL);
    if (is_bad(report) && report->why.hint[0])
        pt_json_text(json, at, "hint", report->why.hint);
    if (report->note)
        pt_json_text(json, at, "note", report->note);
    if (is_dry)
        put_changes(json, at, report);
}

static enum pt_status tell_json(struct pt_publishing *p,
                                const struct pt_publish_report *report,
                                struct pt_error *err)
{
    bool is_dry = p->call->options.dry_run;
    struct pt_json line;

    if (!p->as_lines) {
        put_report(&p->json, pt_json_object(&p->json, p->domains, NULL),
                   report, is_dry);
        return PT_OK;
    }
    pt_json_begin(&line);
    put_report(&line, line.root, report, is_dry);
    return pt_json_print(&line, true, p->call->io->out, err);
}

/* ---- people ---- */

static void tell_bad(const struct pt_publishing *p,
                     const struct pt_publish_report *report)
{
    struct pt_page page = pt_page_err(p->call->io);

    if (is_bad(report))
        pt_page_error(&page, &report->why);
    if (report->note)
        pt_page_paragraph(&page, 0, "portolan: ", report->note);
}

static void tell_changes(const struct pt_publishing *p,
                         const struct pt_publish_report *report)
{
    struct pt_page page = pt_page_out(p->call->io);

    for (size_t i = 0; i < report->change_count; i++)
        pt_diff_tell(&page, report->changes[i].diff);
}

/* Of very many only what is not as it was is of interest. */
static void tell_domain(const struct pt_publishing *p,
                        const struct pt_publish_report *report)
{
    struct pt_page page = pt_page_out(p->call->io);

    if (!report->domain || is_bad(report) ||
        (p->as_lines && report->outcome == PT_PUBLISHED_CURRENT))
        return;
    pt_page_put(&page, PT_NORMAL, report->domain);
    if (p->call->options.dry_run && report->outcome == PT_PUBLISHED)
        pt_page_putf(&page, PT_NORMAL, " would be published, %zu file%s",
                     report->files, report->files == 1 ? "" : "s");
    else
        pt_page_putf(&page, PT_NORMAL, " is %s, %zu file%s",
                     outcomes[report->outcome], report->files,
                     report->files == 1 ? "" : "s");
    pt_page_end_line(&page);
}

enum pt_status pt_publish_tell(struct pt_publishing *p,
                               const struct pt_publish_report *report,
                               struct pt_error *err)
{
    if (report->domain) {
        p->counts[report->outcome]++;
        p->domain_count++;
    }
    if (p->worst == PT_OK)
        p->worst = report->why.status;
    if (p->call->options.json && report->domain)
        return tell_json(p, report, err);
    tell_bad(p, report);
    if (p->call->options.dry_run && !p->call->options.json)
        tell_changes(p, report);
    tell_domain(p, report);
    return PT_OK;
}

static void tell_sum(const struct pt_publishing *p)
{
    struct pt_page page = pt_page_out(p->call->io);

    pt_page_putf(&page, PT_NORMAL,
                 "%zu domains: %zu published, %zu current, %zu refused, "
                 "%zu failed",
                 p->domain_count, p->counts[PT_PUBLISHED],
                 p->counts[PT_PUBLISHED_CURRENT],
                 p->counts[PT_PUBLISHED_REFUSED],
                 p->counts[PT_PUBLISHED_FAILED]);
    pt_page_end_line(&page);
}

static void tell_where(const struct pt_publishing *p)
{
    struct pt_page page = pt_page_err(p->call->io);

    if (!p->counts[PT_PUBLISHED] || p->call->options.dry_run)
        return;
    pt_page_putf(&page, PT_NORMAL,
                 "%s/conf tells nginx, lighttpd, Caddy and CDNs how to serve "
                 "it; %s/dns has the records",
                 p->call->options.output, p->call->options.output);
    pt_page_end_line(&page);
}

enum pt_status pt_publish_tell_end(struct pt_publishing *p,
                                   struct pt_error *err)
{
    struct pt_json json = p->json;

    p->json = (struct pt_json){0};
    if (p->call->options.json)
        return p->as_lines
                   ? PT_OK
                   : pt_json_print(&json, false, p->call->io->out, err);
    if (p->as_lines)
        tell_sum(p);
    tell_where(p);
    return PT_OK;
}
