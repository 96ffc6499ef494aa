/* usual.h - where mail servers usually are, when nobody says so: the names
 * below a domain, and the ports (IANA; RFC 8314, 3; RFC 5804).
 */
#ifndef PT_SOURCE_USUAL_H
#define PT_SOURCE_USUAL_H

#include "model/names.h"

/* The first label of a host. */
struct pt_usual_name {
    const char *label;
    enum pt_service service; /* that is expected there */
    bool for_all;            /* any service is */
};

struct pt_usual_port {
    enum pt_service service;
    uint16_t port;
    enum pt_security security;
};

extern const struct pt_usual_name pt_usual_names[]; /* label NULL ends them */
extern const struct pt_usual_port pt_usual_ports[]; /* port 0 ends them */

/* NULL: not a usual one. */
const struct pt_usual_port *pt_usual_port(uint16_t port);

#endif
