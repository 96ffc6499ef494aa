#include "serve/publish.h"

#include "format/pacc.h"
#include "format/url.h"
#include "net/reach.h"
#include "serve/answer.h"
#include "serve/dns_help.h"
#include "serve/publish_card.h"
#include "serve/publish_conf.h"

#include <string.h>

bool pt_publish_add(struct pt_arena *arena, struct pt_publish_files *files,
                    const char *path, struct pt_slice bytes)
{
    struct pt_publish_file *more =
        path ? pt_arena_grow(arena, files->at, files->count, sizeof(*more))
             : NULL;

    if (!more)
        return false;
    files->at = more;
    more[files->count++] =
        (struct pt_publish_file){.path = path, .bytes = bytes};
    return true;
}

/* ---- what the world may know ---- */

/* Names that lead nowhere outside (RFC 2606, RFC 6762, RFC 8375, and those
 * that are customary). */
static bool is_name_of_here(const char *host)
{
    static const char *const below[] = {
        ".local", ".localdomain", ".lan", ".home.arpa", ".internal", ".home",
    };

    for (size_t i = 0; i < sizeof(below) / sizeof(*below); i++)
        if (pt_has_suffix(host, below[i]))
            return true;
    return !strpbrk(host, ".:");
}

const char *pt_publish_host_fault(const char *host)
{
    struct sockaddr_storage address;

    if (pt_is_this_machine(host))
        return "which is this machine";
    if (pt_reach_parse(host, &address))
        return pt_reach_fault((const struct sockaddr *)&address, false);
    return is_name_of_here(host) ? "a name that is known here alone" : NULL;
}

static enum pt_status fail_host(const struct pt_settings *settings,
                                const char *host, const char *why,
                                struct pt_error *err)
{
    return pt_fail(err, PT_CANNOT_EXPRESS,
                   "'portolan serve --lan' answers in this network",
                   "%s cannot be published: nobody else reaches %s, %s",
                   settings->address.domain, host, why);
}

static enum pt_status check_server(const struct pt_settings *settings,
                                   const struct pt_server *server,
                                   struct pt_error *err)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    const char *host = server->host;
    const char *why;

    if (!arena)
        return pt_fail_memory(err);
    if (server->bridge)
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "'portolan serve' answers on this machine; with "
                       "'--bridge none' only what is said outside is taken",
                       "%s cannot be published: its mail goes through %s on "
                       "this machine",
                       settings->address.domain,
                       settings->bridge.title ? settings->bridge.title
                                              : server->bridge);
    if (server->url)
        host = pt_url_host(arena, server->url);
    if (!host)
        return pt_arena_failed(arena) ? pt_fail_memory(err) : PT_OK;
    why = pt_publish_host_fault(host);
    return why ? fail_host(settings, host, why, err) : PT_OK;
}

enum pt_status pt_publish_fits(const struct pt_settings *settings,
                               struct pt_error *err)
{
    enum pt_status status = PT_OK;

    for (size_t i = 0; status == PT_OK && i < settings->server_count; i++)
        if (settings->servers[i].chosen)
            status = check_server(settings, &settings->servers[i], err);
    return status;
}

/* ---- what the server would answer ---- */

/* Whom to ask, for what, and the file that answers it from then on.  %s is
 * the domain. */
static const struct answered {
    const char *host;
    const char *target;
    const char *path;
} answered[] = {
    {"autoconfig.%s", "/mail/config-v1.1.xml", "mail/config-v1.1.xml"},
    {"%s", "/.well-known/autoconfig/mail/config-v1.1.xml",
     ".well-known/autoconfig/mail/config-v1.1.xml"},
    {"autoconfig.%s", "/v1.1/mail/config-v1.1.xml",
     "v1.1/mail/config-v1.1.xml"},
    {"autoconfig.%s", "/v1.1/%s", "v1.1/%s"},
    {"autodiscover.%s", "/autodiscover/autodiscover.xml",
     "autodiscover/autodiscover.xml"},
    {"autodiscover.%s",
     "/autodiscover/autodiscover.json?Protocol=AutodiscoverV1",
     "autodiscover/autodiscover.json"},
    {"ua-auto-config.%s", "/.well-known/user-agent-configuration.json",
     ".well-known/user-agent-configuration.json"},
};

enum { ANSWERED = sizeof(answered) / sizeof(*answered) };

const char *pt_publish_path(struct pt_arena *arena, const char *pattern,
                            const char *domain)
{
    const char *gap = strstr(pattern, "%s");

    if (!gap)
        return pt_arena_strdup(arena, pattern);
    return pt_arena_printf(arena, "%.*s%s%s", (int)(gap - pattern), pattern,
                           domain, gap + 2);
}

static bool add_answer(struct pt_arena *arena, const struct pt_house *house,
                       const struct answered *row,
                       struct pt_publish_files *files)
{
    const char *domain = house->rooms[0].domain;
    const char *path = pt_publish_path(arena, row->path, domain);
    struct pt_request request = {
        .method = "GET",
        .target = pt_publish_path(arena, row->target, domain),
        .host = pt_publish_path(arena, row->host, domain),
        .is_tls = true,
    };
    struct pt_response response = {0};
    struct pt_slice bytes;

    if (pt_arena_failed(arena))
        return false;
    pt_answer_request(arena, house, &request, &response);
    if (response.status != 200)
        return !pt_arena_failed(arena);
    bytes = response.document ? response.document->bytes : response.bytes;
    return pt_publish_add(
        arena, files, pt_arena_printf(arena, "www/%s/%s", domain, path),
        bytes);
}

static bool add_answers(struct pt_arena *arena, const struct pt_site *site,
                        struct pt_publish_files *files)
{
    struct pt_strings domains = {.at = (const char *[]){site->domain},
                                 .count = 1};
    struct pt_house house = {0};
    struct pt_site copy = *site; /* a room's own may change */

    if (!pt_house_open(arena, &domains, &house))
        return false;
    house.base = pt_arena_printf(arena, "https://autodiscover.%s",
                                 site->domain);
    house.has_tls = true;
    house.rooms[0].site = &copy;
    for (size_t i = 0; i < ANSWERED; i++)
        if (!add_answer(arena, &house, &answered[i], files))
            return false;
    return true;
}

/* ---- the rest ---- */

bool pt_publish_add_buf(struct pt_arena *arena,
                        struct pt_publish_files *files, const char *path,
                        const struct pt_buf *text)
{
    void *kept = pt_buf_failed(text)
                     ? NULL
                     : pt_arena_memdup(arena, pt_buf_text(text), text->len);

    return kept &&
           pt_publish_add(arena, files, path,
                          pt_slice(kept, text->len));
}

static bool add_card(struct pt_arena *arena, const struct pt_site *site,
                     struct pt_publish_files *files)
{
    PT_BUF struct pt_buf page = {0};

    pt_publish_card(arena, site, &page);
    return pt_publish_add_buf(arena, files,
                   pt_arena_printf(arena, "www/%s/index.html", site->domain),
                   &page);
}

static enum pt_status add_zone(struct pt_arena *arena,
                               const struct pt_site *site,
                               const struct pt_publish_web *web,
                               struct pt_publish_files *files,
                               struct pt_error *err)
{
    PT_BUF struct pt_buf zone = {0};
    PT_BUF struct pt_buf digest = {0};
    struct pt_dns_help help = {
        .kind = "zone",
        .domains = &site->settings,
        .domain_count = 1,
        .addresses = &web->addresses,
        .host = web->host,
        .has_tls = true,
        .is_public = true,
    };
    enum pt_status status;

    if (site->pacc.media_type) {
        pt_pacc_digest(site->pacc.bytes, &digest);
        help.pacc_digest = pt_buf_text(&digest);
    }
    if (pt_buf_failed(&digest))
        return pt_fail_memory(err);
    status = pt_dns_help_put(&help, &zone, err);
    if (status != PT_OK)
        return status;
    return pt_publish_add_buf(arena, files,
                   pt_arena_printf(arena, "dns/%s.zone", site->domain), &zone)
               ? PT_OK
               : pt_fail_memory(err);
}

enum pt_status pt_publish_site(struct pt_arena *arena,
                               const struct pt_site *site,
                               const struct pt_publish_web *web,
                               struct pt_publish_files *ret_files,
                               struct pt_error *err)
{
    struct pt_publish_files files = {0};
    enum pt_status status;

    if (!add_answers(arena, site, &files) || !add_card(arena, site, &files) ||
        !pt_publish_redirects(arena, site, &files))
        return pt_fail_memory(err);
    status = add_zone(arena, site, web, &files, err);
    if (status == PT_OK)
        *ret_files = files;
    return status;
}
