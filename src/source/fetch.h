/* fetch.h - one document by HTTP, its redirects judged hop by hop.
 *
 * A redirect is an ask of its own.  At most PT_REDIRECTS_MAX of them; never
 * from https to http; never to an address literal; outside the address's own
 * registrable domain it makes the document the word of somebody else
 * (PT_THIRD), and is not told the address.
 */
#ifndef PT_SOURCE_FETCH_H
#define PT_SOURCE_FETCH_H

#include "source/source.h"

enum { PT_REDIRECTS_MAX = 5 };

/* What to get.  Strings are borrowed: keep them in the arena. */
struct pt_fetch {
    const char *url;
    const char *payload;      /* NULL: GET, else POST */
    const char *payload_type;
    struct pt_origin origin;  /* trust and rank as the answer would have them
                                 now; via: what led here, nearest first */
    bool keep;                /* as in struct pt_ask */
    bool is_nearby;           /* likewise */
    unsigned hops;
    int tag;                  /* the source's own; that of its asks */
    void *about;              /* likewise */
};

enum pt_fetched {
    PT_FETCHED,      /* the body is the document's, with an HTTP 200 */
    PT_FETCH_MOVED,  /* another ask is on its way */
    PT_FETCH_DENIED, /* it wants a login: HTTP 401 */
    PT_FETCH_ABSENT, /* a firm no: no such host, 404 and its like */
    PT_FETCH_MISSED, /* failed or refused; pt_task_missed() knows */
};

/* Copies *fetch into the arena and asks; nothing, where the URL is none.
 * Offers take fetch->origin, with `where` filled in. */
void pt_fetch_begin(struct pt_task *task, const struct pt_fetch *fetch);

/* In read(): what became of an ask of kind PT_ASK_HTTP begun here.
 * *ret_fetch: as begun, but where it is now. */
enum pt_fetched pt_fetch_read(struct pt_task *task, const struct pt_ask *ask,
                              const struct pt_answer *answer,
                              const struct pt_fetch **ret_fetch);

#endif
