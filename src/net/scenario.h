/* scenario.h - asks answered from a text file, on a virtual clock.
 *
 * docs/scenarios.md describes the file.
 */
#ifndef PT_NET_SCENARIO_H
#define PT_NET_SCENARIO_H

#include "base/error.h"
#include "base/loop.h"
#include "model/place.h"
#include "net/ask.h"

struct pt_scenario;

/* Reads the scenario and makes the loop its clock drives.  Whatever the text
 * does not answer is answered ABSENT at once.  PT_BAD_INPUT names the line. */
enum pt_status pt_scenario_new(struct pt_slice text,
                               struct pt_scenario **ret_scenario,
                               struct pt_error *err);
void pt_scenario_free(struct pt_scenario *scenario); /* takes NULL */
struct pt_loop *pt_scenario_loop(struct pt_scenario *scenario);
struct pt_transport *pt_scenario_transport(struct pt_scenario *scenario);
const struct pt_place *pt_scenario_place(const struct pt_scenario *scenario);

#endif
