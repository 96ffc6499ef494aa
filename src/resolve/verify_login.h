/* verify_login.h - as whom a server is signed in at, and how often.
 *
 * Once a server, and a second time only where user name or password were
 * wrong and nobody has published the name: as the whole address, then as the
 * part before the @ (RFC 6186, 4).  What one server says to a password goes
 * for the next, which is given it once, or not at all.  Pure.
 */
#ifndef PT_RESOLVE_VERIFY_LOGIN_H
#define PT_RESOLVE_VERIFY_LOGIN_H

#include "model/trial.h"
#include "net/ask.h"
#include "source/source.h"

enum { PT_LOGIN_TRIES = 2 };

/* Of one server; zero it first. */
struct pt_login_plan {
    const char *names[PT_LOGIN_TRIES];
    size_t count;
    unsigned tries; /* made so far */
};

/* What the servers before it said; zero it first. */
struct pt_login_story {
    bool denied;  /* it was wrong: one try is enough */
    bool stopped; /* it is of no use, or does harm: none is made */
};

/* What to sign in with now, and trial->login_* to say so; NULL: nobody does,
 * and trial->login_detail says why where it was asked for. */
const struct pt_credentials *
pt_login_credentials(struct pt_arena *arena, const struct pt_query *query,
                     const struct pt_settings *settings,
                     const struct pt_server *server,
                     const struct pt_login_story *story,
                     struct pt_login_plan *plan, struct pt_trial *trial);

/* It was connected to.  True: it needs no other try. */
bool pt_login_settle(struct pt_arena *arena, struct pt_login_story *story,
                     const struct pt_login_plan *plan,
                     struct pt_server *server, const struct pt_trial *trial);

/* Why nobody signs in at this bridge.  NULL: no memory. */
const char *pt_login_refusal(struct pt_arena *arena,
                             const struct pt_bridge_kind *kind);

#endif
