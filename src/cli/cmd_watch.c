/* cmd_watch.c - portolan watch */
#include "cli/user_unit.h"
#include "cli/watch.h"

static enum pt_status run_watch(const struct pt_call *call,
                                struct pt_error *err)
{
    const struct pt_options *options = &call->options;

    if (options->install && options->uninstall)
        return pt_fail(err, PT_BAD_INPUT, "give one of them",
                       "--install and --uninstall are opposites");
    if (options->install)
        return pt_user_unit_install(call, err);
    if (options->uninstall)
        return pt_user_unit_uninstall(call, err);
    if (options->dry_run || options->force)
        return pt_fail(err, PT_BAD_INPUT, NULL,
                       "--%s goes with --install or --uninstall",
                       options->dry_run ? "dry-run" : "force");
    return pt_watch_run(call, err);
}

const struct pt_command pt_cmd_watch = {
    .name = "watch",
    .bit = PT_ON_WATCH,
    .summary = "update by itself, whenever a bridge has moved",
    .about =
        "Runs until it is ended, and does what 'update' does whenever a mail "
        "bridge of this machine, or what written files were made from, has "
        "changed: one line for each time that something was done, or is left "
        "for you. A mail program that runs is seen to once it is closed.\n"
        "The system tells it of changes: while there are none, it sleeps. With "
        "--install it runs by itself after every login, where systemd looks "
        "after the session.",
    .examples = "portolan watch\nportolan watch --install\n",
    .run = run_watch,
};
