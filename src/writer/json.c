/* json.c - the JSON of `portolan find`, as a file. */
#include "format/settings_json.h"
#include "writer/writers.h"

static enum pt_status write_json(struct pt_arena *arena,
                                 const struct pt_settings *settings,
                                 struct pt_buf *out, struct pt_strings *notes,
                                 struct pt_error *err)
{
    (void)arena;
    (void)notes;
    return pt_settings_json(settings, false, out, err);
}

const struct pt_writer pt_writer_json = {
    .name = "json",
    .client = "programs",
    .summary = "everything that was found, for programs to read",
    .file = "%a.json",
    .media_type = "application/json",
    .import = "for programs: the keys are those of 'portolan find --json'",
    .write = write_json,
};
