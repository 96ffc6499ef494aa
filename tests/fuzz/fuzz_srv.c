/* fuzz_srv.c - any records at the labels of a domain: what comes of them may
 * be shown, connected to and written down.
 *
 * The input is one answer after the other, parted by lines of "%"; a first
 * line of "signed", "absent" or "failed" says what kind of answer it is. */
#include "base/buf.h"
#include "format/url.h"
#include "net/scenario.h"
#include "resolve/search.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char *const asks[] = {
    "srv _imaps",   "srv _imap",       "srv _pop3s",    "srv _pop3",
    "srv _jmap",    "srv _submission", "srv _caldavs",  "txt _caldavs",
    "srv _caldav",  "srv _carddavs",   "txt _carddavs", "srv _carddav",
    "srv _sieve",   "srv _submissions",
};

static void expect(bool promised)
{
    if (!promised)
        abort();
}

/* One answer, cut off rest, as lines of a scenario. */
static void put_answer(struct pt_buf *out, const char *ask,
                       struct pt_slice *rest)
{
    const char *status = "ok";
    struct pt_slice line;
    bool is_first = true;

    pt_buf_printf(out, "ask dns %s._tcp.example.org\n", ask);
    for (; pt_next_line(rest, &line) && !pt_slice_is(line, "%");
         is_first = false) {
        if (is_first && pt_slice_is(line, "signed"))
            status = "signed";
        else if (is_first && pt_slice_is(line, "absent"))
            status = "absent";
        else if (is_first && pt_slice_is(line, "failed"))
            status = "failed x";
        if (is_first)
            pt_buf_printf(out, "%s\n", status);
        pt_buf_puts(out, "| ");
        pt_buf_add(out, line.at, line.len);
        pt_buf_putc(out, '\n');
    }
    if (is_first)
        pt_buf_puts(out, "ok\n");
}

static void check_server(const struct pt_server *server, bool any_signed)
{
    expect(pt_host_ok(server->host) && !pt_is_this_machine(server->host));
    expect(server->port);
    expect(server->security == PT_TLS || server->security == PT_STARTTLS);
    expect(!server->url || pt_url_is_https(server->url));
    expect(server->origin.trust == PT_HEARD ||
           (server->origin.trust == PT_VERIFIED && any_signed));
    expect(server->origin.rank == PT_RANK_SRV ||
           server->origin.trust == PT_HEARD);
}

static void check_offers(const struct pt_findings *found, bool any_signed)
{
    unsigned denied[PT_SERVICES] = {0};
    unsigned offered[PT_SERVICES] = {0};

    expect(found->offer_count <= PT_OFFERS_MAX / 2);
    for (size_t i = 0; i < found->offer_count; i++) {
        const struct pt_server *server = &found->offers[i];

        if (server->denied) {
            expect(!server->host && !server->url);
            denied[server->service]++;
        } else {
            check_server(server, any_signed);
            offered[server->service]++;
        }
    }
    for (int i = 0; i < PT_SERVICES; i++)
        expect(!denied[i] || (denied[i] == 1 && !offered[i]));
}

static void search(struct pt_scenario *scenario, bool any_signed)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_address address;
    struct pt_query query = {.timeout_ms = 1000, .address = &address};
    struct pt_settings settings;
    struct pt_findings found;

    if (!arena ||
        pt_address_parse(arena, "ann@example.org", &address, NULL) != PT_OK)
        return;
    pt_strings_add(arena, &query.only, "srv");
    if (pt_search(
            &(struct pt_search_setup){.arena = arena,
                                      .loop = pt_scenario_loop(scenario),
                                      .net = pt_scenario_transport(scenario),
                                      .query = &query},
            &settings, &found, NULL) == PT_OK)
        check_offers(&found, any_signed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct pt_slice rest = pt_slice((const char *)data, len);
    bool any_signed = pt_slice_find(rest, "signed");
    PT_BUF struct pt_buf text = {0};
    struct pt_scenario *scenario;

    for (size_t i = 0; i < sizeof(asks) / sizeof(*asks); i++)
        put_answer(&text, asks[i], &rest);
    if (pt_scenario_new(pt_slice(text.at, text.len), &scenario, NULL) !=
        PT_OK)
        return 0;
    search(scenario, any_signed);
    pt_scenario_free(scenario);
    return 0;
}
