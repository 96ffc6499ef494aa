/* cmd_clients.c - portolan clients */
#include "cli/command.h"
#include "cli/json_print.h"
#include "cli/page.h"
#include "writer/writer.h"

static void add_client(struct pt_json *json, cJSON *array,
                       const struct pt_writer *writer)
{
    cJSON *at = pt_json_object(json, array, NULL);

    pt_json_text(json, at, "name", writer->name);
    pt_json_text(json, at, "client", writer->client);
    pt_json_text(json, at, "summary", writer->summary);
    pt_json_text(json, at, "media_type", writer->media_type);
    pt_json_bool(json, at, "binary", writer->binary);
}

static enum pt_status put_json(FILE *out, struct pt_error *err)
{
    struct pt_json json;
    cJSON *array;

    pt_json_begin(&json);
    array = pt_json_array(&json, json.root, "clients");
    for (size_t i = 0; pt_writers[i]; i++)
        add_client(&json, array, pt_writers[i]);
    return pt_json_print(&json, false, out, err);
}

static enum pt_status run_clients(const struct pt_call *call,
                                  struct pt_error *err)
{
    static const char *const heading[] = {"NAME", "FOR", "WHAT IS WRITTEN"};
    struct pt_page page = pt_page_out(call->io);
    struct pt_table table = {.columns = 3};

    if (call->options.json)
        return put_json(call->io->out, err);
    pt_table_add(call->arena, &table, heading);
    for (size_t i = 0; pt_writers[i]; i++)
        pt_table_add(call->arena, &table,
                     (const char *const[]){
                         pt_writers[i]->name,
                         pt_writers[i]->client,
                         pt_writers[i]->summary,
                     });
    if (pt_arena_failed(call->arena))
        return pt_fail_memory(err);
    pt_page_table(&page, &table);
    return PT_OK;
}

const struct pt_command pt_cmd_clients = {
    .name = "clients",
    .bit = PT_ON_CLIENTS,
    .summary = "the mail programs that 'write' knows",
    .about = "Lists the names that 'portolan write' takes, with the mail "
             "program each is for and what is written.",
    .examples = "portolan clients\nportolan clients --json\n",
    .run = run_clients,
};
