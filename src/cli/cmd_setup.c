/* cmd_setup.c - portolan setup CLIENT ADDRESS */
#include "cli/setting_up.h"
#include "cli/write_files.h"
#include "cli/write_make.h"
#include "client/client.h"

static enum pt_status check_options(const struct pt_call *call,
                                    const struct pt_writer *writer,
                                    struct pt_error *err)
{
    const struct pt_client *client = pt_client_named(writer->name);

    if (call->options.profile && !pt_is(writer->name, "thunderbird"))
        return pt_fail(err, PT_BAD_INPUT, "leave it out",
                       "--profile is of no use for %s: it names a folder of "
                       "Thunderbird's",
                       writer->name);
    if (call->options.output && client && client->add)
        return pt_fail(err, PT_BAD_INPUT,
                       "leave it out; 'portolan write' writes a file to import",
                       "--output is of no use for %s: the account goes into "
                       "its own files",
                       writer->name);
    if (pt_is(call->options.output, "-"))
        return pt_fail(err, PT_BAD_INPUT,
                       "name a folder; 'portolan write' writes to standard "
                       "output",
                       "'setup' leaves the file in a folder");
    return PT_OK;
}

static enum pt_status change(struct pt_updating *updating,
                             const struct pt_writer *writer,
                             const struct pt_settings *account,
                             struct pt_error *err)
{
    enum pt_status status = pt_update_begin(updating, err);

    if (status == PT_OK)
        status = pt_set_up_account(updating, writer, account, err);
    pt_update_end(updating);
    return status;
}

static enum pt_status run_setup(const struct pt_call *call,
                                struct pt_error *err)
{
    struct pt_updating updating = {.call = call};
    struct pt_writing writing = {.call = call};
    const struct pt_writer *writer = NULL;
    enum pt_status status =
        pt_write_name(call->operands.at[0], NULL, &writer, err);

    if (status == PT_OK)
        status = check_options(call, writer, err);
    if (status == PT_OK &&
        !pt_strings_add(call->arena, &writing.addresses, call->operands.at[1]))
        status = pt_fail_memory(err);
    if (status == PT_OK)
        status = pt_write_look_up(&writing, err);
    if (status == PT_OK)
        status = change(&updating, writer, &writing.accounts[0], err);
    if (status == PT_OK)
        status = pt_update_tell(&updating, err);
    return status == PT_OK ? updating.worst : status;
}

const struct pt_command pt_cmd_setup = {
    .name = "setup",
    .bit = PT_ON_SETUP,
    .operands = "CLIENT ADDRESS",
    .summary = "put an account into a mail program here",
    .about =
        "Finds the settings of ADDRESS and adds the account to CLIENT, in its "
        "own files, as that mail program would have done itself: everything "
        "else in them stays as it is, and 'undo' takes it back. An account "
        "that is there already is not added again: it is made right. The "
        "password is yours to type, when the program asks for it.\n"
        "A program that runs is left alone: close it first. For one that only "
        "a person can set up (Apple Mail, Outlook, a telephone) the file is "
        "written into this folder, or where -o says, and you are told what "
        "to click. 'portolan clients' lists the names.",
    .examples = "portolan setup thunderbird ann@proton.me\n"
                "portolan setup msmtp ann@example.org --dry-run\n",
    .least = 2,
    .most = 2,
    .missing = "for example: portolan setup thunderbird ann@example.org",
    .run = run_setup,
};
