/* session.h - what a command needs to look at this machine, or at a recorded
 * one (--replay): a loop, a transport, and the query as far as the options
 * tell it.
 */
#ifndef PT_CLI_SESSION_H
#define PT_CLI_SESSION_H

#include "cli/command.h"
#include "net/scenario.h"
#include "source/source.h"

/* Lives in the call's arena, but for what pt_session_close frees. */
struct pt_session {
    struct pt_loop *loop;
    struct pt_transport *net;
    struct pt_transport *live; /* NULL: nothing live is asked */
    struct pt_query query;
    struct pt_scenario *scenario; /* owns the loop; NULL: the live one */
};

/* timeout_ms is used unless the user gave --timeout.  Profiles that cannot be
 * used are told on io->err.  PT_BAD_INPUT, PT_NO_MEMORY; the session must be
 * closed whatever happened. */
enum pt_status pt_session_open(const struct pt_call *call, int64_t timeout_ms,
                               struct pt_session *session,
                               struct pt_error *err);
/* The same for who looks for the settings of an address: with what is known of
 * large mail hosters. */
enum pt_status pt_session_open_search(const struct pt_call *call,
                                      int64_t timeout_ms,
                                      struct pt_session *session,
                                      struct pt_error *err);
void pt_session_close(struct pt_session *session);

/* PT_SESSION struct pt_session session = {0}; */
#define PT_SESSION __attribute__((cleanup(pt_session_close)))

#endif
