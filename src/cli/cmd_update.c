/* cmd_update.c - portolan update */
#include "cli/updating.h"

enum pt_status pt_update_run(struct pt_updating *updating,
                             struct pt_error *err)
{
    enum pt_status status = pt_update_begin(updating, err);

    if (status == PT_OK && !updating->call->options.profile)
        status = pt_update_written(updating, err);
    if (status == PT_OK)
        status = pt_update_clients(updating, err);
    pt_update_end(updating);
    return status;
}

static enum pt_status run_update(const struct pt_call *call,
                                 struct pt_error *err)
{
    struct pt_updating updating = {.call = call};
    enum pt_status status = pt_update_run(&updating, err);

    if (status == PT_OK && !updating.repair_count && !updating.notes.count)
        return pt_fail(err, PT_NOTHING,
                       "'portolan write' writes files, which 'update' keeps",
                       "no mail program here uses a bridge, and portolan has "
                       "written no files");
    if (status == PT_OK)
        status = pt_update_tell(&updating, err);
    if (status == PT_OK && !updating.repair_count)
        return PT_NOTHING;
    return status == PT_OK ? updating.worst : status;
}

const struct pt_command pt_cmd_update = {
    .name = "update",
    .bit = PT_ON_UPDATE,
    .summary = "a bridge has moved: make every client right",
    .about =
        "Looks for every account of the mail programs on this machine that "
        "uses a local bridge, and gives it the ports, the protection and the "
        "certificate that the bridge has at this moment; and writes anew the "
        "files that 'write' has written. Nothing else in a file is touched.\n"
        "A program that runs is left alone (with --defer, Thunderbird takes "
        "the changes at its next start), and so is a file that somebody "
        "else has changed since. Each file is replaced as a whole, and a copy "
        "of what was there is kept: 'undo' puts it back. With --dry-run "
        "nothing is changed, and what would be is shown.",
    .examples = "portolan update\nportolan update --dry-run\n",
    .run = run_update,
};
