/* tls.h - the client's side of TLS over memory: bytes in, bytes out.
 *
 * It takes whatever certificate it is shown and hands it on, so that what the
 * server can do is learned all the same.  Who the peer is gets decided
 * elsewhere: a bridge by its pin and by who owns the socket, any other by
 * net/peer.h.  Nothing secret may go through here before that is done.
 */
#ifndef PT_NET_TLS_H
#define PT_NET_TLS_H

#include "net/peer.h"

struct pt_tls_setup; /* what all connections share */
struct pt_tls;

/* NULL: no memory.  No configuration file and no list of authorities is
 * read. */
struct pt_tls_setup *pt_tls_setup_new(void);

/* Whose certificates are believed: a file in PEM, a directory as c_rehash(1)
 * makes it, or NULL; neither: the system's. */
struct pt_tls_trust {
    const char *file;
    const char *directory;
};

/* For servers abroad: TLS 1.2 or newer, what the system takes for strong
 * enough, and authorities to judge by.  NULL: no memory, or they cannot be
 * read. */
struct pt_tls_setup *pt_tls_setup_strict(const struct pt_tls_trust *trust);
void pt_tls_setup_free(struct pt_tls_setup *setup); /* takes NULL */

/* host: whom the peer is asked to be (SNI), unless it is an address; NULL:
 * whoever it is.  NULL: no memory.  The setup must outlive it. */
struct pt_tls *pt_tls_new(struct pt_tls_setup *setup, const char *host);
void pt_tls_free(struct pt_tls *tls); /* takes NULL */

enum pt_tls_state {
    PT_TLS_SHAKING,
    PT_TLS_UP,
    PT_TLS_FAILED, /* pt_tls_why() */
};

/* Bytes from the peer.  False: no memory. */
bool pt_tls_hear(struct pt_tls *tls, const void *bytes, size_t len);
/* Take the handshake as far as it goes. */
enum pt_tls_state pt_tls_shake(struct pt_tls *tls);
const char *pt_tls_why(const struct pt_tls *tls);
/* The peer's certificate as DER; nothing when there is none. */
void pt_tls_certificate(struct pt_tls *tls, struct pt_buf *der);
const char *pt_tls_version(const struct pt_tls *tls); /* "TLSv1.3" */
/* With a strict setup: what speaks against the peer's certificate, a line
 * each (net/peer.h).  Nothing: it is good. */
void pt_tls_judge(const struct pt_tls *tls, const struct pt_peer *peer,
                  struct pt_buf *faults);

/* What the peer said; -1: it has ended, or broke the protocol; 0: nothing
 * now. */
int pt_tls_read(struct pt_tls *tls, void *to, int size);
void pt_tls_say(struct pt_tls *tls, const void *bytes, size_t len);
void pt_tls_part(struct pt_tls *tls); /* say that we shall say no more */
/* Move what the peer is to be sent to the end of out. */
void pt_tls_take(struct pt_tls *tls, struct pt_buf *out);

#endif
