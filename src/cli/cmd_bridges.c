/* cmd_bridges.c - portolan bridges */
#include "cli/command.h"
#include "cli/page.h"
#include "cli/session.h"
#include "cli/show.h"
#include "format/bridges_json.h"
#include "format/fingerprint.h"
#include "resolve/search.h"

enum { TIMEOUT_MS = 2000 };

static const enum pt_style state_styles[] = {
    [PT_BRIDGE_OK] = PT_GOOD,      [PT_BRIDGE_OFFLINE] = PT_WARN,
    [PT_BRIDGE_MISMATCH] = PT_BAD, [PT_BRIDGE_PORT_TAKEN] = PT_BAD,
    [PT_BRIDGE_STOPPED] = PT_WARN, [PT_BRIDGE_UNKNOWN] = PT_WARN,
};

static const char *tell_now(const struct pt_bridge_endpoint *endpoint)
{
    if (endpoint->silent)
        return "says nothing";
    if (!endpoint->listening)
        return "not listening";
    return endpoint->foreign ? "not trusted" : "listening";
}

static void add_endpoint(struct pt_arena *arena, struct pt_table *table,
                         const struct pt_bridge_endpoint *endpoint)
{
    pt_table_add(
        arena, table,
        (const char *const[]){
            pt_service_title(endpoint->service),
            pt_show_server(arena, endpoint->host, endpoint->port),
            pt_security_title(endpoint->security),
            pt_learned_name(endpoint->learned_from),
            endpoint->pid ? pt_arena_printf(arena, "%u", endpoint->pid) : NULL,
            tell_now(endpoint),
        });
}

static void put_endpoints(const struct pt_page *page, struct pt_arena *arena,
                          const struct pt_bridge *bridge)
{
    static const char *const heading[] = {
        "SERVICE", "SERVER", "PROTECTION", "LEARNED FROM", "PROCESS", "NOW",
    };
    struct pt_table table = {.columns = 6};

    if (!bridge->endpoint_count)
        return;
    pt_table_add(arena, &table, heading);
    for (size_t i = 0; i < bridge->endpoint_count; i++)
        add_endpoint(arena, &table, &bridge->endpoints[i]);
    if (!pt_arena_failed(arena))
        pt_page_table(page, &table);
}

/* Most bridges have one certificate for all their services: say it once. */
static void put_certificates(const struct pt_page *page,
                             const struct pt_bridge *bridge)
{
    const char *last = NULL;

    for (size_t i = 0; i < bridge->endpoint_count; i++) {
        const struct pt_certificate *seen = bridge->endpoints[i].certificate;
        char text[PT_FINGERPRINT_CHARS];

        if (!seen || pt_is(seen->sha256, last))
            continue;
        last = seen->sha256;
        pt_fingerprint(seen, text);
        pt_page_paragraph(page, 2, "certificate: SHA-256 ", text);
    }
}

static void put_accounts(const struct pt_page *page,
                         const struct pt_bridge *bridge)
{
    for (size_t i = 0; i < bridge->accounts.count; i++)
        pt_page_paragraph(page, 2, i ? "             " : "accounts:    ",
                          bridge->accounts.at[i]);
}

static void put_bridge(const struct pt_page *page, struct pt_arena *arena,
                       const struct pt_bridge *bridge)
{
    pt_page_put(page, PT_STRONG, bridge->kind->title);
    if (bridge->version)
        pt_page_putf(page, PT_NORMAL, " %s", bridge->version);
    pt_page_put(page, PT_NORMAL, ": ");
    pt_page_put(page, state_styles[bridge->state],
                pt_bridge_state_name(bridge->state));
    pt_page_end_line(page);
    put_endpoints(page, arena, bridge);
    put_accounts(page, bridge);
    put_certificates(page, bridge);
    if (bridge->hint)
        pt_page_paragraph(page, 2, "hint: ", bridge->hint);
}

static enum pt_status put_json(FILE *out, const struct pt_findings *found,
                               struct pt_error *err)
{
    PT_BUF struct pt_buf text = {0};
    enum pt_status status = pt_bridges_json(found->bridges, found->bridge_count,
                                            &found->hints, false, &text, err);

    if (status == PT_OK)
        fputs(pt_buf_text(&text), out);
    if (status == PT_OK && !found->bridge_count)
        return PT_NOTHING;
    return status;
}

static enum pt_status put_people(const struct pt_call *call,
                                 const struct pt_findings *found,
                                 struct pt_error *err)
{
    struct pt_page page = pt_page_out(call->io);

    for (size_t i = 0; i < found->bridge_count; i++) {
        if (i)
            pt_page_end_line(&page);
        put_bridge(&page, call->arena, &found->bridges[i]);
    }
    pt_page_paragraphs(&page, 0, "hint: ", &found->hints);
    if (pt_arena_failed(call->arena))
        return pt_fail_memory(err);
    if (!found->bridge_count)
        return pt_fail(err, PT_NOTHING,
                       "start the bridge and ask again; a bridge in a "
                       "container is seen only while it runs",
                       "no mail bridge was found on this machine");
    return PT_OK;
}

static enum pt_status run_bridges(const struct pt_call *call,
                                  struct pt_error *err)
{
    PT_SESSION struct pt_session session = {0};
    struct pt_findings found = {0};
    enum pt_status status = pt_session_open(call, TIMEOUT_MS, &session, err);

    if (status == PT_OK)
        status = pt_search(&(struct pt_search_setup){.arena = call->arena,
                                                     .loop = session.loop,
                                                     .net = session.net,
                                                     .query = &session.query},
                           NULL, &found, err);
    if (status != PT_OK)
        return status;
    return call->options.json ? put_json(call->io->out, &found, err)
                              : put_people(call, &found, err);
}

const struct pt_command pt_cmd_bridges = {
    .name = "bridges",
    .bit = PT_ON_BRIDGES,
    .summary = "the mail bridges on this machine and their ports now",
    .about =
        "Shows every mail bridge found here: its state, the ports it has at "
        "this moment and how that was learned, its certificate, and the "
        "addresses it serves.\n"
        "States: ok; offline (it runs but has closed its ports, as Proton "
        "Mail Bridge does without a network); mismatch (what is configured "
        "is not what listens); port-taken (another program holds its port); "
        "stopped; unknown.\n"
        "Nothing is ever logged in to, changed, or told to the bridge.",
    .examples = "portolan bridges\nportolan bridges --json\n",
    .run = run_bridges,
};
