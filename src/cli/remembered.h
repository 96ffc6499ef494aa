/* remembered.h - a command line, as far as it matters to whoever does the same
 * again, later: kept as words in the manifest (format/manifest.h).
 */
#ifndef PT_CLI_REMEMBERED_H
#define PT_CLI_REMEMBERED_H

#include "cli/command.h"
#include "writer/writer.h"

/* Add the options that last, of those for files only what this writer takes
 * (NULL: none); paths become absolute.  False: no memory. */
bool pt_remember_options(struct pt_arena *arena,
                         const struct pt_options *options,
                         const struct pt_writer *writer,
                         struct pt_strings *words);

/* The call as it would be with these words instead of its own options, and
 * without a recording.  PT_BAD_INPUT: they are none we know; PT_NO_MEMORY. */
enum pt_status pt_remembered_call(const struct pt_call *call,
                                  const struct pt_strings *words,
                                  struct pt_call *ret_call,
                                  struct pt_error *err);

#endif
