/* test_redact.c - each kind of answer, fit to be handed on. */
#include "format/redact.h"

#include "format/grpc.h"
#include "tests/tap.h"

#define BYTES(text)                                                            \
    {                                                                          \
        .at = (text), .len = sizeof(text) - 1                                  \
    }
#define PASSWORD "notapasswordnotapasswo"

static const struct pt_redaction ann = {
    .names = {.at = {{.text = "ann", .before_at = true, .alone = true}},
              .count = 1},
    .sealed = {.at = (const char *[]){"auth.json"}, .count = 1}};

static void check(const struct pt_ask *ask, const char *body, const char *want,
                  const char *what)
{
    PT_BUF struct pt_buf out = {0};

    OK(pt_redact_body(&ann, ask, pt_slice_of(body), &out), "there is memory");
    IS(pt_buf_text(&out), want, what);
}

/* Whoever adds a kind of ask must say what may be kept of its answer. */
static void test_all_kinds(void)
{
    for (int kind = 0; kind < PT_ASK_KINDS; kind++)
        check(&(struct pt_ask){.kind = (enum pt_ask_kind)kind, .what = "/x"},
              "", "", pt_ask_kind_name((enum pt_ask_kind)kind));
}

static void test_files(void)
{
    check(&(struct pt_ask){.kind = PT_ASK_FILE, .what = "/home/ann/x"},
          "user=ann\npass=1\n", "user=someone\npass=***\n",
          "a file loses names and secrets");
    check(&(struct pt_ask){.kind = PT_ASK_FILE, .what = "/x/auth.json"},
          "{\"ann\":\"1\"}", "{\"someone\":\"***\"}",
          "a sealed file keeps its keys alone");
    check(&(struct pt_ask){.kind = PT_ASK_LOG}, "# x.log\nto=ann token=1 b\n",
          "# x.log\nto=someone token=*** b\n", "so does a log");
}

static void test_network(void)
{
    check(&(struct pt_ask){.kind = PT_ASK_HTTP, .what = "https://x/?e=ann%40x"},
          "<a>ann</a><b>ann@x</b>", "<a>someone</a><b>someone@x</b>",
          "a document that was asked for with the name loses it");
    check(&(struct pt_ask){.kind = PT_ASK_HTTP,
                           .what = "https://x/",
                           .payload = "<e>ann@x</e>"},
          "<a>ann</a>", "<a>someone</a>", "also if the name was posted");
    check(&(struct pt_ask){.kind = PT_ASK_HTTP, .what = "https://x/"},
          "<a>ann</a><b>ann@x</b>", "<a>ann</a><b>someone@x</b>",
          "one that knows no name loses addresses alone");
    check(&(struct pt_ask){.kind = PT_ASK_DNS, .what = "x"},
          "mx 10 ann\ntxt write to ann@x\n",
          "mx 10 ann\ntxt write to "
          "someone@x\n",
          "so does a record");
    check(&(struct pt_ask){.kind = PT_ASK_SPEAK},
          "greeting 220 ann ready\ncertificate AB/ann/=\n",
          "greeting 220 someone ready\ncertificate AB/ann/=\n",
          "a greeting loses the name, and a certificate stays whole");
}

static void test_machine(void)
{
    struct pt_ask ask = {
        .kind = PT_ASK_MACHINE,
        .needles = {.at = (const char *[]){"bridge", "java"}, .count = 2}};

    check(&ask,
          "process\t1\t1000\tann\t/opt/bridge\t/home/ann\tbridge\t--password\t"
          "x\n"
          "process\t2\t1000\tann\t/usr/bin/vim\t/home/ann\tvim\tbridge.txt\n"
          "process\t3\t1000\tann\t/usr/bin/python3\t/\tpython3\t-u\t"
          "/home/ann/serve.py\t--for\tpeople\n"
          "listen\t127.0.0.1\t1143\t1000\tann\t3\n"
          "listen\t::\t25\t0\troot\t0\n",
          "process\t1\t1000\tsomeone\t/opt/bridge\t/home/someone\tbridge\t"
          "--password\t***\n"
          "process\t3\t1000\tsomeone\t/usr/bin/python3\t/\tpython3\t"
          "/home/someone/serve.py\n"
          "listen\t127.0.0.1\t1143\t1000\tsomeone\t3\n"
          "listen\t::\t25\t0\troot\t0\n",
          "of a machine, bridges and who listens are left");
}

static void test_user_of(struct pt_arena *arena)
{
    static const struct pt_slice machine =
        BYTES("process\t1\t0\troot\t/a\t/\ta\n"
              "process\t2\t1000\tann\t/b\t/\tb\n");

    IS(pt_redact_user_of(arena, machine, 1000), "ann",
       "who the user is stands in the table of processes");
    IS(pt_redact_user_of(arena, machine, 1001), NULL, "or does not");
}

/* A framed list of one user, made of these bytes. */
static struct pt_slice redact_user(struct pt_slice user, struct pt_buf *out)
{
    static const struct pt_ask ask = {.kind = PT_ASK_GRPC,
                                      .method = "/grpc.Bridge/GetUserList"};
    PT_BUF struct pt_buf body = {0};

    pt_buf_add(&body, "\0\0\0\0", 4);
    pt_buf_putc(&body, (char)(user.len + 2));
    pt_buf_putc(&body, '\n');
    pt_buf_putc(&body, (char)user.len);
    pt_buf_add(&body, user.at, user.len);
    pt_redact_body(&ann, &ask, pt_slice(body.at, body.len), out);
    return pt_slice(out->at, out->len);
}

static void test_users(struct pt_arena *arena)
{
    static const struct {
        const char *what;
        struct pt_slice user;
    } layouts[] = {
        {"since 3.0.21", BYTES("\x12\x03"
                               "ann \x02\x42\x16" PASSWORD "\x4A\x05"
                               "ann@x")},
        {"before", BYTES("\x12\x03"
                         "ann \x02\x40\x07\x4A\x16" PASSWORD "\x52\x05"
                         "ann@x")},
    };

    for (size_t i = 0; i < 2; i++) {
        PT_BUF struct pt_buf out = {0};
        struct pt_slice body = redact_user(layouts[i].user, &out);
        struct pt_grpc_users users = {0};

        OK(pt_grpc_users_read(arena, body, &users, NULL) == PT_OK &&
               users.addresses.count == 1,
           "a redacted list of accounts is one");
        IS(users.addresses.count ? users.addresses.at[0] : NULL, "someone@x",
           "its addresses are someone's");
        OK(!pt_slice_find(body, PASSWORD), layouts[i].what);
    }
}

/* What cannot be read says the same when it is redacted, and no more. */
static void test_bad_users(void)
{
    static const struct pt_ask ask = {.kind = PT_ASK_GRPC,
                                      .method = "/grpc.Bridge/GetUserList"};
    static const struct pt_slice bad[] = {
        BYTES(""),
        BYTES("\0\0\0"),
        BYTES("\1\0\0\0\1x"),
        BYTES("\0\0\0\0\x30" PASSWORD),
        BYTES("\0\0\0\0\1" PASSWORD),
        BYTES("\0\0\0\0\x18\x0A\x7F" PASSWORD),
        BYTES("\0\0\0\0\x1A\x0A\x18\x42\x7F" PASSWORD),
    };
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        PT_BUF struct pt_buf out = {0};
        struct pt_grpc_users users;
        struct pt_error before = {0};
        struct pt_error after = {0};

        pt_redact_body(&ann, &ask, bad[i], &out);
        pt_grpc_users_read(arena, bad[i], &users, &before);
        pt_grpc_users_read(arena, pt_slice(out.at, out.len), &users, &after);
        IS(after.text, before.text, "a broken list stays broken alike");
        OK(before.text[0], "it was broken");
        OK(!pt_slice_find(pt_slice(out.at, out.len), "notapass"),
           "and its password is gone");
    }
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    test_all_kinds();
    test_files();
    test_network();
    test_machine();
    test_user_of(arena);
    test_users(arena);
    test_bad_users();
    return tap_done();
}
