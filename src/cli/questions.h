/* questions.h - questions at a terminal, each with an answer that Enter gives.
 */
#ifndef PT_CLI_QUESTIONS_H
#define PT_CLI_QUESTIONS_H

#include "cli/page.h"

enum { PT_ANSWER_MAX = 512 }; /* bytes; what is longer is cut */

/* Ask, and read one line without the blanks around it; for an empty one,
 * usual (NULL: "").  Lives in the arena.  PT_NOTHING: the input has ended;
 * PT_NO_MEMORY. */
enum pt_status pt_ask_text(struct pt_arena *arena, const struct pt_io *io,
                           const char *question, const char *usual,
                           const char **ret_text, struct pt_error *err);

/* Yes or no; asked again until it is one of them.  As pt_ask_text(). */
enum pt_status pt_ask_yes(struct pt_arena *arena, const struct pt_io *io,
                          const char *question, bool usual, bool *ret_yes,
                          struct pt_error *err);

/* Some of these, by their numbers ("1,3", "1 3") or "all": a bit each, bit 0
 * is the first.  64 at most.  As pt_ask_text(). */
enum pt_status pt_ask_which(struct pt_arena *arena, const struct pt_io *io,
                            const char *question, size_t count,
                            uint64_t *ret_chosen, struct pt_error *err);

#endif
