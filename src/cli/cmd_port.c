/* cmd_port.c - portolan port [PORT...] */
#include "cli/command.h"
#include "cli/page.h"
#include "cli/port_json.h"
#include "cli/session.h"

enum { TIMEOUT_MS = 2000 };

static enum pt_status parse_ports(const struct pt_strings *typed,
                                  uint16_t ports[PT_PORTS_MAX],
                                  struct pt_error *err)
{
    for (size_t i = 0; i < typed->count; i++)
        if (!pt_parse_port(pt_slice_of(typed->at[i]), &ports[i]))
            return pt_fail(err, PT_BAD_INPUT, "give a number from 1 to 65535",
                           "'%s' is not a port", typed->at[i]);
    return PT_OK;
}

static void put_holders(const struct pt_page *page, struct pt_arena *arena,
                        const struct pt_port_report *report)
{
    static const char *const heading[] = {
        "PROGRAM", "PROCESS", "USER", "LISTENS ON", "BRIDGE", "NOTE",
    };
    struct pt_table table = {.columns = 6};

    pt_table_add(arena, &table, heading);
    for (size_t i = 0; i < report->holder_count; i++) {
        const struct pt_port_holder *holder = &report->holders[i];

        pt_table_add(arena, &table,
                     (const char *const[]){
                         holder->program ? holder->program : "not known",
                         holder->pid ? pt_arena_printf(arena, "%u", holder->pid)
                                     : "not known",
                         holder->user ? holder->user : "not known",
                         holder->address,
                         holder->bridge,
                         holder->note,
                     });
    }
    if (report->holder_count && !pt_arena_failed(arena))
        pt_page_table(page, &table);
}

static const char *tell_state(const struct pt_port_report *report)
{
    if (report->holder_count)
        return "taken";
    if (report->port > PT_PORT_LAST)
        return "not for a bridge";
    return report->free ? "free" : "not free, and who holds it is not known";
}

static bool is_held_by(const struct pt_port_report *report,
                       const struct pt_bridge_kind *kind)
{
    for (size_t i = 0; i < report->holder_count; i++)
        if (pt_is(report->holders[i].bridge, kind->name))
            return true;
    return false;
}

/* The bridges that are set to the port and do not have it. */
static void put_settings(const struct pt_page *page, struct pt_arena *arena,
                         const struct pt_port_report *report)
{
    for (size_t i = 0; i < report->setting_count; i++) {
        const struct pt_bridge *bridge = report->settings[i].bridge;
        const char *service = pt_service_title(report->settings[i].service);
        const char *text;

        if (is_held_by(report, bridge->kind))
            continue;
        text = pt_arena_printf(arena, "%s of %s, which is %s", service,
                               bridge->kind->title,
                               pt_bridge_state_name(bridge->state));
        if (text)
            pt_page_paragraph(page, 2, "set as: ", text);
    }
}

static void put_suggestion(const struct pt_page *page, struct pt_arena *arena,
                           const struct pt_port_report *report)
{
    const char *whom = report->suggest_for     ? report->suggest_for->title
                       : report->setting_count ? "another bridge"
                                               : "a bridge";
    const char *label = pt_arena_printf(arena, "free for %s: ", whom);
    char text[64];

    if (!report->suggest_imap || !report->suggest_smtp || !label)
        return;
    snprintf(text, sizeof(text), "IMAP %u, SMTP %u", report->suggest_imap,
             report->suggest_smtp);
    pt_page_paragraph(page, 2, label, text);
}

static void put_report(const struct pt_page *page, struct pt_arena *arena,
                       const struct pt_port_report *report)
{
    pt_page_putf(page, PT_STRONG, "port %u", report->port);
    pt_page_put(page, PT_NORMAL, ": ");
    pt_page_put(page, report->free ? PT_GOOD : PT_WARN, tell_state(report));
    pt_page_end_line(page);
    put_holders(page, arena, report);
    put_settings(page, arena, report);
    put_suggestion(page, arena, report);
    pt_page_paragraphs(page, 2, "hint: ", &report->hints);
}

static enum pt_status put_people(const struct pt_call *call,
                                 const struct pt_port_report *reports,
                                 size_t count, struct pt_error *err)
{
    struct pt_page page = pt_page_out(call->io);

    for (size_t i = 0; i < count; i++) {
        if (i)
            pt_page_end_line(&page);
        put_report(&page, call->arena, &reports[i]);
    }
    return pt_arena_failed(call->arena) ? pt_fail_memory(err) : PT_OK;
}

/* One port was asked for: the object itself.  Otherwise a list. */
static enum pt_status put_json(const struct pt_call *call,
                               const struct pt_port_report *reports,
                               size_t count, struct pt_error *err)
{
    PT_BUF struct pt_buf text = {0};
    bool as_list = call->operands.count != 1 || count != 1;
    enum pt_status status = pt_port_json(reports, count, as_list, &text, err);

    if (status == PT_OK)
        fputs(pt_buf_text(&text), call->io->out);
    return status;
}

static enum pt_status run_port(const struct pt_call *call, struct pt_error *err)
{
    PT_SESSION struct pt_session session = {0};
    uint16_t ports[PT_PORTS_MAX];
    struct pt_port_report *reports = NULL;
    size_t count = 0;
    enum pt_status status = parse_ports(&call->operands, ports, err);

    if (status == PT_OK)
        status = pt_session_open(call, TIMEOUT_MS, &session, err);
    if (status == PT_OK)
        status = pt_ports_look(call->arena, session.loop, session.net,
                               &session.query, ports, call->operands.count,
                               &reports, &count, err);
    if (status == PT_OK)
        return call->options.json ? put_json(call, reports, count, err)
                                  : put_people(call, reports, count, err);
    if (status == PT_NOTHING && call->options.json &&
        put_json(call, NULL, 0, err) != PT_OK)
        return PT_NO_MEMORY;
    return status;
}

const struct pt_command pt_cmd_port = {
    .name = "port",
    .bit = PT_ON_PORT,
    .operands = "[PORT...]",
    .summary = "who holds a port, and a free pair for a bridge",
    .about =
        "Says which program holds each PORT, and suggests two ports that a "
        "mail bridge could have instead.  Without a PORT it looks at both "
        "mail ports of each bridge on this machine.\n"
        "The suggestion keeps to what a bridge itself would take, and stays "
        "clear of ports that other bridges are set to use, even when those "
        "are not running.  It is meant for the bridge that is set to PORT "
        "while somebody else holds it; where there is none, for a bridge that "
        "is not here yet.\n"
        "The exit status is 0 whether the port is free or not.",
    .examples = "portolan port 1143\nportolan port 1143 1025 --json\n",
    .most = PT_PORTS_MAX,
    .run = run_port,
};
