/* update_install.h - one set-up of a mail program: its accounts compared with
 * what was found for them, changed all or none, and put into place.
 */
#ifndef PT_CLI_UPDATE_INSTALL_H
#define PT_CLI_UPDATE_INSTALL_H

#include "cli/updating.h"
#include "client/client.h"

/* An account, and what was found for it.  Where a bridge serves it, all its
 * servers on this machine are meant; else those of the very host that was
 * found, if portolan has set the account up. */
struct pt_wanted {
    const char *address;
    const struct pt_settings *settings; /* NULL: nothing was found */
    bool is_set_up;
};

/* Those of the mail programs here; with --profile, that one alone.  As the
 * rows' find(). */
enum pt_status pt_update_find(const struct pt_updating *updating,
                              struct pt_installs *installs,
                              struct pt_error *err);

/* The address whose account it is, as far as the client tells; or NULL. */
const char *pt_slot_address(const struct pt_slot *slot);

/* The found server that this slot stands for, or NULL: it is another's. */
const struct pt_server *pt_server_for(const struct pt_wanted *wanted,
                                      const struct pt_slot *slot);

/* Add a repair for each of these accounts that the set-up has, and make the
 * changes.  PT_NO_MEMORY; all else is told in the repairs. */
enum pt_status pt_update_install(struct pt_updating *updating,
                                 struct pt_install *install,
                                 const struct pt_wanted *wanted, size_t count,
                                 struct pt_error *err);

/* Put the changed files into place, and have the client read them anew; in a
 * rehearsal they are shown in the first of the repairs from this one on.
 * Where it cannot be, no repair from first on is `updated` any more.
 * PT_NO_MEMORY. */
enum pt_status pt_update_put(struct pt_updating *updating,
                             struct pt_install *install, size_t first,
                             struct pt_error *err);

/* Prove each account that is `updated` from first on, one of these: its files
 * are read anew, and its servers on this machine connected to as they stand
 * there.  One that does not work makes it `failed`.  Not in a rehearsal, and
 * not of a client that has still to take the changes.  What pt_update_find and
 * pt_prove fail with. */
enum pt_status pt_update_prove(struct pt_updating *updating, size_t first,
                               const struct pt_wanted *wanted, size_t count,
                               struct pt_error *err);

/* What is `updated` from first on is not, for this reason.  False: no memory.
 */
bool pt_update_take_back(struct pt_updating *updating, size_t first,
                         enum pt_repaired outcome, const char *why);

#endif
