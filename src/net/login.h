/* login.h - signing in with a password, once: what to say, and what comes of
 * it.
 *
 * Pure.  Of what the server offers, SASL PLAIN is taken (RFC 4616; RFC 4959
 * and RFC 5034 where the answer may stand in the command), else LOGIN, else
 * the protocol's own command.  Whoever sends what is in `out` wipes it; only
 * over a connection that is secret, to a peer that is known.
 */
#ifndef PT_NET_LOGIN_H
#define PT_NET_LOGIN_H

#include "base/buf.h"
#include "model/capability.h"
#include "net/ask.h"

enum pt_login_state {
    PT_LOGIN_GOES_ON,
    PT_LOGIN_YES,
    PT_LOGIN_NO,
};

struct pt_login {
    enum pt_service service;
    unsigned way; /* enum pt_password_way */
    bool at_once; /* the answer stands in the command */
    const struct pt_credentials *credentials; /* borrowed */
    unsigned step; /* how many things were said */
    unsigned steps; /* of how many */
    bool in_literal; /* ManageSieve: the next line is a challenge */
};

enum { PT_LOGIN_SECRET_MAX = 1024 }; /* bytes of a name or a password */

/* Says the first thing.  False: there is no way that would carry these. */
bool pt_login_begin(struct pt_login *login, enum pt_service service,
                    const struct pt_capability *can,
                    const struct pt_credentials *credentials,
                    struct pt_buf *out);

/* Hears a line, and says the next thing if it is wanted. */
enum pt_login_state pt_login_hear(struct pt_login *login, struct pt_slice line,
                                  struct pt_buf *out);

/* The line, with "***" where it repeats the password in any form that we sent
 * it in. */
void pt_login_mask(const struct pt_login *login, struct pt_slice line,
                   struct pt_buf *out);

#endif
