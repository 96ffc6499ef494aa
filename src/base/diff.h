/* diff.h - what is to change in a text, as `diff -u` shows it. */
#ifndef PT_BASE_DIFF_H
#define PT_BASE_DIFF_H

#include "base/buf.h"
#include "base/text.h"

/* Append the unified diff of two texts, with three lines of context around
 * each change; nothing when they are the same.  from and to name them in its
 * heading.  Texts that differ too much to be compared line by line (their
 * product is above four million lines) are shown as one change.
 * False: no memory. */
bool pt_diff(const char *from, struct pt_slice before, const char *to,
             struct pt_slice after, struct pt_buf *out);

#endif
