/* port.c - see port.h.
 *
 * The suggestion follows Proton Mail Bridge's own rule (one port up until one
 * is free, IMAP and SMTP never the same, never 65535), and keeps clear of what
 * other bridges are set to, running or not, and of the ports the system hands
 * out by itself.
 */
#include "resolve/port.h"

#include "format/machine.h"
#include "format/reader.h"
#include "format/speech.h"
#include "resolve/engine.h"

#include <string.h>

enum { IMAP_FIRST = 1143, SMTP_FIRST = 1025, SPAN = 100, PORT_LAST = 65534 };
enum { EPHEMERAL_FIRST = 32768, EPHEMERAL_LAST = 60999, PRIVILEGED = 1024 };
enum { PORTS_MAX = 32, FREE_MAX = 1024, LEAST_MS = 50 };

static const char ephemeral_file[] = "/proc/sys/net/ipv4/ip_local_port_range";

enum step { STEP_FREE, STEP_SPEAK, STEP_EPHEMERAL };

/* One port that is looked at. */
struct view {
    uint16_t port;
    uint16_t imap_from; /* where the search for a suggestion begins */
    uint16_t smtp_from;
    struct pt_speech speech;
};

struct views {
    struct view at[PORTS_MAX];
    size_t count;
    uint16_t free[FREE_MAX];
    size_t free_count;
    unsigned ephemeral_first;
    unsigned ephemeral_last;
};

/* ---- asking ---- */

static void ask_free(struct pt_task *task, unsigned from)
{
    unsigned to = from + SPAN > PORT_LAST ? PORT_LAST : from + SPAN;

    if (from > PORT_LAST)
        return;
    pt_task_ask(task,
                &(struct pt_ask){.kind = PT_ASK_FREE,
                                 .what = pt_arena_printf(task->arena, "%u-%u",
                                                         from, to),
                                 .tag = STEP_FREE});
}

static const struct pt_listener *listener_of(const struct pt_findings *found,
                                             uint16_t port, size_t *next)
{
    const struct pt_machine *machine = found->machine;

    while (machine && *next < machine->listener_count) {
        const struct pt_listener *l = &machine->listeners[(*next)++];

        if (l->port == port)
            return l;
    }
    return NULL;
}

/* The bridge that listens on this port, or is set to. */
static const struct pt_bridge *bridge_at(const struct pt_findings *found,
                                         uint16_t port, bool listening)
{
    for (size_t b = 0; b < found->bridge_count; b++)
        for (size_t e = 0; e < found->bridges[b].endpoint_count; e++) {
            const struct pt_bridge_endpoint *end =
                &found->bridges[b].endpoints[e];

            if (end->port == port && (!listening || end->listening))
                return &found->bridges[b];
        }
    return NULL;
}

/* A holder that is no bridge is greeted, so that it can be named. */
static void ask_who(struct pt_task *task, struct view *view)
{
    size_t next = 0;
    const struct pt_listener *l;

    while ((l = listener_of(task->found, view->port, &next)))
        if (pt_listener_is_local(l) &&
            !bridge_at(task->found, view->port, true)) {
            pt_task_ask(task,
                        &(struct pt_ask){
                            .kind = PT_ASK_SPEAK,
                            .what = pt_arena_printf(task->arena,
                                                    "127.0.0.1:%u",
                                                    view->port),
                            .tag = STEP_SPEAK,
                            .about = view,
                        });
            return;
        }
}

static bool is_smtp(const struct pt_findings *found, uint16_t port)
{
    const struct pt_bridge *bridge = bridge_at(found, port, false);

    for (size_t e = 0; bridge && e < bridge->endpoint_count; e++)
        if (bridge->endpoints[e].port == port)
            return bridge->endpoints[e].service == PT_SUBMISSION;
    return port == 25 || port == 465 || port == 587 || port == SMTP_FIRST;
}

static void port_plan(struct pt_task *task)
{
    struct views *views = task->state;

    for (size_t i = 0; i < views->count; i++) {
        struct view *view = &views->at[i];
        bool smtp = is_smtp(task->found, view->port);

        view->imap_from = smtp ? IMAP_FIRST : view->port;
        view->smtp_from = smtp ? view->port : SMTP_FIRST;
        ask_free(task, view->imap_from);
        ask_free(task, view->smtp_from);
        ask_who(task, view);
    }
    pt_task_ask(task, &(struct pt_ask){.kind = PT_ASK_FILE,
                                       .what = ephemeral_file,
                                       .tag = STEP_EPHEMERAL});
}

static void read_free(struct views *views, struct pt_slice text)
{
    struct pt_slice line;
    uint16_t port;

    while (views->free_count < FREE_MAX && pt_next_line(&text, &line))
        if (pt_parse_port(line, &port))
            views->free[views->free_count++] = port;
}

static void read_ephemeral(struct views *views, struct pt_slice text)
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
    struct view *view = ask->about;

    if (answer->status != PT_ANSWER_OK)
        return;
    if (ask->tag == STEP_FREE)
        read_free(task->state, body);
    else if (ask->tag == STEP_EPHEMERAL)
        read_ephemeral(task->state, body);
    else
        pt_speech_read(task->arena, body, &view->speech);
}

static void port_settle(struct pt_task *task)
{
    (void)task;
}

/* ---- answering ---- */

static bool is_free(const struct views *views, unsigned port)
{
    for (size_t i = 0; i < views->free_count; i++)
        if (views->free[i] == port)
            return true;
    return false;
}

static bool is_ephemeral(const struct views *views, unsigned port)
{
    return port >= views->ephemeral_first && port <= views->ephemeral_last;
}

/* The first port at or above `from` that a bridge could have; the one asked
 * about may be one a bridge is set to: it is that bridge's own. */
static uint16_t suggest(const struct pt_findings *found,
                        const struct views *views, unsigned from,
                        unsigned asked, unsigned taken)
{
    for (unsigned p = from; p <= from + SPAN && p <= PORT_LAST; p++)
        if (is_free(views, p) && p != taken && !is_ephemeral(views, p) &&
            (p == asked || !bridge_at(found, (uint16_t)p, false)))
            return (uint16_t)p;
    return 0;
}

static const char *docker_target(struct pt_arena *arena,
                                 const struct pt_process *process)
{
    struct pt_pairs pairs = {0};
    struct pt_error err;
    const char *text = pt_process_line(arena, process, '\t');
    const char *ip;
    const char *port;

    if (!text ||
        pt_read_argv(arena, pt_slice_of(text), &pairs, &err) != PT_OK)
        return NULL;
    ip = pt_pairs_get(&pairs, "container-ip");
    port = pt_pairs_get(&pairs, "container-port");
    if (!ip || !port)
        return NULL;
    return pt_arena_printf(arena, "forwards to %s port %s in a container", ip,
                           port);
}

static const char *note_of(struct pt_arena *arena, const struct view *view,
                           const struct pt_listener *l,
                           const struct pt_process *process)
{
    const char *target = process ? docker_target(arena, process) : NULL;

    if (target)
        return target;
    if (view->speech.silent)
        return "listens but says nothing";
    if (view->speech.grpc)
        return "speaks HTTP/2, not mail";
    if (view->speech.is_mail)
        return pt_arena_printf(arena, "greets with \"%s\"",
                               view->speech.greeting);
    return process || l->pid ? NULL
                             : "a process of another user: no more can be seen";
}

static void add_holder(struct pt_arena *arena, const struct pt_findings *found,
                       const struct view *view, const struct pt_listener *l,
                       struct pt_port_report *report)
{
    const struct pt_process *process =
        pt_machine_process(found->machine, l->pid);
    const struct pt_bridge *bridge = bridge_at(found, view->port, true);
    struct pt_port_holder *more =
        pt_arena_grow(arena, report->holders, report->holder_count,
                      sizeof(*more));

    if (!more)
        return;
    report->holders = more;
    more[report->holder_count++] = (struct pt_port_holder){
        .pid = l->pid,
        .program = process ? pt_process_program(arena, process) : NULL,
        .user = l->user,
        .address = l->address,
        .bridge = bridge ? bridge->kind->name : NULL,
        .note = note_of(arena, view, l, process),
    };
}

static void add_hints(struct pt_arena *arena, const struct pt_findings *found,
                      const struct views *views, struct pt_port_report *r)
{
    struct pt_strings *hints = &r->hints;

    if (r->port < PRIVILEGED)
        pt_strings_add(arena, hints,
                       "ports below 1024 need an administrator's rights");
    if (r->port > PORT_LAST)
        pt_strings_add(arena, hints, "no bridge takes port 65535");
    if (is_ephemeral(views, r->port))
        pt_strings_add(arena, hints,
                       "the system hands this port out by itself: a lower one "
                       "stays free");
    for (size_t b = 0; b < found->bridge_count; b++) {
        const struct pt_bridge *bridge = &found->bridges[b];

        for (size_t e = 0; e < bridge->endpoint_count; e++)
            if (bridge->endpoints[e].port == r->port &&
                bridge->kind->change_ports)
                pt_strings_add(arena, hints,
                               pt_arena_printf(arena,
                                               "to change the port of %s: %s",
                                               bridge->kind->title,
                                               bridge->kind->change_ports));
    }
}

static struct pt_port_report report_of(struct pt_arena *arena,
                                       const struct pt_findings *found,
                                       const struct views *views,
                                       const struct view *view)
{
    struct pt_port_report r = {.port = view->port};
    const struct pt_listener *l;
    size_t next = 0;

    while ((l = listener_of(found, view->port, &next)))
        add_holder(arena, found, view, l, &r);
    r.free = !r.holder_count && is_free(views, view->port);
    r.suggest_imap = suggest(found, views, view->imap_from, view->port, 0);
    r.suggest_smtp =
        suggest(found, views, view->smtp_from, view->port, r.suggest_imap);
    add_hints(arena, found, views, &r);
    return r;
}

/* The same, in what is left of its time; what takes none is always asked. */
static struct pt_query rest_of(const struct pt_query *query, int64_t took_ms)
{
    struct pt_query rest = *query;

    rest.timeout_ms -= took_ms;
    if (rest.timeout_ms < LEAST_MS)
        rest.timeout_ms = LEAST_MS;
    return rest;
}

static void add_view(struct views *views, uint16_t port)
{
    for (size_t i = 0; i < views->count; i++)
        if (views->at[i].port == port)
            return;
    if (views->count < PORTS_MAX)
        views->at[views->count++].port = port;
}

static void view_bridges(struct views *views, const struct pt_findings *found)
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
    struct views views = {.ephemeral_first = EPHEMERAL_FIRST,
                          .ephemeral_last = EPHEMERAL_LAST};
    struct pt_task bridges = {.source = &pt_source_bridge};
    struct pt_task about = {.source = &port_source, .state = &views};
    struct pt_findings found = {0};
    struct pt_port_report *reports;
    struct pt_query rest;
    int64_t start_ms = pt_loop_now(loop);
    enum pt_status status = pt_engine_run(arena, loop, net, query, &bridges, 1,
                                          &found, err);

    if (status != PT_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        add_view(&views, ports[i]);
    if (!count)
        view_bridges(&views, &found);
    if (!views.count)
        return pt_fail(err, PT_NOTHING, "name a port: portolan port 1143",
                       "there is no bridge on this machine");
    rest = rest_of(query, pt_loop_now(loop) - start_ms);
    status = pt_engine_run(arena, loop, net, &rest, &about, 1, &found, err);
    reports = pt_arena_alloc(arena, views.count * sizeof(*reports));
    if (status != PT_OK || !reports)
        return status != PT_OK ? status : pt_fail_memory(err);
    for (size_t i = 0; i < views.count; i++)
        reports[i] = report_of(arena, &found, &views, &views.at[i]);
    if (pt_arena_failed(arena))
        return pt_fail_memory(err);
    *ret_reports = reports;
    *ret_count = views.count;
    return PT_OK;
}
