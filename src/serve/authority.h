/* authority.h - this machine's own authority for certificates: made once, kept
 * in the state folder, for the server and for the bridge.
 *
 *   STATE/portolan/authority/root.pem   its certificate: devices get this one
 *   STATE/portolan/authority/root.key
 *   STATE/portolan/authority/leaf.pem   the server's, and its key; made anew
 *   STATE/portolan/authority/leaf.key   when names change or it is about to end
 *   STATE/portolan/authority.lock       of who reads or makes them
 *
 * The folder is for its owner alone, and so are the files.  The root comes
 * into being whole, or not at all; one that is there is never replaced, and
 * what cannot be used of it is refused: devices trust it.
 */
#ifndef PT_SERVE_AUTHORITY_H
#define PT_SERVE_AUTHORITY_H

#include "format/x509_make.h"
#include "model/place.h"

struct pt_authority {
    struct pt_slice root_der; /* in the arena */
    char fingerprint[65];     /* SHA-256 of it, lower-case hex */
    struct pt_identity leaf;  /* for the names it was opened with; to be freed
                                 by pt_identity_free() */
};

/* Made where there is none; a new one has its name from the first of names
 * that is no address.  The leaf is kept until names change, or thirty days
 * before it ends.
 * PT_CANNOT_WRITE; PT_BAD_INPUT: what lies there is not to be read, does not
 * fit together, has ended, or is readable by others; or a name is none;
 * PT_NO_MEMORY. */
enum pt_status pt_authority_open(struct pt_arena *arena,
                                 const struct pt_place *place,
                                 const struct pt_strings *names, int64_t now,
                                 struct pt_authority *ret_authority,
                                 struct pt_error *err);

/* A certificate for the bridge, by the same authority, for these names and for
 * 127.0.0.1 and localhost, where it was reached until now; as long as Apple's
 * devices allow, because it is given to the bridge by hand.  DIR/cert.pem (with
 * the root behind it) and DIR/key.pem, 0600.
 * Never replaces a file that is there.  PT_CANNOT_WRITE; else as above. */
enum pt_status pt_authority_make_for_bridge(struct pt_arena *arena,
                                            const struct pt_place *place,
                                            const struct pt_strings *names,
                                            const char *dir, int64_t now,
                                            struct pt_error *err);

#endif
