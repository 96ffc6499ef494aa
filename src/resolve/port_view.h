/* port_view.h - the notes on each port that is looked at: what port.c asked,
 * and port_report.c makes a report of.
 */
#ifndef PT_RESOLVE_PORT_VIEW_H
#define PT_RESOLVE_PORT_VIEW_H

#include "resolve/port.h"
#include "source/bridge_look.h"

enum {
    PT_PORT_IMAP = 1143, /* where a bridge begins to look for its ports */
    PT_PORT_SMTP = 1025,
    PT_PORT_SPAN = 100, /* how many from there on are asked about */
    PT_PORT_COUNT = 65536,
};

/* One port that is looked at. */
struct pt_port_view {
    uint16_t port;
    const struct pt_bridge *target; /* the bridge that needs another; or NULL */
    uint16_t imap_from; /* where the search for a suggestion begins */
    uint16_t smtp_from;
    struct pt_port_heard *heard;
    bool there; /* somebody takes connections */
};

/* What one holder said. */
struct pt_port_heard {
    struct pt_port_view *view;
    const struct pt_listener *listener; /* NULL: one that cannot be seen */
    struct pt_speech speech;
    struct pt_port_heard *next;
};

struct pt_port_views {
    struct pt_port_view at[PT_PORTS_MAX];
    size_t count;
    bool asked[PT_PORT_COUNT]; /* from here on, whether a bridge could have
                                  them */
    bool free[PT_PORT_COUNT];  /* one could */
    const struct pt_place *place;
    unsigned ephemeral_first;
    unsigned ephemeral_last;
};

/* The endpoint of the bridge that is set to this port, or NULL. */
const struct pt_bridge_endpoint *
pt_port_endpoint_at(const struct pt_bridge *bridge, uint16_t port);

/* Its first endpoint for this service, or NULL; bridge may be NULL. */
const struct pt_bridge_endpoint *
pt_port_endpoint_for(const struct pt_bridge *bridge, enum pt_service service);

/* Is any bridge but this one set to the port? */
bool pt_port_is_of_another(const struct pt_findings *found,
                           const struct pt_bridge *bridge, uint16_t port);

/* The listeners of a port, one a call: *next begins at 0.  NULL: no more. */
const struct pt_listener *pt_port_listener(const struct pt_findings *found,
                                           uint16_t port, size_t *next);

/* What was said there in search of the bridges, or NULL. */
const struct pt_spoken *pt_port_spoken(const struct pt_findings *found,
                                       const char *host, uint16_t port);

/* Is it held, by a process, or by the kernel for somebody elsewhere? */
bool pt_port_is_held(const struct pt_findings *found, uint16_t port);

/* The bridge this listener is, or NULL. */
const struct pt_bridge *pt_port_bridge(const struct pt_findings *found,
                                       const struct pt_listener *l);

/* The kind whose process has the socket, whatever it says; or NULL. */
const struct pt_bridge_kind *pt_port_owner(const struct pt_findings *found,
                                           const struct pt_listener *l);

/* The only kind that greets so, of those that listen for themselves; or NULL.
 */
const struct pt_bridge_kind *pt_port_greeter(struct pt_arena *arena,
                                             const struct pt_findings *found,
                                             const struct pt_speech *speech);

/* All that is known of one port, in the arena. */
struct pt_port_report pt_port_report_of(struct pt_arena *arena,
                                        const struct pt_findings *found,
                                        const struct pt_port_views *views,
                                        const struct pt_port_view *view);

#endif
