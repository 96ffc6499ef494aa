/* tls.h - the client's side of TLS over memory: bytes in, bytes out.
 *
 * It takes whatever certificate it is shown and hands it on: who the peer is
 * gets decided elsewhere, by its pin and by who owns the socket.  Nothing
 * secret ever goes through here.
 */
#ifndef PT_NET_TLS_H
#define PT_NET_TLS_H

#include "base/buf.h"

struct pt_tls_setup; /* what all connections share */
struct pt_tls;

/* NULL: no memory.  No configuration file and no list of authorities is
 * read. */
struct pt_tls_setup *pt_tls_setup_new(void);
void pt_tls_setup_free(struct pt_tls_setup *setup); /* takes NULL */

/* NULL: no memory.  The setup must outlive it. */
struct pt_tls *pt_tls_new(struct pt_tls_setup *setup);
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

/* What the peer said; -1: it has ended, or broke the protocol; 0: nothing
 * now. */
int pt_tls_read(struct pt_tls *tls, void *to, int size);
void pt_tls_say(struct pt_tls *tls, const void *bytes, size_t len);
void pt_tls_part(struct pt_tls *tls); /* say that we shall say no more */
/* Move what the peer is to be sent to the end of out. */
void pt_tls_take(struct pt_tls *tls, struct pt_buf *out);

#endif
