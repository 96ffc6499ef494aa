/* test_bridge_asks.c - what is asked of the world, where the answers alone do
 * not show it: how a port is spoken to, how often, and for how long. */
#include "base/buf.h"
#include "net/scenario.h"
#include "resolve/kinds.h"
#include "resolve/port.h"
#include "resolve/search.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <string.h>

/* A transport that writes down the conversations it passes on. */
struct recorder {
    struct pt_transport transport; /* first: a recorder is one */
    struct pt_transport *net;
    struct pt_buf spoken; /* "127.0.0.1:1143 tls; ..." */
};

static bool begin(struct pt_transport *self, const struct pt_ask *ask,
                  pt_answer_fn *done, void *ctx)
{
    struct recorder *r = (struct recorder *)self;

    if (ask->kind == PT_ASK_SPEAK)
        pt_buf_printf(&r->spoken, "%s%s; ", ask->what,
                      ask->tls_first ? " tls" : "");
    return r->net->begin(r->net, ask, done, ctx);
}

static void drop(struct pt_transport *self)
{
    struct recorder *r = (struct recorder *)self;

    r->net->drop(r->net);
}

/* One look at the world of a scenario. */
struct look {
    struct pt_arena *arena;
    struct pt_scenario *scenario;
    struct recorder recorder;
    struct pt_query query;
};

static struct look look_at(const char *text)
{
    const char *profiles = getenv("PORTOLAN_PROFILES");
    struct look l = {.arena = pt_arena_new(),
                     .recorder.transport = {.begin = begin, .drop = drop}};
    struct pt_strings problems = {0};
    struct pt_bridge_kind *kinds = NULL;
    struct pt_error err;

    OK(pt_scenario_new(pt_slice_of(text), &l.scenario, &err) == PT_OK,
       "the scenario is read");
    l.recorder.net = pt_scenario_transport(l.scenario);
    l.query.place = *pt_scenario_place(l.scenario);
    l.query.timeout_ms = 2000;
    OK(pt_kinds_load(l.arena, profiles ? profiles : "profiles", &l.query.place,
                     &kinds, &l.query.kind_count, &problems, &err) == PT_OK,
       "the bridges are known");
    l.query.kinds = kinds;
    return l;
}

static void leave(struct look *l)
{
    pt_buf_free(&l->recorder.spoken);
    pt_scenario_free(l->scenario);
    pt_arena_free(l->arena);
}

static const char keystore[] =
    "ask file /home/ann/.davmail.properties\nok\n"
    "| davmail.imapPort=2143\n"
    "| davmail.smtpPort=2025\n"
    "| davmail.ssl.keystoreFile=/home/ann/keys.p12\n"
    "| davmail.ssl.nosecuresmtp=true\n"
    "ask machine\nok\n"
    "| listen\t127.0.0.1\t2143\t1000\tann\t400\n";

static void test_tls_first(void)
{
    struct look l = look_at(keystore);
    struct pt_findings found;
    struct pt_error err;

    pt_search(l.arena, pt_scenario_loop(l.scenario), &l.recorder.transport,
              &l.query, NULL, &found, &err);
    IS(pt_buf_text(&l.recorder.spoken),
       "127.0.0.1:2143 tls; 127.0.0.1:2025; 127.0.0.1:1143; 127.0.0.1:1025; "
       "127.0.0.1:1110; ",
       "TLS is begun with where the settings say so, and each port is spoken "
       "to once");
    leave(&l);
}

static const char stranger[] =
    "ask machine\nok\n"
    "| process\t501\t1000\tann\t/usr/bin/nc\t/\tnc\n"
    "| listen\t127.0.0.1\t1143\t1000\tann\t501\n"
    "| listen\t::1\t7777\t1000\tann\t501\n"
    "ask speak 127.0.0.1:1143\nok\n| greeting 220 nobody\n";

static void test_greeted_once(void)
{
    static const uint16_t ports[] = {1143, 7777};
    struct look l = look_at(stranger);
    struct pt_port_report *reports = NULL;
    size_t count = 0;
    struct pt_error err;

    pt_ports_look(l.arena, pt_scenario_loop(l.scenario), &l.recorder.transport,
                  &l.query, ports, 2, &reports, &count, &err);
    IS(pt_buf_text(&l.recorder.spoken),
       "127.0.0.1:1143; 127.0.0.1:1025; 127.0.0.1:1110; [::1]:7777; ",
       "a port that was greeted in search of bridges is not greeted again");
    OK(count == 2 && reports[0].holder_count == 1, "who holds it is found");
    IS(count == 2 && reports[0].holder_count == 1 ? reports[0].holders[0].note
                                                  : NULL,
       "greets with \"220 nobody\"", "and what it said is told");
    leave(&l);
}

static const char focus[] =
    "ask file /home/ann/.config/protonmail/bridge-v3/"
    "grpcFocusServerConfig.json\nok\n"
    "| {\"port\":40123,\"cert\":\"\",\"token\":\"\"}\n"
    "ask machine\nok\n"
    "| listen\t127.0.0.1\t40123\t1000\tann\t501\n";

static void test_own_port(void)
{
    static const uint16_t port = 40123;
    struct look l = look_at(focus);
    struct pt_port_report *reports = NULL;
    size_t count = 0;
    struct pt_error err;

    pt_ports_look(l.arena, pt_scenario_loop(l.scenario), &l.recorder.transport,
                  &l.query, &port, 1, &reports, &count, &err);
    IS(pt_buf_text(&l.recorder.spoken),
       "127.0.0.1:1143; 127.0.0.1:1025; 127.0.0.1:1110; ",
       "a bridge's own service is not spoken to, even when it is asked about");
    leave(&l);
}

static const char silence[] =
    "ask machine\nafter 1900\nok\n"
    "| listen\t127.0.0.1\t7777\t1000\tann\t501\n"
    "ask speak 127.0.0.1:1143\nafter 90000\nok\n"
    "ask speak 127.0.0.1:7777\nafter 90000\nok\n";

static void test_time(void)
{
    static const uint16_t port = 7777;
    struct look l = look_at(silence);
    struct pt_port_report *reports = NULL;
    size_t count = 0;
    struct pt_error err;

    OK(pt_ports_look(l.arena, pt_scenario_loop(l.scenario),
                     &l.recorder.transport, &l.query, &port, 1, &reports,
                     &count, &err) == PT_OK &&
           count == 1,
       "a port is looked at though nobody answers");
    OK(pt_loop_now(pt_scenario_loop(l.scenario)) <= 2100,
       "and that takes no longer than was asked for");
    leave(&l);
}

int main(void)
{
    test_tls_first();
    test_greeted_once();
    test_own_port();
    test_time();
    return tap_done();
}
