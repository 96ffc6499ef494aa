#include "cli/explain_page.h"

#include "cli/show.h"
#include "format/fingerprint.h"

#include <string.h>

enum { BAR = 20, NAME = 13 };

static void put_title(const struct pt_page *page, const char *title)
{
    pt_page_end_line(page);
    pt_page_put(page, PT_STRONG, title);
    pt_page_end_line(page);
}

/* ---- the story, on one scale of time ---- */

/* The end of what the bars show: at least the last answer. */
static int64_t measure(const struct pt_settings *settings)
{
    int64_t most_ms = settings->took_ms > 1 ? settings->took_ms : 1;

    for (size_t i = 0; i < settings->event_count; i++)
        if (settings->events[i].ended_ms > most_ms)
            most_ms = settings->events[i].ended_ms;
    return most_ms;
}

/* From when to when it was open; what had not answered ends in dots. */
static void draw(const struct pt_event *event, int64_t most_ms,
                 char bar[BAR * 4])
{
    int first = (int)(event->begun_ms * BAR / most_ms);
    int last = (int)(event->ended_ms * BAR / most_ms);
    char *at = bar;

    if (first >= BAR)
        first = BAR - 1;
    if (last <= first)
        last = first + 1;
    for (int i = 0; i < BAR; i++) {
        const char *mark = i < first || i >= last ? " " : "\u2501";

        if (event->given_up && i == last - 1)
            mark = "\u2026";
        at = stpcpy(at, mark);
    }
}

static enum pt_style style_of(const struct pt_event *event)
{
    if (event->given_up)
        return PT_FAINT;
    return event->is_answer ? PT_GOOD : PT_NORMAL;
}

static void put_event(const struct pt_page *page, struct pt_arena *arena,
                      const struct pt_event *event, int64_t most_ms)
{
    char bar[BAR * 4];
    const char *label;

    draw(event, most_ms, bar);
    label = pt_arena_printf(arena, "%-*s%s %5lld  ", NAME, event->source, bar,
                            (long long)event->ended_ms);
    if (!label)
        return;
    pt_page_entry(page, 2, style_of(event), label, event->answer);
    pt_page_paragraph(page, 2 + NAME, "", event->what);
}

static void put_story(const struct pt_page *page, struct pt_arena *arena,
                      const struct pt_settings *settings)
{
    int64_t most_ms = measure(settings);

    if (!settings->event_count)
        return;
    put_title(page, "  What was asked, and until when (ms)");
    for (size_t i = 0; i < settings->event_count; i++)
        put_event(page, arena, &settings->events[i], most_ms);
    pt_page_putf(page, PT_STRONG, "  decided at %lld ms",
                 (long long)settings->took_ms);
    pt_page_end_line(page);
}

/* ---- the rest ---- */

static void put_sources(const struct pt_page *page, struct pt_arena *arena,
                        const struct pt_settings *settings)
{
    static const char *const heading[] = {"SOURCE", "OUTCOME", "TIME",
                                          "DETAIL"};
    struct pt_table table = {.columns = 4};

    pt_table_add(arena, &table, heading);
    for (size_t i = 0; i < settings->source_count; i++) {
        const struct pt_source_report *report = &settings->sources[i];

        pt_table_add(
            arena, &table,
            (const char *const[]){
                report->name,
                pt_outcome_name(report->outcome),
                pt_arena_printf(arena, "%lld ms", (long long)report->took_ms),
                report->detail,
            });
    }
    put_title(page, "  Who was asked");
    if (!pt_arena_failed(arena))
        pt_page_table(page, &table);
}

static const char *list_auths(struct pt_arena *arena,
                              const struct pt_server *server)
{
    struct pt_strings names = {0};

    for (size_t i = 0; i < server->auth_count; i++)
        pt_strings_add(arena, &names, pt_auth_name(server->auth[i]));
    return pt_show_list(arena, &names);
}

static void put_offer(const struct pt_page *page, struct pt_arena *arena,
                      const struct pt_server *server)
{
    const struct pt_origin *origin = &server->origin;
    const char *auths = list_auths(arena, server);
    const char *at = pt_show_offered(arena, server);

    if (pt_arena_failed(arena))
        return;
    pt_page_putf(page, PT_NORMAL, "  %s %s, protection %s",
                 pt_service_title(server->service), at,
                 pt_security_title(server->security));
    pt_page_end_line(page);
    pt_page_paragraph(page, 4, server->chosen ? "chosen: " : "not chosen: ",
                      server->why ? server->why : "");
    pt_page_paragraph(page, 4, "said by: ",
                      pt_arena_printf(arena, "%s, %s, believed as %s",
                                      origin->source,
                                      origin->where ? origin->where : "",
                                      pt_trust_name(origin->trust)));
    pt_page_paragraphs(page, 4, "led there by: ", &origin->via);
    pt_page_paragraph(page, 4, "signs in with: ", auths);
    if (server->certificate) {
        char text[PT_FINGERPRINT_CHARS];

        pt_fingerprint(server->certificate, text);
        pt_page_paragraph(page, 4, "certificate: SHA-256 ", text);
    }
}

static void put_offers(const struct pt_page *page, struct pt_arena *arena,
                       const struct pt_settings *settings)
{
    if (!settings->server_count)
        return;
    put_title(page, "  What was offered, best first");
    for (size_t i = 0; i < settings->server_count; i++)
        put_offer(page, arena, &settings->servers[i]);
}

static void put_rules(const struct pt_page *page)
{
    static const char *const rules[] = {
        "host, port and protection are taken from one offer, never mixed",
        "a running bridge that serves the address wins for what it offers",
        "then trust decides (local, verified, third, heard, guessed), then "
        "the order of 'portolan sources', then TLS before STARTTLS, then the "
        "publisher's own order",
        "plain text is used only with a bridge on this machine",
        "what anyone on the way could have changed waits for --accept HOST",
    };

    put_title(page, "  How it was decided");
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
        pt_page_paragraph(page, 2, "- ", rules[i]);
}

void pt_explain_page(const struct pt_page *page, struct pt_arena *arena,
                     const struct pt_settings *settings)
{
    put_story(page, arena, settings);
    put_sources(page, arena, settings);
    put_offers(page, arena, settings);
    put_rules(page);
}
