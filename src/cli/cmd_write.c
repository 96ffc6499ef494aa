/* cmd_write.c - portolan write CLIENT... ADDRESS
 *
 * Everything is rendered before anything is put into place: a client that
 * cannot have these settings leaves no half-written set behind.
 */
#include "base/file.h"
#include "cli/command.h"
#include "cli/json_print.h"
#include "cli/nearest.h"
#include "cli/page.h"
#include "cli/session.h"
#include "cli/show.h"
#include "resolve/search.h"
#include "writer/writer.h"

#include <string.h>
#include <sys/stat.h>

enum { TIMEOUT_MS = 5000, OPERANDS_MAX = 64 };

/* One client's file, on its way. */
struct sheet {
    const struct pt_writer *writer;
    struct pt_output made;
    const char *left_out; /* why the format cannot have it; NULL: it can */
    const char *path;     /* where it was put; NULL: standard output */
};

struct writing {
    const struct pt_call *call;
    struct sheet *sheets;
    size_t count;
    bool all;           /* 'all' was asked for: leave out what does not fit */
    bool to_dir;        /* -o names a directory */
    const char *output; /* NULL: standard output */
    struct pt_settings settings;
};

static void free_sheets(struct writing *writing)
{
    for (size_t i = 0; i < writing->count; i++)
        pt_output_free(&writing->sheets[i].made);
}

/* ---- what was asked for ---- */

static bool have_sheet(const struct writing *writing,
                       const struct pt_writer *writer)
{
    for (size_t i = 0; i < writing->count; i++)
        if (writing->sheets[i].writer == writer)
            return true;
    return false;
}

static enum pt_status add_sheet(struct writing *writing,
                                const struct pt_writer *writer,
                                struct pt_error *err)
{
    struct sheet *more;

    if (have_sheet(writing, writer))
        return PT_OK;
    more = pt_arena_grow(writing->call->arena, writing->sheets, writing->count,
                         sizeof(*more));
    if (!more)
        return pt_fail_memory(err);
    writing->sheets = more;
    more[writing->count++] = (struct sheet){
        .writer = writer, .made = {.arena = writing->call->arena}};
    return PT_OK;
}

static enum pt_status add_all(struct writing *writing, struct pt_error *err)
{
    enum pt_status status = PT_OK;

    writing->all = true;
    for (size_t i = 0; pt_writers[i] && status == PT_OK; i++)
        status = add_sheet(writing, pt_writers[i], err);
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
    if (strchr(name, '@'))
        return pt_fail(err, PT_BAD_INPUT, "the address comes last, and alone",
                       "'%s' is not a mail client", name);
    return pt_fail(
        err, PT_BAD_INPUT,
        pt_nearest_hint(&nearest, "", "'portolan clients' lists them", hint),
        "no mail client is named '%s'", name);
}

/* All operands but the last, which is the address. */
static enum pt_status read_clients(struct writing *writing,
                                   struct pt_error *err)
{
    const struct pt_strings *operands = &writing->call->operands;
    enum pt_status status = PT_OK;

    for (size_t i = 0; i + 1 < operands->count && status == PT_OK; i++) {
        const char *name = operands->at[i];
        const struct pt_writer *writer = pt_writer_named(name);

        if (pt_is(name, "all"))
            status = add_all(writing, err);
        else if (writer)
            status = add_sheet(writing, writer, err);
        else
            status = fail_no_client(name, err);
    }
    return status;
}

static bool is_directory(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static enum pt_status check_output(const struct writing *writing,
                                   struct pt_error *err)
{
    const struct pt_call *call = writing->call;
    const struct pt_writer *first = writing->sheets[0].writer;

    if (writing->output)
        return PT_OK;
    if (writing->count > 1)
        return pt_fail(err, PT_BAD_INPUT, "name one with -o DIR",
                       "several files need a directory to be written into");
    if (call->options.json)
        return pt_fail(err, PT_BAD_INPUT, "name a file with -o FILE",
                       "with --json the file itself cannot go to standard "
                       "output");
    if (first->binary && call->io->out_is_terminal)
        return pt_fail(err, PT_BAD_INPUT, "name a file with -o FILE",
                       "the file for %s is not text, so it is not shown on "
                       "the terminal",
                       first->client);
    return PT_OK;
}

static enum pt_status choose_output(struct writing *writing,
                                    struct pt_error *err)
{
    const char *output = writing->call->options.output;

    writing->output = output;
    writing->to_dir = output && (writing->count > 1 || is_directory(output) ||
                                 pt_has_suffix(output, "/"));
    return check_output(writing, err);
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
static enum pt_status check_settings(const struct writing *writing,
                                     struct pt_error *err)
{
    const struct pt_settings *settings = &writing->settings;
    const char *shown = settings->address.shown;
    struct pt_arena *arena = writing->call->arena;
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

static enum pt_status look_up(struct writing *writing, struct pt_error *err)
{
    PT_SESSION struct pt_session session = {0};
    const struct pt_call *call = writing->call;
    const char *text = call->operands.at[call->operands.count - 1];
    struct pt_address address;
    struct pt_findings found = {0};
    enum pt_status status = pt_address_parse(call->arena, text, &address, err);

    if (status == PT_OK)
        status = pt_session_open_search(call, TIMEOUT_MS, &session, err);
    if (status != PT_OK)
        return status;
    session.query.address = &address;
    status = pt_search(&(struct pt_search_setup){.arena = call->arena,
                                                 .loop = session.loop,
                                                 .net = session.net,
                                                 .query = &session.query},
                       &writing->settings, &found, err);
    writing->settings.display_name = call->options.name;
    return status == PT_OK ? check_settings(writing, err) : status;
}

/* ---- rendering ---- */

static enum pt_status render(const struct writing *writing, struct sheet *sheet,
                             struct pt_error *err)
{
    struct pt_arena *arena = writing->call->arena;
    struct pt_error why = {0};
    struct pt_job job = {
        .arena = arena, .accounts = &writing->settings, .count = 1};
    enum pt_status status = pt_write(sheet->writer, &job, &sheet->made, &why);

    if (status == PT_CANNOT_EXPRESS && writing->all) {
        sheet->left_out = pt_arena_strdup(arena, why.text);
        return sheet->left_out ? PT_OK : pt_fail_memory(err);
    }
    if (status != PT_OK)
        *err = why;
    return status;
}

static enum pt_status render_all(const struct writing *writing,
                                 struct pt_error *err)
{
    enum pt_status status = PT_OK;
    size_t fit = 0;

    for (size_t i = 0; i < writing->count && status == PT_OK; i++) {
        status = render(writing, &writing->sheets[i], err);
        fit += !writing->sheets[i].left_out;
    }
    if (status == PT_OK && !fit)
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "'portolan find' shows what was found",
                       "no client's file can hold these settings");
    return status;
}

/* ---- putting into place ---- */

static enum pt_status choose_path(const struct writing *writing,
                                  struct sheet *sheet, struct pt_error *err)
{
    struct pt_arena *arena = writing->call->arena;
    const char *dir = writing->output;

    sheet->path = dir;
    if (!writing->to_dir)
        return PT_OK;
    sheet->path = pt_arena_printf(arena, "%s%s%s", dir,
                                  pt_has_suffix(dir, "/") ? "" : "/",
                                  sheet->made.files[0]->name);
    return sheet->path ? PT_OK : pt_fail_memory(err);
}

static enum pt_status put_sheet(const struct writing *writing,
                                struct sheet *sheet, struct pt_error *err)
{
    const struct pt_buf *bytes = &sheet->made.files[0]->bytes;
    enum pt_status status;

    if (!writing->output) {
        FILE *out = writing->call->io->out;

        fwrite(pt_buf_text(bytes), 1, bytes->len, out);
        return fflush(out) || ferror(out) ? PT_CANNOT_WRITE : PT_OK;
    }
    status = choose_path(writing, sheet, err);
    if (status != PT_OK)
        return status;
    return pt_file_write(sheet->path, pt_buf_text(bytes), bytes->len, err);
}

static enum pt_status put_all(const struct writing *writing,
                              struct pt_error *err)
{
    enum pt_status status =
        writing->to_dir ? pt_make_dirs(writing->output, err) : PT_OK;

    for (size_t i = 0; i < writing->count && status == PT_OK; i++)
        if (!writing->sheets[i].left_out)
            status = put_sheet(writing, &writing->sheets[i], err);
    return status;
}

/* ---- saying so ---- */

static void tell_import(const struct pt_page *page,
                        const struct pt_writer *writer)
{
    struct pt_slice rest = pt_slice_of(writer->import);
    struct pt_slice line;

    while (pt_next_line(&rest, &line)) {
        char text[1024];

        pt_make_printable(line, text, sizeof(text));
        pt_page_paragraph(page, 2, "", text);
    }
}

static void tell_sheet(const struct writing *writing,
                       const struct pt_page *page, const struct sheet *sheet)
{
    const struct pt_writer *writer = sheet->writer;

    if (sheet->left_out) {
        pt_page_putf(page, PT_NORMAL, "left out %s: %s", writer->name,
                     sheet->left_out);
        pt_page_end_line(page);
        return;
    }
    if (sheet->path) {
        pt_page_putf(page, PT_NORMAL, "wrote %s", sheet->path);
        pt_page_end_line(page);
    }
    /* On a terminal the file itself was just shown: leave it the last word. */
    if (sheet->path || !writing->call->io->out_is_terminal) {
        pt_page_putf(page, PT_NORMAL, "  %s: %s", writer->client,
                     writer->summary);
        pt_page_end_line(page);
        tell_import(page, writer);
    }
    pt_page_paragraphs(page, 2, "note: ", &sheet->made.notes);
}

static void tell_people(const struct writing *writing)
{
    struct pt_page page = pt_page_err(writing->call->io);
    const struct pt_bridge_use *bridge = &writing->settings.bridge;
    const char *rule = pt_login_rule(&writing->settings);

    for (size_t i = 0; i < writing->count; i++)
        tell_sheet(writing, &page, &writing->sheets[i]);
    if (rule)
        pt_page_paragraph(&page, 0, "user name: ", rule);
    if (bridge->password)
        pt_page_paragraph(&page, 0, "password: ", bridge->password);
    pt_page_paragraphs(&page, 0, "hint: ", &writing->settings.hints);
}

static enum pt_status put_json(const struct writing *writing,
                               struct pt_error *err)
{
    struct pt_json json;
    cJSON *array;

    pt_json_begin(&json);
    pt_json_text(&json, json.root, "address", writing->settings.address.text);
    array = pt_json_array(&json, json.root, "files");
    for (size_t i = 0; i < writing->count; i++) {
        const struct sheet *sheet = &writing->sheets[i];
        cJSON *at = pt_json_object(&json, array, NULL);

        pt_json_text(&json, at, "client", sheet->writer->name);
        pt_json_text(&json, at, "path", sheet->path);
        pt_json_number(&json, at, "bytes", sheet->left_out
                           ? 0
                           : (double)sheet->made.files[0]->bytes.len);
        pt_json_strings(&json, at, "notes", &sheet->made.notes);
        pt_json_text(&json, at, "left_out", sheet->left_out);
    }
    return pt_json_print(&json, false, writing->call->io->out, err);
}

static enum pt_status write_files(struct writing *writing, struct pt_error *err)
{
    enum pt_status status = read_clients(writing, err);

    if (status == PT_OK)
        status = choose_output(writing, err);
    if (status == PT_OK)
        status = look_up(writing, err);
    if (status == PT_OK)
        status = render_all(writing, err);
    if (status == PT_OK)
        status = put_all(writing, err);
    if (status != PT_OK)
        return status;
    if (writing->call->options.json)
        return put_json(writing, err);
    tell_people(writing);
    return PT_OK;
}

static enum pt_status run_write(const struct pt_call *call,
                                struct pt_error *err)
{
    struct writing writing = {.call = call};
    enum pt_status status = write_files(&writing, err);

    free_sheets(&writing);
    return status;
}

const struct pt_command pt_cmd_write = {
    .name = "write",
    .bit = PT_ON_WRITE,
    .operands = "CLIENT... ADDRESS",
    .summary = "files for mail programs to import",
    .about =
        "Finds the settings of ADDRESS and writes, for each CLIENT, a file "
        "that this mail program imports. 'portolan clients' lists them; "
        "'all' means every one that can hold these settings.\n"
        "Without -o the file of one client goes to standard output. With -o "
        "it goes to that file, or into that directory under a name of its "
        "own; several clients need a directory, which is made if it is not "
        "there. How to import each file is told on standard error.\n"
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
