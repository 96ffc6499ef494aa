/* port_report.c - what was found of a port, as a report, with the pair that a
 * bridge could have instead.
 *
 * The suggestion follows Proton Mail Bridge's own rule (one port up until one
 * is free, IMAP and SMTP never the same, never 65535), and keeps clear of what
 * other bridges are set to, running or not, of the ports that need rights, and
 * of those the system hands out by itself.  Where there is none near the port
 * in question, it begins anew at the port a bridge would begin at.
 */
#include "resolve/port_view.h"

#include "format/reader.h"

enum { PRIVILEGED = 1024 };

static bool is_ephemeral(const struct pt_port_views *views, unsigned port)
{
    return port >= views->ephemeral_first && port <= views->ephemeral_last;
}

/* Could a bridge have it, and has nobody taken it since we looked? */
static bool is_open(const struct pt_findings *found,
                    const struct pt_port_views *views, unsigned port)
{
    return views->free[port] && !pt_port_is_held(found, (uint16_t)port);
}

static uint16_t first_free(const struct pt_findings *found,
                           const struct pt_port_views *views,
                           const struct pt_port_view *view, unsigned from,
                           unsigned taken)
{
    for (unsigned p = from; p <= from + PT_PORT_SPAN && p <= PT_PORT_LAST; p++)
        if (is_open(found, views, p) && p != taken && p >= PRIVILEGED &&
            !is_ephemeral(views, p) && !(p == view->port && view->there) &&
            !pt_port_is_of_another(found, view->target, (uint16_t)p))
            return (uint16_t)p;
    return 0;
}

static void suggest(const struct pt_findings *found,
                    const struct pt_port_views *views,
                    const struct pt_port_view *view, struct pt_port_report *r)
{
    uint16_t imap = first_free(found, views, view, view->imap_from, 0);
    uint16_t smtp;

    if (!imap)
        imap = first_free(found, views, view, PT_PORT_IMAP, 0);
    smtp = first_free(found, views, view, view->smtp_from, imap);
    if (!smtp)
        smtp = first_free(found, views, view, PT_PORT_SMTP, imap);
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

    if (!text || pt_read_argv(arena, pt_slice_of(text), &pairs, &err) != PT_OK)
        return NULL;
    ip = pt_pairs_get(&pairs, "container-ip");
    port = pt_pairs_get(&pairs, "container-port");
    if (!ip || !port)
        return NULL;
    return pt_arena_printf(arena, "forwards to %s port %s in a container", ip,
                           port);
}

static const struct pt_port_heard *heard_of(const struct pt_port_view *view,
                                            const struct pt_listener *l)
{
    const struct pt_port_heard *heard = view->heard;

    while (heard && heard->listener != l)
        heard = heard->next;
    return heard;
}

static const char *note_of(struct pt_arena *arena,
                           const struct pt_port_heard *heard,
                           const struct pt_process *process)
{
    const char *target = process ? docker_target(arena, process) : NULL;

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
    struct pt_port_holder *more =
        pt_arena_grow(arena, r->holders, r->holder_count, sizeof(*more));

    if (!more)
        return NULL;
    r->holders = more;
    return &more[r->holder_count++];
}

/* The owner outranks the greeting; another user's greeting proves nothing. */
static const char *bridge_of(struct pt_arena *arena,
                             const struct pt_findings *found,
                             const struct pt_place *place,
                             const struct pt_port_heard *heard,
                             const struct pt_listener *l)
{
    const struct pt_bridge *bridge = pt_port_bridge(found, l);
    const struct pt_bridge_kind *kind =
        bridge ? bridge->kind : pt_port_owner(found, l);

    if (!kind && heard && !pt_listener_is_foreign(l, place))
        kind = pt_port_greeter(arena, found, &heard->speech);
    return kind ? kind->name : NULL;
}

static void add_holder(struct pt_arena *arena, const struct pt_findings *found,
                       const struct pt_port_views *views,
                       const struct pt_port_view *view,
                       const struct pt_listener *l,
                       struct pt_port_report *report)
{
    const struct pt_process *process =
        pt_machine_process(found->machine, l->pid);
    const struct pt_port_heard *heard = heard_of(view, l);
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
        .bridge = bridge_of(arena, found, views->place, heard, l),
        .note = own ? "not for mail: the bridge's own service"
                    : note_of(arena, heard, process),
    };
    if (!holder->note && !l->pid)
        holder->note = "a process of another user: no more can be seen";
}

/* No socket listens, and somebody takes connections all the same. */
static void add_unseen(struct pt_arena *arena, const struct pt_findings *found,
                       const struct pt_port_view *view,
                       struct pt_port_report *r)
{
    const struct pt_listener unseen = {.address = "127.0.0.1",
                                       .port = view->port};
    const struct pt_bridge *bridge = pt_port_bridge(found, &unseen);
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
static void add_number_hints(struct pt_arena *arena,
                             const struct pt_port_views *views,
                             struct pt_port_report *r)
{
    if (r->port < PRIVILEGED)
        add_hint(arena, r, "ports below 1024 need an administrator's rights");
    if (r->port > PT_PORT_LAST)
        add_hint(arena, r, "no bridge takes port 65535");
    if (is_ephemeral(views, r->port))
        add_hint(arena, r,
                 "the system hands this port out by itself: a lower one stays "
                 "free");
}

/* The other of its two ports needs no change when it is had already. */
static void add_keeping_hint(struct pt_arena *arena,
                             const struct pt_port_view *view,
                             struct pt_port_report *r)
{
    static const enum pt_service pair[] = {PT_IMAP, PT_SUBMISSION};

    for (size_t i = 0; view->target && i < 2; i++) {
        const struct pt_bridge_endpoint *e =
            pt_port_endpoint_for(view->target, pair[i]);

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
    const struct pt_bridge_endpoint *end = pt_port_endpoint_at(bridge, r->port);
    struct pt_port_setting *more;

    if (!end)
        return;
    more = pt_arena_grow(arena, r->settings, r->setting_count, sizeof(*more));
    if (!more)
        return;
    r->settings = more;
    more[r->setting_count++] =
        (struct pt_port_setting){.bridge = bridge, .service = end->service};
    if (kind->change_ports)
        add_hint(arena, r,
                 pt_arena_printf(arena, "to change the port of %s: %s",
                                 kind->title, kind->change_ports));
}

struct pt_port_report pt_port_report_of(struct pt_arena *arena,
                                        const struct pt_findings *found,
                                        const struct pt_port_views *views,
                                        const struct pt_port_view *view)
{
    struct pt_port_report r = {.port = view->port};
    const struct pt_listener *l;
    size_t next = 0;

    while ((l = pt_port_listener(found, view->port, &next)))
        add_holder(arena, found, views, view, l, &r);
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
