/* bridge_certificate.h - will other devices take the certificate of the bridge
 * on this machine, and what to do if they will not.
 *
 * Pure.
 */
#ifndef PT_SERVE_BRIDGE_CERTIFICATE_H
#define PT_SERVE_BRIDGE_CERTIFICATE_H

#include "model/settings.h"

/* Adds, for each certificate of a chosen server of the bridge that was seen
 * and is not one that devices take for `host` (the name or the address by which
 * they reach this machine), what they will do about it and why, and how to
 * mend it: two entries.  None: there is nothing to mend, or no certificate was
 * seen.  False: no memory. */
bool pt_bridge_certificate_advice(struct pt_arena *arena,
                                  const struct pt_settings *settings,
                                  const char *host, int64_t now,
                                  struct pt_strings *out);

/* How the bridge is given the cert.pem and key.pem of a folder: what comes
 * after "then" or "now", in the arena.  NULL: no memory. */
const char *pt_bridge_certificate_import(struct pt_arena *arena,
                                         const struct pt_settings *settings);

#endif
