/* bridge_verdict.h - one kind of bridge, judged: where it listens, and what its
 * user should hear about that.
 *
 * bridge_expect.c says where it should be, bridge_judge.c finds out where it
 * is, bridge_say.c has the words.
 */
#ifndef PT_SOURCE_BRIDGE_VERDICT_H
#define PT_SOURCE_BRIDGE_VERDICT_H

#include "source/bridge_look.h"

enum { PT_ENDPOINTS_MAX = 32 };

/* How one configured port turned out. */
enum pt_fate {
    PT_FATE_HERE,   /* the bridge listens there */
    PT_FATE_CLOSED, /* nobody does */
    PT_FATE_TAKEN,  /* somebody else does */
    PT_FATE_SILENT, /* it listens and says nothing */
};

struct pt_finding {
    struct pt_bridge_endpoint endpoint;
    enum pt_fate fate;
    const struct pt_listener *listener;
    bool moved; /* it listens, but not where its settings say */
};

struct pt_verdict {
    struct pt_arena *arena;
    const struct pt_looks *looks;
    const struct pt_look *look;
    const struct pt_place *place;
    struct pt_finding at[PT_ENDPOINTS_MAX];
    size_t count;
    const char *version;
    bool silent;
    bool alive;  /* it runs, as far as can be told */
    bool unseen; /* it may listen where its sockets cannot be told */
    const struct pt_finding *subject; /* what the sentence is about, or NULL */
};

/* Is there an endpoint of this service and port already? */
bool pt_verdict_has(const struct pt_verdict *v, enum pt_service service,
                    uint16_t port);
/* NULL: there are PT_ENDPOINTS_MAX. */
struct pt_finding *pt_verdict_add(struct pt_verdict *v,
                                  const struct pt_bridge_endpoint *endpoint);

/* Add every endpoint the bridge should have. */
void pt_verdict_expect(struct pt_verdict *v);

/* The sentence that the user of this bridge needs.  NULL: none, or no memory.
 */
const char *pt_verdict_say(const struct pt_verdict *v,
                           const struct pt_bridge *bridge);

#endif
