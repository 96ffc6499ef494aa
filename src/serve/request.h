/* request.h - whom a request is about.
 */
#ifndef PT_SERVE_REQUEST_H
#define PT_SERVE_REQUEST_H

#include "serve/answer.h"

/* A request, taken apart.  Borrows from it. */
struct pt_asked {
    struct pt_slice path;  /* as it was sent, escapes and all */
    struct pt_slice query; /* behind the '?'; empty: there is none */
    enum pt_host host;
    struct pt_room *host_room; /* of the host; NULL: our own name */
};

/* Of a target of either form (RFC 9112, 3.2.1 and 3.2.2); without a host, it is
 * ourselves who are asked.  False: it is neither. */
bool pt_asked_read(const struct pt_house *house,
                   const struct pt_request *request,
                   struct pt_asked *ret_asked);

/* A parameter of the query, by any of these names (NULL-ended, ASCII case
 * folded), both decoded once; a '+' stands for itself, because addresses have
 * it.  In the arena.  NULL: there is none, it is empty, or no memory. */
const char *pt_asked_parameter(struct pt_arena *arena,
                               const struct pt_asked *asked,
                               const char *const *names);
/* Is there one of these names at all? */
bool pt_asked_has(struct pt_arena *arena, const struct pt_asked *asked,
                  const char *const *names);

/* The room of a domain as somebody spelled it; NULL: not served, or none. */
struct pt_room *pt_asked_domain(struct pt_arena *arena,
                                const struct pt_house *house,
                                struct pt_slice domain);

/* The room of who names no domain: the host's, or the only one there is. */
struct pt_room *pt_asked_default(const struct pt_house *house,
                                 const struct pt_asked *asked);

#endif
