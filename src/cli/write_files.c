#include "cli/write_files.h"

#include "cli/nearest.h"
#include "cli/write_make.h"
#include "cli/write_place.h"
#include "cli/write_tell.h"

#include <string.h>
#include <sys/stat.h>

static enum pt_status fail_no_client(const char *name, const char *other,
                                     struct pt_error *err)
{
    struct pt_nearest nearest;
    char hint[PT_NEAREST_HINT];

    pt_nearest_begin(&nearest, name);
    if (other)
        pt_nearest_try(&nearest, other);
    for (size_t i = 0; pt_writers[i]; i++)
        pt_nearest_try(&nearest, pt_writers[i]->name);
    return pt_fail(
        err, PT_BAD_INPUT,
        strchr(name, '@')
            ? "first the client, then the address"
            : pt_nearest_hint(&nearest, "", "'portolan clients' lists them",
                              hint),
        "no mail client is named '%s'", name);
}

enum pt_status pt_write_name(const char *name, const char *other,
                             const struct pt_writer **ret_writer,
                             struct pt_error *err)
{
    const struct pt_writer *writer = pt_writer_named(name);

    if (!writer)
        return fail_no_client(name, other, err);
    *ret_writer = writer;
    return PT_OK;
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

enum pt_status pt_write_choose_output(struct pt_writing *writing,
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

enum pt_status pt_write_render(struct pt_writing *writing,
                               struct pt_error *err)
{
    enum pt_status status = add_sheets(writing, err);
    size_t fit = 0;

    for (size_t i = 0; i < writing->sheet_count && status == PT_OK; i++) {
        status = pt_write_make(writing, &writing->sheets[i], err);
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

void pt_writing_free(struct pt_writing *writing)
{
    for (size_t i = 0; i < writing->sheet_count; i++)
        pt_output_free(&writing->sheets[i].made);
    pt_output_free(&writing->index.made);
    pt_buf_free(&writing->registry);
}
