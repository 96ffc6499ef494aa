/* source.h - where settings come from: one row, three pure functions.
 *
 * A source does no I/O.  It says what it would ask, makes offers out of the
 * answers, and draws its conclusion.  It must cope with any bytes at all.
 */
#ifndef PT_SOURCE_SOURCE_H
#define PT_SOURCE_SOURCE_H

#include "model/bridge.h"
#include "model/place.h"
#include "model/provider.h"
#include "model/settings.h"
#include "net/ask.h"

struct pt_findings;

/* Which of the chosen servers are connected to before they are told. */
enum pt_verify {
    PT_VERIFY_BRIDGES, /* those of bridges, as far as greeting them does no
                          more than that */
    PT_VERIFY_NONE,
    PT_VERIFY_ALL,
};

/* What is wanted, and what the user said about how to look. */
struct pt_query {
    const struct pt_address *address; /* NULL: just look around */
    struct pt_place place;
    const struct pt_bridge_kind *kinds;
    size_t kind_count;
    const struct pt_provider *providers;
    size_t provider_count;
    int64_t timeout_ms;
    struct pt_strings only;   /* source names; empty: all */
    struct pt_strings skip;
    struct pt_strings accept; /* hosts the user vouches for */
    const char *from;         /* an autoconfig file to read instead of asking */
    const char *bridge;       /* name of a bridge, "none", or NULL */
    const char *ispdb;        /* URL or directory; NULL: Thunderbird's */
    const struct pt_findings *looked; /* the bridges here, seen already; or
                                         NULL: look */
    bool no_third_party;      /* ask nobody but the domain itself */
    bool no_address;          /* tell nobody the local part */
    bool wants_story;         /* keep found->events */
    enum pt_verify verify;
    const char *password; /* to sign in with where a server is verified; or
                             NULL: nobody signs in.  Secret */
};

enum {
    PT_OFFERS_MAX = 200,
    PT_OFFERS_EACH = PT_OFFERS_MAX / 8, /* of one source, so that none can
                                           crowd out another */
};

/* What the sources found, in one arena. */
struct pt_findings {
    struct pt_server *offers;
    size_t offer_count;
    struct pt_bridge *bridges;
    size_t bridge_count;
    struct pt_strings hints;
    const char *provider_name;
    const char *provider_domain;
    struct pt_worth provider_worth; /* of whoever named it */
    struct pt_strings advice; /* what the provider has people do first */
    struct pt_worth advice_worth; /* of whoever passed it on */
    const struct pt_published *published; /* what else is kept of a file, or
                                             NULL */
    struct pt_worth published_worth;      /* of the file */
    const struct pt_bridge *serving; /* the bridge that serves the address */
    const struct pt_bridge_kind *needed; /* the bridge the address needs, unless
                                            something else serves it */
    struct pt_strings needed_hints;      /* how to come by it */
    const struct pt_provider *hoster; /* a large one that is known, or NULL */
    const char *exchanger; /* the domain's best MX host; "": none; NULL: not
                              known */
    bool takes_no_mail; /* the domain says so (RFC 7505) */
    bool points_at_bridge; /* something offered a loopback host */
    struct pt_worth pointer; /* the most that such an offer was worth */
    bool follows_pointer;    /* all else is known: now it is looked for */
    bool has_network;      /* a name server or a web server answered */
    const struct pt_machine *machine; /* format/machine.h; NULL: not looked */
    const struct pt_looks *looks; /* source/bridge_look.h; or NULL */
    struct pt_event *events;      /* in the order answered */
    size_t event_count;
};

struct pt_source;

/* One source's share of one search. */
struct pt_task {
    const struct pt_source *source;
    const struct pt_query *query;
    struct pt_arena *arena;
    struct pt_findings *found;
    void *state; /* the source's own */
    enum pt_outcome outcome;
    const char *detail;   /* one phrase, or NULL */
    struct pt_worth lost; /* the most that what could not be asked might have
                             been worth */
    const char *missed;   /* what that was, in a phrase; or NULL */
    bool late;            /* it is over: nothing more may be asked */
    int64_t answer_ms;    /* what the answer took that is being read */
    /* the engine's: */
    struct pt_run *run;
    size_t open; /* asks not answered yet */
    size_t offers;
    bool settled;
    int64_t took_ms;
};

struct pt_source {
    const char *name;
    const char *summary;
    enum pt_trust ceiling; /* never believed more than this */
    enum pt_rank rank;     /* of its offers, as long as it says no other */

    /* What to ask first. */
    void (*plan)(struct pt_task *task);
    /* One answer, also ABSENT and FAILED ones: offers, or further asks. */
    void (*read)(struct pt_task *task, const struct pt_ask *ask,
                 const struct pt_answer *answer);
    /* Nothing of this source is open any more: conclude, or ask more (then
     * it is called again).  Called at least once, also when time is up. */
    void (*settle)(struct pt_task *task);
};

/* Of the query's time: what a conversation may take, and what a gRPC call may
 * that comes before it.  A fifth is left for the rest. */
int64_t pt_query_speak_ms(const struct pt_query *query);
int64_t pt_query_grpc_ms(const struct pt_query *query);

/* Ask the outside world.  Refused silently once the task is late or has asked
 * PT_ASKS_MAX times.  Strings are borrowed: keep them in the arena. */
void pt_task_ask(struct pt_task *task, const struct pt_ask *ask);

/* Nothing that is open could matter any more: do not wait for it. */
void pt_task_ignore_open(struct pt_task *task);

/* A new zeroed offer with the origin's source and rank filled in.  NULL: no
 * memory, or the source has made PT_OFFERS_EACH already. */
struct pt_server *pt_task_offer(struct pt_task *task);

/* What the source offers, but not this machine: a loopback host in anything
 * that was published only says that a bridge is needed.  Copies. */
void pt_task_offer_published(struct pt_task *task,
                             const struct pt_server *server,
                             const struct pt_origin *origin);

/* Who the provider is; the best source's word stays.  Either may be NULL. */
void pt_task_provider(struct pt_task *task, const char *name,
                      const char *domain, const struct pt_origin *origin);

/* There is something.  The first detail stays. */
void pt_task_found(struct pt_task *task, const char *detail);
/* Asked without an answer (PT_FAILED), or one that must not be believed
 * (PT_REFUSED).  Whatever was found outweighs it in what is reported. */
void pt_task_missed(struct pt_task *task, const struct pt_ask *ask,
                    enum pt_outcome outcome, const char *detail);

extern const struct pt_source pt_source_file;
extern const struct pt_source pt_source_bridge;
extern const struct pt_source pt_source_pacc;
extern const struct pt_source pt_source_autoconfig;
extern const struct pt_source pt_source_srv;
extern const struct pt_source pt_source_ispdb;
extern const struct pt_source pt_source_autodiscover;
extern const struct pt_source pt_source_mx;
extern const struct pt_source pt_source_guess;

extern const struct pt_source *const pt_sources[]; /* best first, NULL-ended */

/* Is anything missing that may be guessed, now that all others have answered?
 * Not where somebody said that there is none, or that a bridge is needed. */
bool pt_guess_is_due(const struct pt_findings *found);

#endif
