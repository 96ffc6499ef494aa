/* watch_line.h - what one update did, in one line.
 *
 * Pure: nothing is printed.
 */
#ifndef PT_CLI_WATCH_LINE_H
#define PT_CLI_WATCH_LINE_H

#include "cli/updating.h"

/* Texts in the arena; "" where there is nothing to say. */
struct pt_watch_line {
    const char *done;  /* "proton moved (imap port 1143 -> 1144): msmtp
                          updated" */
    const char *waits; /* "thunderbird is running" */
    const char *wrong; /* "mutt: somebody else has changed it since" */
};

/* err: how the update as a whole failed; PT_OK: it did not.
 * False: no memory. */
bool pt_watch_line(const struct pt_updating *updating,
                   const struct pt_error *err,
                   struct pt_watch_line *ret_line);

#endif
