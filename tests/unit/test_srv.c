/* test_srv.c - which of several servers an address is given (RFC 2782). */
#include "net/scenario.h"
#include "resolve/search.h"
#include "tests/tap.h"

#include <stdio.h>
#include <stdlib.h>

enum { ADDRESSES = 10000, TOLERATED = ADDRESSES * 3 / 100 };

/* Five servers of one label: four of equal priority, and one in reserve. */
static const char world[] = "ask dns srv _imaps._tcp.example.org\nok\n"
                            "| srv 5 60 993 a.example.org\n"
                            "| srv 5 30 993 b.example.org\n"
                            "| srv 9 99 993 e.example.org\n"
                            "| srv 5 10 993 c.example.org\n"
                            "| srv 5 0 993 d.example.org\n";

/* The first letter of the server that the address is given; ' ': none. */
static char drawn_by(struct pt_scenario *scenario, const char *text)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_address address;
    struct pt_settings settings = {0};
    struct pt_findings found;
    struct pt_query query = {.address = &address, .timeout_ms = 1000};
    const struct pt_server *server;

    pt_strings_add(arena, &query.only, "srv");
    if (pt_address_parse(arena, text, &address, NULL) != PT_OK ||
        pt_search(&(struct pt_search_setup){
                      .arena = arena,
                      .loop = pt_scenario_loop(scenario),
                      .net = pt_scenario_transport(scenario),
                      .query = &query},
                  &settings, &found, NULL) != PT_OK)
        return ' ';
    server = pt_chosen(&settings, PT_IMAP);
    return server ? server->host[0] : ' ';
}

static void check_share(const int *draws, char server, int weight)
{
    char what[80];

    snprintf(what, sizeof(what), "a weight of %d of 100 draws %d in a hundred",
             weight, weight);
    OK(abs(draws[(int)server] - weight * ADDRESSES / 100) <= TOLERATED, what);
    printf("# %c: %d of %d\n", server, draws[(int)server], ADDRESSES);
}

static void test_weights(struct pt_scenario *scenario)
{
    int draws[128] = {0};
    char address[64];

    for (int i = 0; i < ADDRESSES; i++) {
        snprintf(address, sizeof(address), "user%d@example.org", i);
        draws[(int)drawn_by(scenario, address)]++;
    }
    check_share(draws, 'a', 60);
    check_share(draws, 'b', 30);
    check_share(draws, 'c', 10);
    check_share(draws, 'd', 0);
    OK(draws['d'] > 0, "a weight of 0 has a small chance");
    OK(!draws['e'], "a worse priority has none");
    OK(!draws[' '], "every address is given a server");
}

static void test_same(struct pt_scenario *scenario)
{
    char first = drawn_by(scenario, "ann@example.org");
    bool same = true;

    for (int i = 0; i < 100; i++)
        same &= drawn_by(scenario, "ann@example.org") == first;
    OK(same && first != ' ', "the same address always draws the same server");
}

int main(void)
{
    struct pt_scenario *scenario = NULL;

    OK(pt_scenario_new(pt_slice_of(world), &scenario, NULL) == PT_OK,
       "the scenario is read");
    test_weights(scenario);
    test_same(scenario);
    pt_scenario_free(scenario);
    return tap_done();
}
