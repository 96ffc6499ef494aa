/* write_tell.h - what `portolan write` has to say: to people, in JSON, and in
 * the index it leaves with 'all'.
 */
#ifndef PT_CLI_WRITE_TELL_H
#define PT_CLI_WRITE_TELL_H

#include "cli/writing.h"

/* What is for what, what was left out and why, as the only file of
 * writing->index.  PT_NO_MEMORY. */
enum pt_status pt_write_index(struct pt_writing *writing,
                              struct pt_error *err);

/* On stderr what was done, or would be; on stdout the changes, with
 * --dry-run. */
void pt_write_tell_people(const struct pt_writing *writing);

/* On stderr what was done until something failed. */
void pt_write_tell_placed(const struct pt_writing *writing);

/* What was done, on stdout.  PT_NO_MEMORY. */
enum pt_status pt_write_tell_json(const struct pt_writing *writing,
                                  struct pt_error *err);

#endif
