/* trying.h - from a trial to an ask, and from the answer to a verdict.
 *
 * Pure.  Who asks does not judge, and the judge asks nobody.
 */
#ifndef PT_SOURCE_TRYING_H
#define PT_SOURCE_TRYING_H

#include "format/speech.h"
#include "model/trial.h"
#include "net/ask.h"

/* The PT_ASK_PROBE of it, or of a local bridge the PT_ASK_SPEAK; strings go
 * into the arena.  credentials: to sign in with, once the connection is secret
 * and its peer is known, never with a bridge; or NULL.  False: no memory. */
bool pt_trial_ask(struct pt_arena *arena, const struct pt_trial *trial,
                  const struct pt_credentials *credentials, int64_t limit_ms,
                  struct pt_ask *ret_ask);

/* The same from what was heard already: of a conversation that the search
 * itself had.  False: no memory. */
bool pt_trial_judge(struct pt_arena *arena, struct pt_trial *trial,
                    const struct pt_speech *speech);

/* Fill in what came of it, but for took_ms: from the answer to a PT_ASK_PROBE,
 * or to a PT_ASK_SPEAK of the same endpoint.  False: no memory. */
bool pt_trial_read(struct pt_arena *arena, struct pt_trial *trial,
                   const struct pt_answer *answer);

#endif
