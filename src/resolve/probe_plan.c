#include "resolve/probe_plan.h"

#include "model/domain.h"
#include "source/usual.h"

#include <string.h>

/* ---- what was typed ---- */

/* By the name of our JSON, or by what people call it. */
static bool read_service(struct pt_slice name, enum pt_service *ret_service)
{
    if (pt_slice_is(name, "smtp")) {
        *ret_service = PT_SUBMISSION;
        return true;
    }
    return pt_service_from(name, ret_service) &&
           (pt_service_is_mail(*ret_service) || *ret_service == PT_SIEVE);
}

static enum pt_status fail_host(const char *text, struct pt_error *err)
{
    return pt_fail(err, PT_BAD_INPUT,
                   "give an address, a host, or HOST:PORT, as in: portolan "
                   "probe imap.example.org:993",
                   "'%s' is neither a mail address nor a host", text);
}

/* "host", "host:993", "[::1]:993", "::1" */
static bool split_port(struct pt_slice text, struct pt_slice *ret_host,
                       struct pt_slice *ret_port)
{
    const char *colon = memrchr(text.at, ':', text.len);
    const char *bracket = memchr(text.at, ']', text.len);

    *ret_host = text;
    *ret_port = pt_slice("", 0);
    if (text.len && text.at[0] == '[') {
        if (!bracket)
            return false;
        *ret_host = pt_slice(text.at + 1, (size_t)(bracket - text.at) - 1);
        if (bracket + 1 == text.at + text.len)
            return true;
        if (bracket + 1 != colon)
            return false;
    } else if (!colon || memchr(text.at, ':', (size_t)(colon - text.at))) {
        return true;
    } else {
        ret_host->len = (size_t)(colon - text.at);
    }
    *ret_port = pt_slice(colon + 1, text.len - (size_t)(colon - text.at) - 1);
    return ret_port->len;
}

static enum pt_status parse_host(struct pt_arena *arena,
                                 struct pt_probe_target *target,
                                 struct pt_error *err)
{
    struct pt_slice host;
    struct pt_slice port;
    const char *name;

    if (!split_port(pt_slice_of(target->text), &host, &port))
        return fail_host(target->text, err);
    if (port.len && !pt_parse_port(port, &target->port))
        return pt_fail(err, PT_BAD_INPUT, "give a number from 1 to 65535",
                       "'%.*s' is not a port", (int)port.len, port.at);
    name = pt_arena_strndup(arena, host.at, host.len);
    target->host = name ? pt_host_from(arena, name) : NULL;
    if (pt_arena_failed(arena))
        return pt_fail_memory(err);
    return target->host ? PT_OK : fail_host(target->text, err);
}

/* A domain is probed as any of its addresses would be; whose, nobody is told:
 * RFC 5321, 4.5.1 has one in each. */
static enum pt_status parse_domain(struct pt_arena *arena,
                                   struct pt_probe_target *target,
                                   struct pt_error *err)
{
    struct pt_address *address = pt_arena_alloc(arena, sizeof(*address));
    const char *text = pt_arena_printf(arena, "postmaster@%s", target->host);

    if (!address || !text)
        return pt_fail_memory(err);
    target->address = address;
    return pt_address_parse(arena, text, address, err);
}

enum pt_status pt_probe_target_parse(struct pt_arena *arena, const char *text,
                                     struct pt_probe_target *ret_target,
                                     struct pt_error *err)
{
    struct pt_probe_target target = {.text = text};
    struct pt_address *address;
    enum pt_status status;

    if (strchr(text, '@')) {
        address = pt_arena_alloc(arena, sizeof(*address));
        if (!address)
            return pt_fail_memory(err);
        target.address = address;
        status = pt_address_parse(arena, text, address, err);
    } else {
        status = parse_host(arena, &target, err);
        if (status == PT_OK && !target.port &&
            pt_is(pt_registrable(target.host), target.host))
            status = parse_domain(arena, &target, err);
    }
    if (status == PT_OK)
        *ret_target = target;
    return status;
}

enum pt_status pt_probe_port_parse(const char *text,
                                   struct pt_probe_port *ret_port,
                                   struct pt_error *err)
{
    static const char hint[] = "give a number from 1 to 65535, also with "
                               "imap:, pop3:, smtp: or sieve: before it";
    const char *colon = strchr(text, ':');
    struct pt_probe_port port = {.any_service = !colon};

    if (colon &&
        !read_service(pt_slice(text, (size_t)(colon - text)), &port.service))
        return pt_fail(err, PT_BAD_INPUT, hint,
                       "'%.*s' is not a service of mail", (int)(colon - text),
                       text);
    if (!pt_parse_port(pt_slice_of(colon ? colon + 1 : text), &port.port))
        return pt_fail(err, PT_BAD_INPUT, hint, "'%s' is not a port",
                       colon ? colon + 1 : text);
    *ret_port = port;
    return PT_OK;
}

/* ---- hosts ---- */

static struct pt_probe_host *add_host(struct pt_probe_plan *plan,
                                      const char *name)
{
    struct pt_probe_host *host;

    for (size_t i = 0; i < plan->host_count; i++)
        if (pt_is_nocase(plan->hosts[i].name, name))
            return &plan->hosts[i];
    if (plan->host_count == PT_PROBE_HOSTS_MAX)
        return NULL;
    host = &plan->hosts[plan->host_count++];
    *host = (struct pt_probe_host){.name = name};
    return host;
}

/* Nobody's word makes us connect to this machine, nor to a host that is only
 * heard of. */
static bool may_probe(const struct pt_server *server,
                      const struct pt_settings *settings)
{
    return server->host && !server->bridge && !server->denied &&
           (pt_service_is_mail(server->service) ||
            server->service == PT_SIEVE) &&
           !pt_is_this_machine(server->host) &&
           server->origin.rank != PT_RANK_GUESS &&
           !pt_strings_have_nocase(&settings->needs_accept, server->host);
}

static void add_published(struct pt_probe_plan *plan,
                          const struct pt_query *query,
                          const struct pt_settings *settings)
{
    for (size_t i = 0; i < settings->server_count; i++) {
        const struct pt_server *server = &settings->servers[i];
        struct pt_probe_host *host = NULL;

        if (may_probe(server, settings))
            host = add_host(plan, server->host);
        if (!host)
            continue;
        host->is_published = true;
        host->is_nearby |= pt_strings_have_nocase(&query->accept, host->name);
    }
}

static void add_usual(struct pt_arena *arena, struct pt_probe_plan *plan,
                      const char *domain, const char *exchanger)
{
    for (size_t i = 0; pt_usual_names[i].label; i++) {
        const char *name =
            pt_arena_printf(arena, "%s.%s", pt_usual_names[i].label,
                            domain);

        if (name)
            add_host(plan, name);
    }
    if (exchanger && *exchanger && pt_is_akin(exchanger, domain))
        add_host(plan, exchanger);
}

static bool is_bridged(const struct pt_settings *settings)
{
    for (size_t i = 0; settings && i < settings->server_count; i++)
        if (settings->servers[i].bridge)
            return true;
    return false;
}

void pt_probe_plan_hosts(struct pt_arena *arena, struct pt_probe_plan *plan,
                         const struct pt_probe_target *target,
                         const struct pt_query *query,
                         const struct pt_settings *settings,
                         const struct pt_findings *found)
{
    struct pt_probe_host *host =
        target->host ? add_host(plan, target->host) : NULL;

    if (host)
        host->is_nearby = true;
    if (!target->address || is_bridged(settings))
        return;
    if (settings)
        add_published(plan, query, settings);
    /* a public suffix has no names of its own */
    if (!pt_is_public_suffix(target->address->domain))
        add_usual(arena, plan, target->address->domain,
                  found ? found->exchanger : NULL);
}

/* ---- trials ---- */

struct planning {
    struct pt_arena *arena;
    struct pt_probe_plan *plan;
    const struct pt_probe_target *target;
    const struct pt_query *query;
    bool failed;
};

/* A bridge has an address, and who probes it may have said localhost. */
static bool is_same_host(const char *a, const char *b)
{
    return pt_is_nocase(a, b) ||
           (pt_is_loopback(a) && pt_is_loopback(b) &&
            !(pt_is_ip_address(a) && pt_is_ip_address(b)));
}

static bool is_planned(const struct pt_probe_plan *plan,
                       const struct pt_trial *trial)
{
    for (size_t i = 0; i < plan->trial_count; i++)
        if (plan->trials[i].port == trial->port &&
            is_same_host(plan->trials[i].host, trial->host))
            return true;
    return false;
}

/* One connection a port: whoever comes first says what is tried there; of a
 * bridge's that is the bridge. */
static void add_trial(struct planning *p, const struct pt_probe_host *host,
                      const struct pt_trial *trial)
{
    struct pt_probe_plan *plan = p->plan;
    size_t count = plan->trial_count;
    struct pt_trial *trials;
    const struct pt_probe_host **hosts_of;
    const char **machines;

    if (is_planned(plan, trial))
        return;
    trials = pt_arena_grow(p->arena, plan->trials, count, sizeof(*trials));
    hosts_of =
        pt_arena_grow(p->arena, plan->hosts_of, count, sizeof(*hosts_of));
    machines =
        pt_arena_grow(p->arena, plan->machines, count, sizeof(*machines));
    if (!trials || !hosts_of || !machines) {
        p->failed = true;
        return;
    }
    plan->trials = trials;
    plan->hosts_of = hosts_of;
    plan->machines = machines;
    trials[count] = *trial;
    hosts_of[count] = host;
    machines[count] = host ? host->machine : NULL;
    plan->trial_count++;
}

static void add_at(struct planning *p, const struct pt_probe_host *host,
                   uint16_t port, enum pt_service service,
                   enum pt_security security)
{
    add_trial(p, host,
              &(struct pt_trial){.service = service,
                                 .host = host->name,
                                 .port = port,
                                 .security = security,
                                 .is_nearby = host->is_nearby});
}

/* A port that stands for something is tried as that, any other as whatever
 * greets there. */
static void add_port(struct planning *p, const struct pt_probe_host *host,
                     const struct pt_probe_port *port)
{
    const struct pt_usual_port *usual = pt_usual_port(port->port);

    if (usual && (port->any_service || port->service == usual->service)) {
        add_at(p, host, port->port, usual->service, usual->security);
        return;
    }
    add_trial(p, host,
              &(struct pt_trial){.service = port->service,
                                 .any_service = port->any_service,
                                 .host = host->name,
                                 .port = port->port,
                                 .is_nearby = host->is_nearby});
}

/* That plain text is published makes it no better: is anything else there? */
static void add_server(struct planning *p, const struct pt_probe_host *host,
                       const struct pt_server *server)
{
    if (server->security == PT_PLAIN)
        add_port(p, host,
                 &(struct pt_probe_port){.port = server->port,
                                         .service = server->service});
    else
        add_at(p, host, server->port, server->service, server->security);
}

static void add_settings(struct planning *p, const struct pt_probe_host *host,
                         const struct pt_settings *settings)
{
    for (size_t i = 0; settings && i < settings->server_count; i++) {
        const struct pt_server *server = &settings->servers[i];

        if (may_probe(server, settings) && pt_is_nocase(server->host,
                                                        host->name))
            add_server(p, host, server);
    }
}

static void add_standard(struct planning *p, const struct pt_probe_host *host,
                         const struct pt_settings *settings)
{
    add_settings(p, host, settings);
    for (size_t i = 0; pt_usual_ports[i].port; i++)
        add_at(p, host, pt_usual_ports[i].port, pt_usual_ports[i].service,
               pt_usual_ports[i].security);
}

static void add_host_trials(struct planning *p,
                            const struct pt_probe_host *host,
                            const struct pt_probe_port *ports,
                            size_t port_count,
                            const struct pt_settings *settings)
{
    if (p->target->port)
        add_port(p, host,
                 &(struct pt_probe_port){.port = p->target->port,
                                         .any_service = true});
    else
        add_standard(p, host, settings);
    for (size_t i = 0; i < port_count; i++)
        add_port(p, host, &ports[i]);
}

static const struct pt_bridge_kind *kind_named(const struct pt_query *query,
                                               const char *name)
{
    for (size_t i = 0; i < query->kind_count; i++)
        if (pt_is(query->kinds[i].name, name))
            return &query->kinds[i];
    return NULL;
}

/* The address's bridge, as it is said to be. */
static void add_bridged(struct planning *p, const struct pt_settings *settings)
{
    for (size_t i = 0; settings && i < settings->server_count; i++) {
        const struct pt_server *server = &settings->servers[i];
        const struct pt_bridge_kind *kind =
            kind_named(p->query, server->bridge);

        if (kind && server->host &&
            (pt_service_is_mail(server->service) ||
             server->service == PT_SIEVE))
            add_trial(p, NULL,
                      &(struct pt_trial){.service = server->service,
                                         .host = server->host,
                                         .port = server->port,
                                         .security = server->security,
                                         .kind = kind,
                                         .is_nearby = true});
    }
}

/* Of the port, if one was named. */
static bool is_meant(const struct planning *p,
                     const struct pt_bridge_endpoint *endpoint)
{
    return pt_service_is_mail(endpoint->service) &&
           (!p->target->port || p->target->port == endpoint->port);
}

/* The bridges of this machine, for who probes it. */
static void add_found(struct planning *p, const struct pt_findings *found)
{
    for (size_t b = 0; found && b < found->bridge_count; b++)
        for (size_t i = 0; i < found->bridges[b].endpoint_count &&
                           found->bridges[b].state != PT_BRIDGE_STOPPED;
             i++) {
            const struct pt_bridge_endpoint *e =
                &found->bridges[b].endpoints[i];

            if (is_meant(p, e))
                add_trial(p, NULL,
                          &(struct pt_trial){.service = e->service,
                                             .host = e->host,
                                             .port = e->port,
                                             .security = e->security,
                                             .kind = found->bridges[b].kind,
                                             .is_nearby = true});
        }
}

bool pt_probe_plan_trials(struct pt_arena *arena, struct pt_probe_plan *plan,
                          const struct pt_probe_target *target,
                          const struct pt_probe_port *ports, size_t port_count,
                          const struct pt_query *query,
                          const struct pt_settings *settings,
                          const struct pt_findings *found)
{
    struct planning p = {
        .arena = arena, .plan = plan, .target = target, .query = query};

    add_bridged(&p, settings);
    if (!target->address && pt_is_loopback(target->host))
        add_found(&p, found);
    for (size_t i = 0; i < plan->host_count; i++)
        if (plan->hosts[i].status == PT_ANSWER_OK)
            add_host_trials(&p, &plan->hosts[i], ports, port_count, settings);
    return !p.failed && !pt_arena_failed(arena);
}
