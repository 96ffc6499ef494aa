/* settings.h - what was offered, by whom, and what we decided.
 *
 * Everything here lives in one arena, given by whoever starts the search, and
 * is read-only once the search is over.
 */
#ifndef PT_MODEL_SETTINGS_H
#define PT_MODEL_SETTINGS_H

#include "base/arena.h"
#include "model/address.h"
#include "model/names.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pt_trial;

/* A list of strings in an arena. */
struct pt_strings {
    const char **at;
    size_t count;
};

/* Copies text.  False: no memory. */
bool pt_strings_add(struct pt_arena *arena, struct pt_strings *list,
                    const char *text);
bool pt_strings_have(const struct pt_strings *list, const char *text);
bool pt_strings_have_nocase(const struct pt_strings *list, const char *text);
/* The same texts, in the same order. */
bool pt_strings_are_same(const struct pt_strings *a,
                         const struct pt_strings *b);

struct pt_origin {
    const char *source; /* row name in the sources table */
    const char *where;  /* file, URL, DNS name or socket it was learned from */
    enum pt_trust trust;
    enum pt_rank rank;
    struct pt_strings via; /* what led there, nearest first */
    bool cleartext;        /* plain HTTP had a part in it */
};

/* A certificate seen on the wire. */
struct pt_certificate {
    const unsigned char *der;
    size_t der_len;
    char sha256[65];   /* lower-case hex of SHA-256 over the DER */
    char spki_pin[64]; /* "sha256//BASE64", as CURLOPT_PINNEDPUBLICKEY wants */
};

enum { PT_AUTH_MAX = 8 };

/* One server, as one origin offers it.  Host, port and security travel
 * together and are never mixed with those of another offer. */
struct pt_server {
    enum pt_service service;
    const char *host; /* NULL only when url is set */
    uint16_t port;    /* 0 only when url is set */
    enum pt_security security;
    enum pt_auth auth[PT_AUTH_MAX]; /* the publisher's order, best first */
    size_t auth_count;
    const char *username; /* NULL: not known */
    const char *url;      /* for services had by URL; else NULL */
    bool chosen;
    struct pt_origin origin;
    bool denied;        /* not a server: there is decidedly none of this
                           service; host is NULL */
    const char *why;    /* why it was chosen, or was not */
    bool needs_consent; /* nobody vouches for its host: never chosen */
    const char *bridge; /* name of the local bridge that speaks here, or NULL */
    bool last_known;    /* that bridge is not to be had now: never chosen */
    bool assumed;       /* not even that: it is the bridge's default */
    const struct pt_certificate *certificate; /* seen live, or NULL */
    const struct pt_trial *trial; /* model/trial.h: it was connected to, and
                                     this came of it; NULL: it was not */
};

struct pt_source_report {
    const char *name;
    enum pt_outcome outcome;
    const char *detail;
    int64_t took_ms;
    struct pt_worth lost; /* the most that could not be asked was worth */
    const char *missed;   /* what that was, in a phrase; or NULL */
};

/* One ask and what came of it: the story of the search. */
struct pt_event {
    const char *source;
    const char *what;   /* "DNS txt _ua-auto-config.example.org", a URL ... */
    const char *answer; /* a phrase */
    int64_t begun_ms;   /* since the search began */
    int64_t ended_ms;
    bool is_answer;     /* something came back */
    bool given_up;      /* it had not answered when the search was over */
};

/* The local bridge that serves, or would serve, the address. */
struct pt_bridge_use {
    const char *name;         /* "proton"; NULL: no bridge is involved */
    const char *title;        /* "Proton Mail Bridge" */
    const char *login;        /* what to type as user name */
    const char *password;     /* what to type as password */
    const char *change_ports; /* where its ports are changed */
    const char *import_certificate; /* how it is given another certificate */
};

enum pt_find_status {
    PT_FIND_OK,
    PT_FIND_NOTHING,
    PT_FIND_UNSURE,
    PT_FIND_UNREACHABLE,
    PT_FIND_NEEDS_BRIDGE,
};

/* Where a provider's tokens come from.  Nothing here is used by us: it is
 * handed on, to programs that are registered there. */
struct pt_oauth2 {
    const char *issuer; /* NULL: nothing is known */
    const char *auth_url;
    const char *token_url;
    const char *scope;
    const char *client_id; /* or NULL */
};

/* Text of the provider for people, and where to read on. */
struct pt_guide {
    const char *text;
    const char *lang; /* "en"; NULL: not said */
    const char *url;
    bool is_task; /* what must be done first, else what helps */
};

enum { PT_GUIDES_MAX = 4 };

/* What a domain's file holds besides servers: as it stands there, placeholders
 * too. */
struct pt_published {
    struct pt_oauth2 oauth2;
    struct pt_guide guides[PT_GUIDES_MAX];
    size_t guide_count;
};

struct pt_settings {
    struct pt_address address;
    enum pt_find_status status;
    bool incomplete;
    unsigned denied; /* 1 << service: there is decidedly none of it, and none
                        is chosen */
    bool is_verified; /* it was asked that each server be connected to */
    int64_t took_ms;
    const char *display_name;    /* the user's own name, or NULL */
    const char *nickname; /* what a file of several accounts calls this one;
                             NULL: what the address makes of it */
    const char *provider_name;   /* never NULL once the search is over */
    const char *provider_domain; /* never NULL once the search is over */
    struct pt_server *servers;   /* chosen first, then alternatives */
    size_t server_count;
    struct pt_source_report *sources;
    size_t source_count;
    struct pt_event *events; /* in the order answered; when asked for */
    size_t event_count;
    struct pt_strings needs_accept; /* hosts nobody vouches for */
    struct pt_strings hints;
    struct pt_bridge_use bridge;
    const struct pt_published *published; /* or NULL */
};

const char *pt_find_status_name(enum pt_find_status status);
/* The program's exit status for it. */
enum pt_status pt_find_status_exit(enum pt_find_status status);

/* The chosen server of a service, or NULL. */
const struct pt_server *pt_chosen(const struct pt_settings *settings,
                                  enum pt_service service);
/* The chosen IMAP server, else the chosen POP3 server, else NULL. */
const struct pt_server *pt_chosen_incoming(const struct pt_settings *settings);
/* Is any server chosen? */
bool pt_settings_have_chosen(const struct pt_settings *settings);
/* Does nobody miss this service?  POP3 is no use to who has IMAP, and what is
 * no mail is missed only by who has no mail either. */
bool pt_settings_do_without(const struct pt_settings *settings,
                            enum pt_service service);
/* Plain text, and not of a bridge on this machine: never used. */
bool pt_server_is_plain_abroad(const struct pt_server *server);

/* How the bridge forms its user names, where nobody told this account's; NULL:
 * somebody did, or there is no bridge. */
const char *pt_login_rule(const struct pt_settings *settings);

/* The server's user name; else the incoming server's; else the address. */
const char *pt_login(const struct pt_settings *settings,
                     const struct pt_server *server);
/* The user's own name; else the address. */
const char *pt_full_name(const struct pt_settings *settings);

/* A new zeroed server at the end, or NULL. */
struct pt_server *pt_settings_add(struct pt_arena *arena,
                                  struct pt_settings *settings);

#endif
