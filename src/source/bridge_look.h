/* bridge_look.h - the bridge source's own notes: one look at each kind.
 *
 * Three rounds of asks (bridge_rounds.h) gather the evidence here; then it is
 * judged.  All of it is values in the search's arena.
 */
#ifndef PT_SOURCE_BRIDGE_LOOK_H
#define PT_SOURCE_BRIDGE_LOOK_H

#include "format/grpc.h"
#include "format/machine.h"
#include "format/reader.h"
#include "format/speech.h"
#include "source/source.h"

enum { PT_LOOK_PROCESSES = 16 };

enum pt_clue_state {
    PT_CLUE_NONE,  /* nothing is there */
    PT_CLUE_STALE, /* left behind by a bridge that no longer runs */
    PT_CLUE_BAD,   /* it is there and cannot be made sense of */
    PT_CLUE_READ,
};

/* One place a kind's settings may lie, and what was read there. */
struct pt_clue {
    struct pt_look *look;
    const struct pt_bridge_place *place;
    const struct pt_reader *reader;
    const char *where; /* a path, or "process 4711" */
    size_t doubts; /* answers to `unless` that are still to come */
    bool is_void;  /* one of those files exists */
    enum pt_clue_state state;
    const char *problem; /* BAD: a sentence */
    struct pt_bridge_said said;
    const char *version;
    bool of_process; /* the running process itself points here */
    uint16_t port;   /* FOCUS: where it was asked */
    bool answered;   /* GRPC, FOCUS: somebody did, just now */
    struct pt_clue *next;
};

/* All there is about one kind of bridge. */
struct pt_look {
    const struct pt_bridge_kind *kind;
    struct pt_clue *clues; /* the place's order; those of_process first */
    const struct pt_process *processes[PT_LOOK_PROCESSES];
    size_t process_count;
    size_t own_process_count; /* those of this user or root, which come first */
    uint16_t own_ports[4]; /* gRPC and focus: not mail, never spoken to */
    size_t own_port_count;
    bool installed; /* a file of it is on this machine */
    bool of_user;   /* one of them is this user's own */
    size_t grpc_open; /* places that may still lead to gRPC */
    bool grpc_told;   /* one of them did, and it told its settings */
    struct pt_strings signed_in; /* addresses, as gRPC told them */
    bool told_users;             /* gRPC did, though there may be none */
    const char *users_problem; /* it was asked and did not: a phrase; or NULL */
    struct pt_strings waiting; /* users that are not signed in */
};

/* One conversation. */
struct pt_spoken {
    const char *address;
    uint16_t port;
    bool there; /* something listens */
    struct pt_speech speech;
    struct pt_spoken *next;
};

struct pt_looks {
    struct pt_look *at; /* one a kind, in the kinds' order */
    size_t count;
    struct pt_machine machine;
    bool listed;   /* the machine is known at all */
    bool sees_all; /* what the machine does not list, no user listens on */
    struct pt_spoken *spoken;
    int phase;
};

/* The looks of the bridge source's task. */
struct pt_looks *pt_looks_of(const struct pt_task *task);

/* Where to speak to a listener: 127.0.0.1 when it takes any address. */
const char *pt_listener_reach(const struct pt_listener *listener);

/* Does it belong to a user whom this one has no reason to believe? */
bool pt_listener_is_foreign(const struct pt_listener *listener,
                            const struct pt_place *place);

/* The listener a client of host:port would reach, or NULL. */
const struct pt_listener *pt_listener_at(const struct pt_machine *machine,
                                         const char *host, uint16_t port);
/* The conversation with host:port among these, or NULL. */
const struct pt_spoken *pt_spoken_among(const struct pt_spoken *spoken,
                                        const char *host, uint16_t port);

/* The kind whose gRPC or focus service has this port, or NULL: never spoken
 * to. */
const struct pt_bridge_kind *pt_looks_own_port(const struct pt_looks *looks,
                                               uint16_t port);

/* Does its gRPC or focus service answer? */
bool pt_look_answers(const struct pt_look *look);
bool pt_look_has_process(const struct pt_look *look, uint32_t pid);

/* Whose the listener is cannot be seen, but its user runs this kind. */
bool pt_look_may_hold(const struct pt_look *look,
                      const struct pt_listener *listener);

/* The first place that could not be made sense of, or NULL. */
const struct pt_clue *pt_look_first_bad(const struct pt_look *look);

/* Does this conversation sound like the kind?  ret_version (may be NULL) gets
 * what the greeting says, when it says it. */
bool pt_speech_is_of(struct pt_arena *arena, const struct pt_bridge_kind *kind,
                     const struct pt_speech *speech, const char **ret_version);

/* Add every bridge there is evidence of to found. */
void pt_bridges_judge(struct pt_arena *arena, const struct pt_looks *looks,
                      const struct pt_place *place,
                      struct pt_findings *found);

/* Ask where the domain's mail goes, where nothing better tells which bridge
 * the address needs; and what came back. */
void pt_bridges_ask_exchanger(struct pt_task *task);
void pt_bridges_read_exchanger(struct pt_task *task,
                               const struct pt_answer *answer);

/* Say which bridge serves the query's address, and offer its servers. */
void pt_bridges_serve(struct pt_task *task);

#endif
