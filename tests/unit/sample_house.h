/* sample_house.h - three domains to be asked for: a provider's with standard
 * ports, one behind a bridge on moved ports, and one of which nothing is known.
 */
#ifndef PT_TESTS_SAMPLE_HOUSE_H
#define PT_TESTS_SAMPLE_HOUSE_H

#include "sample.h"
#include "serve/house.h"

#include <stdio.h>

struct sample_house {
    struct sample provider;
    struct sample bridged;
    struct pt_house house;
};

static inline struct pt_site *sample_site(struct sample *sample)
{
    struct pt_site *site;
    struct pt_error err;

    if (pt_site_make(sample->arena, &sample->settings, &site, &err)) {
        printf("# %s\n", err.text);
        abort();
    }
    return site;
}

/* Ends the test when it cannot be had. */
static inline void sample_house_begin(struct sample_house *s,
                                      struct pt_arena *arena)
{
    struct pt_strings domains = {0};
    struct pt_server dav = {.service = PT_CALDAV,
                            .url = "https://dav.example.net/cal/",
                            .security = PT_TLS,
                            .chosen = true};

    *s = (struct sample_house){0};
    sample_begin(&s->provider, arena, "postmaster@example.org");
    sample_suit(&s->provider, "pacc");
    s->provider.servers[SAMPLE_MORE] = dav;
    s->provider.settings.server_count++;
    sample_begin(&s->bridged, arena, "ann@bridged.example");
    pt_strings_add(arena, &domains, "example.org");
    pt_strings_add(arena, &domains, "bridged.example");
    pt_strings_add(arena, &domains, "unknown.example");
    if (!pt_house_open(arena, &domains, &s->house) ||
        !pt_strings_add(arena, &s->house.names, "127.0.0.1"))
        abort();
    s->house.base = "http://192.168.1.10";
    s->house.rooms[0].site = sample_site(&s->provider);
    s->house.rooms[1].site = sample_site(&s->bridged);
}

#endif
