/* authority.h - this machine's own authority for certificates: made once, kept
 * in the state folder, for the server and for the bridge.
 *
 *   STATE/portolan/authority/root.pem   its certificate: devices get this one
 *   STATE/portolan/authority/root.key   0600
 *   STATE/portolan/authority/leaf.pem   the server's, and its key; made anew
 *   STATE/portolan/authority/leaf.key   when names change or it is about to end
 */
#ifndef PT_SERVE_AUTHORITY_H
#define PT_SERVE_AUTHORITY_H

#include "format/x509_make.h"
#include "model/place.h"

struct pt_authority {
    struct pt_slice root_der; /* in the arena */
    char fingerprint[65];     /* SHA-256 of it, lower-case hex */
    struct pt_identity leaf;  /* for the names it was opened with */
};

/* Made where there is none.  PT_CANNOT_WRITE; PT_BAD_INPUT: what lies there is
 * not to be read, or readable by others; PT_NO_MEMORY. */
enum pt_status pt_authority_open(struct pt_arena *arena,
                                 const struct pt_place *place,
                                 const struct pt_strings *names, int64_t now,
                                 struct pt_authority *ret_authority,
                                 struct pt_error *err);

/* A certificate for the bridge, by the same authority, for these names and
 * 127.0.0.1: DIR/cert.pem (with the root behind it) and DIR/key.pem, 0600.
 * Never replaces a file that is there.  PT_CANNOT_WRITE; else as above. */
enum pt_status pt_authority_make_for_bridge(struct pt_arena *arena,
                                            const struct pt_place *place,
                                            const struct pt_strings *names,
                                            const char *dir, int64_t now,
                                            struct pt_error *err);

#endif
