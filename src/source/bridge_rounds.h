/* bridge_rounds.h - the rounds of asks by which the bridge source gathers its
 * evidence, each in a file of its own.
 *
 * Every round asks all it wants at once; the next begins when nothing is open
 * any more.  What comes back is noted in the looks.
 */
#ifndef PT_SOURCE_BRIDGE_ROUNDS_H
#define PT_SOURCE_BRIDGE_ROUNDS_H

#include "source/bridge_look.h"

/* What an ask was for: its tag. */
enum pt_bridge_step {
    PT_STEP_UNLESS,   /* is the file there that makes this place void? */
    PT_STEP_FILE,     /* a settings file, or a log */
    PT_STEP_ENDPOINT, /* the file that says where gRPC is */
    PT_STEP_REPLY,    /* what gRPC answered */
    PT_STEP_USERS,    /* likewise; up to here they are about a clue */
    PT_STEP_MACHINE,
    PT_STEP_SPEAK, /* about a struct pt_spoken */
    PT_STEP_EXCHANGER,
};

/* Files and gRPC; a log only where gRPC tells nothing. */
void pt_round_files(struct pt_task *task);
/* Which process is which bridge, and the files its arguments name. */
void pt_round_processes(struct pt_task *task);
/* One conversation with each port that is claimed, listened on by a bridge,
 * or a bridge's default. */
void pt_round_greetings(struct pt_task *task);

/* Is this place looked at on this system? */
bool pt_bridge_place_is_here(const struct pt_bridge_place *bridge_place,
                             const struct pt_place *place);

/* A further clue of the look's, the last of its list.  NULL: no memory, or
 * `where` is NULL. */
struct pt_clue *pt_clue_add(struct pt_task *task, struct pt_look *look,
                            const struct pt_bridge_place *place,
                            const char *where);
/* Ask for the file or log it is about. */
void pt_clue_ask(struct pt_task *task, struct pt_clue *clue);
/* Bytes to pairs, pairs to what they claim. */
void pt_clue_read(struct pt_task *task, struct pt_clue *clue,
                  struct pt_slice bytes);

/* An answer has come. */
void pt_clue_answer(struct pt_task *task, const struct pt_ask *ask,
                    const struct pt_answer *answer);
void pt_spoken_answer(struct pt_task *task, struct pt_spoken *spoken,
                      const struct pt_answer *answer);

#endif
