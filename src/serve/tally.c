#include "serve/tally.h"

#include "format/json_build.h"

#include <inttypes.h>

enum { FAILING_MOST = 20 };

/* Those we answer with; the last stands for any other. */
static const int codes[PT_TALLY_CODES] = {200, 204, 302, 304, 307, 400, 403,
                                          404, 405, 411, 413, 414, 421, 429,
                                          503, 0};

void pt_tally_answer(struct pt_tally *tally, enum pt_route route, int status)
{
    size_t i = 0;

    while (codes[i] && codes[i] != status)
        i++;
    tally->answered[route][i]++;
}

static void put_help(struct pt_buf *out, const char *name, const char *type,
                     const char *help)
{
    pt_buf_printf(out, "# HELP portolan_%s %s\n# TYPE portolan_%s %s\n", name,
                  help, name, type);
}

static void put_number(struct pt_buf *out, const char *name, const char *type,
                       const char *help, uint64_t value)
{
    put_help(out, name, type, help);
    pt_buf_printf(out, "portolan_%s %" PRIu64 "\n", name, value);
}

static void put_answers(const struct pt_tally *tally, struct pt_buf *out)
{
    put_help(out, "requests_total", "counter", "Requests that were answered.");
    for (int route = 0; route < PT_ROUTES; route++)
        for (size_t i = 0; i < PT_TALLY_CODES; i++)
            if (tally->answered[route][i])
                pt_buf_printf(out,
                              "portolan_requests_total{route=\"%s\","
                              "code=\"%d\"} %" PRIu64 "\n",
                              pt_route_name((enum pt_route)route), codes[i],
                              tally->answered[route][i]);
}

/* How many rooms have a site, are failing, and how old the oldest is. */
struct state {
    size_t ready;
    size_t failing;
    int64_t oldest_ms;
};

static struct state look(const struct pt_house *house, int64_t now_ms)
{
    struct state state = {0};

    for (size_t i = 0; i < house->room_count; i++) {
        const struct pt_room *room = &house->rooms[i];

        state.failing += room->failing[0] != '\0';
        if (!room->site)
            continue;
        state.ready++;
        if (now_ms - room->made_ms > state.oldest_ms)
            state.oldest_ms = now_ms - room->made_ms;
    }
    return state;
}

void pt_tally_metrics(const struct pt_tally *tally,
                      const struct pt_house *house, int64_t now_ms,
                      struct pt_buf *out)
{
    const struct state state = look(house, now_ms);

    put_answers(tally, out);
    put_number(out, "connections_total", "counter",
               "Connections that were accepted.", tally->connections);
    put_number(out, "connections_refused_total", "counter",
               "Connections from outside the local network.",
               tally->turned_away);
    put_number(out, "connections_cut_total", "counter",
               "Connections that took too long, or too much room.",
               tally->cut);
    put_number(out, "connections", "gauge", "Connections that are open.",
               tally->open);
    put_number(out, "domains", "gauge", "Domains that are served.",
               house->room_count);
    put_number(out, "domains_ready", "gauge",
               "Domains whose settings are known.", state.ready);
    put_number(out, "domains_failing", "gauge",
               "Domains whose settings could not be found again.",
               state.failing);
    put_number(out, "settings_age_seconds", "gauge",
               "Age of the oldest settings that are served.",
               (uint64_t)state.oldest_ms / 1000);
    put_number(out, "lookups_total", "counter",
               "Times the settings of a domain were looked for.",
               tally->looks);
    put_number(out, "lookups_failed_total", "counter",
               "Those of them in vain.", tally->looks_failed);
}

static void put_failing(struct pt_json *json, cJSON *list,
                        const struct pt_room *room, int64_t now_ms)
{
    cJSON *at = pt_json_object(json, list, NULL);

    pt_json_text(json, at, "domain", room->domain);
    if (room->site)
        pt_json_number(json, at, "age_s",
                       (double)((now_ms - room->made_ms) / 1000));
    pt_json_text(json, at, "why", room->failing);
}

enum pt_status pt_tally_health(const struct pt_house *house, int64_t now_ms,
                               struct pt_buf *out, struct pt_error *err)
{
    const struct state state = look(house, now_ms);
    struct pt_json json;
    size_t told = 0;
    cJSON *list;

    pt_json_begin(&json);
    pt_json_text(&json, json.root, "status", state.failing ? "stale" : "ok");
    pt_json_number(&json, json.root, "domains", (double)house->room_count);
    pt_json_number(&json, json.root, "ready", (double)state.ready);
    list = pt_json_array(&json, json.root, "failing");
    for (size_t i = 0; i < house->room_count && told < FAILING_MOST; i++)
        if (house->rooms[i].failing[0]) {
            put_failing(&json, list, &house->rooms[i], now_ms);
            told++;
        }
    return pt_json_end(&json, true, out, err);
}
