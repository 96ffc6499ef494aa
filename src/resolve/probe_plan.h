/* probe_plan.h - which hosts and ports a probe tries.
 *
 * Pure.  The hosts that were published come first, then the usual names; each
 * is tried at every standard port, and at those the user adds.
 */
#ifndef PT_RESOLVE_PROBE_PLAN_H
#define PT_RESOLVE_PROBE_PLAN_H

#include "base/error.h"
#include "model/trial.h"
#include "source/source.h"

enum {
    PT_PROBE_HOSTS_MAX = 16,
    PT_PROBE_PORTS_MAX = 16, /* that the user adds */
};

/* A port the user adds. */
struct pt_probe_port {
    uint16_t port;
    bool any_service; /* whatever greets there */
    enum pt_service service;
};

/* Whom to probe: an address, or a host. */
struct pt_probe_target {
    const char *text;                 /* as it was typed */
    const struct pt_address *address; /* or NULL: then host is set */
    const char *host;
    uint16_t port; /* of the host, in place of the standard ones; 0: those */
};

struct pt_probe_host {
    const char *name;
    bool is_published; /* settings name it, it is not only usual */
    bool is_nearby;    /* the user named it: private networks are allowed */
    enum pt_answer_status status; /* OK: it has addresses */
    const char *why;              /* not OK; or NULL */
    struct pt_strings addresses;
    const char *machine; /* the addresses as one text */
};

struct pt_probe_plan {
    struct pt_probe_host hosts[PT_PROBE_HOSTS_MAX];
    size_t host_count;
    struct pt_trial *trials;
    const struct pt_probe_host **hosts_of; /* of each trial; NULL: a bridge */
    const char **machines;                 /* likewise */
    size_t trial_count;
    bool is_cut; /* the user did not wait for all of it */
};

/* Read HOST, HOST:PORT, [ADDRESS]:PORT or an address.  PT_BAD_INPUT,
 * PT_NO_MEMORY. */
enum pt_status pt_probe_target_parse(struct pt_arena *arena, const char *text,
                                     struct pt_probe_target *ret_target,
                                     struct pt_error *err);

/* "993", "imap:1143".  PT_BAD_INPUT. */
enum pt_status pt_probe_port_parse(const char *text,
                                   struct pt_probe_port *ret_port,
                                   struct pt_error *err);

/* The hosts: those named, found, and usual.  settings and found may be NULL.
 * Without any, a local bridge is all there is to try. */
void pt_probe_plan_hosts(struct pt_arena *arena, struct pt_probe_plan *plan,
                         const struct pt_probe_target *target,
                         const struct pt_query *query,
                         const struct pt_settings *settings,
                         const struct pt_findings *found);

/* The trials, once each host's addresses are known.  False: no memory. */
bool pt_probe_plan_trials(struct pt_arena *arena, struct pt_probe_plan *plan,
                          const struct pt_probe_target *target,
                          const struct pt_probe_port *ports, size_t port_count,
                          const struct pt_query *query,
                          const struct pt_settings *settings,
                          const struct pt_findings *found);

#endif
