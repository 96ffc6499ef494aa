#include "serve/dns_lines.h"

#include "format/url.h"
#include "model/domain.h"
#include "net/reach.h"

#include <string.h>
#include <strings.h>

enum { NAME_MAX = 253 }; /* RFC 1035, 2.3.4, as text */

/* What is being put together. */
struct work {
    struct pt_arena *arena;
    const struct pt_dns_help *help;
    const struct pt_settings *settings;
    struct pt_dns_lines *lines;
    const char *about; /* of the next line */
    const char *unfit; /* the first name that is none */
};

/* ---- whose names ---- */

bool pt_dns_is_mdns(const char *host)
{
    return host && pt_has_suffix(host, ".local");
}

bool pt_dns_is_own(const struct pt_dns_help *help, const char *host)
{
    return host && (pt_is_nocase(host, help->host) ||
                    pt_strings_have_nocase(help->addresses, host));
}

static bool has_addresses(const struct pt_dns_help *help)
{
    return help->addresses->count > 0;
}

/* A name in DNS, which this server can be called by. */
static const char *own_name(const struct pt_dns_help *help)
{
    return help->host && !pt_is_ip_address(help->host) &&
                   !pt_dns_is_mdns(help->host)
               ? help->host
               : NULL;
}

/* Is there anything that names of the domain can lead to? */
static bool is_somewhere(const struct pt_dns_help *help)
{
    return has_addresses(help) || own_name(help);
}

/* ---- what is fit to be said ---- */

static enum pt_status check_address(const struct pt_dns_help *help,
                                    const char *text, struct pt_error *err)
{
    struct sockaddr_storage address;
    const char *fault = NULL;

    if (!pt_reach_parse(text, &address))
        return pt_fail(err, PT_CANNOT_EXPRESS, NULL,
                       "'%s' is no address of a server", text);
    fault =
        pt_reach_fault((const struct sockaddr *)&address, !help->is_public);
    if (!fault)
        return PT_OK;
    return pt_fail(err, PT_CANNOT_EXPRESS,
                   "name the address that others reach the server by",
                   "nobody else can be sent to %s, %s", text, fault);
}

static enum pt_status check_name(const char *name, struct pt_error *err)
{
    if (pt_host_ok(name))
        return PT_OK;
    return pt_fail(err, PT_CANNOT_EXPRESS,
                   "a name has letters, digits, hyphens and dots",
                   "'%s' is no name that DNS can hold", name);
}

/* Of base64 alone, and short: 32 bytes are 44 characters. */
static bool is_digest(const char *text)
{
    size_t len = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "abcdefghijklmnopqrstuvwxyz0123456789+/=");

    return !text[len] && len > 0 && len <= 100;
}

enum pt_status pt_dns_check(const struct pt_dns_help *help,
                            struct pt_error *err)
{
    enum pt_status status = PT_OK;

    for (size_t i = 0; status == PT_OK && i < help->addresses->count; i++)
        status = check_address(help, help->addresses->at[i], err);
    if (status == PT_OK && help->host)
        status = check_name(help->host, err);
    for (size_t i = 0; status == PT_OK && i < help->domain_count; i++)
        status = check_name(help->domains[i]->address.domain, err);
    if (status != PT_OK)
        return status;
    if (help->pacc_digest && !is_digest(help->pacc_digest))
        return pt_fail(err, PT_CANNOT_EXPRESS, NULL,
                       "'%s' is no digest in base64", help->pacc_digest);
    if (help->is_public || is_somewhere(help))
        return PT_OK;
    return pt_fail(err, PT_CANNOT_EXPRESS,
                   "name the server with --host, or an address with --listen",
                   "there is neither an address nor a name in DNS to send "
                   "others to");
}

/* ---- lines ---- */

static void add(struct work *work, const struct pt_dns_line *line)
{
    struct pt_dns_lines *lines = work->lines;
    struct pt_dns_line *at = pt_arena_grow(work->arena, lines->at,
                                           lines->count, sizeof(*at));

    if (!at || !line->name)
        return;
    if (strlen(line->name) > NAME_MAX && !work->unfit)
        work->unfit = line->name;
    lines->at = at;
    at[lines->count] = *line;
    at[lines->count++].about = work->about;
    work->about = NULL;
}

static void add_below(struct work *work, const char *label,
                      struct pt_dns_line line)
{
    line.label = label;
    line.name = pt_arena_printf(work->arena, "%s.%s", label,
                                work->settings->address.domain);
    add(work, &line);
}

static void add_server(struct work *work, const char *label, const char *host,
                       uint16_t port)
{
    const char *whole = pt_arena_printf(work->arena, "%s._tcp", label);

    if (whole)
        add_below(work, whole,
                  (struct pt_dns_line){.kind = PT_DNS_LINE_SERVER,
                                       .value = host,
                                       .port = port});
}

/* In the world the name is better: its addresses may change. */
static bool goes_by_name(const struct pt_dns_help *help)
{
    return own_name(help) && (help->is_public || !has_addresses(help));
}

static void add_addresses(struct work *work, const struct pt_dns_line *like)
{
    const struct pt_strings *addresses = work->help->addresses;

    for (size_t i = 0; i < addresses->count; i++) {
        struct pt_dns_line line = *like;

        line.kind = PT_DNS_LINE_ADDRESS;
        line.value = addresses->at[i];
        add(work, &line);
    }
}

/* What it is to lead to is for others to know. */
static void leave_out_name(struct work *work, const char *name)
{
    const char *text =
        name ? pt_arena_printf(work->arena,
                               "%s is left out: --host NAME says which web "
                               "server it leads to",
                               name)
             : NULL;

    if (text)
        pt_strings_add(work->arena, &work->lines->left_out, text);
}

/* A name of the domain that leads to this server. */
static void add_own(struct work *work, const char *label, const char *about)
{
    struct pt_dns_line line = {
        .label = label,
        .name = pt_arena_printf(work->arena, "%s.%s", label,
                                work->settings->address.domain),
    };

    if (!is_somewhere(work->help)) {
        leave_out_name(work, line.name);
        return;
    }
    work->about = about;
    if (goes_by_name(work->help)) {
        line.kind = PT_DNS_LINE_ALIAS;
        line.value = own_name(work->help);
        add(work, &line);
    } else {
        add_addresses(work, &line);
    }
}

static void leave_out(struct work *work, const struct pt_server *server,
                      const char *why)
{
    const char *text =
        pt_arena_printf(work->arena, "%s of %s is left out: %s",
                        pt_service_title(server->service),
                        work->settings->address.domain, why);

    if (text)
        pt_strings_add(work->arena, &work->lines->left_out, text);
}

/* ---- mail ---- */

/* The label that says it, and the one that would say otherwise (RFC 6186, RFC
 * 8314). */
static const struct mail_label {
    enum pt_service service;
    enum pt_security security;
    const char *label;
    const char *other; /* or NULL */
} mail_labels[] = {
    {PT_IMAP, PT_TLS, "_imaps", "_imap"},
    {PT_IMAP, PT_STARTTLS, "_imap", "_imaps"},
    {PT_POP3, PT_TLS, "_pop3s", "_pop3"},
    {PT_POP3, PT_STARTTLS, "_pop3", "_pop3s"},
    {PT_SUBMISSION, PT_TLS, "_submissions", "_submission"},
    {PT_SUBMISSION, PT_STARTTLS, "_submission", "_submissions"},
    {PT_SIEVE, PT_STARTTLS, "_sieve", NULL},
};

/* SRV names no address: this server's own name stands for it, which
 * autoconfig.DOMAIN is too.  NULL: there is none. */
static const char *target_of(const struct work *work, const char *host)
{
    if (!pt_is_ip_address(host) && !pt_dns_is_mdns(host))
        return host;
    if (!pt_dns_is_own(work->help, host))
        return NULL;
    if (own_name(work->help))
        return own_name(work->help);
    return pt_arena_printf(work->arena, "autoconfig.%s",
                           work->settings->address.domain);
}

/* NULL: it is left out. */
static const char *host_to_name(struct work *work,
                                const struct pt_server *server,
                                const char *host)
{
    const char *target;

    if (!pt_host_ok(host)) {
        work->unfit = work->unfit ? work->unfit : host;
        return NULL;
    }
    if (pt_is_this_machine(host)) {
        leave_out(work, server,
                  "its server is on this machine alone, and devices reach it "
                  "only by 'portolan serve --relay'");
        return NULL;
    }
    target = target_of(work, host);
    if (!target && !pt_arena_failed(work->arena))
        leave_out(work, server,
                  "SRV records name hosts of DNS, and its server has none");
    return target;
}

/* Who says that it is the other way, in the zone outside, would have clients
 * go there. */
static void add_mail(struct work *work, const struct mail_label *label,
                     const struct pt_server *server)
{
    const char *target = host_to_name(work, server, server->host);

    if (!target)
        return;
    add_server(work, label->label, target, server->port);
    if (label->other && !work->help->is_public)
        add_server(work, label->other, NULL, 0);
}

static void put_mail(struct work *work, const struct pt_server *server)
{
    for (size_t i = 0; i < sizeof(mail_labels) / sizeof(*mail_labels); i++)
        if (mail_labels[i].service == server->service &&
            mail_labels[i].security == server->security) {
            add_mail(work, &mail_labels[i], server);
            return;
        }
    leave_out(work, server, "there is no label for how it is protected");
}

/* Who says that a service is decidedly not offered is believed (RFC 6186,
 * 3.4), and has to go on saying so. */
static void put_denied(struct work *work)
{
    for (size_t i = 0; i < sizeof(mail_labels) / sizeof(*mail_labels); i++)
        if (work->settings->denied >> mail_labels[i].service & 1)
            add_server(work, mail_labels[i].label, NULL, 0);
}

/* ---- what is had by URL ---- */

static const struct web_label {
    enum pt_service service;
    const char *label;
    const char *path;  /* where clients look by themselves */
    bool has_text;     /* another path can be said (RFC 6764, 4) */
} web_labels[] = {
    {PT_JMAP, "_jmap", "/.well-known/jmap", false},
    {PT_CALDAV, "_caldavs", "/.well-known/caldav", true},
    {PT_CARDDAV, "_carddavs", "/.well-known/carddav", true},
};

/* Of what no syntax quotes, and short enough for one string of a TXT record. */
static bool is_plain_path(const char *path)
{
    size_t len = strspn(path, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "abcdefghijklmnopqrstuvwxyz0123456789"
                              "-._~/%+=@:");

    return path[0] == '/' && !path[len] && len <= 200;
}

/* An account's own path is nothing to say of the whole domain. */
static bool is_of_all(const struct work *work, const char *path)
{
    const struct pt_address *address = &work->settings->address;
    struct pt_slice slice = pt_slice_of(path);
    const char *escaped = pt_url_escape(work->arena, address->text);

    return !pt_slice_find(slice, address->text) &&
           !(escaped && pt_slice_find(slice, escaped)) &&
           !pt_slice_find(slice, address->local);
}

static void add_path(struct work *work, const struct web_label *label,
                     const char *path)
{
    const char *whole = pt_arena_printf(work->arena, "%s._tcp", label->label);

    if (whole && !pt_is(path, label->path))
        add_below(work, whole,
                  (struct pt_dns_line){.kind = PT_DNS_LINE_TEXT,
                                       .value = pt_arena_printf(
                                           work->arena, "path=%s", path)});
}

static void add_web(struct work *work, const struct web_label *label,
                    const struct pt_server *server)
{
    const char *host = pt_url_host(work->arena, server->url);
    const char *path = host ? pt_url_path(server->url) : "";
    const char *target;

    if (!host || !pt_url_is_https(server->url) ||
        !(pt_is(path, label->path) ||
          (label->has_text && is_plain_path(path) &&
           is_of_all(work, path)))) {
        leave_out(work, server, "DNS cannot say its URL");
        return;
    }
    target = host_to_name(work, server, host);
    if (!target)
        return;
    add_server(work, label->label, target, pt_url_port(server->url));
    add_path(work, label, path);
}

static void put_web(struct work *work, const struct pt_server *server)
{
    for (size_t i = 0; i < sizeof(web_labels) / sizeof(*web_labels); i++)
        if (web_labels[i].service == server->service)
            add_web(work, &web_labels[i], server);
}

/* ---- all of a domain ---- */

static void put_servers(struct work *work)
{
    const struct pt_settings *settings = work->settings;

    work->about = "which servers there are, for who asks DNS alone";
    for (size_t i = 0; i < settings->server_count; i++) {
        const struct pt_server *server = &settings->servers[i];

        if (!server->chosen || server->denied)
            continue;
        if (server->url)
            put_web(work, server);
        else if (server->host)
            put_mail(work, server);
    }
    put_denied(work);
}

static void put_outlook(struct work *work)
{
    const char *host = pt_arena_printf(work->arena, "autodiscover.%s",
                                       work->settings->address.domain);

    add_own(work, "autodiscover", "where Outlook asks");
    if (work->help->has_tls && is_somewhere(work->help) && host)
        add_server(work, "_autodiscover", host, 443);
}

static void put_pacc(struct work *work)
{
    if (!work->help->pacc_digest || !work->help->has_tls)
        return;
    add_own(work, "ua-auto-config",
            "where PACC is asked for, and what vouches for the answer");
    add_below(work, "_ua-auto-config",
              (struct pt_dns_line){
                  .kind = PT_DNS_LINE_TEXT,
                  .value = pt_arena_printf(work->arena,
                                           "v=UAAC1; a=sha256; d=%s",
                                           work->help->pacc_digest)});
}

void pt_dns_lines_own(struct pt_arena *arena, const struct pt_dns_help *help,
                      struct pt_dns_lines *ret_lines)
{
    struct work work = {
        .arena = arena,
        .help = help,
        .lines = ret_lines,
        .about = "this machine's own name",
    };

    *ret_lines = (struct pt_dns_lines){0};
    if (own_name(help) && !help->is_public)
        add_addresses(&work,
                      &(struct pt_dns_line){.name = own_name(help)});
}

enum pt_status pt_dns_lines_of(struct pt_arena *arena,
                               const struct pt_dns_help *help,
                               const struct pt_settings *settings,
                               struct pt_dns_lines *ret_lines,
                               struct pt_error *err)
{
    struct pt_dns_lines lines = {0};
    struct work work = {
        .arena = arena,
        .help = help,
        .settings = settings,
        .lines = &lines,
    };

    add_own(&work, "autoconfig",
            "where Thunderbird and its like ask, KMail and Evolution too");
    put_outlook(&work);
    put_pacc(&work);
    put_servers(&work);
    if (pt_arena_failed(arena))
        return pt_fail_memory(err);
    if (work.unfit)
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "a name has letters, digits, hyphens and dots",
                       "'%s' is no name that DNS can hold", work.unfit);
    *ret_lines = lines;
    return PT_OK;
}
