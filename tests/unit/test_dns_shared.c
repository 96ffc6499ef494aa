/* test_dns_shared.c - one look-up for all who ask for a host at the same
 * time. */
#include "net/dns_shared.h"
#include "tests/oom/alloc.h"
#include "tests/tap.h"
#include "tests/unit/fake_dns.h"

enum { PATIENCE_MS = 15000 };

struct world {
    struct pt_loop *loop;
    struct fake_dns dns;
    struct pt_resolver *resolver;
    struct pt_lookups *lookups;
};

struct got {
    struct world *world;
    struct pt_sharer *sharer;
    struct got *leaves; /* what it does when it is told */
    struct got *asks;
    int told;
    int nth;
    enum pt_answer_status status;
    size_t count;
};

static int all_told;

static void answer(struct fake_dns *s, const struct fake_query *q,
                   struct message *m)
{
    (void)s;
    if (!strncmp(q->name, "slow", 4))
        return;
    begin_message(m, q->id, DNS_ANSWER, q->name, q->type);
    if (q->type == DNS_A)
        add_a(m, NULL, "192.0.2.1");
}

static void begin_world(struct world *w)
{
    struct pt_resolver_setup setup = {0};
    struct pt_error err;

    *w = (struct world){.loop = pt_loop_new(&pt_clock_monotonic),
                        .dns.answer = answer};
    fake_dns_start(&w->dns, w->loop);
    setup.server = w->dns.server;
    if (pt_resolver_new(w->loop, &setup, &w->resolver, &err) != PT_OK)
        abort();
    w->lookups = pt_lookups_new(w->resolver);
    all_told = 0;
}

static void end_world(struct world *w)
{
    pt_lookups_free(w->lookups);
    pt_resolver_free(w->resolver);
    fake_dns_end(&w->dns);
    OK(!pt_loop_step(w->loop), "nothing is left on the loop");
    pt_loop_free(w->loop);
}

static void begin(struct got *got, const char *host, int64_t limit_ms);

static void on_addresses(void *ctx, const struct pt_addresses *addresses)
{
    struct got *got = ctx;

    got->told++;
    got->nth = ++all_told;
    got->status = addresses->status;
    got->count = addresses->count;
    if (got->leaves)
        pt_lookups_leave(got->leaves->sharer);
    if (got->asks)
        begin(got->asks, "a.example", 0);
}

static void begin(struct got *got, const char *host, int64_t limit_ms)
{
    got->sharer = pt_lookups_join(got->world->lookups, host, limit_ms,
                                  on_addresses, got);
}

static void wait_for(struct world *w, const int *count, int want)
{
    int64_t began = pt_loop_now(w->loop);

    while (*count < want && pt_loop_now(w->loop) - began < PATIENCE_MS &&
           pt_loop_step(w->loop))
        ;
}

static bool is_good(const struct got *got)
{
    return got->told == 1 && got->status == PT_ANSWER_OK && got->count == 1;
}

static void check_sharing(void)
{
    struct world w;
    struct got got[4] = {{.world = &w}, {.world = &w}, {.world = &w},
                         {.world = &w}};
    char host[] = "a.example";

    begin_world(&w);
    begin(&got[0], host, 0);
    begin(&got[1], "b.example", 0);
    host[0] = 'b';
    begin(&got[2], "a.example", 0);
    begin(&got[3], "a.example", 5000);
    OK(!all_told, "nobody is told from inside");
    wait_for(&w, &all_told, 4);
    OK(is_good(&got[0]) && is_good(&got[2]),
       "all who ask for a host are told, once");
    OK(got[0].nth < got[2].nth, "whoever came first is told first");
    OK(is_good(&got[1]), "another host has a look-up of its own");
    OK(is_good(&got[3]) && w.dns.count == 6,
       "and so has who would wait longer, or shorter");
    begin(&got[0], "a.example", 0);
    wait_for(&w, &all_told, 5);
    OK(got[0].told == 2 && w.dns.count == 8, "nothing is remembered");
    end_world(&w);
}

static void check_leaving(void)
{
    struct world w;
    struct got got[3] = {{.world = &w}, {.world = &w}, {.world = &w}};

    begin_world(&w);
    for (int i = 0; i < 3; i++)
        begin(&got[i], "a.example", 0);
    pt_lookups_leave(got[0].sharer);
    pt_lookups_leave(got[2].sharer);
    pt_lookups_leave(NULL);
    wait_for(&w, &all_told, 1);
    OK(is_good(&got[1]) && all_told == 1,
       "who leaves is not told, and disturbs no other");
    begin(&got[0], "slow.example", 0);
    begin(&got[1], "slow.example", 0);
    wait_for(&w, &w.dns.count, 4);
    pt_lookups_leave(got[0].sharer);
    pt_lookups_leave(got[1].sharer);
    end_world(&w);
    OK(all_told == 1, "when all have left, nobody waits for the answer");
}

/* The first, once told, makes the second leave and asks again, for itself and
 * the last; the others are told what came. */
static void check_from_inside(void)
{
    struct world w;
    struct got again = {.world = &w};
    struct got got[3] = {{.world = &w}, {.world = &w}, {.world = &w}};

    begin_world(&w);
    for (int i = 0; i < 3; i++)
        begin(&got[i], "a.example", 0);
    got[0].leaves = &got[1];
    got[0].asks = &again;
    wait_for(&w, &all_told, 3);
    OK(is_good(&got[0]) && !got[1].told && is_good(&got[2]),
       "who is told may make another leave");
    OK(is_good(&again) && again.nth == 3 && w.dns.count == 4,
       "who asks again when told has it looked up anew");
    begin(&got[1], "a.example", 0);
    begin(&got[2], "a.example", 0);
    got[1].leaves = &got[2];
    wait_for(&w, &got[1].told, 1);
    OK(got[1].told == 1 && got[2].told == 1, "even when it was the last");
    end_world(&w);
}

static void check_no_memory(void)
{
    struct world w;
    struct got got = {.world = &w};
    bool refused = true;

    begin_world(&w);
    pt_oom_fail_at(1);
    OK(!pt_lookups_new(w.resolver), "without memory there is nothing to share");
    for (size_t nth = 1; nth <= 4; nth++) {
        pt_oom_fail_at(nth);
        begin(&got, "a.example", 0);
        refused = refused && !got.sharer;
    }
    pt_oom_fail_at(0);
    OK(refused, "nor a look-up");
    begin(&got, "a.example", 0);
    wait_for(&w, &all_told, 1);
    OK(is_good(&got), "which may be tried again");
    end_world(&w);
}

int main(void)
{
    check_sharing();
    check_leaving();
    check_from_inside();
    check_no_memory();
    return tap_done();
}
