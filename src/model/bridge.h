/* bridge.h - a local mail bridge: what is known of its kind, and what one
 * running here was found to do.
 */
#ifndef PT_MODEL_BRIDGE_H
#define PT_MODEL_BRIDGE_H

#include "model/settings.h"

/* A setting that must be there. */
struct pt_bridge_condition {
    const char *key;
    struct pt_strings values; /* it has one of these (ASCII case folded);
                                 empty: any value but "" */
};

/* How a service is protected when all of these hold (none: always). */
struct pt_bridge_rule {
    enum pt_security is;
    struct pt_bridge_condition *when;
    size_t when_count;
};

/* How one service is read from flat settings: which key holds the port, which
 * keys tell how it is protected. */
struct pt_bridge_service_keys {
    enum pt_service service;
    const char *port; /* key of the port; NULL: the default port */
    const char *host; /* key of the address it listens on; NULL: default */
    const char *off;  /* a flag: set to anything but "false", it turns the
                         service off */
    bool off_when_missing; /* no port key: the service is off */
    const char *section; /* "IMAP": each section IMAP-PORT is one such service,
                            and the other keys are those of the section; or
                            NULL */
    struct pt_bridge_condition *only_if; /* all must hold */
    size_t only_if_count;
    struct pt_bridge_rule *rules; /* the first that holds wins; none does: as
                                     by default */
    size_t rule_count;
};

/* One place its settings may lie. */
struct pt_bridge_place {
    const char *os;     /* "linux", "macos", "windows"; NULL: any */
    const char *reader; /* how the bytes are read (reader.h) */
    const char *path;   /* template (place.h); NULL: only path_from_argv, or
                           the arguments themselves */
    struct pt_strings unless; /* templates: skip when one of them exists */
    const char *path_from_argv; /* key of the running process's arguments that
                                   names the file; or NULL */
    const char *path_suffix;    /* what such a path ends in; or NULL */
    const char *beside_program; /* name of the file, when it lies beside the
                                   running program or where that was started;
                                   or NULL */
    bool account_sections; /* sections whose names hold an @ are accounts */
    struct pt_bridge_service_keys *services;
    size_t service_count;
    const char *account_key; /* key that holds an account, or NULL */
    const char *account_keys_of; /* each key below this one is an account;
                                    "" means top-level keys; or NULL */
};

struct pt_bridge_process {
    const char *program;     /* last component of the executable or script */
    struct pt_strings with;  /* one of these stands somewhere in exe or argv */
};

struct pt_bridge_greeting {
    enum pt_service service;
    const char *pattern; /* POSIX extended regular expression */
    const char *with;   /* another that must match the transcript; or NULL */
    const char *unless; /* another that must not; or NULL */
};

struct pt_bridge_default {
    enum pt_service service;
    uint16_t port;
    enum pt_security security;
};

/* One file of profiles/bridges. */
struct pt_bridge_kind {
    const char *name;
    const char *title;
    const char *host; /* the address it listens on */
    struct pt_bridge_default *defaults;
    size_t default_count;
    struct pt_bridge_place *places;
    size_t place_count;
    struct pt_bridge_process *processes;
    size_t process_count;
    struct pt_bridge_greeting *greetings;
    size_t greeting_count;
    struct pt_strings domains; /* addresses that can only be had through it */
    struct pt_strings mx;      /* MX hosts (or ".suffix") that mean the same */
    const char *login;
    const char *password;
    const char *change_ports;
    const char *import_certificate;
    bool own_logins; /* its user names are not the addresses */
    bool first_choice; /* the one to name when none for a domain is here, or
                          nothing tells it from another */
    bool forwards; /* its process only passes bytes on: that it is this bridge,
                      the greeting alone tells */
    bool closes_offline; /* it closes its mail ports while it has no network */
    bool greets_late; /* it asks its own server before it greets: that it says
                         nothing yet is no sign of a fault */
    bool reaches_out; /* to greet it makes it connect elsewhere: do not, when
                         its settings and the socket's owner agree */
    bool password_destroys; /* a wrong password costs it the token that it
                               signs in with */
};

enum pt_bridge_state {
    PT_BRIDGE_OK,
    PT_BRIDGE_OFFLINE,    /* it runs, its listeners are closed */
    PT_BRIDGE_MISMATCH,   /* what is configured is not what listens */
    PT_BRIDGE_PORT_TAKEN, /* another program holds its port */
    PT_BRIDGE_STOPPED,
    PT_BRIDGE_UNKNOWN,
};

enum pt_learned {
    PT_FROM_GRPC,
    PT_FROM_CONFIG,
    PT_FROM_ARGV,
    PT_FROM_LOG,
    PT_FROM_SOCKET,
};

struct pt_bridge_endpoint {
    enum pt_service service;
    const char *host;
    uint16_t port;
    uint16_t configured; /* it listens elsewhere than it is set to: there; 0 */
    enum pt_security security;
    const struct pt_certificate *certificate; /* off the wire, or NULL */
    uint32_t pid;                             /* 0: not known */
    enum pt_learned learned_from;
    const char *where; /* the file or socket it was learned from */
    bool listening;    /* it was there just now */
    bool silent;       /* something listens there, and says nothing */
    bool foreign;      /* the listener belongs to another user */
};

/* One bridge found on this machine. */
struct pt_bridge {
    const struct pt_bridge_kind *kind;
    enum pt_bridge_state state;
    const char *version; /* or NULL */
    struct pt_bridge_endpoint *endpoints;
    size_t endpoint_count;
    struct pt_strings accounts; /* what it said it serves */
    bool told_accounts;         /* those are all, though there may be none */
    const char *untold; /* it runs and should have told them all, and did not:
                           why, in a phrase; or NULL */
    const char *hint;   /* the sentence a user needs, or NULL */
};

/* Does it listen for mail? */
bool pt_bridge_is_live(const struct pt_bridge *bridge);

const char *pt_bridge_state_name(enum pt_bridge_state state);
const char *pt_learned_name(enum pt_learned learned);

/* What a reader makes of a settings file: flat keys and values, in the order
 * of the file.  "section.key" for what is nested. */
struct pt_pair {
    const char *key;
    const char *value;
};

struct pt_pairs {
    struct pt_pair *at;
    size_t count;
};

enum { PT_PAIRS_MAX = 512 };

/* Copies both.  False: no memory, or too many. */
bool pt_pairs_add(struct pt_arena *arena, struct pt_pairs *pairs,
                  const char *key, const char *value);
/* The last value of key, or NULL. */
const char *pt_pairs_get(const struct pt_pairs *pairs, const char *key);

/* What one settings file or API says about a bridge. */
struct pt_bridge_claim {
    enum pt_service service;
    const char *host; /* NULL: the kind's own */
    uint16_t port;
    enum pt_security security;
};

struct pt_bridge_said {
    struct pt_bridge_claim *claims;
    size_t claim_count;
    struct pt_strings accounts;
};

#endif
