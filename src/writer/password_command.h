/* password_command.h - where a mail program that reads a text file gets the
 * password from: a shell's command that asks the desktop's keyring (the Secret
 * Service) for it. */
#ifndef PT_WRITER_PASSWORD_COMMAND_H
#define PT_WRITER_PASSWORD_COMMAND_H

#include "writer/writer.h"

/* The command that prints the password kept for this login, in the arena.
 * Nothing in the login is run.  "": no memory, which the arena remembers. */
const char *pt_password_command(struct pt_arena *arena,
                                const struct pt_settings *settings,
                                const char *login);

/* A note with the command that keeps it there, once a login. */
void pt_note_password(struct pt_output *out,
                      const struct pt_settings *settings, const char *login);

#endif
