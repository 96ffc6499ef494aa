/* cmd_publish.c - portolan publish -o DIR ADDRESS|DOMAIN...
 *
 * Domains come and go one by one: of ten thousand no more is kept in memory
 * than of a hundred.
 */
#include "base/file.h"
#include "cli/find_stream.h"
#include "cli/publishing.h"
#include "cli/site_settings.h"
#include "cli/verified.h"
#include "model/domain.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TIMEOUT_MS = 5000, DOMAINS_MOST = 10000, TOGETHER = 100 };

/* No domain has this name. */
#define SERVERS "-"

/* ---- what is for all ---- */

/* As soon as there is something for them to serve. */
static enum pt_status put_servers(struct pt_publishing *p,
                                  struct pt_error *err)
{
    struct pt_publish_files files;
    struct pt_publish_report *report;

    if (p->has_servers)
        return PT_OK;
    p->has_servers = true;
    report = pt_publishing_report(p, NULL);
    if (!report || !pt_publish_servers(p->call->arena, p->root, &files))
        return pt_fail_memory(err);
    return pt_publishing_put(p, SERVERS, &files, PT_PUBLISH_WHOLE, report,
                             err);
}

/* ---- one domain ---- */

/* It could not be found out or written down; or it must not be told. */
static enum pt_publish_outcome outcome_of(enum pt_status status)
{
    return status == PT_UNREACHABLE || status == PT_CANNOT_WRITE ||
                   status == PT_BUSY
               ? PT_PUBLISHED_FAILED
               : PT_PUBLISHED_REFUSED;
}

static bool is_own_document(const struct pt_server *server)
{
    return server->chosen && (server->origin.rank == PT_RANK_PACC ||
                              server->origin.rank == PT_RANK_AUTOCONFIG ||
                              server->origin.rank == PT_RANK_WELL_KNOWN);
}

/* What is published is what the next run reads, unless it is told of another
 * source. */
static const char *note_of(const struct pt_publishing *p,
                           const struct pt_settings *settings)
{
    if (settings->incomplete)
        return "sources that might know better could not be asked; what is "
               "published is the best of what was found";
    for (size_t i = 0; i < settings->server_count; i++)
        if (is_own_document(&settings->servers[i]) &&
            pt_publishing_has(p, settings->address.domain))
            return "it was read from what the domain publishes already: for "
                   "what is new, name --from FILE, or --skip "
                   "pacc,autoconfig";
    return NULL;
}

static enum pt_status check(struct pt_arena *arena,
                            const struct pt_settings *settings,
                            struct pt_error *why)
{
    enum pt_status status = pt_site_judge(arena, settings, why);

    if (status == PT_OK)
        status = pt_publish_fits(settings, why);
    if (status == PT_OK)
        status = pt_verified_check(arena, settings, why);
    return status;
}

/* Its files, in the item's arena. */
static enum pt_status make_files(const struct pt_publishing *p,
                                 const struct pt_stream_item *item,
                                 struct pt_publish_files *files,
                                 struct pt_error *why)
{
    struct pt_site *site;
    enum pt_status status = check(item->arena, item->settings, why);

    if (status == PT_OK)
        status = pt_site_make(item->arena, item->settings, &site, why);
    return status == PT_OK
               ? pt_publish_site(item->arena, site, &p->web, files, why)
               : status;
}

static const char *domain_of(const struct pt_stream_item *item)
{
    return item->err.status == PT_OK ? item->settings->address.domain
                                     : item->text;
}

static enum pt_status publish_domain(struct pt_publishing *p,
                                     const struct pt_stream_item *item,
                                     struct pt_error *err)
{
    const struct pt_settings *settings = item->settings;
    const char *domain = domain_of(item);
    struct pt_error why = item->err;
    struct pt_publish_files files;
    struct pt_publish_report *report;
    enum pt_status status = why.status;

    if (status == PT_OK)
        status = make_files(p, item, &files, &why);
    if (status == PT_OK)
        status = put_servers(p, err);
    report = pt_publishing_report(p, domain);
    if (!report || status == PT_NO_MEMORY)
        return pt_fail_memory(err);
    if (status != PT_OK) {
        report->why = why;
        report->outcome = outcome_of(status);
        return PT_OK;
    }
    report->note = note_of(p, settings);
    return pt_publishing_put(
        p, domain, &files,
        settings->incomplete ? PT_PUBLISH_INCOMPLETE : PT_PUBLISH_WHOLE,
        report, err);
}

static enum pt_status put(void *ctx, const struct pt_stream_item *item,
                          struct pt_error *err)
{
    struct pt_publishing *p = ctx;
    enum pt_status status = PT_OK;

    /* named twice, it is looked at as the first time leaves it */
    if (pt_publishing_awaits(p, domain_of(item)))
        status = pt_publishing_flush(p, err);
    if (status == PT_OK)
        status = publish_domain(p, item, err);
    return status == PT_OK && p->pending_count >= TOGETHER
               ? pt_publishing_flush(p, err)
               : status;
}

/* Whoever feeds us one line at a time waits for the answer. */
static enum pt_status put_down(void *ctx, struct pt_error *err)
{
    return pt_publishing_flush(ctx, err);
}

/* ---- the folder ---- */

static enum pt_status choose_web(struct pt_publishing *p,
                                 struct pt_error *err)
{
    const char *host = p->call->options.host;
    const char *fault = host ? pt_publish_host_fault(host) : NULL;

    if (!host)
        return PT_OK;
    if (fault)
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "name the web server as others reach it",
                       "nobody else can be sent to %s, %s", host, fault);
    if (!pt_is_ip_address(host)) {
        p->web.host = host;
        return PT_OK;
    }
    return pt_strings_add(p->call->arena, &p->web.addresses, host)
               ? PT_OK
               : pt_fail_memory(err);
}

static enum pt_status choose_root(struct pt_publishing *p,
                                  struct pt_error *err)
{
    const char *dir = p->call->options.output;

    if (!dir)
        return pt_fail(err, PT_BAD_INPUT,
                       "for example: portolan publish -o site example.org",
                       "-o DIR is missing: where to put the files");
    p->root = pt_path_real(p->call->arena, dir);
    if (!p->root)
        return pt_arena_failed(p->call->arena)
                   ? pt_fail_memory(err)
                   : pt_fail(err, PT_BAD_INPUT, "name a folder",
                             "there is no way to '%s'", dir);
    if (!pt_publish_root_ok(p->root))
        return pt_fail(err, PT_BAD_INPUT,
                       "name one without blanks, quotation marks and the like",
                       "web servers' configuration cannot name the folder "
                       "'%s'",
                       p->root);
    return PT_OK;
}

static enum pt_status lock(struct pt_publishing *p, struct pt_error *err)
{
    const char *path =
        pt_arena_printf(p->call->arena, "%s/.portolan-publish/lock", p->root);
    enum pt_status status = path ? pt_file_try_lock(path, &p->lock, err)
                                 : pt_fail_memory(err);

    if (status == PT_OK)
        pt_public_clean(&p->tree);
    if (status == PT_BUSY)
        return pt_fail(err, PT_BUSY, "wait until it has ended",
                       "'%s' is being published to by another portolan",
                       p->root);
    return status;
}

/* Nothing is made there, not even a lock. */
static enum pt_status look_into_folder(struct pt_publishing *p,
                                       struct pt_error *err)
{
    struct stat st;

    if (stat(p->root, &st) && errno == ENOENT)
        return PT_OK;
    return pt_public_open(p->root, NULL, &p->tree, err);
}

static enum pt_status open_folder(struct pt_publishing *p,
                                  struct pt_error *err)
{
    enum pt_status status = choose_root(p, err);

    if (status == PT_OK)
        status = choose_web(p, err);
    if (status != PT_OK)
        return status;
    if (p->call->options.dry_run)
        return look_into_folder(p, err);
    status = pt_public_open(p->root, ".portolan-publish/new", &p->tree, err);
    return status == PT_OK ? lock(p, err) : status;
}

/* ---- the whole ---- */

static enum pt_status publish(struct pt_publishing *p, struct pt_error *err)
{
    const struct pt_call *call = p->call;
    struct pt_stream_setup setup = {.call = call,
                                    .texts = &call->operands,
                                    .takes_domains = true,
                                    .timeout_ms = TIMEOUT_MS,
                                    .put = put,
                                    .put_down = put_down,
                                    .ctx = p};
    enum pt_status status = open_folder(p, err);

    if (p->as_lines)
        setup.texts = NULL;
    if (status == PT_OK)
        status = pt_find_stream(&setup, err);
    if (status == PT_OK)
        status = pt_publish_tell_end(p, err);
    return status;
}

static enum pt_status run_publish(const struct pt_call *call,
                                  struct pt_error *err)
{
    bool reads = pt_strings_have(&call->operands, "-");
    struct pt_publishing p = {
        .call = call, .tree = {.fd = -1}, .lock = -1, .as_lines = reads};
    enum pt_status status;

    if (reads && call->operands.count > 1)
        return pt_fail(err, PT_BAD_INPUT,
                       "feed it all of them on standard input",
                       "'-' stands alone");
    if (call->options.json && !reads)
        pt_json_begin(&p.json);
    p.domains = pt_json_array(&p.json, p.json.root, "domains");
    status = publish(&p, err);
    cJSON_Delete(p.json.root);
    pt_publishing_drop(&p);
    pt_public_close(&p.tree);
    if (p.lock >= 0)
        close(p.lock);
    return status == PT_OK ? p.worst : status;
}

const struct pt_command pt_cmd_publish = {
    .name = "publish",
    .bit = PT_ON_PUBLISH,
    .operands = "ADDRESS|DOMAIN...",
    .summary = "the same, as files for any web server, and DNS",
    .about =
        "Finds the settings of each domain as 'find' does, and writes below "
        "DIR what its mail programs ask for: www/DOMAIN for the web server, "
        "dns/DOMAIN.zone for the zone, and in conf how nginx, lighttpd, Caddy "
        "or a CDN are to serve it. With '-' the domains are read from "
        "standard input, one a line, any number of them.\n"
        "A second run touches only what has changed; a file that is not as "
        "portolan has left it is kept. What a domain has no more is removed. "
        "A domain whose settings cannot be found keeps what it has.\n"
        "What is only of this machine or this network, and what nobody "
        "vouches for, is not published.",
    .examples = "portolan publish -o site --host web.example.net "
                "example.org\n"
                "portolan publish -o site --from ours.xml - < domains\n",
    .least = 1,
    .most = DOMAINS_MOST,
    .missing = "for example: portolan publish -o site example.org",
    .run = run_publish,
};
