/* test_scenario.c - what is written as a scenario is read as it was. */
#include "net/scenario.h"
#include "net/scenario_write.h"
#include "tests/tap.h"

#define BODY(text) .body = (text), .len = sizeof(text) - 1

static const struct {
    struct pt_ask ask;
    struct pt_answer answer;
    int64_t after_ms;
    const char *lines;
    const char *what;
} cases[] = {
    {{.kind = PT_ASK_FILE, .what = "/a b"},
     {.status = PT_ANSWER_OK, BODY("one\n\n\ttwo\n")},
     3,
     "\nask file /a b\nafter 3\nok\n| one\n|\n| \ttwo\n",
     "a text with empty lines and tabs"},
    {{.kind = PT_ASK_FILE, .what = "/x"},
     {.status = PT_ANSWER_OK, BODY("a\r\nb\nc")},
     0,
     "\nask file /x\nok\n= YQ0K\n| b\n= Yw==\n",
     "what is no text of whole lines"},
    {{.kind = PT_ASK_SHELF, .what = "/s", .within = "x.org"},
     {.status = PT_ANSWER_OK, BODY("# x.xml\n")},
     0,
     "\nask shelf x.org /s\nok\n| # x.xml\n",
     "a file of a folder"},
    {{.kind = PT_ASK_STAT, .what = "/x"},
     {.status = PT_ANSWER_ABSENT},
     0,
     "\nask stat /x\nabsent\n",
     "a firm no"},
    {{.kind = PT_ASK_MACHINE},
     {.status = PT_ANSWER_FAILED, .why = "no /proc"},
     9,
     "\nask machine\nafter 9\nfailed no /proc\n",
     "a failure"},
    {{.kind = PT_ASK_HOST, .what = "mail.x.org"},
     {.status = PT_ANSWER_OK, BODY("2001:db8::1\n192.0.2.1\n")},
     2,
     "\nask host mail.x.org\nafter 2\nok\n| 2001:db8::1\n| 192.0.2.1\n",
     "the addresses of a host"},
    {{.kind = PT_ASK_PROBE, .what = "mail.x.org:25"},
     {.status = PT_ANSWER_ABSENT, .why = "nothing listens there"},
     0,
     "\nask probe mail.x.org:25\nabsent nothing listens there\n",
     "a probe of nobody"},
    {{.kind = PT_ASK_GRPC, .what = "unix:/s", .method = "/a.B/C"},
     {.status = PT_ANSWER_OK, BODY("\0\0\0\0\0")},
     0,
     "\nask grpc unix:/s /a.B/C\nok\n= AAAAAAA=\n",
     "bytes of gRPC"},
    {{.kind = PT_ASK_DNS, .what = "x.org", .record = PT_RECORD_MX},
     {.status = PT_ANSWER_OK, .is_signed = true, BODY("mx 1 y\n")},
     0,
     "\nask dns mx x.org\nsigned\n| mx 1 y\n",
     "a signed record"},
    {{.kind = PT_ASK_DNS, .what = "x.org", .record = PT_RECORD_A},
     {.status = PT_ANSWER_ABSENT, .why = "no such name"},
     0,
     "\nask dns a x.org\nabsent no such name\n",
     "a firm no, and why"},
    {{.kind = PT_ASK_HTTP, .what = "https://x/"},
     {.status = PT_ANSWER_OK, .http = 200, .why = "a copy", BODY("z\n")},
     0,
     "\nask http https://x/\nok\nremark a copy\n| z\n",
     "a document, and a remark"},
    {{.kind = PT_ASK_HTTP, .what = "https://t/"},
     {.status = PT_ANSWER_OK,
      .http = 200,
      .media_type = "text/xml; charset=utf-8",
      BODY("z\n")},
     0,
     "\nask http https://t/\nok\ntype text/xml; charset=utf-8\n| z\n",
     "what a document is"},
    {{.kind = PT_ASK_HTTP, .what = "https://u/"},
     {.status = PT_ANSWER_OK, .http = 404, .media_type = ""},
     0,
     "\nask http https://u/\nstatus 404\ntype\n",
     "a page that does not say what it is"},
    {{.kind = PT_ASK_HTTP, .what = "https://y/", .method = "POST"},
     {.status = PT_ANSWER_OK, .http = 302, .location = "https://z/"},
     0,
     "\nask http POST https://y/\nstatus 302 https://z/\n",
     "a redirect"},
    {{.kind = PT_ASK_HTTP, .what = "https://z/"},
     {.status = PT_ANSWER_OK, .http = 404, BODY("no\n")},
     0,
     "\nask http https://z/\nstatus 404\n| no\n",
     "another HTTP status"},
    {{.kind = PT_ASK_HTTP, .what = "https://p/"},
     {.status = PT_ANSWER_REFUSED, .why = "it is private"},
     0,
     "\nask http https://p/\nrefused it is private\n",
     "a refusal"},
    {{.kind = PT_ASK_FILE, .what = "/x\ny"},
     {.status = PT_ANSWER_FAILED, .why = "one\nok"},
     0,
     "\nask file /x?y\nfailed one?ok\n",
     "what would break a line"},
};

enum { CASES = sizeof(cases) / sizeof(*cases), ODD = CASES - 1 };

static void test_lines(void)
{
    for (size_t i = 0; i < CASES; i++) {
        PT_BUF struct pt_buf out = {0};

        pt_scenario_add_answer(&out, &cases[i].ask, cases[i].after_ms,
                               &cases[i].answer);
        IS(pt_buf_text(&out), cases[i].lines, cases[i].what);
    }
}

struct heard {
    const struct pt_answer *want;
    int64_t want_ms;
    struct pt_loop *loop;
    bool alike;
};

static bool is_alike(const struct pt_answer *a, const struct pt_answer *b)
{
    return a->status == b->status && a->len == b->len &&
           (!a->len || !memcmp(a->body, b->body, a->len)) &&
           pt_is(a->why, b->why) && a->is_signed == b->is_signed &&
           a->http == b->http && pt_is(a->location, b->location) &&
           pt_is(a->media_type, b->media_type);
}

static void hear(void *ctx, const struct pt_answer *answer)
{
    struct heard *heard = ctx;

    heard->alike = is_alike(answer, heard->want) &&
                   pt_loop_now(heard->loop) == heard->want_ms;
}

static void test_answers(struct pt_scenario *scenario)
{
    struct pt_transport *net = pt_scenario_transport(scenario);
    struct heard heard = {.loop = pt_scenario_loop(scenario)};

    for (size_t i = 0; i < ODD; i++) {
        heard.alike = false;
        heard.want = &cases[i].answer;
        heard.want_ms = pt_loop_now(heard.loop) + cases[i].after_ms;
        net->begin(net, &cases[i].ask, hear, &heard);
        while (pt_loop_step(heard.loop))
            ;
        OK(heard.alike, cases[i].what);
    }
}

static void test_place(const struct pt_scenario *scenario)
{
    const struct pt_place *place = pt_scenario_place(scenario);

    IS(place->os, "macos", "the system is read as it was written");
    IS(place->home, "/Users/a b", "the home directory");
    IS(place->state, "/f", "the last of them");
    OK(place->uid == 501, "the user's number");
}

int main(void)
{
    PT_BUF struct pt_buf text = {0};
    struct pt_scenario *scenario;
    struct pt_error err = {0};

    test_lines();
    pt_scenario_add_place(&text, &(struct pt_place){.os = "macos",
                                                    .home = "/Users/a b",
                                                    .config = "/c",
                                                    .data = "/d",
                                                    .cache = "/e",
                                                    .state = "/f",
                                                    .uid = 501});
    for (size_t i = 0; i < CASES; i++)
        pt_scenario_add_answer(&text, &cases[i].ask, cases[i].after_ms,
                               &cases[i].answer);
    if (!OK(pt_scenario_new(pt_slice(text.at, text.len), &scenario, &err) ==
                PT_OK,
            "what was written is a scenario")) {
        printf("# %s\n", err.text);
        return tap_done();
    }
    test_place(scenario);
    test_answers(scenario);
    pt_scenario_free(scenario);
    return tap_done();
}
