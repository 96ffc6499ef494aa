/* tally.h - what a server counts, and how it tells (/metrics, /health).  No
 * address is ever in it.
 */
#ifndef PT_SERVE_TALLY_H
#define PT_SERVE_TALLY_H

#include "base/buf.h"
#include "serve/answer.h"

enum { PT_TALLY_CODES = 20 };

struct pt_tally {
    uint64_t answered[PT_ROUTES][PT_TALLY_CODES];
    uint64_t connections; /* ever */
    uint64_t turned_away; /* connections from outside the LAN */
    uint64_t cut;         /* connections that took too long, or too much room */
    uint64_t looks;       /* at the settings of a domain */
    uint64_t looks_failed;
    size_t open; /* connections at this moment */
};

void pt_tally_answer(struct pt_tally *tally, enum pt_route route, int status);

/* Prometheus's text format, version 0.0.4. */
void pt_tally_metrics(const struct pt_tally *tally,
                      const struct pt_house *house, int64_t now_ms,
                      struct pt_buf *out);

/* JSON: {"portolan": 1, "status": "ok"|"stale", "domains": N, "ready": N,
 * "failing": [{"domain", "age_s", "why"}]}; of those that fail, 20 at most. */
enum pt_status pt_tally_health(const struct pt_house *house, int64_t now_ms,
                               struct pt_buf *out, struct pt_error *err);

#endif
