/* serving.h - one run of `portolan serve`, as its parts share it. */
#ifndef PT_CLI_SERVING_H
#define PT_CLI_SERVING_H

#include "cli/session.h"
#include "cli/watch_rhythm.h"
#include "net/folder_watch.h"
#include "serve/web.h"

#include <sys/socket.h>

enum { PT_LAN_ADDRESSES = 16 };

struct pt_look_round;
struct pt_lan_relay;

/* A search for the settings of one room. */
struct pt_room_look {
    struct pt_serving *serving;
    struct pt_room *room;
    struct pt_address address;  /* as it is looked for */
    struct pt_arena *arena;     /* of the search that runs */
    struct pt_search *search;   /* NULL: none runs */
    struct pt_query query;
    struct pt_look_round *round;      /* of the search that runs */
    struct pt_look_round *site_round; /* that the room's site borrows from */
    enum pt_status status;      /* of the last one */
    struct pt_error err;
    uint64_t exchangers;        /* when it was looked for last */
    bool is_due;
    bool is_soon; /* and before those that are not */
};

/* A socket that is listened on, and nobody is answered at yet. */
struct pt_door {
    int fd;
    bool is_tls;
};

struct pt_serving {
    const struct pt_call *call;
    struct pt_session session;
    struct pt_house house;
    struct pt_tally tally;
    struct pt_web *web;
    struct pt_door *doors;
    size_t door_count;
    struct pt_strings places; /* "http://127.0.0.1:8080", as it listens */
    struct sockaddr_storage lan[PT_LAN_ADDRESSES]; /* those of them that are
                                                      not of loopback */
    size_t lan_count;
    const char *lan_host;        /* the first, or --host; NULL: none */
    struct pt_lan_relay *relays; /* serving_lan.c */
    bool is_tls;
    struct pt_arena *authority; /* of house.root */
    struct pt_buf certificate; /* PEM; empty: without TLS */
    struct pt_buf key;

    struct pt_room_look *looks; /* one a room */
    size_t running;
    size_t next; /* room to be looked at, all round: twice */
    struct pt_look_round *round; /* the bridges as they were seen last */
    bool is_rounding;            /* and are being looked at */
    bool is_round_old;           /* something has changed since it began */
    bool has_bridge_news;        /* to be judged by what is seen then */
    uint64_t exchangers;         /* as serving_news.c numbers them, whose mail
                                    bridges that listen are for */
    bool has_looked;             /* every room was looked at once */
    bool has_changed;            /* a site, since these looks began */
    struct pt_timer expiry;

    struct pt_folder_watch *folders; /* NULL: this system does not tell */
    int listeners;                   /* -1: likewise */
    uint64_t digest;
    struct pt_rhythm rhythm;
    struct pt_timer next_look;

    bool is_over;
    bool wants_reload;
    bool wants_renewal; /* of the certificate alone */
    struct pt_timer next_renewal;
    struct pt_timer leaving;
};

/* ---- serving_sites.c: the settings behind each domain ---- */

/* Of the operands.  PT_BAD_INPUT names the one that is no address or domain. */
enum pt_status pt_serving_open_house(struct pt_serving *serving,
                                     struct pt_error *err);
/* Look for all of them anew; it goes on in the loop. */
void pt_serving_look(struct pt_serving *serving);
/* For those alone that failed, or were looked for long ago. */
void pt_serving_look_again(struct pt_serving *serving);
/* For those too that a bridge of this machine has, had, or now may have to do
 * with; those that one serves come first. */
void pt_serving_look_at_news(struct pt_serving *serving);
/* Nothing is looked for at this moment. */
bool pt_serving_is_settled(const struct pt_serving *serving);
void pt_serving_close_house(struct pt_serving *serving);

/* ---- serving_news.c: whom news of bridges concern ---- */

/* Those whose mail is had through the bridges that listen: a bit for each. */
uint64_t pt_serving_exchangers(const struct pt_serving *serving,
                               const struct pt_findings *found);
/* Make those looks due that these bridges have to do with, or may have since
 * serving->exchangers are more than before. */
void pt_serving_judge_news(struct pt_serving *serving,
                           const struct pt_findings *found);

/* ---- serving_doors.c: where it listens ---- */

/* Who comes waits.  PT_BAD_INPUT, PT_CANNOT_WRITE, PT_NO_MEMORY. */
enum pt_status pt_serving_open_doors(struct pt_serving *serving,
                                     struct pt_error *err);
/* Now they are answered.  PT_CANNOT_WRITE, PT_NO_MEMORY. */
enum pt_status pt_serving_answer(struct pt_serving *serving,
                                 struct pt_error *err);
/* Those where nobody was answered yet. */
void pt_serving_close_doors(struct pt_serving *serving);
/* The certificate is read anew. */
enum pt_status pt_serving_renew(struct pt_serving *serving,
                                struct pt_error *err);
void pt_serving_forget_certificate(struct pt_serving *serving);
void pt_serving_set_port(struct sockaddr_storage *address, uint16_t port);

/* ---- serving_lan.c: a bridge of this machine, for devices ---- */

/* *settings, said for devices; what is not of a bridge here stays as it is.
 * PT_CANNOT_EXPRESS: they cannot reach it; PT_CANNOT_WRITE: no relay could be
 * opened; PT_NO_MEMORY. */
enum pt_status pt_serving_to_lan(struct pt_serving *serving,
                                 struct pt_arena *arena,
                                 const struct pt_settings **settings,
                                 struct pt_error *err);
/* All was looked at: relays to a bridge that is gone lead nowhere, for its port
 * may be somebody else's by now. */
void pt_serving_rest_relays(struct pt_serving *serving);
/* Say what devices make of the bridge's certificate. */
void pt_serving_advise(const struct pt_serving *serving,
                       const struct pt_settings *settings);
void pt_serving_close_relays(struct pt_serving *serving);

/* ---- serving_help.c: what it prepares ---- */

/* With --relay, settings are to be as they are served on the LAN. */
enum pt_status pt_serving_prepare(struct pt_serving *serving,
                                  struct pt_error *err);

/* The text for a name server, on standard output. */
enum pt_status pt_serving_dns_help(struct pt_serving *serving,
                                   struct pt_error *err);
/* What each mail client finds on this network, for each domain.
 * PT_NOTHING: one of them does not find it. */
enum pt_status pt_serving_check_lan(struct pt_serving *serving,
                                    struct pt_error *err);
/* A certificate for the bridge that serves the first domain of which anything
 * is known. */
enum pt_status pt_serving_make_certificate(struct pt_serving *serving,
                                           struct pt_error *err);

/* ---- serving_ready.c: what it says once it listens ---- */

/* PT_CANNOT_WRITE, PT_NO_MEMORY. */
enum pt_status pt_serving_tell_ready(const struct pt_serving *serving,
                                     struct pt_error *err);

/* ---- serving_follow.c: when to look again ---- */

void pt_serving_follow(struct pt_serving *serving);
void pt_serving_unfollow(struct pt_serving *serving);
/* All rooms were looked at: is there one that may soon do better? */
void pt_serving_looked(struct pt_serving *serving, bool is_settled,
                       bool has_changed);

#endif
