/* cmd_watch.c - portolan watch */
#include "cli/watch.h"

const struct pt_command pt_cmd_watch = {
    .name = "watch",
    .bit = PT_ON_WATCH,
    .summary = "update by itself, whenever a bridge has moved",
    .about =
        "Runs until it is ended, and does what 'update' does whenever a mail "
        "bridge of this machine, or what written files were made from, has "
        "changed: one line for each time that something was done, or is left "
        "for you. A mail program that runs is seen to once it is closed.\n"
        "The system tells it of changes: while there are none, it sleeps.",
    .examples = "portolan watch\n",
    .run = pt_watch_run,
};
