#include "cli/cli.h"

#include "cli/command.h"
#include "cli/guide.h"
#include "cli/help.h"
#include "cli/page.h"
#include "cli/recording.h"

#include <string.h>

/* What is left of the operands once the command has its name. */
static struct pt_strings drop_first(struct pt_strings list)
{
    return (struct pt_strings){.at = list.at + 1, .count = list.count - 1};
}

static enum pt_status check_call(const struct pt_call *call,
                                 const struct pt_command *command,
                                 struct pt_error *err)
{
    const struct pt_option *option =
        pt_options_misplaced(&call->options, command->bit);
    char hint[128];

    snprintf(hint, sizeof(hint), "'portolan help %s' lists those it takes",
             command->name);
    if (option)
        return pt_fail(err, PT_BAD_INPUT, hint,
                       "'%s' does not take the option --%s", command->name,
                       option->name);
    if (call->operands.count < command->least)
        return pt_fail(err, PT_BAD_INPUT, command->missing, "'%s' needs %s",
                       command->name, command->operands);
    if (call->operands.count > command->most && command->operands &&
        strstr(command->operands, "..."))
        return pt_fail(err, PT_BAD_INPUT, NULL, "'%s' takes %zu at most",
                       command->name, command->most);
    if (call->operands.count > command->most)
        return pt_fail(err, PT_BAD_INPUT, NULL,
                       "'%s' does not know what to do with '%s'", command->name,
                       call->operands.at[command->most]);
    return PT_OK;
}

static void tell(const struct pt_io *io, const struct pt_error *err)
{
    struct pt_page page = pt_page_err(io);

    if (err->text[0])
        pt_page_error(&page, err);
}

/* What the command has to say is said, whatever becomes of the recording. */
static enum pt_status end_recording(const struct pt_call *call,
                                    enum pt_status status, struct pt_error *err)
{
    struct pt_error own = {0};
    enum pt_status ended = pt_recording_end(call, &own);

    if (ended == PT_OK)
        return status;
    if (status != PT_OK)
        tell(call->io, err);
    *err = own;
    return ended;
}

static enum pt_status run_command(struct pt_call *call, const char *name,
                                  struct pt_error *err)
{
    const struct pt_command *command = pt_command_named(name);
    enum pt_status status;

    if (!command)
        return pt_fail_no_command(name, err);
    if (call->options.help) {
        pt_help_command(call->io, command);
        return PT_OK;
    }
    call->command = command;
    status = check_call(call, command, err);
    if (status == PT_OK)
        status = pt_recording_begin(call, err);
    if (status != PT_OK)
        return status;
    return end_recording(call, command->run(call, err), err);
}

static enum pt_status run(struct pt_call *call, int argc, char **argv,
                          struct pt_error *err)
{
    enum pt_status status =
        pt_options_parse(call->arena, argc, argv, &call->options, err);
    const struct pt_strings *operands = &call->options.operands;

    if (status != PT_OK)
        return status;
    if (call->options.version) {
        fputs("portolan " PACKAGE_VERSION "\n", call->io->out);
        return PT_OK;
    }
    if (operands->count) {
        call->operands = drop_first(*operands);
        return run_command(call, operands->at[0], err);
    }
    if (call->options.help) {
        pt_help_program(call->io, call->io->out);
        return PT_OK;
    }
    if (!call->options.said_count && call->io->in_is_terminal &&
        call->io->out_is_terminal)
        return pt_guide(call, err);
    pt_help_program(call->io, call->io->err);
    return PT_BAD_INPUT;
}

/* A full disk must not look like a good answer. */
static enum pt_status finish(const struct pt_io *io, enum pt_status status,
                             struct pt_error *err)
{
    if (!fflush(io->out) && !ferror(io->out))
        return status;
    return pt_fail(err, PT_CANNOT_WRITE, "see whether the disk is full",
                   "the answer could not be written to standard output");
}

int pt_cli(int argc, char **argv, struct pt_io *io)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_call call = {.arena = arena, .io = io};
    struct pt_error err = {0};
    enum pt_status status;

    status = arena ? run(&call, argc, argv, &err) : pt_fail_memory(&err);
    if (status == PT_OK || !err.text[0])
        err = (struct pt_error){0};
    status = finish(io, status, &err);
    tell(io, &err);
    return status == PT_NO_MEMORY ? PT_CANNOT_WRITE : (int)status;
}
