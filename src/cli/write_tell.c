#include "cli/write_tell.h"

#include "cli/diff_show.h"
#include "cli/json_print.h"
#include "cli/page.h"
#include "writer/writers.h"

#include <stdlib.h>

enum { INDEX_WIDTH = 76, TEXT_MAX = 1024 };

static const char *const outcomes[] = {
    [PT_PLACED_NEW] = "new",
    [PT_PLACED_CHANGED] = "changed",
    [PT_PLACED_CURRENT] = "current",
};

/* NULL is nothing.  That memory ran out is told by the arena. */
static void add_once(struct pt_arena *arena, struct pt_strings *strings,
                     const char *text)
{
    if (text && !pt_strings_have(strings, text))
        pt_strings_add(arena, strings, text);
}

static void add_all_once(struct pt_arena *arena, struct pt_strings *strings,
                         const struct pt_strings *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        add_once(arena, strings, texts->at[i]);
}

/* ---- for people ---- */

static void tell_summary(const struct pt_page *page, size_t indent,
                         const struct pt_sheet *sheet)
{
    const char *text = pt_arena_printf(sheet->made.arena, "%s: %s",
                                       sheet->writer->client,
                                       sheet->writer->summary);

    pt_page_paragraph(page, indent, "", text ? text : "");
}

static void tell_import(const struct pt_page *page,
                        const struct pt_writer *writer)
{
    struct pt_slice rest = pt_slice_of(writer->import);
    struct pt_slice line;

    while (pt_next_line(&rest, &line)) {
        char text[TEXT_MAX];

        pt_make_printable(line, text, sizeof(text));
        pt_page_paragraph(page, 2, "", text);
    }
}

static const char *verb_of(const struct pt_place_of_file *place, bool dry_run)
{
    if (place->outcome == PT_PLACED_CURRENT)
        return "unchanged";
    if (!dry_run)
        return "wrote";
    return place->outcome == PT_PLACED_NEW ? "would write" : "would change";
}

static void tell_place(const struct pt_writing *writing,
                       const struct pt_page *page,
                       const struct pt_place_of_file *place)
{
    bool dry_run = writing->call->options.dry_run;

    pt_page_putf(page, PT_NORMAL, "%s %s", verb_of(place, dry_run),
                 place->path);
    pt_page_end_line(page);
    if (!place->kept)
        return;
    pt_page_putf(page, PT_NORMAL, "  what was there %s kept as %s",
                 dry_run ? "would be" : "is", place->kept);
    pt_page_end_line(page);
}

/* The sheets of one client follow each other. */
static bool is_last(const struct pt_writing *writing,
                    const struct pt_sheet *sheet)
{
    return sheet + 1 == writing->sheets + writing->sheet_count ||
           sheet[1].writer != sheet->writer;
}

/* For a reason that the next address does not have as well. */
static bool is_left_out(const struct pt_writing *writing,
                        const struct pt_sheet *sheet)
{
    return sheet->left_out && (is_last(writing, sheet) ||
                               !pt_is(sheet->left_out, sheet[1].left_out));
}

static void tell_left_out(const struct pt_page *page,
                          const struct pt_sheet *sheet)
{
    const char *label = pt_arena_printf(sheet->made.arena, "left out %s: ",
                                        sheet->writer->name);

    pt_page_paragraph(page, 0, label ? label : "", sheet->left_out);
}

static void tell_sheet(const struct pt_writing *writing,
                       const struct pt_page *page, const struct pt_sheet *sheet)
{
    bool shown = writing->call->io->out_is_terminal && !sheet->places;

    for (size_t i = 0; sheet->places && i < sheet->made.file_count; i++)
        tell_place(writing, page, &sheet->places[i]);
    if (writing->all) /* the index says the rest */
        return;
    /* On a terminal the file itself was just shown: leave it the last word. */
    if (!shown && is_last(writing, sheet)) { /* once for all addresses */
        tell_summary(page, 2, sheet);
        tell_import(page, sheet->writer);
    }
    pt_page_paragraphs(page, 2, "note: ", &sheet->made.notes);
}

/* What several accounts have to be told is told once. */
static void tell_accounts(const struct pt_writing *writing,
                          const struct pt_page *page)
{
    struct pt_arena *arena = writing->call->arena;
    struct pt_strings rules = {0};
    struct pt_strings passwords = {0};
    struct pt_strings hints = {0};

    for (size_t i = 0; i < writing->account_count; i++) {
        const struct pt_settings *settings = &writing->accounts[i];

        add_once(arena, &rules, pt_login_rule(settings));
        add_once(arena, &passwords, settings->bridge.password);
        add_all_once(arena, &hints, &settings->hints);
    }
    pt_page_paragraphs(page, 0, "user name: ", &rules);
    pt_page_paragraphs(page, 0, "password: ", &passwords);
    pt_page_paragraphs(page, 0, "hint: ", &hints);
}

static void show_changes(const struct pt_writing *writing,
                         const struct pt_sheet *sheet)
{
    struct pt_page page = pt_page_out(writing->call->io);

    if (!writing->call->options.dry_run)
        return;
    for (size_t i = 0; sheet->places && i < sheet->made.file_count; i++) {
        pt_diff_tell(&page, sheet->places[i].diff);
        if (!sheet->places[i].diff &&
            sheet->places[i].outcome == PT_PLACED_CHANGED) {
            pt_page_putf(&page, PT_NORMAL, "The bytes of %s differ",
                         sheet->places[i].path);
            pt_page_end_line(&page);
        }
    }
}

/* NULL: no memory. */
static const char *describe_unkept(const struct pt_writing *writing)
{
    return pt_arena_printf(writing->call->arena,
                           "'portolan update' will not know of this: %s",
                           writing->unkept);
}

static void tell_unkept(const struct pt_writing *writing,
                        const struct pt_page *page)
{
    if (writing->unkept)
        pt_page_paragraph(page, 0, "note: ", describe_unkept(writing));
}

static void tell_index(const struct pt_writing *writing,
                       const struct pt_page *page)
{
    if (!writing->index.places)
        return;
    show_changes(writing, &writing->index);
    tell_place(writing, page, &writing->index.places[0]);
    pt_page_paragraph(page, 2, "", "what each is for, and how it gets in");
}

void pt_write_tell_people(const struct pt_writing *writing)
{
    struct pt_page page = pt_page_err(writing->call->io);

    for (size_t i = 0; i < writing->sheet_count; i++) {
        if (writing->sheets[i].left_out)
            continue;
        show_changes(writing, &writing->sheets[i]);
        tell_sheet(writing, &page, &writing->sheets[i]);
    }
    tell_index(writing, &page);
    for (size_t i = 0; i < writing->sheet_count; i++)
        if (is_left_out(writing, &writing->sheets[i]))
            tell_left_out(&page, &writing->sheets[i]);
    tell_accounts(writing, &page);
    tell_unkept(writing, &page);
}

void pt_write_tell_placed(const struct pt_writing *writing)
{
    struct pt_page page = pt_page_err(writing->call->io);

    for (size_t i = 0; i < writing->sheet_count; i++) {
        const struct pt_sheet *sheet = &writing->sheets[i];

        for (size_t j = 0; sheet->places && j < sheet->made.file_count; j++)
            if (sheet->places[j].outcome != PT_NOT_PLACED)
                tell_place(writing, &page, &sheet->places[j]);
    }
}

/* ---- the index ---- */

/* Parted by commas.  NULL: no memory. */
static const char *list_addresses(const struct pt_writing *writing)
{
    const char *text = "";

    for (size_t i = 0; text && i < writing->account_count; i++)
        text = pt_arena_printf(writing->call->arena, "%s%s%s", text,
                               i ? ", " : "",
                               writing->accounts[i].address.shown);
    return text;
}

static void add_names(const struct pt_sheet *sheet, struct pt_strings *names)
{
    struct pt_arena *arena = sheet->made.arena;
    const char *folder = sheet->writer->folder;

    for (size_t i = 0; i < sheet->made.file_count; i++)
        add_once(arena, names,
                 folder ? pt_arena_printf(arena, "%s/%s", folder,
                                          sheet->made.files[i]->name)
                        : sheet->made.files[i]->name);
}

/* All sheets of one client. */
static void put_client(const struct pt_page *page,
                       const struct pt_sheet *sheets, size_t count)
{
    struct pt_strings names = {0};
    struct pt_strings notes = {0};

    for (size_t i = 0; i < count; i++)
        if (!sheets[i].left_out) {
            add_names(&sheets[i], &names);
            add_all_once(sheets[i].made.arena, &notes, &sheets[i].made.notes);
        }
    pt_page_end_line(page);
    tell_summary(page, 0, &sheets[0]);
    pt_page_paragraphs(page, 2, "", &names);
    tell_import(page, sheets[0].writer);
    pt_page_paragraphs(page, 2, "note: ", &notes);
}

static void put_clients(const struct pt_writing *writing,
                        const struct pt_page *page)
{
    size_t count;

    for (size_t i = 0; i < writing->sheet_count; i += count) {
        const struct pt_sheet *sheets = &writing->sheets[i];
        bool fits = !sheets[0].left_out;

        for (count = 1; !is_last(writing, &sheets[count - 1]); count++)
            fits |= !sheets[count].left_out;
        if (fits)
            put_client(page, sheets, count);
    }
}

static void put_index(const struct pt_writing *writing,
                      const struct pt_page *page)
{
    bool heading = false;

    pt_page_paragraph(page, 0, "The files here are for: ",
                      list_addresses(writing));
    put_clients(writing, page);
    for (size_t i = 0; i < writing->sheet_count; i++) {
        const struct pt_sheet *sheet = &writing->sheets[i];

        if (!is_left_out(writing, sheet))
            continue;
        if (!heading) {
            pt_page_end_line(page);
            pt_page_put(page, PT_NORMAL, "Left out");
            pt_page_end_line(page);
            heading = true;
        }
        pt_page_paragraph(page, 2,
                          pt_arena_printf(sheet->made.arena, "%s: ",
                                          sheet->writer->name),
                          sheet->left_out);
    }
}

enum pt_status pt_write_index(struct pt_writing *writing, struct pt_error *err)
{
    struct pt_sheet *index = &writing->index;
    char *text = NULL;
    size_t len;
    struct pt_page page = {.out = open_memstream(&text, &len),
                           .width = INDEX_WIDTH};
    bool failed;

    index->accounts = writing->accounts;
    index->count = writing->account_count;
    index->made = (struct pt_output){.arena = writing->call->arena};
    if (!page.out)
        return pt_fail_memory(err);
    put_index(writing, &page);
    failed = ferror(page.out);
    if (fclose(page.out) || failed) {
        free(text);
        return pt_fail_memory(err);
    }
    pt_buf_puts(pt_output_beside(&index->made, "index.txt"), text);
    free(text);
    if (pt_arena_failed(writing->call->arena) ||
        pt_buf_failed(&index->made.files[0]->bytes))
        return pt_fail_memory(err);
    return PT_OK;
}

/* ---- JSON ---- */

static void put_file(struct pt_json *json, cJSON *array,
                     const struct pt_sheet *sheet, size_t i)
{
    static const struct pt_strings none;
    const struct pt_place_of_file *place =
        sheet->places ? &sheet->places[i] : NULL;
    cJSON *at = pt_json_object(json, array, NULL);

    pt_json_text(json, at, "client",
                 sheet->writer ? sheet->writer->name : "index");
    pt_json_text(json, at, "path", place ? place->path : NULL);
    pt_json_number(json, at, "bytes",
                   sheet->left_out
                       ? 0
                       : (double)sheet->made.files[i]->bytes.len);
    pt_json_text(json, at, "outcome", place ? outcomes[place->outcome] : NULL);
    pt_json_text(json, at, "kept", place ? place->kept : NULL);
    if (place && place->diff)
        pt_diff_json(json, at, place->diff);
    pt_json_strings(json, at, "notes", i ? &none : &sheet->made.notes);
    pt_json_text(json, at, "left_out", sheet->left_out);
}

static void put_sheet(struct pt_json *json, cJSON *array,
                      const struct pt_sheet *sheet)
{
    size_t count = sheet->left_out ? 1 : sheet->made.file_count;

    for (size_t i = 0; i < count; i++)
        put_file(json, array, sheet, i);
}

/* What people are told of all files together. */
static void add_hints(const struct pt_writing *writing,
                      struct pt_strings *hints)
{
    struct pt_arena *arena = writing->call->arena;

    for (size_t i = 0; i < writing->account_count; i++)
        add_all_once(arena, hints, &writing->accounts[i].hints);
    if (writing->unkept)
        add_once(arena, hints, describe_unkept(writing));
}

enum pt_status pt_write_tell_json(const struct pt_writing *writing,
                                  struct pt_error *err)
{
    struct pt_json json;
    struct pt_strings addresses = {0};
    struct pt_strings hints = {0};
    cJSON *array;

    for (size_t i = 0; i < writing->account_count; i++)
        if (!pt_strings_add(writing->call->arena, &addresses,
                            writing->accounts[i].address.text))
            return pt_fail_memory(err);
    add_hints(writing, &hints);
    if (pt_arena_failed(writing->call->arena))
        return pt_fail_memory(err);
    pt_json_begin(&json);
    pt_json_text(&json, json.root, "address", addresses.at[0]);
    pt_json_strings(&json, json.root, "addresses", &addresses);
    pt_json_bool(&json, json.root, "dry_run", writing->call->options.dry_run);
    array = pt_json_array(&json, json.root, "files");
    for (size_t i = 0; i < writing->sheet_count; i++)
        put_sheet(&json, array, &writing->sheets[i]);
    if (writing->index.places)
        put_sheet(&json, array, &writing->index);
    pt_json_strings(&json, json.root, "hints", &hints);
    return pt_json_print(&json, false, writing->call->io->out, err);
}
