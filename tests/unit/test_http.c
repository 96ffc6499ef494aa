/* test_http.c - pages asked for over plain HTTP, of servers good and bad. */
#include "tests/unit/http_world.h"

#include <stdarg.h>

enum { LIMIT_MS = 700 };

/* ---- a server ---- */

static void say_forever(struct fake_server *s, const char *head,
                        const char *again, size_t len)
{
    world_say(s, head);
    while (send(s->fd, again, len, MSG_NOSIGNAL) > 0)
        ;
}

/* RFC 1951: 13 bits of a block of fixed codes repeat a byte 258 times. */
static void say_bomb(struct fake_server *s)
{
    static const char head[] = "\x1F\x8B\x08\0\0\0\0\0\0\xFF";
    static unsigned char bits[13 * 1024];
    size_t at = 0;

    /* Final block, fixed codes, a literal 0: 1 10 00110000; then again and
     * again the length 258 (11000101) at distance 1 (00000).  Codes begin
     * with their highest bit, bytes with their lowest. */
    const char *text = "1" "10" "00110000";

    while (at < 8 * sizeof(bits)) {
        for (; *text && at < 8 * sizeof(bits); text++, at++)
            bits[at / 8] |= (unsigned char)((*text - '0') << at % 8);
        text = "1100010100000";
    }
    world_say(s, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
                 "Content-Length: 13322\r\n\r\n");
    fake_say(s, head, sizeof(head) - 1);
    fake_say(s, bits, sizeof(bits));
}

/* Stored blocks without a byte in them: packed, it never ends; unpacked, it
 * never begins. */
static void say_nothing(struct fake_server *s)
{
    static const char head[] = "\x1F\x8B\x08\0\0\0\0\0\0\xFF";

    world_say(s, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
    fake_say(s, head, sizeof(head) - 1);
    say_forever(s, "", "\0\0\0\xFF\xFF", 5);
}

static void say_many(struct fake_server *s, const char *head, size_t count)
{
    world_say(s, head);
    fake_flood(s, (int)count);
}

static void drip(struct fake_server *s)
{
    world_say(s, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    while (send(s->fd, "x", 1, MSG_NOSIGNAL) == 1)
        usleep(50000);
}

static void echo(struct fake_server *s, const char *request)
{
    char head[64];

    snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n"
             "\r\n", strlen(request));
    world_say(s, head);
    world_say(s, request);
}

static void echo_post(struct fake_server *s, char *request, size_t size)
{
    const char *length = strstr(request, "Content-Length: ");
    size_t left = length ? (size_t)atoi(length + 16) : 0;
    size_t len = strlen(request);

    while (left && len < size - 1) {
        int n = fake_hear(s, request + len, (int)left);

        if (n <= 0)
            return;
        len += (size_t)n;
        left -= (size_t)n;
        request[len] = '\0';
    }
    echo(s, request);
}

static void say_long_type(struct fake_server *s)
{
    char text[512] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
                     "Content-Type: text/";

    memset(text + strlen(text), 'a', 257 - strlen("text/"));
    strcat(text, "\r\n\r\n");
    world_say(s, text);
}

static void say_long_location(struct fake_server *s)
{
    char text[4096] = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n"
                      "Location: https://example.org/";

    memset(text + strlen(text), 'a', 2049 - strlen("https://example.org/"));
    strcat(text, "\r\n\r\n");
    world_say(s, text);
}

/* In all 72 KiB of headers, and then a page. */
static void say_many_headers(struct fake_server *s)
{
    static char line[1024];

    snprintf(line, sizeof(line), "X-Long: %1012d\r\n", 1);
    world_say(s, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n");
    for (int i = 0; i < 72; i++)
        world_say(s, line);
    world_say(s, "\r\nhello");
}

/* Every page that is the same each time. */
static const struct {
    const char *path;
    const char *reply;
} pages[] = {
    {"/hello", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"},
    {"/none", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
    {"/chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n"},
    {"/404", "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno\n"},
    {"/500", "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"},
    {"/401", "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\n"
             "Content-Length: 0\r\n\r\n"},
    {"/a/302", "HTTP/1.1 302 Found\r\nLocation: ../b?c\r\n"
               "Content-Length: 0\r\n\r\n"},
    {"/301", "HTTP/1.1 301 Moved\r\nLocation: https://example.net/x\r\n"
             "Content-Length: 0\r\n\r\n"},
    {"/file", "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n"
              "Content-Length: 0\r\n\r\n"},
    {"/nowhere", "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"},
    {"/escape", "HTTP/1.1 302 Found\r\nLocation: https://a.example/\x1B[2J\r\n"
                "Content-Length: 0\r\n\r\n"},
    {"/200-location", "HTTP/1.1 200 OK\r\nLocation: https://a.example/\r\n"
                      "Content-Length: 0\r\n\r\n"},
    {"/typed", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
               "Content-Type: Text/XML; charset=utf-8\r\n\r\n"},
    {"/typed-escape", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
                      "Content-Type: text/\x1B[2Jxml\r\n\r\n"},
    {"/typed-404", "HTTP/1.1 404 No\r\nContent-Length: 0\r\n"
                   "Content-Type: text/html\r\n\r\n"},
    {"/too-long", "HTTP/1.1 200 OK\r\nContent-Length: 262145\r\n\r\n"},
    {"/cut", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello"},
    {"/cut-chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "5\r\nhe"},
    {"/bad-chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "xyz\r\nhe"},
    {"/hang-up", ""},
    {"/ssh", "SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n"},
    {"/spoken", "HTTP/1.1 200 OK\r\nContent-Encoding: klingon\r\n"
                "Content-Length: 5\r\n\r\nhello"},
    {"/bad-gzip", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
                  "Content-Length: 5\r\n\r\nhello"},
    {"/cookie", "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\n"
                "Content-Length: 0\r\n\r\n"},
};

static void serve_page(struct fake_server *s, const char *path)
{
    static const char gzip[] =
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
        "Content-Length: 25\r\n\r\n"
        "\x1F\x8B\x08\0\0\0\0\0\x02\xFF\xCB\x48\xCD\xC9\xC9\x07\0"
        "\x86\xA6\x10\x36\x05\0\0\0";

    if (!strcmp(path, "/gzip"))
        fake_say(s, gzip, sizeof(gzip) - 1);
    for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++)
        if (!strcmp(path, pages[i].path))
            world_say(s, pages[i].reply);
}

/* False: the connection is over. */
static bool serve_one(struct fake_server *s)
{
    char request[8192];
    char path[64] = "";

    if (!world_hear(s, request, sizeof(request)))
        return false;
    sscanf(request, "%*s %63[^? ]", path);
    if (!strcmp(path, "/echo"))
        echo_post(s, request, sizeof(request));
    else if (!strcmp(path, "/long-location"))
        say_long_location(s);
    else if (!strcmp(path, "/typed-long"))
        say_long_type(s);
    else if (!strcmp(path, "/most"))
        say_many(s, "HTTP/1.1 200 OK\r\nContent-Length: 262144\r\n\r\n",
                 PT_FILE_MAX);
    else if (!strcmp(path, "/one-more"))
        say_many(s, "HTTP/1.1 200 OK\r\n\r\n", PT_FILE_MAX + 1);
    else if (!strcmp(path, "/big-404"))
        say_many(s, "HTTP/1.1 404 Not Found\r\n\r\n", 4 * PT_FILE_MAX);
    else if (!strcmp(path, "/big-404-length"))
        say_many(s, "HTTP/1.1 404 No\r\nContent-Length: 999999\r\n\r\n", 999);
    else if (!strcmp(path, "/endless"))
        say_forever(s, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                    "8\r\n12345678\r\n", 13);
    else if (!strcmp(path, "/bomb"))
        say_bomb(s);
    else if (!strcmp(path, "/void"))
        say_nothing(s);
    else if (!strcmp(path, "/headers"))
        say_forever(s, "HTTP/1.1 200 OK\r\n", "X-Y: 1234\r\n", 11);
    else if (!strcmp(path, "/many-headers"))
        say_many_headers(s);
    else if (!strcmp(path, "/header"))
        say_forever(s, "HTTP/1.1 200 OK\r\nX: ", "1234567890", 10);
    else if (!strcmp(path, "/early"))
        say_forever(s, "", "HTTP/1.1 103 Hints\r\n\r\n", 22);
    else if (!strcmp(path, "/drip"))
        drip(s);
    else if (!strcmp(path, "/silent"))
        pause();
    else
        serve_page(s, path);
    return !strcmp(path, "/hello") || !strcmp(path, "/echo") ||
           !strcmp(path, "/cookie");
}

static void serve(struct fake_server *s, const struct fake_identity *id)
{
    (void)id;
    while (serve_one(s))
        ;
}

/* ---- what comes ---- */

static const struct {
    const char *name;
    const char *path;
    const char *says;
    const char *body;
} comes[] = {
    {"a page is had", "/hello", "ok 200", "hello"},
    {"an empty one too", "/none", "ok 200", ""},
    {"one in chunks is put together", "/chunked", "ok 200", "hello"},
    {"a packed one is unpacked", "/gzip", "ok 200", "hello"},
    {"404 is an answer", "/404", "ok 404", "no\n"},
    {"as is 500", "/500", "ok 500", ""},
    {"as is 401", "/401", "ok 401", ""},
    {"whatever the length of its page", "/big-404", "ok 404", ""},
    {"said beforehand or not", "/big-404-length", "ok 404", ""},
    {"a page of more than 256 KiB is none", "/too-long",
     "failed: larger than 256 KiB", ""},
    {"nor is one of a byte more", "/one-more", "failed: larger than 256 KiB",
     ""},
    {"nor one without an end", "/endless", "failed: larger than 256 KiB", ""},
    {"nor one that unpacks to too much", "/bomb",
     "failed: larger than 256 KiB", ""},
    {"nor one that unpacks to nothing for ever", "/void",
     "failed: larger than 256 KiB", ""},
    {"headers without an end are none", "/headers",
     "failed: its headers are larger than 64 KiB", ""},
    {"nor are too many, even if they end", "/many-headers",
     "failed: its headers are larger than 64 KiB", ""},
    {"nor is one of them", "/header", NULL, ""},
    {"nor are early hints without an end", "/early",
     "failed: its headers are larger than 64 KiB", ""},
    {"half a page is none", "/cut", "failed: its answer ended half-way", ""},
    {"nor half a chunk", "/cut-chunk", "failed: its answer ended half-way",
     ""},
    {"nor one that is none", "/bad-chunk", "failed: the connection broke off",
     ""},
    {"a server that hangs up has not answered", "/hang-up",
     "failed: it hung up without an answer", ""},
    {"nor has one of another kind", "/ssh", "failed: what it says is no HTTP",
     ""},
    {"nor one who speaks in tongues", "/spoken",
     "failed: its answer cannot be unpacked", ""},
    {"nor one who mumbles", "/bad-gzip",
     "failed: its answer cannot be unpacked", ""},
};

static void test_comes(struct world *w, uint16_t port)
{
    for (size_t i = 0; i < sizeof(comes) / sizeof(*comes); i++) {
        int64_t start = pt_loop_now(w->loop);
        struct got got = world_get(w, "http://127.0.0.1", port, comes[i].path);

        if (comes[i].says)
            IS(world_says(&got), comes[i].says, comes[i].name);
        else
            OK(got.status == PT_ANSWER_FAILED && *got.why, comes[i].name);
        IS(got.body, comes[i].body, "with this body");
        OK(pt_loop_now(w->loop) - start < 3000, "and soon");
    }
}

static void test_most(struct world *w, uint16_t port)
{
    struct got got = world_get(w, "http://127.0.0.1", port, "/most");

    IS(world_says(&got), "ok 200", "a page of 256 KiB is had");
    OK(got.len == PT_FILE_MAX, "whole");
}

static void test_locations(struct world *w, uint16_t port)
{
    static const struct {
        const char *name;
        const char *path;
        const char *says;
        const char *location;
    } cases[] = {
        {"a redirect is not followed", "/301", "ok 301",
         "https://example.net/x"},
        {"a relative one is made absolute", "/a/302", "ok 302", "/b?c"},
        {"wherever it leads", "/file", "ok 302", "file:///etc/passwd"},
        {"or if it leads nowhere", "/nowhere", "ok 302", ""},
        {"one with control characters leads nowhere", "/escape", "ok 302",
         ""},
        {"nor does one of 2049 bytes", "/long-location", "ok 302", ""},
        {"only redirects lead anywhere", "/200-location", "ok 200", ""},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct got got = world_get(w, "http://127.0.0.1", port, cases[i].path);
        char want[128];

        snprintf(want, sizeof(want), "http://127.0.0.1:%u%s", port,
                 cases[i].location);
        IS(world_says(&got), cases[i].says, cases[i].name);
        IS(got.location,
           cases[i].location[0] == '/' ? want : cases[i].location, "there");
    }
}

static void test_types(struct world *w, uint16_t port)
{
    static const struct {
        const char *name;
        const char *path;
        const char *type;
    } cases[] = {
        {"what a page is said to be is told as it stands", "/typed",
         "Text/XML; charset=utf-8"},
        {"of an error too", "/typed-404", "text/html"},
        {"it may say nothing", "/hello", ""},
        {"control characters say nothing", "/typed-escape", ""},
        {"nor do 257 bytes", "/typed-long", ""},
        {"what could not be had is not known", "/hang-up", "?"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct got got = world_get(w, "http://127.0.0.1", port, cases[i].path);

        IS(got.type, cases[i].type, cases[i].name);
    }
}

/* ---- what is sent ---- */

static void test_sent(struct world *w, uint16_t port)
{
    struct got got = world_get(w, "http://127.0.0.1", port, "/echo?a=b%40c");
    char want[512];

    snprintf(want, sizeof(want),
             "GET /echo?a=b%%40c HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
             "User-Agent: portolan\r\nAccept: */*\r\n", port);
    OK(!strncmp(got.body, want, strlen(want)),
       "a request names its host, and us in a word");
    OK(strstr(got.body, "\r\nAccept-Encoding: ") && strstr(got.body, "gzip"),
       "and says that it may be packed");
    world_get(w, "http://127.0.0.1", port, "/cookie");
    got = world_get(w, "http://127.0.0.1", port, "/echo");
    OK(!strstr(got.body, "Cookie") && !strstr(got.body, "Authorization") &&
           !strstr(got.body, "Referer") && !strstr(got.body, "Expect"),
       "and nothing else is told");
}

static struct got post(struct world *w, uint16_t port, struct pt_ask ask)
{
    char url[WORLD_URL];

    snprintf(url, sizeof(url), "http://127.0.0.1:%u/echo", port);
    ask.what = url;
    ask.is_nearby = true;
    return world_ask(w, ask);
}

static void test_post(struct world *w, uint16_t port)
{
    static char large[2000];
    struct got got =
        post(w, port,
             (struct pt_ask){.method = "POST",
                             .payload = "<Autodiscover/>",
                             .payload_type = "text/xml; charset=utf-8"});

    OK(!strncmp(got.body, "POST /echo HTTP/1.1\r\n", 21), "a page is posted");
    OK(strstr(got.body, "\r\nContent-Type: text/xml; charset=utf-8\r\n"),
       "as what it is");
    OK(strstr(got.body, "\r\n\r\n<Autodiscover/>"), "whole");
    memset(large, 'x', sizeof(large) - 1);
    got = post(w, port, (struct pt_ask){.method = "POST", .payload = large});
    OK(got.http == 200 && !strstr(got.body, "Expect"),
       "even a large one at once");
}

static void test_mistakes(struct world *w, uint16_t port)
{
    static const struct {
        struct pt_ask ask;
        const char *says;
    } cases[] = {
        {{.method = "DELETE"}, "failed: there is no such method"},
        {{.method = "GET /x HTTP/1.1\r\nX: "},
         "failed: there is no such method"},
        {{.method = "POST"}, "failed: there is nothing to post"},
        {{.payload = "x"}, "failed: only POST has a payload"},
        {{.method = "POST", .payload = "x", .payload_type = "a\r\nX: y"},
         "failed: its type is malformed"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct got got = post(w, port, cases[i].ask);

        IS(world_says(&got), cases[i].says, "such an ask is not put");
    }
}

/* ---- how long it takes ---- */

static void test_limit(struct world *w, uint16_t port)
{
    static const char *const paths[] = {"/silent", "/drip"};

    for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
        int64_t start = pt_loop_now(w->loop);
        char url[WORLD_URL];
        struct got got;

        snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", port, paths[i]);
        got = world_ask(w, (struct pt_ask){.what = url,
                                           .is_nearby = true,
                                           .limit_ms = LIMIT_MS});
        IS(world_says(&got), "failed: it did not answer in time",
           "a server that is slow is not waited for");
        OK(pt_loop_now(w->loop) - start >= LIMIT_MS - 20 &&
               pt_loop_now(w->loop) - start < LIMIT_MS + 500,
           "but for as long as was said");
    }
}

/* ---- many at once, and giving up ---- */

enum { CROWD = 2 * PT_HTTP_RUNNING + 50 };

static void test_crowd(struct world *w, uint16_t port)
{
    static struct got got[CROWD];
    char url[WORLD_URL];
    struct pt_ask ask = {.kind = PT_ASK_HTTP, .what = url, .is_nearby = true};
    int good = 0;
    int open = 0;

    snprintf(url, sizeof(url), "http://127.0.0.1:%u/hello", port);
    for (int i = 0; i < CROWD; i++)
        pt_http_begin(w->http, &ask, world_answer, &got[i]);
    do {
        int now = world_count("/proc/self/fd");

        open = now > open ? now : open;
    } while (pt_loop_step(w->loop));
    for (int i = 0; i < CROWD; i++)
        good += got[i].http == 200;
    OK(good == CROWD, "hundreds of asks at once are all answered");
    OK(open < PT_HTTP_RUNNING + 50, "but not more than so many at a time");
}

static void test_drop(struct world *w, uint16_t port)
{
    static struct got got[CROWD];
    static const char mine;
    static const char yours;
    char url[WORLD_URL];
    struct got other = {0};
    struct got named = {0};
    struct pt_ask ask = {.kind = PT_ASK_HTTP,
                         .what = url,
                         .is_nearby = true,
                         .owner = &mine};
    int dropped = 0;

    snprintf(url, sizeof(url), "http://127.0.0.1:%u/silent", port);
    for (int i = 0; i < CROWD - 1; i++)
        pt_http_begin(w->http, &ask, world_answer, &got[i]);
    pt_loop_step(w->loop);
    pt_loop_step(w->loop);
    ask.owner = &yours;
    ask.what = "http://hello.example/";
    pt_http_begin(w->http, &ask, world_answer, &other);
    pt_http_drop(w->http, &mine);
    for (int i = 0; i < CROWD - 1; i++)
        dropped += !strcmp(got[i].why, "given up");
    OK(dropped == CROWD - 1, "what is dropped is answered at once");
    OK(!other.done, "nobody else's is dropped with it");
    while (!w->lookups)
        pt_loop_step(w->loop);
    pt_http_begin(w->http, &ask, world_answer, &named);
    pt_http_drop(w->http, NULL);
    IS(other.why, "given up", "one that waits for addresses may be dropped");
    OK(!w->lookups, "and they are no longer looked up");
    IS(named.why, "given up", "or one that has not begun");
    OK(!pt_loop_step(w->loop), "and there is nothing left to wait for");
}

struct again {
    struct world *world;
    struct pt_ask ask;
    struct got got;
};

static void ask_again(void *ctx, const struct pt_answer *answer)
{
    struct again *again = ctx;

    (void)answer;
    pt_http_begin(again->world->http, &again->ask, world_answer, &again->got);
}

static void test_again(struct world *w, uint16_t port)
{
    char url[WORLD_URL];
    struct got other = {0};
    struct again again = {
        .world = w,
        .ask = {.kind = PT_ASK_HTTP, .what = url, .is_nearby = true}};

    snprintf(url, sizeof(url), "http://127.0.0.1:%u/hello", port);
    pt_http_begin(w->http, &again.ask, ask_again, &again);
    pt_http_begin(w->http, &again.ask, world_answer, &other);
    pt_http_drop(w->http, NULL);
    IS(other.why, "given up", "all is dropped");
    OK(!again.got.done, "what is begun while all is dropped is not dropped");
    while (!again.got.done && pt_loop_step(w->loop))
        ;
    IS(world_says(&again.got), "ok 200", "but answered");
}

int main(void)
{
    static const struct world_name names[] = {
        {"hello.example", "127.0.0.1", false}, {NULL, NULL, false}};
    struct world w = {.names = names};
    struct fake_server server;
    int open;

    world_start(&server, NULL, serve);
    open = world_count("/proc/self/fd");
    world_open(&w, (struct pt_http_setup){.env = NULL});
    test_comes(&w, server.port);
    test_most(&w, server.port);
    test_locations(&w, server.port);
    test_types(&w, server.port);
    test_sent(&w, server.port);
    test_post(&w, server.port);
    test_mistakes(&w, server.port);
    test_limit(&w, server.port);
    test_crowd(&w, server.port);
    test_drop(&w, server.port);
    test_again(&w, server.port);
    OK(world_count("/proc/self/task") == 1, "no thread was started");
    world_close(&w);
    OK(world_count("/proc/self/fd") == open, "no file was left open");
    world_stop(&server);
    return tap_done();
}
