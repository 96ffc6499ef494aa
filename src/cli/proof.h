/* proof.h - do the servers answer as a client's files have them?
 *
 * Each is connected to once, at the host and port that are written, and heard:
 * is it the service, the bridge, the protection and the certificate?  Nobody
 * is logged in, nothing is sent but the questions of net/dialogue.h.  This
 * machine's servers only.
 */
#ifndef PT_CLI_PROOF_H
#define PT_CLI_PROOF_H

#include "cli/command.h"
#include "format/json_build.h"
#include "model/trial.h"

/* One server of an account. */
struct pt_proof {
    struct pt_trial trial; /* pt_prove() fills in its kind, and what came of
                              it */
    const char *bridge;    /* name of the kind that must answer; NULL: any */
    bool failed; /* it decidedly does not work: that a bridge which first asks
                    its own server is slow, or is not asked, is no failure */
};

/* Fill the outcomes, in two seconds at most: all are asked side by side, each
 * endpoint once.  What they say lives in the call's arena.  What
 * pt_session_open fails with; PT_NO_MEMORY. */
enum pt_status pt_prove(const struct pt_call *call, struct pt_proof *proofs,
                        size_t count, struct pt_error *err);

/* "IMAP 127.0.0.1:1144: nothing listens there".  NULL: no memory. */
const char *pt_proof_phrase(struct pt_arena *arena,
                            const struct pt_proof *proof);

/* As member "proof" of parent: an array. */
void pt_proofs_json(struct pt_json *json, cJSON *parent,
                    const struct pt_proof *proofs, size_t count);

#endif
