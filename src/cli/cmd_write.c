/* cmd_write.c - portolan write CLIENT... ADDRESS...
 *
 * Everything is rendered before anything is put into place: a client that
 * cannot have these settings leaves no half-written set behind.
 */
#include "base/file.h"
#include "cli/find_stream.h"
#include "cli/nearest.h"
#include "cli/opening.h"
#include "cli/show.h"
#include "cli/signing.h"
#include "cli/write_place.h"
#include "cli/write_tell.h"
#include "format/reg.h"
#include "writer/writers.h"

#include <string.h>
#include <sys/stat.h>

enum { TIMEOUT_MS = 5000, OPERANDS_MAX = 64 };

static void free_outputs(struct pt_writing *writing)
{
    for (size_t i = 0; i < writing->sheet_count; i++)
        pt_output_free(&writing->sheets[i].made);
    pt_output_free(&writing->index.made);
    pt_buf_free(&writing->registry);
}

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

static enum pt_status fail_no_client(const char *name, struct pt_error *err)
{
    struct pt_nearest nearest;
    char hint[PT_NEAREST_HINT];

    pt_nearest_begin(&nearest, name);
    pt_nearest_try(&nearest, "all");
    for (size_t i = 0; pt_writers[i]; i++)
        pt_nearest_try(&nearest, pt_writers[i]->name);
    return pt_fail(
        err, PT_BAD_INPUT,
        pt_nearest_hint(&nearest, "", "'portolan clients' lists them", hint),
        "no mail client is named '%s'", name);
}

static enum pt_status read_client(struct pt_writing *writing, const char *name,
                                  struct pt_error *err)
{
    const struct pt_writer *writer = pt_writer_named(name);

    if (pt_is(name, "all"))
        return add_all(writing, err);
    return writer ? add_writer(writing, writer, err)
                  : fail_no_client(name, err);
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

/* ---- where it goes ---- */

static bool is_directory(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* How many sets of files there will be. */
static size_t count_sheets(const struct pt_writing *writing)
{
    size_t count = 0;

    for (size_t i = 0; i < writing->writer_count; i++)
        count += writing->writers[i]->takes_several ? 1
                                                    : writing->addresses.count;
    return count;
}

static enum pt_status check_no_output(const struct pt_writing *writing,
                                      struct pt_error *err)
{
    const struct pt_call *call = writing->call;
    const struct pt_writer *first = writing->writers[0];

    if (count_sheets(writing) > 1)
        return pt_fail(err, PT_BAD_INPUT, "name one with -o DIR",
                       "several files need a directory to be written into");
    if (call->options.json)
        return pt_fail(err, PT_BAD_INPUT, "name a file with -o FILE",
                       "with --json the file itself cannot go to standard "
                       "output");
    if (call->options.dry_run || call->options.open)
        return pt_fail(err, PT_BAD_INPUT, "name a file with -o FILE",
                       "--%s needs a file",
                       call->options.open ? "open" : "dry-run");
    if (first->binary && call->io->out_is_terminal)
        return pt_fail(err, PT_BAD_INPUT, "name a file with -o FILE",
                       "the file for %s is not text, so it is not shown on "
                       "the terminal",
                       first->client);
    return PT_OK;
}

static enum pt_status choose_output(struct pt_writing *writing,
                                    struct pt_error *err)
{
    const char *output = writing->call->options.output;

    if (!output || pt_is(output, "-"))
        return check_no_output(writing, err);
    writing->output = output;
    if (writing->call->options.open && count_sheets(writing) > 1)
        return pt_fail(err, PT_BAD_INPUT, "name one client, and one address",
                       "--open opens one client's file");
    writing->to_dir = count_sheets(writing) > 1 ||
                      writing->writers[0]->keeps_names ||
                      is_directory(output) || pt_has_suffix(output, "/");
    return PT_OK;
}

/* ---- what is known ---- */

/* What to add to the command line to have all of them. */
static const char *list_options(struct pt_arena *arena,
                                const struct pt_strings *hosts)
{
    const char *text = "if you trust it:";

    for (size_t i = 0; i < hosts->count && text; i++)
        text = pt_arena_printf(arena, "%s --accept %s", text, hosts->at[i]);
    return text;
}

/* Only what is sure is ever written. */
static enum pt_status check_settings(struct pt_arena *arena,
                                     const struct pt_settings *settings,
                                     struct pt_error *err)
{
    const char *shown = settings->address.shown;
    const char *hosts = pt_show_list(arena, &settings->needs_accept);

    switch (settings->status) {
    case PT_FIND_OK:
        return PT_OK;
    case PT_FIND_NOTHING:
        return pt_fail(err, PT_NOTHING,
                       "'portolan find --explain' tells what was asked",
                       "no settings were found for %s", shown);
    case PT_FIND_UNSURE:
        return pt_fail(err, PT_UNSURE,
                       list_options(arena, &settings->needs_accept),
                       "nothing was written for %s: nobody we trust vouches "
                       "for %s",
                       shown, hosts ? hosts : "its servers");
    case PT_FIND_UNREACHABLE:
        return pt_fail(err, PT_UNREACHABLE,
                       settings->hints.count
                           ? settings->hints.at[0]
                           : "'portolan find --explain' tells which; try "
                             "again later",
                       "sources could not be asked about %s", shown);
    case PT_FIND_NEEDS_BRIDGE:
        break;
    }
    return pt_fail(err, PT_NEEDS_BRIDGE,
                   settings->hints.count ? settings->hints.at[0]
                                         : "start the bridge and ask again",
                   "nothing was written: %s needs %s", shown,
                   settings->bridge.title ? settings->bridge.title
                                          : "a mail bridge on this machine");
}

static bool have_account(const struct pt_writing *writing,
                         const struct pt_settings *settings)
{
    for (size_t i = 0; i < writing->account_count; i++)
        if (pt_is(writing->accounts[i].address.text, settings->address.text))
            return true;
    return false;
}

static enum pt_status add_account(void *ctx, const struct pt_stream_item *item,
                                  struct pt_error *err)
{
    struct pt_writing *writing = ctx;
    struct pt_arena *arena = writing->call->arena;
    struct pt_settings *more;
    enum pt_status status;

    if (item->err.status != PT_OK) {
        *err = item->err;
        return item->err.status;
    }
    status = check_settings(arena, item->settings, err);
    if (status != PT_OK || have_account(writing, item->settings))
        return status;
    more = pt_arena_grow(arena, writing->accounts, writing->account_count,
                         sizeof(*more));
    if (!more)
        return pt_fail_memory(err);
    writing->accounts = more;
    more += writing->account_count++;
    *more = *item->settings;
    more->display_name = writing->call->options.name;
    return PT_OK;
}

static enum pt_status look_up(struct pt_writing *writing, struct pt_error *err)
{
    const char *registry = writing->call->options.registry;
    enum pt_status status = pt_find_stream(
        &(struct pt_stream_setup){.call = writing->call,
                                  .texts = &writing->addresses,
                                  .arena = writing->call->arena,
                                  .timeout_ms = TIMEOUT_MS,
                                  .put = add_account,
                                  .ctx = writing},
        err);

    if (status != PT_OK || !registry)
        return status;
    writing->registry.max = PT_REG_BYTES_MAX;
    status = pt_file_read(registry, &writing->registry, err);
    if (status == PT_OK && !writing->registry.len)
        return pt_fail(err, PT_BAD_INPUT, "export it anew with 'reg export'",
                       "the registry export '%s' is empty", registry);
    return status == PT_NOTHING ? PT_BAD_INPUT : status;
}

/* ---- rendering ---- */

static enum pt_status add_sheet(struct pt_writing *writing,
                                const struct pt_writer *writer,
                                const struct pt_settings *accounts,
                                size_t count, struct pt_error *err)
{
    struct pt_arena *arena = writing->call->arena;
    struct pt_sheet *more = pt_arena_grow(arena, writing->sheets,
                                          writing->sheet_count, sizeof(*more));

    if (!more)
        return pt_fail_memory(err);
    writing->sheets = more;
    more += writing->sheet_count++;
    *more = (struct pt_sheet){.writer = writer,
                              .accounts = accounts,
                              .count = count,
                              .made = {.arena = arena}};
    return pt_write_choose(writing, more, err);
}

static enum pt_status add_sheets(struct pt_writing *writing,
                                 struct pt_error *err)
{
    enum pt_status status = PT_OK;

    for (size_t i = 0; i < writing->writer_count && status == PT_OK; i++) {
        const struct pt_writer *writer = writing->writers[i];
        size_t each = writer->takes_several ? writing->account_count : 1;

        for (size_t at = 0; at < writing->account_count && status == PT_OK;
             at += each)
            status =
                add_sheet(writing, writer, &writing->accounts[at], each, err);
    }
    return status;
}

static enum pt_status render(const struct pt_writing *writing,
                             struct pt_sheet *sheet, struct pt_error *err)
{
    const struct pt_call *call = writing->call;
    struct pt_error why = {0};
    struct pt_job job = {
        .arena = call->arena,
        .accounts = sheet->accounts,
        .count = sheet->count,
        .registry = pt_slice(writing->registry.at, writing->registry.len),
        /* a code is black on white, or cannot be scanned */
        .for_terminal = !writing->output && call->io->out_is_terminal &&
                        call->io->colour,
    };
    enum pt_status status;

    if (sheet->dir)
        job.dir = pt_path_real(call->arena, sheet->dir);
    status = pt_write(sheet->writer, &job, &sheet->made, &why);
    if (status == PT_CANNOT_EXPRESS && writing->all) {
        sheet->left_out = pt_arena_strdup(call->arena, why.text);
        return sheet->left_out ? PT_OK : pt_fail_memory(err);
    }
    if (status != PT_OK)
        *err = why;
    return status;
}

static enum pt_status sign(const struct pt_writing *writing,
                           struct pt_sheet *sheet, struct pt_error *err)
{
    const struct pt_options *options = &writing->call->options;
    struct pt_signing signing = {.certificate = options->sign,
                                 .key = options->key,
                                 .chain = options->chain,
                                 .ca_file = options->ca_file};

    if (!options->sign || sheet->left_out || !sheet->writer->can_be_signed)
        return PT_OK;
    return pt_sign_file(&signing, &sheet->made.files[0]->bytes, err);
}

static enum pt_status render_all(struct pt_writing *writing,
                                 struct pt_error *err)
{
    enum pt_status status = add_sheets(writing, err);
    size_t fit = 0;

    for (size_t i = 0; i < writing->sheet_count && status == PT_OK; i++) {
        status = render(writing, &writing->sheets[i], err);
        if (status == PT_OK)
            status = sign(writing, &writing->sheets[i], err);
        fit += !writing->sheets[i].left_out;
    }
    if (status == PT_OK && !fit)
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "'portolan find' shows what was found",
                       "no client's file can hold these settings");
    if (status == PT_OK && writing->all)
        status = pt_write_choose(writing, &writing->index, err);
    return status == PT_OK && writing->all ? pt_write_index(writing, err)
                                           : status;
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
        status = choose_output(writing, err);
    if (status == PT_OK)
        status = look_up(writing, err);
    if (status == PT_OK)
        status = render_all(writing, err);
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

    free_outputs(&writing);
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
