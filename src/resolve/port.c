/* port.c - see port.h.
 *
 * The suggestion follows Proton Mail Bridge's own rule (one port up until one
 * is free, IMAP and SMTP never the same, never 65535), and keeps clear of what
 * other bridges are set to, running or not, of the ports that need rights, and
 * of those the system hands out by itself.  Where there is none near the port
 * in question, it begins anew at the port a bridge would begin at.
 */
#include "resolve/port.h"

#include "format/machine.h"
#include "format/reader.h"
#include "resolve/engine.h"
#include "source/bridge_look.h"

#include <string.h>

enum { IMAP_FIRST = 1143, SMTP_FIRST = 1025, SPAN = 100, PORT_LAST = 65534 };
enum { EPHEMERAL_FIRST = 32768, EPHEMERAL_LAST = 60999, PRIVILEGED = 1024 };
enum { PORTS = 65536, LEAST_MS = 50 };

static const char ephemeral_file[] = "/proc/sys/net/ipv4/ip_local_port_range";

enum step { STEP_FREE, STEP_SPEAK, STEP_EPHEMERAL };

/* One port that is looked at. */
struct view {
    uint16_t port;
    const struct pt_bridge *target; /* the bridge that needs another; or NULL */
    uint16_t imap_from; /* where the search for a suggestion begins */
    uint16_t smtp_from;
    struct heard *heard;
    bool there; /* somebody takes connections */
};

/* What one holder said. */
struct heard {
    struct view *view;
    const struct pt_listener *listener; /* NULL: one that cannot be seen */
    struct pt_speech speech;
    struct heard *next;
};

struct views {
    struct view at[PT_PORTS_MAX];
    size_t count;
    bool asked[PORTS]; /* from here on, whether a bridge could have them */
    bool free[PORTS];  /* one could */
    unsigned ephemeral_first;
    unsigned ephemeral_last;
};

/* ---- what the bridges are set to ---- */

static bool is_set_to(const struct pt_bridge_endpoint *e, uint16_t port)
{
    return e->port == port || e->configured == port;
}

/* The endpoint of the bridge that is set to this port, or NULL. */
static const struct pt_bridge_endpoint *
endpoint_at(const struct pt_bridge *bridge, uint16_t port)
{
    for (size_t e = 0; e < bridge->endpoint_count; e++)
        if (is_set_to(&bridge->endpoints[e], port))
            return &bridge->endpoints[e];
    return NULL;
}

static const struct pt_bridge_endpoint *
endpoint_for(const struct pt_bridge *bridge, enum pt_service service)
{
    for (size_t e = 0; bridge && e < bridge->endpoint_count; e++)
        if (bridge->endpoints[e].service == service)
            return &bridge->endpoints[e];
    return NULL;
}

/* Is any bridge but this one set to the port? */
static bool is_of_another(const struct pt_findings *found,
                          const struct pt_bridge *bridge, uint16_t port)
{
    for (size_t b = 0; b < found->bridge_count; b++)
        if (&found->bridges[b] != bridge &&
            endpoint_at(&found->bridges[b], port))
            return true;
    return false;
}

static bool listens_at(const struct pt_bridge *bridge, uint16_t port)
{
    for (size_t e = 0; e < bridge->endpoint_count; e++)
        if (bridge->endpoints[e].port == port && bridge->endpoints[e].listening)
            return true;
    return false;
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

/* What was said there in search of the bridges, or NULL. */
static const struct pt_spoken *spoken_at(const struct pt_findings *found,
                                         const char *host, uint16_t port)
{
    return found->looks ? pt_spoken_among(found->looks->spoken, host, port)
                        : NULL;
}

/* By a process, or by the kernel for somebody elsewhere. */
static bool is_held(const struct pt_findings *found, uint16_t port)
{
    const struct pt_spoken *spoken = spoken_at(found, "127.0.0.1", port);
    size_t next = 0;

    return listener_of(found, port, &next) || (spoken && spoken->there);
}

/* The bridge that cannot have the port it is set to, because somebody else
 * does; or NULL. */
static const struct pt_bridge *target_of(const struct pt_findings *found,
                                         uint16_t port)
{
    if (!is_held(found, port))
        return NULL;
    for (size_t b = 0; b < found->bridge_count; b++)
        if (endpoint_at(&found->bridges[b], port) &&
            !listens_at(&found->bridges[b], port))
            return &found->bridges[b];
    return NULL;
}

/* The bridge this listener is, or NULL. */
static const struct pt_bridge *bridge_of(const struct pt_findings *found,
                                         const struct pt_listener *l)
{
    for (size_t b = 0; b < found->bridge_count; b++)
        for (size_t e = 0; e < found->bridges[b].endpoint_count; e++) {
            const struct pt_bridge_endpoint *end =
                &found->bridges[b].endpoints[e];

            if (end->listening && end->port == l->port &&
                end->pid == l->pid && pt_is(end->host, pt_listener_reach(l)))
                return &found->bridges[b];
        }
    return NULL;
}

/* ---- asking ---- */

static void ask_free(struct pt_task *task, unsigned from)
{
    struct views *views = task->state;
    unsigned to = from + SPAN > PORT_LAST ? PORT_LAST : from + SPAN;

    if (from > PORT_LAST || views->asked[from])
        return;
    views->asked[from] = true;
    pt_task_ask(task,
                &(struct pt_ask){.kind = PT_ASK_FREE,
                                 .what = pt_arena_printf(task->arena, "%u-%u",
                                                         from, to),
                                 .tag = STEP_FREE});
}

static struct heard *add_heard(struct pt_task *task, struct view *view,
                               const struct pt_listener *l)
{
    struct heard *heard = pt_arena_alloc(task->arena, sizeof(*heard));

    if (!heard)
        return NULL;
    *heard = (struct heard){
        .view = view, .listener = l, .next = view->heard};
    view->heard = heard;
    return heard;
}

/* Not when it was greeted just now, in search of the bridges. */
static void greet(struct pt_task *task, struct view *view,
                  const struct pt_listener *l)
{
    const char *host = l ? pt_listener_reach(l) : "127.0.0.1";
    const struct pt_spoken *spoken = spoken_at(task->found, host, view->port);
    struct heard *heard = add_heard(task, view, l);

    if (!heard)
        return;
    if (spoken && (spoken->there || !l)) {
        heard->speech = spoken->speech;
        view->there |= spoken->there;
        return;
    }
    if (l && pt_is(l->address, "::")) /* which may be for IPv6 alone */
        host = "::1";
    pt_task_ask(task, &(struct pt_ask){
                          .kind = PT_ASK_SPEAK,
                          .what = pt_arena_printf(
                              task->arena,
                              strchr(host, ':') ? "[%s]:%u" : "%s:%u", host,
                              view->port),
                          .tag = STEP_SPEAK,
                          .about = heard,
                      });
}

/* Holders that are no bridge are greeted, so that they can be named; and a
 * port that nobody seems to hold, because the kernel may forward it. */
static void ask_who(struct pt_task *task, struct view *view)
{
    const struct pt_findings *found = task->found;
    const struct pt_listener *l;
    bool held = false;
    size_t next = 0;

    if (found->looks && pt_looks_own_port(found->looks, view->port))
        return;
    while ((l = listener_of(found, view->port, &next))) {
        held = true;
        if (pt_listener_is_local(l) && !bridge_of(found, l))
            greet(task, view, l);
    }
    if (!held)
        greet(task, view, NULL);
}

/* The service the port is for: what a bridge is set to, else the custom. */
static enum pt_service service_of(const struct pt_findings *found,
                                  const struct view *view)
{
    const struct pt_bridge_endpoint *endpoint = NULL;
    const uint16_t port = view->port;

    if (view->target)
        endpoint = endpoint_at(view->target, port);
    for (size_t b = 0; !endpoint && b < found->bridge_count; b++)
        endpoint = endpoint_at(&found->bridges[b], port);
    if (endpoint)
        return endpoint->service;
    return port == 25 || port == 465 || port == 587 || port == SMTP_FIRST
               ? PT_SUBMISSION
               : PT_IMAP;
}

/* Where the search begins: at the port in question, or that of its bridge. */
static uint16_t first_of(const struct pt_findings *found,
                         const struct view *view, enum pt_service service,
                         uint16_t otherwise)
{
    const struct pt_bridge_endpoint *own = endpoint_for(view->target, service);

    if (service_of(found, view) == service)
        return view->port;
    return own ? own->port : otherwise;
}

static void port_plan(struct pt_task *task)
{
    struct views *views = task->state;

    for (size_t i = 0; i < views->count; i++) {
        struct view *view = &views->at[i];

        view->target = target_of(task->found, view->port);
        view->imap_from = first_of(task->found, view, PT_IMAP, IMAP_FIRST);
        view->smtp_from =
            first_of(task->found, view, PT_SUBMISSION, SMTP_FIRST);
        ask_free(task, view->port);
        ask_free(task, view->imap_from);
        ask_free(task, view->smtp_from);
        ask_who(task, view);
    }
    ask_free(task, IMAP_FIRST);
    ask_free(task, SMTP_FIRST);
    pt_task_ask(task, &(struct pt_ask){.kind = PT_ASK_FILE,
                                       .what = ephemeral_file,
                                       .tag = STEP_EPHEMERAL});
}

static void read_free(struct views *views, struct pt_slice text)
{
    struct pt_slice line;
    uint16_t port;

    while (pt_next_line(&text, &line))
        if (pt_parse_port(line, &port))
            views->free[port] = true;
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
    struct heard *heard = ask->about;

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

/* ---- answering ---- */

static bool is_ephemeral(const struct views *views, unsigned port)
{
    return port >= views->ephemeral_first && port <= views->ephemeral_last;
}

/* Could a bridge have it, and has nobody taken it since we looked? */
static bool is_open(const struct pt_findings *found, const struct views *views,
                    unsigned port)
{
    return views->free[port] && !is_held(found, (uint16_t)port);
}

static uint16_t first_free(const struct pt_findings *found,
                           const struct views *views, const struct view *view,
                           unsigned from, unsigned taken)
{
    for (unsigned p = from; p <= from + SPAN && p <= PORT_LAST; p++)
        if (is_open(found, views, p) && p != taken && p >= PRIVILEGED &&
            !is_ephemeral(views, p) && !(p == view->port && view->there) &&
            !is_of_another(found, view->target, (uint16_t)p))
            return (uint16_t)p;
    return 0;
}

static void suggest(const struct pt_findings *found,
                    const struct views *views, const struct view *view,
                    struct pt_port_report *r)
{
    uint16_t imap = first_free(found, views, view, view->imap_from, 0);
    uint16_t smtp;

    if (!imap)
        imap = first_free(found, views, view, IMAP_FIRST, 0);
    smtp = first_free(found, views, view, view->smtp_from, imap);
    if (!smtp)
        smtp = first_free(found, views, view, SMTP_FIRST, imap);
    r->suggest_imap = imap;
    r->suggest_smtp = smtp;
    r->suggest_for = view->target ? view->target->kind : NULL;
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
    const struct heard *heard = view->heard;

    while (heard && heard->listener != l)
        heard = heard->next;
    if (target || !heard)
        return target;
    if (heard->speech.silent)
        return "listens but says nothing";
    if (heard->speech.grpc)
        return "speaks HTTP/2, not mail";
    if (heard->speech.is_mail)
        return pt_arena_printf(arena, "greets with \"%s\"",
                               heard->speech.greeting);
    return NULL;
}

static struct pt_port_holder *new_holder(struct pt_arena *arena,
                                         struct pt_port_report *r)
{
    struct pt_port_holder *more = pt_arena_grow(
        arena, r->holders, r->holder_count, sizeof(*more));

    if (!more)
        return NULL;
    r->holders = more;
    return &more[r->holder_count++];
}

static void add_holder(struct pt_arena *arena, const struct pt_findings *found,
                       const struct view *view, const struct pt_listener *l,
                       struct pt_port_report *report)
{
    const struct pt_process *process =
        pt_machine_process(found->machine, l->pid);
    const struct pt_bridge *bridge = bridge_of(found, l);
    const struct pt_bridge_kind *own =
        found->looks ? pt_looks_own_port(found->looks, l->port) : NULL;
    struct pt_port_holder *holder = new_holder(arena, report);

    if (!holder)
        return;
    *holder = (struct pt_port_holder){
        .pid = l->pid,
        .program = process ? pt_process_program(arena, process) : NULL,
        .user = l->user,
        .address = l->address,
        .bridge = bridge ? bridge->kind->name : NULL,
        .note = own ? "not for mail: the bridge's own service"
                    : note_of(arena, view, l, process),
    };
    if (!holder->note && !l->pid)
        holder->note = "a process of another user: no more can be seen";
}

/* No socket listens, and somebody takes connections all the same. */
static void add_unseen(struct pt_arena *arena, const struct pt_findings *found,
                       const struct view *view, struct pt_port_report *r)
{
    const struct pt_listener unseen = {.address = "127.0.0.1",
                                       .port = view->port};
    const struct pt_bridge *bridge = bridge_of(found, &unseen);
    struct pt_port_holder *holder = new_holder(arena, r);

    if (holder)
        *holder = (struct pt_port_holder){
            .address = unseen.address,
            .bridge = bridge ? bridge->kind->name : NULL,
            .note = "no process that can be seen: perhaps a container's port",
        };
}

static void add_hint(struct pt_arena *arena, struct pt_port_report *r,
                     const char *text)
{
    if (text && !pt_strings_have(&r->hints, text))
        pt_strings_add(arena, &r->hints, text);
}

/* What is known of the number alone. */
static void add_number_hints(struct pt_arena *arena, const struct views *views,
                             struct pt_port_report *r)
{
    if (r->port < PRIVILEGED)
        add_hint(arena, r, "ports below 1024 need an administrator's rights");
    if (r->port > PORT_LAST)
        add_hint(arena, r, "no bridge takes port 65535");
    if (is_ephemeral(views, r->port))
        add_hint(arena, r,
                 "the system hands this port out by itself: a lower one stays "
                 "free");
}

/* The other of its two ports needs no change when it is had already. */
static void add_keeping_hint(struct pt_arena *arena, const struct view *view,
                             struct pt_port_report *r)
{
    static const enum pt_service pair[] = {PT_IMAP, PT_SUBMISSION};

    for (size_t i = 0; view->target && i < 2; i++) {
        const struct pt_bridge_endpoint *e =
            endpoint_for(view->target, pair[i]);

        if (e && e->listening)
            add_hint(arena, r,
                     pt_arena_printf(arena,
                                     "%s has its %s port %u: that one can stay",
                                     view->target->kind->title,
                                     pt_service_title(pair[i]), e->port));
    }
}

static void add_bridge(struct pt_arena *arena, const struct pt_bridge *bridge,
                       struct pt_port_report *r)
{
    const struct pt_bridge_kind *kind = bridge->kind;
    const struct pt_bridge_endpoint *end = endpoint_at(bridge, r->port);
    struct pt_port_setting *more;

    if (!end)
        return;
    more = pt_arena_grow(arena, r->settings, r->setting_count, sizeof(*more));
    if (!more)
        return;
    r->settings = more;
    more[r->setting_count++] = (struct pt_port_setting){
        .bridge = bridge, .service = end->service};
    if (kind->change_ports)
        add_hint(arena, r,
                 pt_arena_printf(arena, "to change the port of %s: %s",
                                 kind->title, kind->change_ports));
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
    if (!r.holder_count && view->there)
        add_unseen(arena, found, view, &r);
    r.free = !r.holder_count && is_open(found, views, view->port);
    suggest(found, views, view, &r);
    add_number_hints(arena, views, &r);
    add_keeping_hint(arena, view, &r);
    for (size_t b = 0; b < found->bridge_count; b++)
        add_bridge(arena, &found->bridges[b], &r);
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
    if (views->count < PT_PORTS_MAX)
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
    struct views *views = pt_arena_alloc(arena, sizeof(*views));
    struct pt_task bridges = {.source = &pt_source_bridge};
    struct pt_task about = {.source = &port_source, .state = views};
    struct pt_findings found = {0};
    struct pt_port_report *reports;
    struct pt_query rest;
    int64_t start_ms = pt_loop_now(loop);
    enum pt_status status = pt_engine_run(arena, loop, net, query, &bridges, 1,
                                          &found, err);

    if (status != PT_OK || !views)
        return status != PT_OK ? status : pt_fail_memory(err);
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
    status = pt_engine_run(arena, loop, net, &rest, &about, 1, &found, err);
    reports = pt_arena_alloc(arena, views->count * sizeof(*reports));
    if (status != PT_OK || !reports)
        return status != PT_OK ? status : pt_fail_memory(err);
    for (size_t i = 0; i < views->count; i++)
        reports[i] = report_of(arena, &found, views, &views->at[i]);
    if (pt_arena_failed(arena))
        return pt_fail_memory(err);
    *ret_reports = reports;
    *ret_count = views->count;
    return PT_OK;
}
