#include "cli/find_page.h"

#include "cli/explain_page.h"
#include "cli/show.h"
#include "cli/verified.h"

static const struct {
    const char *words;
    enum pt_style style;
} verdicts[] = {
    [PT_FIND_OK] = {"found", PT_GOOD},
    [PT_FIND_NOTHING] = {"nothing found", PT_BAD},
    [PT_FIND_UNSURE] = {"found, but nobody we trust vouches for it", PT_WARN},
    [PT_FIND_UNREACHABLE] = {"not every source could be asked", PT_BAD},
    [PT_FIND_NEEDS_BRIDGE] = {"needs a mail bridge on this machine", PT_WARN},
};

static void put_heading(const struct pt_page *page,
                        const struct pt_settings *settings)
{
    const struct pt_bridge_use *bridge = &settings->bridge;
    const char *provider = settings->provider_name;

    pt_page_put(page, PT_STRONG, settings->address.shown);
    pt_page_put(page, PT_NORMAL, ": ");
    if (settings->status == PT_FIND_NEEDS_BRIDGE && bridge->title)
        pt_page_putf(page, PT_WARN, "needs %s", bridge->title);
    else
        pt_page_put(page, verdicts[settings->status].style,
                    verdicts[settings->status].words);
    if (settings->status == PT_FIND_OK && bridge->title)
        pt_page_putf(page, PT_NORMAL, ", through %s", bridge->title);
    else if (settings->status == PT_FIND_OK && provider &&
             !pt_is(provider, settings->address.domain))
        pt_page_putf(page, PT_NORMAL, " at %s", provider);
    pt_page_end_line(page);
}

static void add_server(struct pt_arena *arena, struct pt_table *table,
                       const struct pt_settings *settings,
                       const struct pt_server *server)
{
    const char *trust = pt_trust_name(server->origin.trust);
    bool is_told = pt_verified_is_told(settings);

    pt_table_add(
        arena, table,
        (const char *const[]){
            pt_service_title(server->service),
            pt_show_offered(arena, server),
            pt_security_title(server->security),
            pt_login(settings, server),
            pt_arena_printf(arena, "%s (%s)", server->origin.source, trust),
            is_told ? pt_verified_word(server) : NULL,
        });
}

/* What was chosen; where that is not enough, all that was offered. */
static bool is_shown(const struct pt_settings *settings, size_t i)
{
    return settings->status != PT_FIND_OK || settings->servers[i].chosen;
}

static void put_servers(const struct pt_page *page, struct pt_arena *arena,
                        const struct pt_settings *settings)
{
    static const char *const heading[] = {
        "SERVICE", "SERVER", "PROTECTION", "USER NAME", "SOURCE", "PROOF",
    };
    struct pt_table table = {.columns = 6};

    pt_table_add(arena, &table, heading);
    for (size_t i = 0; i < settings->server_count; i++)
        if (is_shown(settings, i))
            add_server(arena, &table, settings, &settings->servers[i]);
    if (!pt_arena_failed(arena) && table.cells.count > table.columns)
        pt_page_table(page, &table);
}

/* The services shown from here on of which the same is said. */
static const char *list_alike(struct pt_arena *arena,
                              const struct pt_settings *settings, size_t from)
{
    const char *why = settings->servers[from].why;
    struct pt_strings titles = {0};

    for (size_t i = from; i < settings->server_count; i++) {
        const struct pt_server *server = &settings->servers[i];
        const char *title = pt_service_title(server->service);

        if (!server->chosen && pt_is(server->why, why) &&
            !pt_strings_have(&titles, title))
            pt_strings_add(arena, &titles, title);
    }
    return pt_show_list(arena, &titles);
}

static bool was_said(const struct pt_settings *settings, size_t before)
{
    for (size_t i = 0; i < before; i++)
        if (!settings->servers[i].chosen &&
            pt_is(settings->servers[i].why, settings->servers[before].why))
            return true;
    return false;
}

/* Why what is shown cannot be used: last known, a default, not vouched for.
 */
static void put_notes(const struct pt_page *page, struct pt_arena *arena,
                      const struct pt_settings *settings)
{
    for (size_t i = 0; i < settings->server_count; i++) {
        const struct pt_server *server = &settings->servers[i];
        const char *alike;

        if (!is_shown(settings, i) || server->chosen || !server->why ||
            was_said(settings, i))
            continue;
        alike = list_alike(arena, settings, i);
        if (alike)
            pt_page_paragraph(page, 2, pt_arena_printf(arena, "%s: ", alike),
                              server->why);
    }
}

/* How signing in went. */
static void put_logins(const struct pt_page *page, struct pt_arena *arena,
                       const struct pt_settings *settings)
{
    for (size_t i = 0; i < settings->server_count; i++) {
        const struct pt_server *server = &settings->servers[i];
        const char *login =
            server->chosen ? pt_verified_login(arena, server) : NULL;

        if (login)
            pt_page_paragraph(
                page, 2,
                pt_arena_printf(arena, "%s login: ",
                                pt_service_title(server->service)),
                login);
    }
}

static void put_missed(const struct pt_page *page, const char *what,
                       const char *source, const char *detail)
{
    pt_page_put(page, PT_WARN, what);
    pt_page_putf(page, PT_NORMAL, "%s%s%s", source,
                 detail && *detail ? ": " : "", detail ? detail : "");
    pt_page_end_line(page);
}

/* Who could not be asked, and who said what must not be believed.  Of who
 * found something, only what could have changed the outcome. */
static void put_missing(const struct pt_page *page,
                        const struct pt_settings *settings)
{
    for (size_t i = 0; i < settings->source_count; i++) {
        const struct pt_source_report *report = &settings->sources[i];

        if (report->outcome == PT_FAILED)
            put_missed(page, "  not asked: ", report->name, report->detail);
        else if (report->outcome == PT_REFUSED)
            put_missed(page, "  not believed: ", report->name,
                       report->detail);
        else if (report->missed && settings->incomplete)
            put_missed(page, "  not asked: ", report->name, report->missed);
    }
}

static void put_advice(const struct pt_page *page,
                       const struct pt_settings *settings)
{
    const struct pt_bridge_use *bridge = &settings->bridge;
    const char *rule = pt_login_rule(settings);

    if (rule)
        pt_page_paragraph(page, 2, "user name: ", rule);
    if (bridge->password)
        pt_page_paragraph(page, 2, "password: ", bridge->password);
    for (size_t i = 0; i < settings->needs_accept.count; i++)
        pt_page_paragraph(page, 2, "if you trust it: --accept ",
                          settings->needs_accept.at[i]);
    pt_page_paragraphs(page, 2, "hint: ", &settings->hints);
}

static void put_count(const struct pt_page *page,
                      const struct pt_settings *settings)
{
    size_t others = 0;

    for (size_t i = 0; i < settings->server_count; i++)
        others += !settings->servers[i].chosen;
    if (!others || settings->status != PT_FIND_OK)
        return;
    pt_page_putf(page, PT_FAINT, "  %zu more offered; see --explain", others);
    pt_page_end_line(page);
}

bool pt_find_page(const struct pt_page *page, struct pt_arena *arena,
                  const struct pt_settings *settings, bool explain)
{
    put_heading(page, settings);
    put_servers(page, arena, settings);
    put_notes(page, arena, settings);
    put_logins(page, arena, settings);
    if (!explain)
        put_count(page, settings);
    put_missing(page, settings);
    put_advice(page, settings);
    if (!explain && settings->status == PT_FIND_NOTHING)
        pt_page_paragraph(page, 2, "hint: ",
                          "'portolan find --explain' tells what was asked, and "
                          "'portolan probe' tries each port");
    if (explain)
        pt_explain_page(page, arena, settings);
    return !pt_arena_failed(arena);
}
