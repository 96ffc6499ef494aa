/* spawn.h - another program, run to its end. */
#ifndef PT_BASE_SPAWN_H
#define PT_BASE_SPAWN_H

#include <stdbool.h>
#include <stddef.h>

enum { PT_SPAWN_WORDS = 8, PT_SPAWN_REFUSED = -1 };

/* Run words[0], as PATH has it, with these words (PT_SPAWN_WORDS at most, then
 * NULL).  What it prints goes to our standard error, or, is_quiet, nowhere.
 * 0: it succeeded; PT_SPAWN_REFUSED: it did not; else the errno for which it
 * could not be started. */
int pt_spawn(const char *const *words, bool is_quiet);

/* The same, and what it prints goes into text: the first of it, as much as
 * there is room for.  What it complains of goes to our standard error.  Who
 * prints without end is not listened to. */
int pt_spawn_read(const char *const *words, char *text, size_t size,
                  size_t *ret_len);

#endif
