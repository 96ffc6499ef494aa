/* relay_ports.h - the ports of relays, which devices on the LAN were set up
 * with, remembered: a server that is begun anew after the bridge has moved has
 * to listen at the same.
 *
 *   STATE/portolan/relay-ports        proton.imap=1143, a line each
 *   STATE/portolan/relay-ports.lock   of who changes it
 */
#ifndef PT_SERVE_RELAY_PORTS_H
#define PT_SERVE_RELAY_PORTS_H

#include "base/error.h"
#include "model/names.h"
#include "model/place.h"

#include <stdint.h>

/* 0: none is remembered, or it cannot be read. */
uint16_t pt_relay_port_known(const struct pt_place *place, const char *bridge,
                             enum pt_service service);

/* Remember it; nothing is written where it is remembered already.
 * PT_CANNOT_WRITE; PT_BAD_INPUT: what lies there cannot be read, and is left
 * as it is; PT_NO_MEMORY. */
enum pt_status pt_relay_port_keep(const struct pt_place *place,
                                  const char *bridge, enum pt_service service,
                                  uint16_t port, struct pt_error *err);

#endif
