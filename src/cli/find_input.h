/* find_input.h - addresses, one a line, from a stream that may be slow.
 *
 * Lines of any length are read; what no address can be is kept only so far
 * that it can be refused.
 */
#ifndef PT_CLI_FIND_INPUT_H
#define PT_CLI_FIND_INPUT_H

#include "base/error.h"

#include <stdbool.h>
#include <stdio.h>

enum { PT_LINE_MAX_BYTES = 1024 };

struct pt_find_input {
    FILE *in;
    int fd; /* -1: only whole lines, by waiting for them */
    char chunk[8192];
    size_t used; /* of the chunk */
    size_t len;
    char line[PT_LINE_MAX_BYTES];
    size_t line_len;
    bool ended;
    bool failed; /* it cannot be read */
};

/* waits: lines are read when they are asked for, however long that takes;
 * otherwise only what is there is taken. */
void pt_find_input_begin(struct pt_find_input *input, FILE *in, bool waits);

/* The next line that is not blank, trimmed; valid until the next call.  NULL:
 * none is there now, or it has ended. */
const char *pt_find_input_next(struct pt_find_input *input);

/* fd has something to read. */
void pt_find_input_fill(struct pt_find_input *input);

#endif
