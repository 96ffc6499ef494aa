/* write_files.h - from the writers and addresses asked for to files, rendered
 * and with a place each.
 */
#ifndef PT_CLI_WRITE_FILES_H
#define PT_CLI_WRITE_FILES_H

#include "cli/writing.h"

/* PT_BAD_INPUT: there is none of this name, with the name that was probably
 * meant: a writer's, or the other word that may stand there (NULL: none). */
enum pt_status pt_write_name(const char *name, const char *other,
                             const struct pt_writer **ret_writer,
                             struct pt_error *err);

/* Standard output, a file, or a folder, as --output says.  PT_BAD_INPUT: that
 * cannot hold what was asked for. */
enum pt_status pt_write_choose_output(struct pt_writing *writing,
                                      struct pt_error *err);

/* The sheets of all writers and accounts, made, and the index, with 'all'.
 * PT_CANNOT_EXPRESS, PT_NO_MEMORY, and as pt_write_make(). */
enum pt_status pt_write_render(struct pt_writing *writing,
                               struct pt_error *err);

/* What was made for it. */
void pt_writing_free(struct pt_writing *writing);

#endif
