/* cmd_help.c - portolan help [COMMAND] */
#include "cli/command.h"
#include "cli/help.h"

static enum pt_status run_help(const struct pt_call *call, struct pt_error *err)
{
    const struct pt_command *command;

    if (!call->operands.count) {
        pt_help_program(call->io, call->io->out);
        return PT_OK;
    }
    command = pt_command_named(call->operands.at[0]);
    if (!command)
        return pt_fail_no_command(call->operands.at[0], err);
    pt_help_command(call->io, command);
    return PT_OK;
}

const struct pt_command pt_cmd_help = {
    .name = "help",
    .bit = PT_ON_HELP,
    .operands = "[COMMAND]",
    .summary = "what portolan can do, or more of one command",
    .about = "Lists the commands and options, or tells more of one command.",
    .examples = "portolan help write\n",
    .most = 1,
    .run = run_help,
};
