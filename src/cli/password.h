/* password.h - the password to try servers with (--login): asked for at the
 * terminal, or from a program that keeps it (--password-command).
 *
 * It is handed on, and forgotten with the call: never stored, never shown,
 * never in a recording, and no argument of any program.
 */
#ifndef PT_CLI_PASSWORD_H
#define PT_CLI_PASSWORD_H

#include "cli/command.h"

enum { PT_PASSWORD_MAX = 1024 };

/* In the call's arena, and to be wiped by whom it was handed to; NULL without
 * --login.  A replay, in which nobody signs in, needs none.  PT_BAD_INPUT:
 * there is neither a terminal nor a program, or that one failed;
 * PT_NO_MEMORY. */
enum pt_status pt_password_get(const struct pt_call *call, char **ret_password,
                               struct pt_error *err);

/* Ask at this terminal, without showing what is typed.  What it was before, it
 * is afterwards, also when a signal ends or stops us; who was stopped is asked
 * again.  PT_BAD_INPUT: it was left empty, or is too long. */
enum pt_status pt_password_prompt(int tty, const char *prompt,
                                  char ret_password[PT_PASSWORD_MAX],
                                  struct pt_error *err);

#endif
