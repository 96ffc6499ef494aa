/* cmd_find.c - portolan find ADDRESS... */
#include "cli/command.h"
#include "cli/find_page.h"
#include "cli/json_print.h"
#include "cli/session.h"
#include "format/settings_json.h"
#include "resolve/search.h"

enum { TIMEOUT_MS = 5000, ADDRESSES_MAX = 1000, LINE_MAX_BYTES = 1024 };

struct finding {
    const struct pt_call *call;
    struct pt_session *session;
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
                                   struct pt_arena *arena,
                                   const struct pt_settings *settings,
                                   struct pt_error *err)
{
    const struct pt_options *options = &finding->call->options;
    struct pt_page page = pt_page_out(finding->call->io);

    if (options->json || finding->as_lines)
        return put_json(finding, settings, err);
    if (finding->shown)
        pt_page_end_line(&page);
    return pt_find_page(&page, arena, settings, options->explain)
               ? PT_OK
               : pt_fail_memory(err);
}

static enum pt_status search_for(struct finding *finding,
                                 struct pt_arena *arena,
                                 const struct pt_address *address,
                                 struct pt_error *err)
{
    struct pt_session *session = finding->session;
    struct pt_settings settings = {0};
    struct pt_findings found = {0};
    struct pt_query query;
    enum pt_status status = PT_OK;

    if (!session->net) /* the first address that is one */
        status = pt_session_open(finding->call, TIMEOUT_MS, session, err);
    if (status != PT_OK)
        return status;
    query = session->query;
    query.address = address;
    status = pt_search(&(struct pt_search_setup){.arena = arena,
                                                 .loop = session->loop,
                                                 .net = session->net,
                                                 .query = &query},
                       &settings, &found, err);
    if (status == PT_OK)
        status = put_settings(finding, arena, &settings, err);
    if (status == PT_OK)
        note_status(finding, pt_find_status_exit(settings.status));
    return status;
}

/* One bad address among several must not cost the others their answers. */
static enum pt_status refuse(struct finding *finding, const char *text,
                             const struct pt_error *why, struct pt_error *err)
{
    struct pt_page page = pt_page_err(finding->call->io);

    if (finding->as_lines) {
        note_status(finding, why->status);
        return put_bad(finding, text, why, err);
    }
    if (finding->call->options.json &&
        put_bad(finding, text, why, err) != PT_OK)
        return PT_NO_MEMORY;
    if (finding->call->operands.count > 1) {
        note_status(finding, why->status);
        pt_page_error(&page, why);
        return PT_OK;
    }
    *err = *why;
    return why->status;
}

/* PT_OK whenever the next address may be tried. */
static enum pt_status find_one(struct finding *finding, const char *text,
                               struct pt_error *err)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_address address;
    struct pt_error why = {0};
    enum pt_status status;

    if (!arena)
        return pt_fail_memory(err);
    status = pt_address_parse(arena, text, &address, &why);
    if (status == PT_OK)
        status = search_for(finding, arena, &address, err);
    else if (status == PT_BAD_INPUT)
        status = refuse(finding, text, &why, err);
    else
        *err = why;
    finding->shown++;
    return status;
}

/* Reads one line of any length; keeps LINE_MAX_BYTES of it, which no address
 * can be.  A NUL becomes a control character, so that what comes behind it is
 * seen and the line refused.  False at the end. */
static bool read_line(FILE *in, char line[LINE_MAX_BYTES])
{
    size_t used = 0;
    int c = getc(in);

    if (c == EOF)
        return false;
    for (; c != EOF && c != '\n'; c = getc(in))
        if (used < LINE_MAX_BYTES - 1)
            line[used++] = c ? (char)c : '\001';
    line[used] = '\0';
    return true;
}

static enum pt_status find_from_input(struct finding *finding,
                                      struct pt_error *err)
{
    char line[LINE_MAX_BYTES];
    enum pt_status status = PT_OK;

    while (status == PT_OK && read_line(finding->call->io->in, line)) {
        struct pt_slice text = pt_trim(pt_slice_of(line));

        if (!text.len)
            continue;
        line[text.at + text.len - line] = '\0';
        status = find_one(finding, text.at, err);
        /* whoever feeds us one line at a time waits for the answer */
        if (fflush(finding->call->io->out))
            break;
    }
    if (status == PT_OK && ferror(finding->call->io->in))
        return pt_fail(err, PT_BAD_INPUT, "feed it addresses, one a line",
                       "standard input cannot be read");
    return status;
}

static enum pt_status run_find(const struct pt_call *call, struct pt_error *err)
{
    PT_SESSION struct pt_session session = {0};
    const struct pt_strings *operands = &call->operands;
    struct finding finding = {
        .call = call,
        .session = &session,
        .as_lines = pt_strings_have(operands, "-") ||
                    (call->options.json && operands->count > 1),
    };
    enum pt_status status = PT_OK;

    for (size_t i = 0; status == PT_OK && i < operands->count; i++) {
        const char *text = operands->at[i];

        status = pt_is(text, "-") ? find_from_input(&finding, err)
                                  : find_one(&finding, text, err);
    }
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
             "and answered in that order with one JSON object a line.  A line "
             "that is no address is answered with the status bad-input.\n"
             "No password is asked for, sent or stored.",
    .examples = "portolan find ann@proton.me\n"
                "portolan find --explain --bridge davmail ann@example.org\n"
                "portolan find - < addresses > settings.jsonl\n",
    .least = 1,
    .most = ADDRESSES_MAX,
    .missing = "name an address: portolan find ann@example.org",
    .run = run_find,
};
