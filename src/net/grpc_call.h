/* grpc_call.h - one unary gRPC call without an argument: PT_ASK_GRPC.
 *
 * HTTP/2 by libcurl, over a Unix socket or loopback TCP.  TLS, where there is
 * any, is verified in full against the one certificate of the ask; only then
 * is the token sent.  A Unix socket must be ours or root's.
 */
#ifndef PT_NET_GRPC_CALL_H
#define PT_NET_GRPC_CALL_H

#include "net/ask.h"
#include "net/curl_loop.h"

struct pt_grpc_caller;

/* NULL: no memory.  libcurl is set up by the first call. */
struct pt_grpc_caller *pt_grpc_caller_new(struct pt_loop *loop);
void pt_grpc_caller_free(struct pt_grpc_caller *caller); /* drops; takes NULL */

/* As the functions of struct pt_transport. */
bool pt_grpc_call_begin(struct pt_grpc_caller *caller,
                        const struct pt_ask *ask, pt_answer_fn *done,
                        void *ctx);
void pt_grpc_call_drop(struct pt_grpc_caller *caller, const void *owner);

#endif
