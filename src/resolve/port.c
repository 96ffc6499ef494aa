/* port.c - see port.h.  What is asked about a port; port_report.c makes a
 * report of the answers.
 */
#include "resolve/port.h"

#include "resolve/engine.h"
#include "resolve/port_view.h"

#include <string.h>

enum { EPHEMERAL_FIRST = 32768, EPHEMERAL_LAST = 60999, LEAST_MS = 50 };

static const char ephemeral_file[] = "/proc/sys/net/ipv4/ip_local_port_range";

enum step { STEP_FREE, STEP_SPEAK, STEP_EPHEMERAL };

/* ---- asking ---- */

static bool listens_at(const struct pt_bridge *bridge, uint16_t port)
{
    for (size_t e = 0; e < bridge->endpoint_count; e++)
        if (bridge->endpoints[e].port == port && bridge->endpoints[e].listening)
            return true;
    return false;
}

/* The bridge that cannot have the port it is set to, because somebody else
 * does; or NULL. */
static const struct pt_bridge *target_of(const struct pt_findings *found,
                                         uint16_t port)
{
    if (!pt_port_is_held(found, port))
        return NULL;
    for (size_t b = 0; b < found->bridge_count; b++)
        if (pt_port_endpoint_at(&found->bridges[b], port) &&
            !listens_at(&found->bridges[b], port))
            return &found->bridges[b];
    return NULL;
}

static void ask_free(struct pt_task *task, unsigned from)
{
    struct pt_port_views *views = task->state;
    unsigned to =
        from + PT_PORT_SPAN > PT_PORT_LAST ? PT_PORT_LAST : from + PT_PORT_SPAN;

    if (from > PT_PORT_LAST || views->asked[from])
        return;
    views->asked[from] = true;
    pt_task_ask(task, &(struct pt_ask){.kind = PT_ASK_FREE,
                                       .what = pt_arena_printf(
                                           task->arena, "%u-%u", from, to),
                                       .tag = STEP_FREE});
}

static struct pt_port_heard *add_heard(struct pt_task *task,
                                       struct pt_port_view *view,
                                       const struct pt_listener *l)
{
    struct pt_port_heard *heard = pt_arena_alloc(task->arena, sizeof(*heard));

    if (!heard)
        return NULL;
    *heard = (struct pt_port_heard){
        .view = view, .listener = l, .next = view->heard};
    view->heard = heard;
    return heard;
}

/* Not when it was greeted just now, in search of the bridges. */
static void greet(struct pt_task *task, struct pt_port_view *view,
                  const struct pt_listener *l)
{
    const char *host = l ? pt_listener_reach(l) : "127.0.0.1";
    const struct pt_spoken *spoken =
        pt_port_spoken(task->found, host, view->port);
    struct pt_port_heard *heard = add_heard(task, view, l);

    if (!heard)
        return;
    if (spoken && (spoken->there || !l)) {
        heard->speech = spoken->speech;
        view->there |= spoken->there;
        return;
    }
    if (l && pt_is(l->address, "::")) /* which may be for IPv6 alone */
        host = "::1";
    pt_task_ask(task,
                &(struct pt_ask){
                    .kind = PT_ASK_SPEAK,
                    .what = pt_arena_printf(
                        task->arena, strchr(host, ':') ? "[%s]:%u" : "%s:%u",
                        host, view->port),
                    .limit_ms = pt_query_speak_ms(task->query),
                    .tag = STEP_SPEAK,
                    .about = heard,
                });
}

/* Holders that are no bridge are greeted, so that they can be named; and a
 * port that nobody seems to hold, because the kernel may forward it. */
static void ask_who(struct pt_task *task, struct pt_port_view *view)
{
    const struct pt_findings *found = task->found;
    const struct pt_listener *l;
    bool held = false;
    size_t next = 0;

    if (found->looks && pt_looks_own_port(found->looks, view->port))
        return;
    while ((l = pt_port_listener(found, view->port, &next))) {
        held = true;
        if (pt_listener_is_local(l) && !pt_port_bridge(found, l))
            greet(task, view, l);
    }
    if (!held)
        greet(task, view, NULL);
}

/* The service the port is for: what a bridge is set to, else the custom. */
static enum pt_service service_of(const struct pt_findings *found,
                                  const struct pt_port_view *view)
{
    const struct pt_bridge_endpoint *endpoint = NULL;
    const uint16_t port = view->port;

    if (view->target)
        endpoint = pt_port_endpoint_at(view->target, port);
    for (size_t b = 0; !endpoint && b < found->bridge_count; b++)
        endpoint = pt_port_endpoint_at(&found->bridges[b], port);
    if (endpoint)
        return endpoint->service;
    return port == 25 || port == 465 || port == 587 || port == PT_PORT_SMTP
               ? PT_SUBMISSION
               : PT_IMAP;
}

/* Where the search begins: at the port in question, or that of its bridge. */
static uint16_t first_of(const struct pt_findings *found,
                         const struct pt_port_view *view,
                         enum pt_service service, uint16_t otherwise)
{
    const struct pt_bridge_endpoint *own =
        pt_port_endpoint_for(view->target, service);

    if (service_of(found, view) == service)
        return view->port;
    return own ? own->port : otherwise;
}

static void port_plan(struct pt_task *task)
{
    struct pt_port_views *views = task->state;

    for (size_t i = 0; i < views->count; i++) {
        struct pt_port_view *view = &views->at[i];

        view->target = target_of(task->found, view->port);
        view->imap_from = first_of(task->found, view, PT_IMAP, PT_PORT_IMAP);
        view->smtp_from =
            first_of(task->found, view, PT_SUBMISSION, PT_PORT_SMTP);
        ask_free(task, view->port);
        ask_free(task, view->imap_from);
        ask_free(task, view->smtp_from);
        ask_who(task, view);
    }
    ask_free(task, PT_PORT_IMAP);
    ask_free(task, PT_PORT_SMTP);
    pt_task_ask(task, &(struct pt_ask){.kind = PT_ASK_FILE,
                                       .what = ephemeral_file,
                                       .tag = STEP_EPHEMERAL});
}

static void read_free(struct pt_port_views *views, struct pt_slice text)
{
    struct pt_slice line;
    uint16_t port;

    while (pt_next_line(&text, &line))
        if (pt_parse_port(line, &port))
            views->free[port] = true;
}

static void read_ephemeral(struct pt_port_views *views, struct pt_slice text)
{
    struct pt_slice first = {0};
    struct pt_slice last = {0};
    uint64_t from;
    uint64_t to;

    pt_next_word(&text, &first);
    pt_next_word(&text, &last);
    if (!pt_parse_uint(first, 65535, &from) || !pt_parse_uint(last, 65535, &to))
        return;
    views->ephemeral_first = (unsigned)from;
    views->ephemeral_last = (unsigned)to;
}

static void port_read(struct pt_task *task, const struct pt_ask *ask,
                      const struct pt_answer *answer)
{
    struct pt_slice body = pt_slice(answer->body, answer->len);
    struct pt_port_heard *heard = ask->about;

    if (ask->tag == STEP_SPEAK)
        heard->view->there |= answer->status != PT_ANSWER_ABSENT;
    if (answer->status != PT_ANSWER_OK)
        return;
    if (ask->tag == STEP_FREE)
        read_free(task->state, body);
    else if (ask->tag == STEP_EPHEMERAL)
        read_ephemeral(task->state, body);
    else
        pt_speech_read(task->arena, body, &heard->speech);
}

static void port_settle(struct pt_task *task)
{
    (void)task;
}

/* ---- the whole ---- */

/* The same, in what is left of its time; what takes none is always asked. */
static struct pt_query rest_of(const struct pt_query *query, int64_t took_ms)
{
    struct pt_query rest = *query;

    rest.timeout_ms -= took_ms;
    if (rest.timeout_ms < LEAST_MS)
        rest.timeout_ms = LEAST_MS;
    return rest;
}

static void add_view(struct pt_port_views *views, uint16_t port)
{
    for (size_t i = 0; i < views->count; i++)
        if (views->at[i].port == port)
            return;
    if (views->count < PT_PORTS_MAX)
        views->at[views->count++].port = port;
}

static void view_bridges(struct pt_port_views *views,
                         const struct pt_findings *found)
{
    for (size_t b = 0; b < found->bridge_count; b++)
        for (size_t e = 0; e < found->bridges[b].endpoint_count; e++) {
            const struct pt_bridge_endpoint *end =
                &found->bridges[b].endpoints[e];

            if (pt_service_is_mail(end->service))
                add_view(views, end->port);
        }
}

static const struct pt_source port_source = {
    .name = "port",
    .rank = PT_RANK_BRIDGE,
    .plan = port_plan,
    .read = port_read,
    .settle = port_settle,
};

enum pt_status pt_ports_look(struct pt_arena *arena, struct pt_loop *loop,
                             struct pt_transport *net,
                             const struct pt_query *query,
                             const uint16_t *ports, size_t count,
                             struct pt_port_report **ret_reports,
                             size_t *ret_count, struct pt_error *err)
{
    struct pt_port_views *views = pt_arena_alloc(arena, sizeof(*views));
    struct pt_task bridges = {.source = &pt_source_bridge};
    struct pt_task about = {.source = &port_source, .state = views};
    struct pt_findings found = {0};
    struct pt_port_report *reports;
    struct pt_query rest;
    int64_t start_ms = pt_loop_now(loop);
    struct pt_run_setup setup = {.arena = arena,
                                 .loop = loop,
                                 .net = net,
                                 .query = query,
                                 .tasks = &bridges,
                                 .task_count = 1,
                                 .found = &found};
    enum pt_status status = pt_engine_run(&setup, err);

    if (status != PT_OK || !views)
        return status != PT_OK ? status : pt_fail_memory(err);
    views->place = &query->place;
    views->ephemeral_first = EPHEMERAL_FIRST;
    views->ephemeral_last = EPHEMERAL_LAST;
    for (size_t i = 0; i < count; i++)
        add_view(views, ports[i]);
    if (!count)
        view_bridges(views, &found);
    if (!views->count)
        return pt_fail(err, PT_NOTHING, "name a port: portolan port 1143",
                       "there is no bridge on this machine");
    rest = rest_of(query, pt_loop_now(loop) - start_ms);
    setup.query = &rest;
    setup.tasks = &about;
    status = pt_engine_run(&setup, err);
    reports = pt_arena_alloc(arena, views->count * sizeof(*reports));
    if (status != PT_OK || !reports)
        return status != PT_OK ? status : pt_fail_memory(err);
    for (size_t i = 0; i < views->count; i++)
        reports[i] = pt_port_report_of(arena, &found, views, &views->at[i]);
    if (pt_arena_failed(arena))
        return pt_fail_memory(err);
    *ret_reports = reports;
    *ret_count = views->count;
    return PT_OK;
}
