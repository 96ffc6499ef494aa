/* answer.h - a request in, what is answered out.  Pure: no socket, no clock,
 * no file; fuzzed as it stands.
 *
 * What clients ask, and how, was measured: docs/serving.md has the table.
 */
#ifndef PT_SERVE_ANSWER_H
#define PT_SERVE_ANSWER_H

#include "serve/house.h"

enum {
    PT_REQUEST_TARGET_MAX = 4096, /* bytes of path and query */
    PT_REQUEST_BODY_MAX = 8192,
};

/* What was asked for; the names are those of /metrics. */
enum pt_route {
    PT_ROUTE_NOWHERE,
    PT_ROUTE_PAGE,
    PT_ROUTE_AUTOCONFIG,
    PT_ROUTE_POX,
    PT_ROUTE_AUTODISCOVER_JSON,
    PT_ROUTE_PACC,
    PT_ROUTE_PROFILE,  /* of Apple */
    PT_ROUTE_FILE,     /* of another client */
    PT_ROUTE_ROOT,     /* our authority's certificate */
    PT_ROUTE_REDIRECT, /* caldav, carddav, jmap */
    PT_ROUTE_HEALTH,
    PT_ROUTE_METRICS,
    PT_ROUTES
};

const char *pt_route_name(enum pt_route route); /* "autoconfig" */

/* As it came; every text may hold anything.  NULL: there is no such header. */
struct pt_request {
    const char *method;
    const char *target; /* "/mail/config-v1.1.xml?emailaddress=..." */
    const char *host;
    const char *user_agent;
    const char *if_none_match;
    bool is_tls;
    struct pt_slice body;
};

/* Texts without an owner of their own live in the arena or the house. */
struct pt_response {
    enum pt_route route;
    int status; /* of HTTP; 0: it is for the server to say (PT_ROUTE_HEALTH
                   and PT_ROUTE_METRICS) */
    const struct pt_document *document; /* its bytes and type; or NULL: */
    const char *media_type;
    struct pt_slice bytes;
    const char *location;    /* or NULL; so the next two */
    const char *allow;
    const char *file_name;   /* to keep it by */
    bool is_public;  /* scripts of any page may read it (CORS) */
    const char *policy; /* what the page may have a browser do; or NULL */
    bool is_private; /* about one address: nobody is to keep it */
};

/* Never fails: what cannot be answered has its status; 503: no memory. */
void pt_answer_request(struct pt_arena *arena, const struct pt_house *house,
                       const struct pt_request *request,
                       struct pt_response *ret_response);

/* Does the target lead to something that takes a body by POST? */
bool pt_answer_takes_body(const char *target);

#endif
