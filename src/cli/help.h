/* help.h - what the program says of itself.  Made from the tables alone. */
#ifndef PT_CLI_HELP_H
#define PT_CLI_HELP_H

#include "cli/command.h"

void pt_help_program(const struct pt_io *io, FILE *out);
void pt_help_command(const struct pt_io *io, const struct pt_command *command);

#endif
