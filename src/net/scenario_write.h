/* scenario_write.h - an ask and its answer as lines of a scenario.
 *
 * pt_scenario_new() (scenario.h) reads them back as they were.
 */
#ifndef PT_NET_SCENARIO_WRITE_H
#define PT_NET_SCENARIO_WRITE_H

#include "base/buf.h"
#include "model/place.h"
#include "net/ask.h"

/* Longer than any search: such an answer never comes. */
enum { PT_SCENARIO_NEVER_MS = 600 * 1000 };

void pt_scenario_add_place(struct pt_buf *out, const struct pt_place *place);

/* A blank line, then the ask and its answer. */
void pt_scenario_add_answer(struct pt_buf *out, const struct pt_ask *ask,
                            int64_t after_ms, const struct pt_answer *answer);

#endif
