/* setting_up.h - an account put into a mail program on this machine; or, where
 * only a person can do that, the file for it and what to click.
 */
#ifndef PT_CLI_SETTING_UP_H
#define PT_CLI_SETTING_UP_H

#include "cli/updating.h"
#include "writer/writer.h"

/* Add the account to the set-up that the writer's client would open (or to
 * --profile), unless it has it already: then that is made right.  Repairs are
 * added for what became of it; what was added is remembered for `update`.
 * PT_NOTHING: the client was never started here; PT_CANNOT_EXPRESS: it cannot
 * have this account; PT_CANNOT_WRITE, PT_NO_MEMORY. */
enum pt_status pt_set_up_account(struct pt_updating *updating,
                                 const struct pt_writer *writer,
                                 const struct pt_settings *account,
                                 struct pt_error *err);

#endif
