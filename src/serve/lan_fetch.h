/* lan_fetch.h - what the clients ask, each thing once, followed to where it
 * leads.
 */
#ifndef PT_SERVE_LAN_FETCH_H
#define PT_SERVE_LAN_FETCH_H

#include "base/loop.h"
#include "net/ask.h"
#include "serve/lan_clients.h"

enum {
    PT_LAN_HOPS = 5,
    PT_LAN_MS = 5000, /* what Thunderbird waits for one; others no less */
    PT_LAN_FETCHES = 64,
};

struct pt_lan_fetches;

struct pt_lan_fetch {
    struct pt_lan_fetches *all;
    enum pt_lan_how how;
    const char *what; /* as asked for at first */
    const char *url;  /* where it is now; of SRV NULL until that is known */
    unsigned hops;
    enum pt_answer_status status; /* of the last of them */
    int http;
    const char *why;       /* not OK: in a phrase */
    struct pt_slice body;  /* in the arena */
    const char *media_type; /* as in struct pt_answer */
    int64_t begun_ms;
    int64_t took_ms;
};

struct pt_lan_fetches {
    struct pt_arena *arena;
    struct pt_loop *loop;
    struct pt_transport *net;
    const struct pt_address *address;
    struct pt_lan_fetch at[PT_LAN_FETCHES];
    size_t count;
    size_t open;
    struct pt_strings hosts; /* addresses of autoconfig.DOMAIN, as they are
                                found here */
    bool has_hosts;          /* that was answered, and be it by a no */
};

/* The fetch of this request, begun if it is the first to want it.  NULL: no
 * memory. */
struct pt_lan_fetch *pt_lan_fetch_begin(struct pt_lan_fetches *all,
                                        const struct pt_lan_request *request);
/* Also where autoconfig.DOMAIN is. */
void pt_lan_fetch_hosts(struct pt_lan_fetches *all);
/* Until all is answered. */
void pt_lan_fetch_wait(struct pt_lan_fetches *all);

#endif
