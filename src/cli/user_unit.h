/* user_unit.h - `portolan watch` as a service of the user's session: a unit of
 * systemd, made from profiles/systemd.
 */
#ifndef PT_CLI_USER_UNIT_H
#define PT_CLI_USER_UNIT_H

#include "base/buf.h"
#include "base/text.h"
#include "cli/command.h"

/* Fill in the template: @exec@ is the command line, @environment@ lines that
 * set these variables ("NAME=value").
 * PT_CANNOT_EXPRESS: a word has a control character; PT_NO_MEMORY. */
enum pt_status pt_user_unit_fill(struct pt_slice template,
                                 const struct pt_strings *words,
                                 const struct pt_strings *environment,
                                 struct pt_buf *out, struct pt_error *err);

/* Write the unit for this program and the options of this call, and start it;
 * without a session of systemd, tell how to.  In a rehearsal it is only shown.
 * PT_BAD_INPUT: this system has no systemd, or a file of somebody else is
 * there (--force); PT_CANNOT_WRITE; PT_NO_MEMORY. */
enum pt_status pt_user_unit_install(const struct pt_call *call,
                                    struct pt_error *err);

/* End it, and take the unit away.  PT_NOTHING: there is none; else the same.
 */
enum pt_status pt_user_unit_uninstall(const struct pt_call *call,
                                      struct pt_error *err);

#endif
