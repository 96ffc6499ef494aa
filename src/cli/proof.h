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

enum pt_proof_outcome {
    PT_PROOF_WORKS,
    PT_PROOF_REFUSED,        /* nothing listens there */
    PT_PROOF_TIMEOUT,        /* something does, and says nothing */
    PT_PROOF_WRONG_PROTOCOL, /* another service, or another program */
    PT_PROOF_NO_STARTTLS,
    PT_PROOF_BAD_CERTIFICATE, /* not the one that is pinned */
    PT_PROOF_TLS_FAILED,
    PT_PROOF_NOT_ASKED, /* it must not be */
};

/* One server of an account.  Borrows its strings. */
struct pt_proof {
    enum pt_service service;
    const char *host; /* as it is spelt there */
    uint16_t port;
    enum pt_security security;
    const char *pinned; /* SHA-256, lower-case hex; NULL: any certificate */
    const char *bridge; /* name of the kind that must answer; NULL: any */

    enum pt_proof_outcome outcome;
    const char *detail; /* what is not as it should be, in a phrase; NULL when
                           it works */
    bool failed; /* it decidedly does not work: that a bridge which first asks
                    its own server is slow, or is not asked, is no failure */
};

/* Fill the outcomes, in two seconds at most: all are asked side by side, each
 * endpoint once.  What they say lives in the call's arena.  What
 * pt_session_open fails with; PT_NO_MEMORY. */
enum pt_status pt_prove(const struct pt_call *call, struct pt_proof *proofs,
                        size_t count, struct pt_error *err);

const char *pt_proof_outcome_name(enum pt_proof_outcome outcome);

/* "IMAP 127.0.0.1:1144: nothing listens there".  NULL: no memory. */
const char *pt_proof_phrase(struct pt_arena *arena,
                            const struct pt_proof *proof);

/* As member "proof" of parent: an array. */
void pt_proofs_json(struct pt_json *json, cJSON *parent,
                    const struct pt_proof *proofs, size_t count);

#endif
