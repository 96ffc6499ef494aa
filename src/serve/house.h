/* house.h - everything a server answers with: sites by their domains, and the
 * names it answers to.
 */
#ifndef PT_SERVE_HOUSE_H
#define PT_SERVE_HOUSE_H

#include "serve/site.h"

enum { PT_HOUSE_DOMAINS_MAX = 100000 };

/* One domain, with the site it has now.  What is failing keeps the last good
 * one. */
struct pt_room {
    const char *domain;
    struct pt_arena *arena; /* the site's own */
    struct pt_site *site;   /* NULL: nothing is known of it yet */
    int64_t made_ms;        /* by the loop's clock */
    int64_t tried_ms;
    char failing[256];      /* why the last look was in vain; "": it was not */
};

struct pt_house {
    struct pt_room *rooms;
    size_t room_count;
    uint32_t *shelf; /* the house's own: rooms by the hash of their domains */
    size_t shelf_size;
    struct pt_strings names;   /* what else a Host may say: our own names and
                                  addresses, lower case, without brackets */
    const char *base;          /* "http://192.168.1.10": this server, for other
                                  devices; without a slash at its end */
    bool has_tls;              /* https is answered at port 443 */
    struct pt_slice root;      /* the certificate (DER) of our own authority,
                                  which devices need; empty: there is none */
};

/* Domains in A-labels, each once; all of it lives in the arena.  False: no
 * memory. */
bool pt_house_open(struct pt_arena *arena, const struct pt_strings *domains,
                   struct pt_house *ret_house);

/* NULL: not served. */
struct pt_room *pt_house_room(const struct pt_house *house,
                              struct pt_slice domain);

/* Whom a Host header names. */
enum pt_host {
    PT_HOST_STRANGE,      /* nobody we are */
    PT_HOST_OWN,          /* this machine */
    PT_HOST_DOMAIN,       /* D itself, or mail.D, www.D */
    PT_HOST_AUTOCONFIG,   /* autoconfig.D */
    PT_HOST_AUTODISCOVER, /* autodiscover.D */
    PT_HOST_PACC,         /* ua-auto-config.D */
};

/* The host as the header has it, with or without a port; *ret_room is the
 * domain's, or NULL for our own names. */
enum pt_host pt_house_host(const struct pt_house *house, struct pt_slice host,
                           struct pt_room **ret_room);

#endif
