/* test_bridge_asks.c - what is asked of the world, where the answers alone do
 * not show it: how a port is spoken to, how often, and for how long. */
#include "base/buf.h"
#include "net/scenario.h"
#include "resolve/kinds.h"
#include "resolve/port.h"
#include "resolve/search.h"
#include "tests/tap.h"

#include <openssl/evp.h>
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

static void drop(struct pt_transport *self, const void *owner)
{
    struct recorder *r = (struct recorder *)self;

    r->net->drop(r->net, owner);
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

static void search(struct look *l, struct pt_settings *ret_settings,
                   struct pt_findings *ret_found, struct pt_error *err)
{
    pt_search(&(struct pt_search_setup){.arena = l->arena,
                                        .loop = pt_scenario_loop(l->scenario),
                                        .net = &l->recorder.transport,
                                        .query = &l->query},
              ret_settings, ret_found, err);
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

    search(&l, NULL, &found, &err);
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

/* ---- many accounts ---- */

static const char many[] =
    "ask file /home/ann/.config/protonmail/bridge-v3/grpcServerConfig.json\n"
    "ok\n"
    "| {\"port\":0,\"cert\":\"-----BEGIN CERTIFICATE-----\\nMIIB\\n"
    "-----END CERTIFICATE-----\\n\",\"token\":\"t\","
    "\"fileSocketPath\":\"/tmp/bridge1\"}\n"
    "ask grpc unix:/tmp/bridge1 /grpc.Bridge/MailServerSettings\nok\n"
    "= AAAAAAYI+AgQggg=\n"
    "ask machine\nok\n"
    "| process\t4711\t1000\tann\t/usr/bin/proton-bridge\t/\tproton-bridge\n"
    "| listen\t127.0.0.1\t1144\t1000\tann\t4711\n"
    "| listen\t127.0.0.1\t1026\t1000\tann\t4711\n"
    "ask speak 127.0.0.1:1144\nok\n| greeting * OK gluon session ID 1\n"
    "ask speak 127.0.0.1:1026\nok\n| greeting 220 127.0.0.1 ESMTP\n"
    "ask grpc unix:/tmp/bridge1 /grpc.Bridge/GetUserList\nok\n";

static void add_varint(struct pt_buf *buf, size_t n)
{
    for (; n > 127; n >>= 7)
        pt_buf_putc(buf, (char)(n | 128));
    pt_buf_putc(buf, (char)n);
}

/* As lines of a scenario: one user with so many addresses. */
static void add_users(struct pt_buf *text, unsigned count)
{
    PT_BUF struct pt_buf user = {0};
    PT_BUF struct pt_buf body = {0};
    unsigned char line[1024];

    pt_buf_add(&user, "\x20\x02", 2); /* signed in */
    for (unsigned i = 0; i < count; i++)
        pt_buf_printf(&user, "\x4a\x10u%05u@c.example", i);
    pt_buf_add(&body, "\0\0\0\0\0\x0a", 6);
    add_varint(&body, user.len);
    pt_buf_add(&body, user.at, user.len);
    for (int i = 1; i < 5; i++)
        body.at[i] = (char)((body.len - 5) >> (8 * (4 - i)));
    for (size_t at = 0; at < body.len; at += 600) {
        size_t len = body.len - at < 600 ? body.len - at : 600;

        EVP_EncodeBlock(line, (const unsigned char *)body.at + at, (int)len);
        pt_buf_printf(text, "= %s\n", (const char *)line);
    }
}

/* What find says of an address of a bridge that has so many. */
static enum pt_find_status find_among(const char *address, unsigned count)
{
    PT_BUF struct pt_buf text = {0};
    struct pt_address parsed;
    struct pt_settings settings = {0};
    struct pt_findings found;
    struct pt_error err;
    struct look l;

    pt_buf_add(&text, many, sizeof(many) - 1);
    add_users(&text, count);
    l = look_at(pt_buf_text(&text));
    OK(pt_address_parse(l.arena, address, &parsed, &err) == PT_OK,
       "the address is one");
    l.query.address = &parsed;
    search(&l, &settings, &found, &err);
    leave(&l);
    return settings.status;
}

static void test_many_accounts(void)
{
    OK(find_among("u04999@c.example", 5000) == PT_FIND_OK,
       "the last of 5000 addresses is served");
    OK(find_among("other@c.example", 5000) == PT_FIND_NOTHING,
       "and one that is not among them is not");
    OK(find_among("u08191@c.example", 9000) == PT_FIND_OK,
       "of more than are kept, the first are served");
    OK(find_among("u08999@c.example", 9000) == PT_FIND_UNREACHABLE,
       "and of another it is not known");
}

int main(void)
{
    test_tls_first();
    test_greeted_once();
    test_own_port();
    test_time();
    test_many_accounts();
    return tap_done();
}
