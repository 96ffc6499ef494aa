/* guide.h - `portolan` alone at a terminal: a set-up for people who know
 * nothing of servers and ports, question by question.
 */
#ifndef PT_CLI_GUIDE_H
#define PT_CLI_GUIDE_H

#include "cli/command.h"

/* Nothing is changed before the last question is answered.  The exit status,
 * as of a command. */
enum pt_status pt_guide(const struct pt_call *call, struct pt_error *err);

#endif
