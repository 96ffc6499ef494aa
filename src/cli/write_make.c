#include "cli/write_make.h"

#include "base/file.h"
#include "cli/find_stream.h"
#include "cli/show.h"
#include "cli/signing.h"
#include "cli/verified.h"
#include "format/reg.h"

enum { TIMEOUT_MS = 5000 };

/* ---- settings ---- */

/* Only what is sure is ever written. */
static enum pt_status check_settings(struct pt_arena *arena,
                                     const struct pt_settings *settings,
                                     struct pt_error *err)
{
    const char *shown = settings->address.shown;
    const char *hosts = pt_show_list(arena, &settings->needs_accept);
    const char *options = pt_show_accept(arena, &settings->needs_accept);

    switch (settings->status) {
    case PT_FIND_OK:
        return pt_verified_check(arena, settings, err);
    case PT_FIND_NOTHING:
        return pt_fail(err, PT_NOTHING,
                       "'portolan find --explain' tells what was asked",
                       "no settings were found for %s", shown);
    case PT_FIND_UNSURE:
        return pt_fail(err, PT_UNSURE,
                       options ? pt_arena_printf(arena, "if you trust it:%s",
                                                 options)
                               : NULL,
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

enum pt_status pt_write_look_up(struct pt_writing *writing,
                                struct pt_error *err)
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

/* ---- files ---- */

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

enum pt_status pt_write_make(const struct pt_writing *writing,
                             struct pt_sheet *sheet, struct pt_error *err)
{
    enum pt_status status = render(writing, sheet, err);

    return status == PT_OK ? sign(writing, sheet, err) : status;
}
