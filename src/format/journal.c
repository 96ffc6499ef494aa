#include "format/journal.h"

#include "format/json_build.h"
#include "format/json_read.h"
#include "format/shape.h"

#include <stddef.h>
#include <string.h>

enum { COPY_CHARS_MAX = 9 };

static const char hint[] = "another version of portolan may know it";

static const char *const states[] = {
    [PT_ENTRY_BEGUN] = "begun",
    [PT_ENTRY_DONE] = "done",
    [PT_ENTRY_UNDONE] = "undone",
};

/* ---- reading ---- */

static void read_state(struct pt_building *b, const cJSON *value, void *to)
{
    enum pt_entry_state *state = to;
    const char *name = pt_shape_text_in(b, value);

    for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
        if (pt_is(name, states[i])) {
            *state = (enum pt_entry_state)i;
            return;
        }
    pt_building_complain(b, "is none of begun, done and undone");
}

/* It names a file in the journal's own folder, and nothing else. */
static void read_copy(struct pt_building *b, const cJSON *value, void *to)
{
    const char *name = pt_shape_text_in(b, value);

    if (name && (strspn(name, "0123456789") != strlen(name) ||
                 strlen(name) > COPY_CHARS_MAX))
        pt_building_complain(b, "is not a number");
    pt_field_text(b, value, to);
}

#define AT(member) offsetof(struct pt_entry_file, member)
static const struct pt_field file_fields[] = {
    {"path", pt_field_path, AT(path), true},
    {"copy", read_copy, AT(copy), true},
    {"before", pt_field_digest, AT(before), false},
    {"after", pt_field_digest, AT(after), true},
};
#undef AT
static const struct pt_shape file_shape = {
    .what = "a file",
    .fields = file_fields,
    .count = sizeof(file_fields) / sizeof(*file_fields),
    .size = sizeof(struct pt_entry_file),
    .most = PT_JOURNAL_FILES_MAX,
};

static void read_files(struct pt_building *b, const cJSON *value, void *to)
{
    struct pt_entry *entry = to;

    entry->files = pt_shape_list(b, &file_shape, value, &entry->file_count);
    if (!entry->file_count)
        pt_building_complain(b, "names no file");
}

static void read_folders(struct pt_building *b, const cJSON *value, void *to)
{
    struct pt_strings *folders = to;

    pt_field_texts(b, value, folders);
    for (size_t i = 0; i < folders->count; i++)
        if (folders->at[i][0] != '/')
            pt_building_complain(b, "is not an absolute path");
}

#define AT(member) offsetof(struct pt_entry, member)
static const struct pt_field entry_fields[] = {
    {"state", read_state, AT(state), true},
    {"client", pt_field_name, AT(client), true},
    {"where", pt_field_text, AT(where), true},
    {"files", read_files, 0, true},
    {"folders", read_folders, AT(folders), false},
};
#undef AT
static const struct pt_shape entry_shape = {
    .what = "a client",
    .fields = entry_fields,
    .count = sizeof(entry_fields) / sizeof(*entry_fields),
    .size = sizeof(struct pt_entry),
    .most = PT_JOURNAL_CLIENTS_MAX,
};

static void read_clients(struct pt_building *b, const cJSON *value, void *to)
{
    struct pt_journal *journal = to;

    journal->entries = pt_shape_list(b, &entry_shape, value, &journal->count);
}

static const struct pt_field journal_fields[] = {
    {"portolan", pt_field_version, 0, true},
    {"clients", read_clients, 0, true},
};
static const struct pt_shape journal_shape =
    PT_SHAPE("the journal", journal_fields, struct pt_journal);

enum pt_status pt_journal_read(struct pt_arena *arena, struct pt_slice json,
                               struct pt_journal *ret_journal,
                               struct pt_error *err)
{
    struct pt_building b = {.arena = arena, .err = err, .hint = hint};
    struct pt_journal journal = {0};
    PT_JSON cJSON *root = NULL;

    b.status = pt_json_read_most(json, PT_JOURNAL_MAX, &root, err);
    if (b.status == PT_OK)
        pt_shape_object(&b, &journal_shape, root, &journal);
    if (pt_arena_failed(arena))
        return pt_fail_memory(err);
    if (b.status == PT_OK)
        *ret_journal = journal;
    return b.status;
}

/* ---- writing ---- */

/* What of an entry could not be read again, or NULL. */
static const char *find_unfit(const struct pt_entry *entry)
{
    if (!pt_shape_fits(entry->client) || !pt_shape_fits(entry->where))
        return entry->where;
    for (size_t i = 0; i < entry->file_count; i++)
        if (!pt_shape_fits(entry->files[i].path))
            return entry->files[i].path;
    for (size_t i = 0; i < entry->folders.count; i++)
        if (!pt_shape_fits(entry->folders.at[i]))
            return entry->folders.at[i];
    return entry->file_count > PT_JOURNAL_FILES_MAX ||
                   entry->folders.count > PT_SHAPE_LIST_MAX
               ? entry->where
               : NULL;
}

static enum pt_status check(const struct pt_journal *journal,
                            struct pt_error *err)
{
    for (size_t i = 0; i < journal->count; i++) {
        const char *unfit = find_unfit(&journal->entries[i]);

        if (unfit)
            return pt_fail(err, PT_CANNOT_WRITE,
                           "use names of plain characters",
                           "'%s' cannot be noted down for undo", unfit);
    }
    if (journal->count > PT_JOURNAL_CLIENTS_MAX)
        return pt_fail(err, PT_CANNOT_WRITE,
                       "change the others in a second run",
                       "more than %d clients are too many for one run",
                       PT_JOURNAL_CLIENTS_MAX);
    return PT_OK;
}

static void put_file(struct pt_json *json, cJSON *files,
                     const struct pt_entry_file *file)
{
    cJSON *at = pt_json_object(json, files, NULL);

    pt_json_text(json, at, "path", file->path);
    pt_json_text(json, at, "copy", file->copy);
    if (file->before)
        pt_json_text(json, at, "before", file->before);
    pt_json_text(json, at, "after", file->after);
}

static void put_entry(struct pt_json *json, cJSON *clients,
                      const struct pt_entry *entry)
{
    cJSON *at = pt_json_object(json, clients, NULL);
    cJSON *files;

    pt_json_text(json, at, "state", states[entry->state]);
    pt_json_text(json, at, "client", entry->client);
    pt_json_text(json, at, "where", entry->where);
    files = pt_json_array(json, at, "files");
    for (size_t i = 0; i < entry->file_count; i++)
        put_file(json, files, &entry->files[i]);
    if (entry->folders.count)
        pt_json_strings(json, at, "folders", &entry->folders);
}

enum pt_status pt_journal_write(const struct pt_journal *journal,
                                struct pt_buf *out, struct pt_error *err)
{
    enum pt_status status = check(journal, err);
    struct pt_json json;
    cJSON *clients;

    if (status != PT_OK)
        return status;
    pt_json_begin(&json);
    clients = pt_json_array(&json, json.root, "clients");
    for (size_t i = 0; i < journal->count; i++)
        put_entry(&json, clients, &journal->entries[i]);
    return pt_json_end(&json, false, out, err);
}
