/* record.h - a transport that has another answer, and remembers what it said.
 *
 * Kept are the asks in the order they were begun, each with its first real
 * answer and how long that took.  What is secret of an ask (its token) is not
 * kept.
 */
#ifndef PT_NET_RECORD_H
#define PT_NET_RECORD_H

#include "base/arena.h"
#include "base/loop.h"
#include "net/ask.h"

struct pt_recorder;

struct pt_recorded {
    struct pt_ask ask; /* what, within, method, record, payload, needles,
                          limit_ms */
    struct pt_answer answer;
    size_t nth; /* in the order they were begun */
    int64_t begun_ms;
    int64_t after_ms; /* from the ask to its answer; more, by as little as is
                         needed for a replay to keep the order of answers */
    bool is_answered;
    bool was_dropped;   /* the search was over before it came */
    bool is_superseded; /* asked again, after it was dropped */
    struct pt_recorded *next;
};

enum { PT_RECORD_MAX = 4 * 1024 * 1024 }; /* bytes of all answers */

/* The loop and the other transport are borrowed; both may go before the
 * recorder does, when no ask is open.  NULL: no memory. */
struct pt_recorder *pt_recorder_new(struct pt_loop *loop,
                                    struct pt_transport *net);
void pt_recorder_free(struct pt_recorder *recorder); /* takes NULL */
struct pt_transport *pt_recorder_transport(struct pt_recorder *recorder);

/* All of them, each once; NULL: none.  They live as long as the recorder. */
const struct pt_recorded *pt_recorder_first(const struct pt_recorder *recorder);

/* The answers came to more than PT_RECORD_MAX: the later ones are lost. */
bool pt_recorder_is_full(const struct pt_recorder *recorder);
/* Memory ran out: answers are missing. */
bool pt_recorder_failed(const struct pt_recorder *recorder);

/* Do both ask the same, as far as a recording can tell? */
bool pt_record_is_same(const struct pt_ask *a, const struct pt_ask *b);

#endif
