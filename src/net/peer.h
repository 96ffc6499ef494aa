/* peer.h - is this the certificate of the host we meant?
 *
 * Pure.  The chain is verified by libssl, which tells what is wrong with it;
 * here it is said in words, all of it, and the names are compared.  What has
 * its names only as a common name has none (RFC 9525, 2).
 */
#ifndef PT_NET_PEER_H
#define PT_NET_PEER_H

#include "base/buf.h"

#include <openssl/x509.h>

enum { PT_PEER_FAULTS = 8 };

struct pt_peer_faults {
    int codes[PT_PEER_FAULTS]; /* X509_V_ERR_... */
    int depths[PT_PEER_FAULTS];
    size_t count;
};

/* Those beyond PT_PEER_FAULTS are not kept. */
void pt_peer_add_fault(struct pt_peer_faults *faults, int code, int depth);

struct pt_peer {
    const char *host;   /* lower case; an address without brackets */
    const char *pinned; /* SHA-256 of the certificate, lower-case hex: then
                           nothing else counts; or NULL */
};

/* One printable line for each thing that speaks against it. */
void pt_peer_judge(X509 *certificate, const struct pt_peer_faults *faults,
                   const struct pt_peer *peer, struct pt_buf *out);

/* Is the host, a name or an address, among the names of it? */
bool pt_peer_is_for(X509 *certificate, const char *host);
/* "a.example, b.example, c.example and others"; "no name at all". */
void pt_peer_names(X509 *certificate, struct pt_buf *out);

#endif
