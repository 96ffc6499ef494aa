/* edit_block.h - lines of our own in a user's file, between two lines that say
 * so: put there, and taken out again without a trace.
 *
 * Pure and lossless: nothing outside of the block is touched.
 */
#ifndef PT_FORMAT_EDIT_BLOCK_H
#define PT_FORMAT_EDIT_BLOCK_H

#include "format/edit.h"

/* The two lines, without their ends. */
struct pt_block {
    const char *first;
    const char *last;
};

/* What is between them, whole lines.  False: there is no such block. */
bool pt_block_find(struct pt_slice bytes, const struct pt_block *block,
                   struct pt_span *ret_inside);

/* Add a line to the block, which is begun at the end of the file if need be.
 * Failure is the buffer's to remember. */
void pt_block_add(struct pt_buf *bytes, const struct pt_block *block,
                  const char *line);

/* Take the block out, and the line end that was added before it. */
void pt_block_remove(struct pt_buf *bytes, const struct pt_block *block);

#endif
