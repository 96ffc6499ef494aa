/* json.c - the JSON of `portolan find`, as a file. */
#include "format/settings_json.h"
#include "writer/writers.h"

/* How long the search took is no part of the settings: a file that is written
 * again changes only when they do. */
static struct pt_source_report *timeless(struct pt_arena *arena,
                                         const struct pt_settings *settings)
{
    struct pt_source_report *sources =
        pt_arena_memdup(arena, settings->sources,
                        settings->source_count * sizeof(*sources));

    for (size_t i = 0; sources && i < settings->source_count; i++)
        sources[i].took_ms = 0;
    return sources;
}

/* Nor is what a server said just now. */
static struct pt_server *unproven(struct pt_arena *arena,
                                  const struct pt_settings *settings)
{
    struct pt_server *servers =
        pt_arena_memdup(arena, settings->servers,
                        settings->server_count * sizeof(*servers));

    for (size_t i = 0; servers && i < settings->server_count; i++)
        servers[i].trial = NULL;
    return servers;
}

static enum pt_status write_json(const struct pt_job *job,
                                 struct pt_output *out, struct pt_error *err)
{
    struct pt_settings lasting = *job->accounts;

    lasting.took_ms = 0;
    lasting.sources = timeless(job->arena, job->accounts);
    lasting.servers = unproven(job->arena, job->accounts);
    if (pt_arena_failed(job->arena))
        return pt_fail_memory(err);
    return pt_settings_json(&lasting, false,
                            pt_output_first(out, &pt_writer_json, job), err);
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
