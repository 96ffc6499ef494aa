/* probe_shared.h - one visit to a mail server for all who ask the same of it:
 * at the same time, or within ten seconds.
 *
 * A hundred searches for addresses of one domain would try the same ports; the
 * server sees one of them.  Where somebody signs in, or a certificate is
 * pinned, nothing is shared.
 */
#ifndef PT_NET_PROBE_SHARED_H
#define PT_NET_PROBE_SHARED_H

#include "net/speak.h"

enum {
    PT_PROBES_KEPT = 256,            /* answers, */
    PT_PROBES_KEPT_BYTES = 16 * 1024, /* of no more each, */
    PT_PROBES_KEPT_MS = 10 * 1000,    /* and no longer */
};

struct pt_probes;

/* NULL: no memory.  Loop and speaker must outlive it. */
struct pt_probes *pt_probes_new(struct pt_loop *loop,
                                struct pt_speaker *speaker);
/* Nobody may be waiting any more.  Takes NULL. */
void pt_probes_free(struct pt_probes *probes);

/* PT_ASK_PROBE, as the functions of struct pt_transport. */
bool pt_probes_begin(struct pt_probes *probes, const struct pt_ask *ask,
                     pt_answer_fn *done, void *ctx);
void pt_probes_drop(struct pt_probes *probes, const void *owner);

#endif
