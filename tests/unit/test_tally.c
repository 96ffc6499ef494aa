/* test_tally.c - what monitors are told. */
#include "serve/tally.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

enum { ROOMS = 30 };

static struct pt_room rooms[ROOMS];
static struct pt_site site;

static void look(int failing, struct pt_buf *metrics, struct pt_buf *health)
{
    const struct pt_house house = {.rooms = rooms, .room_count = ROOMS};
    struct pt_tally tally = {.connections = 7};
    struct pt_error err;

    for (int i = 0; i < ROOMS; i++) {
        rooms[i] = (struct pt_room){.domain = "example.org",
                                    .site = i ? &site : NULL,
                                    .made_ms = 1000 * (int64_t)(i + 1)};
        if (i < failing)
            snprintf(rooms[i].failing, sizeof(rooms[i].failing), "because");
    }
    pt_tally_answer(&tally, PT_ROUTE_AUTOCONFIG, 200);
    pt_tally_answer(&tally, PT_ROUTE_AUTOCONFIG, 200);
    pt_tally_answer(&tally, PT_ROUTE_POX, 404);
    pt_tally_answer(&tally, PT_ROUTE_POX, 599);
    pt_tally_metrics(&tally, &house, 100 * 1000, metrics);
    if (pt_tally_health(&house, 100 * 1000, health, &err))
        abort();
}

static bool says(const struct pt_buf *text, const char *what)
{
    return strstr(pt_buf_text(text), what);
}

static int count(const struct pt_buf *text, const char *what)
{
    int found = 0;

    for (const char *at = pt_buf_text(text); (at = strstr(at, what)); at++)
        found++;
    return found;
}

int main(void)
{
    PT_BUF struct pt_buf metrics = {0};
    PT_BUF struct pt_buf health = {0};
    PT_BUF struct pt_buf none = {0};
    PT_BUF struct pt_buf well = {0};

    look(25, &metrics, &health);
    OK(says(&metrics, "{route=\"autoconfig\",code=\"200\"} 2\n"),
       "answers are counted");
    OK(says(&metrics, "{route=\"autodiscover\",code=\"404\"} 1\n"),
       "by where they are of");
    OK(says(&metrics, "{route=\"autodiscover\",code=\"0\"} 1\n"),
       "one that nobody gives has a place too");
    OK(says(&metrics, "portolan_connections_total 7\n"), "so are connections");
    OK(says(&metrics, "portolan_domains 30\n") &&
           says(&metrics, "portolan_domains_ready 29\n") &&
           says(&metrics, "portolan_domains_failing 25\n"),
       "and domains, by how they are");
    OK(says(&metrics, "portolan_settings_age_seconds 98\n"),
       "the age is that of the oldest settings");
    OK(says(&health, "\"status\":\"stale\""), "what fails makes it stale");
    OK(count(&health, "\"why\":\"because\"") == 20,
       "twenty are told of at most");
    OK(says(&health, "\"age_s\":98"), "with the age of what is answered");
    OK(count(&health, "age_s") == 19, "where anything is");
    look(0, &none, &well);
    OK(says(&well, "\"status\":\"ok\"") && says(&well, "\"failing\":[]"),
       "where nothing fails, all is well");
    return tap_done();
}
