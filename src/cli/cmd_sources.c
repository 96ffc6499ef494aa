/* cmd_sources.c - portolan sources */
#include "cli/command.h"
#include "cli/json_print.h"
#include "cli/page.h"
#include "source/source.h"

static enum pt_status put_json(FILE *out, struct pt_error *err)
{
    struct pt_json json;
    cJSON *array;

    pt_json_begin(&json);
    array = pt_json_array(&json, json.root, "sources");
    for (size_t i = 0; pt_sources[i]; i++) {
        const struct pt_source *source = pt_sources[i];
        cJSON *at = pt_json_object(&json, array, NULL);

        pt_json_text(&json, at, "name", source->name);
        pt_json_text(&json, at, "summary", source->summary);
        pt_json_text(&json, at, "trust", pt_trust_name(source->ceiling));
    }
    return pt_json_print(&json, false, out, err);
}

static enum pt_status run_sources(const struct pt_call *call,
                                  struct pt_error *err)
{
    static const char *const heading[] = {"NAME", "TRUST", "WHAT IT ASKS"};
    struct pt_page page = pt_page_out(call->io);
    struct pt_table table = {.columns = 3};

    if (call->options.json)
        return put_json(call->io->out, err);
    pt_table_add(call->arena, &table, heading);
    for (size_t i = 0; pt_sources[i]; i++)
        pt_table_add(call->arena, &table,
                     (const char *const[]){
                         pt_sources[i]->name,
                         pt_trust_name(pt_sources[i]->ceiling),
                         pt_sources[i]->summary,
                     });
    if (pt_arena_failed(call->arena))
        return pt_fail_memory(err);
    pt_page_table(&page, &table);
    return PT_OK;
}

const struct pt_command pt_cmd_sources = {
    .name = "sources",
    .bit = PT_ON_SOURCES,
    .summary = "where settings can come from, best first",
    .about = "Lists what a search asks, best first.  TRUST is the most that "
             "an answer from there is believed: local (this machine), "
             "verified (the domain itself, securely), third (someone else, "
             "securely), heard (over a channel anyone could change), guessed.",
    .examples = "portolan sources\nportolan sources --json\n",
    .run = run_sources,
};
