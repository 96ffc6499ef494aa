/* cmd_write.c - portolan write CLIENT... ADDRESS...
 *
 * Everything is rendered before anything is put into place: a client that
 * cannot have these settings leaves no half-written set behind.
 */
#include "cli/opening.h"
#include "cli/write_files.h"
#include "cli/write_make.h"
#include "cli/write_place.h"
#include "cli/write_tell.h"
#include "writer/writers.h"

#include <string.h>

enum { OPERANDS_MAX = 64 };

/* ---- what was asked for ---- */

static bool have_writer(const struct pt_writing *writing,
                        const struct pt_writer *writer)
{
    for (size_t i = 0; i < writing->writer_count; i++)
        if (writing->writers[i] == writer)
            return true;
    return false;
}

static enum pt_status add_writer(struct pt_writing *writing,
                                 const struct pt_writer *writer,
                                 struct pt_error *err)
{
    const struct pt_writer **more;

    if (have_writer(writing, writer))
        return PT_OK;
    more = pt_arena_grow(writing->call->arena, writing->writers,
                         writing->writer_count, sizeof(*more));
    if (!more)
        return pt_fail_memory(err);
    writing->writers = more;
    more[writing->writer_count++] = writer;
    return PT_OK;
}

static enum pt_status add_all(struct pt_writing *writing, struct pt_error *err)
{
    enum pt_status status = PT_OK;

    writing->all = true;
    for (size_t i = 0; pt_writers[i] && status == PT_OK; i++)
        status = add_writer(writing, pt_writers[i], err);
    return status;
}

static enum pt_status read_client(struct pt_writing *writing, const char *name,
                                  struct pt_error *err)
{
    const struct pt_writer *writer = NULL;
    enum pt_status status;

    if (pt_is(name, "all"))
        return add_all(writing, err);
    status = pt_write_name(name, "all", &writer, err);
    return status == PT_OK ? add_writer(writing, writer, err) : status;
}

static enum pt_status add_address(struct pt_writing *writing, const char *text,
                                  struct pt_error *err)
{
    if (pt_writer_named(text) || pt_is(text, "all"))
        return pt_fail(err, PT_BAD_INPUT,
                       "first the clients, then the addresses: portolan "
                       "write apple ann@example.org",
                       "'%s' is a client, and stands where an address belongs",
                       text);
    if (!pt_strings_have(&writing->addresses, text) &&
        !pt_strings_add(writing->call->arena, &writing->addresses, text))
        return pt_fail_memory(err);
    return PT_OK;
}

/* Clients, then addresses: the last operand is one, whatever it looks like,
 * and so is all that has an '@'. */
static enum pt_status read_operands(struct pt_writing *writing,
                                    struct pt_error *err)
{
    const struct pt_strings *operands = &writing->call->operands;
    enum pt_status status = PT_OK;

    for (size_t i = 0; i < operands->count && status == PT_OK; i++) {
        const char *text = operands->at[i];
        bool is_last = i + 1 == operands->count;

        if (!is_last && !strchr(text, '@') && !writing->addresses.count)
            status = read_client(writing, text, err);
        else
            status = add_address(writing, text, err);
    }
    if (status == PT_OK && !writing->writer_count)
        return pt_fail(err, PT_BAD_INPUT,
                       "the addresses come last",
                       "'%s' is not a mail client", operands->at[0]);
    return status;
}

static enum pt_status check_signing(const struct pt_writing *writing,
                                    struct pt_error *err)
{
    const struct pt_options *options = &writing->call->options;

    if (!options->sign && (options->key || options->chain))
        return pt_fail(err, PT_BAD_INPUT, "name it with --sign CERT",
                       "--%s is of no use without a certificate to sign with",
                       options->key ? "key" : "chain");
    for (size_t i = 0; options->sign && i < writing->writer_count; i++)
        if (writing->writers[i]->can_be_signed)
            return PT_OK;
    return options->sign
               ? pt_fail(err, PT_BAD_INPUT, "only a profile for apple can be",
                         "the file for %s cannot be signed",
                         writing->writers[0]->name)
               : PT_OK;
}

static enum pt_status check_registry(const struct pt_writing *writing,
                                     struct pt_error *err)
{
    if (!writing->call->options.registry ||
        have_writer(writing, &pt_writer_outlook_reg))
        return PT_OK;
    return pt_fail(err, PT_BAD_INPUT, "it is for 'write outlook-reg'",
                   "--registry is of no use for %s", writing->writers[0]->name);
}

/* ---- the whole ---- */

static enum pt_status open_file(const struct pt_writing *writing,
                                struct pt_error *err)
{
    const struct pt_sheet *sheet = &writing->sheets[0];
    const struct pt_options *options = &writing->call->options;

    if (!options->open || options->dry_run)
        return PT_OK;
    return pt_open_file(writing->call->arena, sheet->writer->media_type,
                        sheet->places[0].real, err);
}

static enum pt_status write_files(struct pt_writing *writing,
                                  struct pt_error *err)
{
    enum pt_status status = read_operands(writing, err);

    if (status == PT_OK)
        status = check_signing(writing, err);
    if (status == PT_OK)
        status = check_registry(writing, err);
    if (status == PT_OK)
        status = pt_write_choose_output(writing, err);
    if (status == PT_OK)
        status = pt_write_look_up(writing, err);
    if (status == PT_OK)
        status = pt_write_render(writing, err);
    if (status != PT_OK)
        return status;
    status = pt_write_place(writing, err);
    if (status != PT_OK) {
        pt_write_tell_placed(writing);
        return status;
    }
    if (writing->call->options.json)
        status = pt_write_tell_json(writing, err);
    else
        pt_write_tell_people(writing);
    return status == PT_OK ? open_file(writing, err) : status;
}

static enum pt_status run_write(const struct pt_call *call,
                                struct pt_error *err)
{
    struct pt_writing writing = {.call = call};
    enum pt_status status = write_files(&writing, err);

    pt_writing_free(&writing);
    return status;
}

const struct pt_command pt_cmd_write = {
    .name = "write",
    .bit = PT_ON_WRITE,
    .operands = "CLIENT... ADDRESS...",
    .summary = "files for mail programs to import",
    .about =
        "Finds the settings of each ADDRESS and writes, for each CLIENT, the "
        "file that this mail program imports: one for all addresses where it "
        "can hold them, else one for each. 'portolan clients' lists them; "
        "'all' means every one that can hold these settings, with an "
        "index.txt of what is for what.\n"
        "Without -o the file of one client goes to standard output. With -o "
        "it goes to that file, or into that directory under a name of its "
        "own; several files need a directory, which is made if it is not "
        "there. How to import each file is told on standard error.\n"
        "A file that is there and is not one of portolan's is kept beside "
        "the new one, as FILE.bak. With --dry-run nothing is written, and "
        "what would change is shown.\n"
        "No password is ever written. Settings that nobody vouches for are "
        "not written either; nor are those of a bridge that is not running.",
    .examples = "portolan write thunderbird -o ann.zip ann@proton.me\n"
                "portolan write apple outlook -o profiles ann@proton.me\n"
                "portolan write all -o profiles --name \"Ann Example\" "
                "ann@proton.me\n",
    .least = 2,
    .most = OPERANDS_MAX,
    .missing = "for example: portolan write thunderbird -o ann.zip "
               "ann@example.org",
    .run = run_write,
};
