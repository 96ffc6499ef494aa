/* lan_verdict.h - what a client's requests came to, in sentences that say what
 * to do.  Pure.
 */
#ifndef PT_SERVE_LAN_VERDICT_H
#define PT_SERVE_LAN_VERDICT_H

#include "serve/lan_check.h"
#include "serve/lan_fetch.h"

/* One client, as it was played. */
struct pt_lan_played {
    const struct pt_lan_kind *kind;
    const struct pt_settings *settings;
    struct pt_lan_fetch *const *fetches; /* of each step */
    struct pt_lan_client *client; /* its steps, and whether it works */
    size_t used;    /* the step it goes by; step_count: none */
    size_t stopper; /* the first whose answer ended a stage for nothing;
                       step_count: none */
};

/* False: what the client asks for cannot say these settings, and why. */
bool pt_lan_can_be_told(const struct pt_lan_played *played,
                        struct pt_error *err);

/* A sentence, in the arena; NULL: no memory. */
const char *pt_lan_verdict(struct pt_arena *arena,
                           const struct pt_lan_played *played);

/* Add to hints what concerns all clients. */
void pt_lan_hints(const struct pt_lan_fetches *all,
                  const struct pt_settings *settings, bool all_work,
                  struct pt_strings *hints);

#endif
