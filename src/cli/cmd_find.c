/* cmd_find.c - portolan find ADDRESS... */
#include "cli/command.h"
#include "cli/find_page.h"
#include "cli/find_stream.h"
#include "cli/json_print.h"
#include "cli/verified.h"
#include "format/settings_json.h"

enum { TIMEOUT_MS = 5000, ADDRESSES_MAX = 1000 };

struct finding {
    const struct pt_call *call;
    bool as_lines;        /* one JSON object a line, also for bad addresses */
    size_t shown;         /* addresses already answered */
    enum pt_status worst; /* the first that was not PT_OK */
};

static void note_status(struct finding *finding, enum pt_status status)
{
    if (finding->worst == PT_OK)
        finding->worst = status;
}

static enum pt_status put_bad(const struct finding *finding, const char *text,
                              const struct pt_error *why, struct pt_error *err)
{
    struct pt_json json;

    pt_json_begin(&json);
    pt_json_text(&json, json.root, "address", text);
    pt_json_text(&json, json.root, "status", "bad-input");
    pt_json_text(&json, json.root, "error", why->text);
    pt_json_text(&json, json.root, "hint", why->hint);
    return pt_json_print(&json, finding->as_lines, finding->call->io->out, err);
}

static enum pt_status put_json(const struct finding *finding,
                               const struct pt_settings *settings,
                               struct pt_error *err)
{
    PT_BUF struct pt_buf text = {0};
    enum pt_status status =
        pt_settings_json(settings, finding->as_lines, &text, err);

    if (status != PT_OK)
        return status;
    fwrite(pt_buf_text(&text), 1, text.len, finding->call->io->out);
    return PT_OK;
}

static enum pt_status put_settings(const struct finding *finding,
                                   const struct pt_stream_item *item,
                                   struct pt_error *err)
{
    const struct pt_options *options = &finding->call->options;
    struct pt_page page = pt_page_out(finding->call->io);

    if (options->json || finding->as_lines)
        return put_json(finding, item->settings, err);
    if (finding->shown)
        pt_page_end_line(&page);
    return pt_find_page(&page, item->arena, item->settings, options->explain)
               ? PT_OK
               : pt_fail_memory(err);
}

/* One bad address among several must not cost the others their answers. */
static enum pt_status refuse(struct finding *finding,
                             const struct pt_stream_item *item,
                             struct pt_error *err)
{
    struct pt_page page = pt_page_err(finding->call->io);
    const struct pt_error *why = &item->err;

    if (finding->as_lines) {
        note_status(finding, why->status);
        return put_bad(finding, item->text, why, err);
    }
    if (finding->call->options.json &&
        put_bad(finding, item->text, why, err) != PT_OK)
        return PT_NO_MEMORY;
    if (finding->call->operands.count > 1) {
        note_status(finding, why->status);
        pt_page_error(&page, why);
        return PT_OK;
    }
    *err = *why;
    return why->status;
}

static enum pt_status put(void *ctx, const struct pt_stream_item *item,
                          struct pt_error *err)
{
    struct finding *finding = ctx;
    enum pt_status status;

    if (item->err.status == PT_OK) {
        status = put_settings(finding, item, err);
        note_status(finding, pt_find_status_exit(item->settings->status));
        note_status(finding, pt_verified_status(item->settings));
    } else {
        status = refuse(finding, item, err);
    }
    finding->shown++;
    return status;
}

/* '-' stands for the lines of standard input. */
static enum pt_status run_find(const struct pt_call *call, struct pt_error *err)
{
    const struct pt_strings *operands = &call->operands;
    bool reads = pt_strings_have(operands, "-");
    struct finding finding = {
        .call = call,
        .as_lines = reads || (call->options.json && operands->count > 1),
    };
    enum pt_status status;

    if (reads && operands->count > 1)
        return pt_fail(err, PT_BAD_INPUT,
                       "feed it all of them on standard input",
                       "'-' stands alone");
    status = pt_find_stream(
        &(struct pt_stream_setup){.call = call,
                                  .texts = reads ? NULL : operands,
                                  .timeout_ms = TIMEOUT_MS,
                                  .put = put,
                                  .ctx = &finding},
        err);
    return status == PT_OK ? finding.worst : status;
}

const struct pt_command pt_cmd_find = {
    .name = "find",
    .bit = PT_ON_FIND,
    .operands = "ADDRESS...",
    .summary = "the mail settings of an address, and who said so",
    .about = "Finds the servers, ports, protection and user names of each "
             "ADDRESS.  A mail bridge that runs on this machine and serves the "
             "address wins; its ports are those it has at this moment.\n"
             "With '-' the addresses are read from standard input, one a line, "
             "many of them looked up at once, and answered in that order with "
             "one JSON object a line.  A line that is no address is answered "
             "with the status bad-input.\n"
             "With --verify each server is connected to and proven. No "
             "password is asked for or sent but with --login, and none is ever "
             "stored.  The part before the "
             "@ is told only to the domain's own HTTPS hosts; with "
             "--no-address not even to them.",
    .examples = "portolan find ann@proton.me\n"
                "portolan find --explain --bridge davmail ann@example.org\n"
                "portolan find - < addresses > settings.jsonl\n",
    .least = 1,
    .most = ADDRESSES_MAX,
    .missing = "name an address: portolan find ann@example.org",
    .run = run_find,
};
