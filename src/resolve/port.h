/* port.h - who holds a port, and which pair a bridge could have instead. */
#ifndef PT_RESOLVE_PORT_H
#define PT_RESOLVE_PORT_H

#include "base/error.h"
#include "base/loop.h"
#include "source/source.h"

struct pt_port_holder {
    uint32_t pid;        /* 0: not known (another user's process) */
    const char *program; /* NULL: not known */
    const char *user;    /* name, or the uid in decimal; NULL: not known */
    const char *address; /* what it listens on: "127.0.0.1", "::" */
    const char *bridge;  /* name of the bridge it is, or NULL */
    const char *note;    /* a phrase: "forwards to 172.17.0.2:143", or NULL */
};

/* A bridge that is set to the port, whether or not it has it. */
struct pt_port_setting {
    const struct pt_bridge *bridge;
    enum pt_service service;
};

struct pt_port_report {
    uint16_t port;
    bool free; /* by the bridge's own rule (docs/bridges.md) */
    struct pt_port_holder *holders;
    size_t holder_count;
    struct pt_port_setting *settings;
    size_t setting_count;
    uint16_t suggest_imap; /* 0: none found */
    uint16_t suggest_smtp;
    const struct pt_bridge_kind *suggest_for; /* the bridge that cannot have
                                                 this port and is set to it; its
                                                 own other ports are open to it.
                                                 NULL: any that is not here */
    struct pt_strings hints; /* sentences: privileged port, where to change */
};

enum {
    PT_PORTS_MAX = 64,    /* looked at in one go */
    PT_PORT_LAST = 65534, /* that a bridge would take */
};

/* One report for each of ports; with no ports, for both mail ports of each
 * bridge found.  PT_NOTHING: no ports given and no bridge found; PT_NO_MEMORY.
 */
enum pt_status pt_ports_look(struct pt_arena *arena, struct pt_loop *loop,
                             struct pt_transport *net,
                             const struct pt_query *query,
                             const uint16_t *ports, size_t count,
                             struct pt_port_report **ret_reports,
                             size_t *ret_count, struct pt_error *err);

#endif
