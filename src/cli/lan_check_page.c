#include "cli/lan_check_page.h"

#include "cli/json_print.h"
#include "cli/page.h"

struct counted {
    size_t works;
    size_t can_be_told; /* those that work among them */
};

static struct counted count(const struct pt_lan_check *check)
{
    struct counted all = {0};

    for (size_t i = 0; i < check->client_count; i++) {
        all.works += check->clients[i].works;
        all.can_be_told += check->clients[i].can_be_told;
    }
    return all;
}

enum { WANTED = 2 };

/* What every client has to come to; NULL where there is none. */
static void find_wanted(const struct pt_settings *settings,
                        const struct pt_server *ret_wanted[WANTED])
{
    ret_wanted[0] = pt_chosen_incoming(settings);
    ret_wanted[1] = pt_chosen(settings, PT_SUBMISSION);
}

/* ---- for people ---- */

/* "IMAP at imap.example.org:993 (SSL/TLS)" */
static void put_wanted(const struct pt_page *page, struct pt_arena *arena,
                       const struct pt_settings *settings)
{
    const struct pt_server *wanted[WANTED];

    find_wanted(settings, wanted);
    for (size_t i = 0; i < WANTED; i++)
        if (wanted[i])
            pt_page_entry(
                page, 0, PT_STRONG, "right is: ",
                pt_arena_printf(
                    arena, "%s at %s:%u (%s)",
                    pt_service_title(wanted[i]->service),
                    wanted[i]->host ? wanted[i]->host : wanted[i]->url,
                    wanted[i]->port, pt_security_title(wanted[i]->security)));
    pt_page_end_line(page);
}

static void add_row(struct pt_arena *arena, struct pt_table *table,
                    const struct pt_lan_step *step)
{
    pt_table_add(arena, table,
                 (const char *const[]){
                     step->is_used ? "*" : NULL,
                     step->what,
                     step->outcome,
                     pt_arena_printf(arena, "%lld", (long long)step->took_ms),
                 });
}

/* What comes after the step that a client goes by is of no account when that is
 * right. */
static void put_steps(const struct pt_page *page, struct pt_arena *arena,
                      const struct pt_lan_client *client)
{
    static const char *const heading[] = {"", "REQUEST", "RESULT", "MS"};
    struct pt_table table = {.columns = 4};

    pt_table_add(arena, &table, heading);
    for (size_t i = 0; i < client->step_count; i++) {
        add_row(arena, &table, &client->steps[i]);
        if (client->works && client->steps[i].is_used)
            break;
    }
    if (!pt_arena_failed(arena))
        pt_page_table(page, &table);
}

static void put_client(const struct pt_page *page, struct pt_arena *arena,
                       const struct pt_lan_client *client)
{
    if (client->works)
        pt_page_entry(page, 0, PT_GOOD, "works: ", client->verdict);
    else
        pt_page_entry(page, 0, client->can_be_told ? PT_BAD : PT_WARN,
                      client->can_be_told ? "does not work: " : "cannot work: ",
                      client->verdict);
    put_steps(page, arena, client);
    pt_page_end_line(page);
}

static void put_page(const struct pt_page *page, struct pt_arena *arena,
                     const struct pt_settings *settings,
                     const struct pt_lan_check *check)
{
    struct counted all = count(check);
    size_t others = check->client_count - all.can_be_told;

    put_wanted(page, arena, settings);
    for (size_t i = 0; i < check->client_count; i++)
        put_client(page, arena, &check->clients[i]);
    pt_page_put(page, PT_STRONG, settings->address.shown);
    pt_page_put(page, PT_NORMAL, ": ");
    pt_page_putf(page, all.works == all.can_be_told ? PT_GOOD : PT_BAD,
                 "%zu of %zu mail programs find its settings here", all.works,
                 all.can_be_told);
    if (others)
        pt_page_putf(page, PT_WARN, "; %zu cannot be told them", others);
    pt_page_end_line(page);
    pt_page_paragraphs(page, 0, "hint: ", &check->hints);
}

/* ---- JSON ---- */

static void put_expected(struct pt_json *json,
                         const struct pt_settings *settings)
{
    cJSON *expected = pt_json_array(json, json->root, "expected");
    const struct pt_server *wanted[WANTED];

    find_wanted(settings, wanted);
    for (size_t i = 0; i < WANTED; i++) {
        cJSON *at;

        if (!wanted[i])
            continue;
        at = pt_json_object(json, expected, NULL);
        pt_json_text(json, at, "service", pt_service_name(wanted[i]->service));
        pt_json_text(json, at, "host", wanted[i]->host);
        pt_json_number(json, at, "port", wanted[i]->port);
        pt_json_text(json, at, "security",
                     pt_security_name(wanted[i]->security));
    }
}

static void put_step(struct pt_json *json, cJSON *steps,
                     const struct pt_lan_step *step)
{
    cJSON *at = pt_json_object(json, steps, NULL);

    pt_json_text(json, at, "what", step->what);
    pt_json_text(json, at, "outcome", step->outcome);
    pt_json_bool(json, at, "answers", step->answers);
    pt_json_bool(json, at, "right", step->is_right);
    pt_json_bool(json, at, "used", step->is_used);
    pt_json_number(json, at, "took_ms", (double)step->took_ms);
}

static enum pt_status put_json(const struct pt_call *call,
                               const struct pt_settings *settings,
                               const struct pt_lan_check *check,
                               struct pt_error *err)
{
    struct pt_json json;
    cJSON *clients;

    pt_json_begin(&json);
    pt_json_text(&json, json.root, "address", settings->address.shown);
    put_expected(&json, settings);
    clients = pt_json_array(&json, json.root, "clients");
    for (size_t i = 0; i < check->client_count; i++) {
        const struct pt_lan_client *client = &check->clients[i];
        cJSON *at = pt_json_object(&json, clients, NULL);
        cJSON *steps;

        pt_json_text(&json, at, "client", client->client);
        pt_json_bool(&json, at, "works", client->works);
        pt_json_bool(&json, at, "possible", client->can_be_told);
        pt_json_text(&json, at, "verdict", client->verdict);
        steps = pt_json_array(&json, at, "steps");
        for (size_t k = 0; k < client->step_count; k++)
            put_step(&json, steps, &client->steps[k]);
    }
    pt_json_strings(&json, json.root, "hints", &check->hints);
    return pt_json_print(&json, call->operands.count > 1, call->io->out, err);
}

enum pt_status pt_lan_check_page(const struct pt_call *call,
                                 const struct pt_settings *settings,
                                 const struct pt_lan_check *check,
                                 struct pt_error *err)
{
    struct pt_page page = pt_page_out(call->io);
    enum pt_status status = PT_OK;
    struct counted all;

    if (call->options.json)
        status = put_json(call, settings, check, err);
    else
        put_page(&page, call->arena, settings, check);
    if (status == PT_OK && pt_arena_failed(call->arena))
        return pt_fail_memory(err);
    if (status != PT_OK)
        return status;
    all = count(check);
    return all.works == all.can_be_told ? PT_OK : PT_NOTHING;
}
