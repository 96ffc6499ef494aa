/* fuzz_scenario.c - any text as a scenario, and a whole search over it: the
 * scenario reader, the machine table, the bridge source and the merge must
 * cope with whatever the outside world could say. */
#include "net/scenario.h"
#include "resolve/kinds.h"
#include "resolve/profiles.h"
#include "resolve/search.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct pt_bridge_kind *kinds;
static size_t kind_count;

/* The kinds are read once and live as long as the program. */
static void load_kinds(void)
{
    static struct pt_arena *arena;
    struct pt_strings problems = {0};
    struct pt_place place = {.os = "linux", .config = "/nonexistent"};

    if (arena)
        return;
    arena = pt_arena_new();
    if (!arena ||
        pt_kinds_load(arena, pt_profiles_dir(arena), &place, &kinds,
                      &kind_count, &problems, NULL) != PT_OK)
        abort();
}

static void search(struct pt_scenario *scenario)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_address address;
    struct pt_query query = {.place = *pt_scenario_place(scenario),
                             .kinds = kinds,
                             .kind_count = kind_count,
                             .timeout_ms = 2000,
                             .address = &address};
    struct pt_settings settings;
    struct pt_findings found;

    if (arena &&
        pt_address_parse(arena, "ann@proton.me", &address, NULL) == PT_OK)
        pt_search(
            &(struct pt_search_setup){.arena = arena,
                                      .loop = pt_scenario_loop(scenario),
                                      .net = pt_scenario_transport(scenario),
                                      .query = &query},
            &settings, &found, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct pt_scenario *scenario;

    load_kinds();
    if (pt_scenario_new(pt_slice((const char *)data, len), &scenario, NULL) !=
        PT_OK)
        return 0;
    search(scenario);
    pt_scenario_free(scenario);
    return 0;
}
