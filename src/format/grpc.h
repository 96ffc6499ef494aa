/* grpc.h - Proton Mail Bridge's gRPC files and messages, as bytes.
 *
 * Only what is needed is decoded.  The password field of a user is passed
 * over without being copied anywhere.
 */
#ifndef PT_FORMAT_GRPC_H
#define PT_FORMAT_GRPC_H

#include "base/error.h"
#include "model/bridge.h"

/* grpcServerConfig.json or grpcFocusServerConfig.json: a socket or a port. */
struct pt_grpc_endpoint {
    const char *socket; /* absolute path of a Unix socket, or NULL */
    uint16_t port;      /* on 127.0.0.1, when socket is NULL */
    const char *cert;   /* PEM, or NULL: no TLS */
    const char *token;  /* secret, or NULL; fit to stand in a header */
};

/* PT_BAD_INPUT with a sentence; PT_NO_MEMORY. */
enum pt_status pt_grpc_endpoint_read(struct pt_arena *arena,
                                     struct pt_slice json,
                                     struct pt_grpc_endpoint *ret_endpoint,
                                     struct pt_error *err);

/* The message behind the 5-byte prefix.  PT_BAD_INPUT: cut short, compressed,
 * or more than one. */
enum pt_status pt_grpc_unframe(struct pt_slice body,
                               struct pt_slice *ret_message,
                               struct pt_error *err);

/* UserListResponse: the addresses of the users that are signed in, from a
 * framed reply.  Both layouts of User (before and since 3.0.21). */
struct pt_grpc_users {
    struct pt_strings addresses;
    struct pt_strings waiting; /* user names signed out or locked */
    bool cut;                  /* there are more than are kept */
};

/* Strings of each list, about what a reply of 256 KiB can hold; more are
 * dropped. */
enum { PT_GRPC_USERS_MAX = 8192 };

enum pt_status pt_grpc_users_read(struct pt_arena *arena, struct pt_slice body,
                                  struct pt_grpc_users *ret_users,
                                  struct pt_error *err);

#endif
