/* watch.h - `portolan watch`: an update whenever a bridge has changed. */
#ifndef PT_CLI_WATCH_H
#define PT_CLI_WATCH_H

#include "cli/command.h"

/* Until SIGTERM, SIGINT or SIGHUP comes: PT_OK.
 * PT_BAD_INPUT: this system cannot watch; PT_BUSY: another watches for this
 * user; PT_CANNOT_WRITE: the system is out of what it needs, or nobody reads
 * what is printed; PT_NO_MEMORY. */
enum pt_status pt_watch_run(const struct pt_call *call, struct pt_error *err);

#endif
