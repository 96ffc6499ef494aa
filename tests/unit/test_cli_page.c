/* test_cli_page.c - what people see: tables, paragraphs, settings; and the
 * JSON of bridges and ports. */
#include "cli/find_page.h"
#include "cli/nearest.h"
#include "cli/port_json.h"
#include "cli/show.h"
#include "format/bridges_json.h"
#include "tests/tap.h"

#include <stdlib.h>

static char *said;
static size_t said_len;

static struct pt_page begin(size_t width, bool colour)
{
    free(said);
    said = NULL;
    return (struct pt_page){.out = open_memstream(&said, &said_len),
                            .width = width,
                            .colour = colour};
}

static const char *end(const struct pt_page *page)
{
    fclose(page->out);
    return said;
}

static void test_paragraph(void)
{
    struct pt_page page = begin(20, false);

    pt_page_paragraph(&page, 2, "hint: ", "one two three four");
    IS(end(&page), "  hint: one two\n        three four\n",
       "a paragraph hangs below its first word");

    page = begin(0, false);
    pt_page_paragraph(&page, 0, "", "one two three four five six seven");
    IS(end(&page), "one two three four five six seven\n",
       "without a width no line is broken");

    page = begin(8, false);
    pt_page_paragraph(&page, 0, "", "AA:BB:CC:DD:EE:FF x");
    IS(end(&page), "AA:BB:CC:DD:EE:FF\nx\n", "a word is never broken");

    page = begin(9, false);
    pt_page_paragraph(&page, 0, "",
                      "\303\244\303\244\303\244 "
                      "\303\266\303\266\303\266\303\266\303\266");
    IS(end(&page),
       "\303\244\303\244\303\244 \303\266\303\266\303\266\303\266\303\266\n",
       "width is counted in characters, not bytes");

    page = begin(80, true);
    pt_page_put(&page, PT_GOOD, "ok\033[2J");
    IS(end(&page), "\033[32mok?[2J\033[0m",
       "only our own escapes reach the terminal");
}

static void test_table(struct pt_arena *arena)
{
    struct pt_table table = {.columns = 3};
    struct pt_page page = begin(80, false);

    pt_table_add(arena, &table, (const char *const[]){"A", "EMPTY", "B"});
    pt_table_add(arena, &table, (const char *const[]){"\303\244", NULL, "x"});
    pt_table_add(arena, &table, (const char *const[]){"long", "", "y\nz"});
    pt_page_table(&page, &table);
    IS(end(&page), "  A     B\n  \303\244     x\n  long  y?z\n",
       "columns align, empty ones are left out, line feeds are not kept");
    page = begin(10, false);
    pt_page_table(&page, &table);
    IS(end(&page), "  A     B\n  \303\244     x\n  long  y?z\n",
       "what is no terminal gets one line a row, however narrow");
    page = begin(10, false);
    page.is_terminal = true;
    pt_page_table(&page, &table);
    IS(end(&page), "  \303\244\n    B: x\n  long\n    B: y?z\n",
       "a terminal without room for a row gets it line by line");
    page = begin(11, false);
    page.is_terminal = true;
    pt_page_table(&page, &table);
    IS(end(&page), "  A     B\n  \303\244     x\n  long  y?z\n",
       "and with room as a table");
}

static void test_nearest(void)
{
    static const struct {
        const char *typed;
        const char *want;
    } cases[] = {
        {"fnid", "find"},      {"bridge", "bridges"}, {"prot", "port"},
        {"client", "clients"}, {"xyzzy", NULL},       {"", NULL},
        {"x", NULL},
    };
    static const char *const names[] = {"find", "write", "bridges", "port",
                                        "clients"};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct pt_nearest nearest;

        pt_nearest_begin(&nearest, cases[i].typed);
        for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++)
            pt_nearest_try(&nearest, names[n]);
        IS(nearest.best, cases[i].want,
           "a slip finds its name, another word finds none");
    }
}

static struct pt_certificate certificate = {
    .sha256 =
        "00aabbccddeeff00112233445566778899aabbccddeeff001122334455667788",
    .spki_pin = "sha256//AAAA=",
};

static void test_show(struct pt_arena *arena)
{
    IS(pt_show_server(arena, "::1", 1143), "[::1]:1143",
       "an IPv6 address stands in brackets");
}

/* Status of the page, its settings, and what the page must say. */
static struct pt_settings make_settings(enum pt_find_status status,
                                        struct pt_server *server)
{
    return (struct pt_settings){
        .address = {.text = "ann@proton.me",
                    .shown = "ann@proton.me",
                    .local = "ann",
                    .domain = "proton.me"},
        .status = status,
        .provider_name = "proton.me",
        .provider_domain = "proton.me",
        .servers = server,
        .server_count = 1,
    };
}

static void test_find_page(struct pt_arena *arena)
{
    struct pt_server server = {
        .service = PT_IMAP,
        .host = "127.0.0.1",
        .port = 1144,
        .security = PT_STARTTLS,
        .chosen = true,
        .why = "it serves this address",
        .origin = {.source = "bridge",
                   .trust = PT_LOCAL,
                   .where = "unix:/tmp/bridge1\033[31m"},
    };
    struct pt_settings settings = make_settings(PT_FIND_OK, &server);
    struct pt_page page = begin(80, false);

    OK(pt_find_page(&page, arena, &settings, false), "a page is shown");
    IS(end(&page),
       "ann@proton.me: found\n"
       "  SERVICE  SERVER          PROTECTION  USER NAME      SOURCE\n"
       "  IMAP     127.0.0.1:1144  STARTTLS    ann@proton.me  bridge (local)\n",
       "what was chosen stands in a table");

    page = begin(80, false);
    pt_find_page(&page, arena, &settings, true);
    OK(strstr(end(&page), "chosen: it serves this address") &&
           strstr(said, "unix:/tmp/bridge1?[31m") && !strchr(said, '\033'),
       "--explain says why and where from, without its control characters");

    server.chosen = false;
    server.why = "its default; the bridge is not there to ask";
    settings.status = PT_FIND_NEEDS_BRIDGE;
    settings.bridge.title = "Proton Mail Bridge";
    page = begin(80, false);
    pt_find_page(&page, arena, &settings, false);
    OK(strstr(end(&page), "needs Proton Mail Bridge\n") &&
           strstr(said, "127.0.0.1:1144") &&
           strstr(said, "IMAP: its default; the bridge is not there to ask"),
       "a default port is shown and named as such");
}

static void test_bridges_json(void)
{
    static struct pt_bridge_kind kind = {.name = "proton",
                                         .title = "Proton Mail Bridge"};
    static struct pt_bridge_endpoint endpoint = {
        .service = PT_IMAP,
        .host = "127.0.0.1",
        .port = 1144,
        .security = PT_STARTTLS,
        .certificate = &certificate,
        .pid = 4711,
        .learned_from = PT_FROM_GRPC,
        .where = "unix:/tmp/bridge1234",
        .listening = true,
    };
    const char *account = "ann@proton.me";
    struct pt_bridge bridge = {
        .kind = &kind,
        .version = "3.25.0\377",
        .endpoints = &endpoint,
        .endpoint_count = 1,
        .accounts = {.at = &account, .count = 1},
    };
    const char *late = "time was up";
    const struct pt_strings hints = {.at = &late, .count = 1};
    const struct pt_strings none = {0};
    PT_BUF struct pt_buf text = {0};

    OK(pt_bridges_json(&bridge, 1, &hints, true, &text, NULL) == PT_OK,
       "the JSON of a bridge is made");
    IS(pt_buf_text(&text),
       "{\"portolan\":1,\"bridges\":[{\"name\":\"proton\","
       "\"title\":\"Proton Mail Bridge\",\"state\":\"ok\","
       "\"version\":\"3.25.0?\",\"endpoints\":[{\"service\":\"imap\","
       "\"host\":\"127.0.0.1\",\"port\":1144,\"security\":\"starttls\","
       "\"certificate_sha256\":\"00aabbccddeeff00112233445566778899aabbccddee"
       "ff001122334455667788\",\"spki_pin\":\"sha256//AAAA=\",\"pid\":4711,"
       "\"learned_from\":\"grpc\",\"where\":\"unix:/tmp/bridge1234\","
       "\"listening\":true,\"foreign\":false}],"
       "\"accounts\":[\"ann@proton.me\"],\"hint\":null}],"
       "\"hints\":[\"time was up\"]}\n",
       "the JSON of a bridge has every key of the contract, as valid UTF-8");
    pt_buf_clear(&text);
    pt_bridges_json(NULL, 0, &none, true, &text, NULL);
    IS(pt_buf_text(&text), "{\"portolan\":1,\"bridges\":[],\"hints\":[]}\n",
       "no bridge is an empty list");
}

static void test_port_json(void)
{
    struct pt_port_holder holder = {.user = "1002", .address = "::"};
    struct pt_port_report report = {.port = 1143,
                                    .holders = &holder,
                                    .holder_count = 1,
                                    .suggest_imap = 1144};
    PT_BUF struct pt_buf text = {0};
    PT_BUF struct pt_buf list = {0};

    pt_port_json(&report, 1, false, &text, NULL);
    OK(strstr(pt_buf_text(&text), "\"pid\":\tnull") &&
           strstr(pt_buf_text(&text), "\"imap\":\t1144") &&
           strstr(pt_buf_text(&text), "\"smtp\":\tnull") &&
           !strstr(pt_buf_text(&text), "\"ports\""),
       "one port is the object itself, and what is not known is null");
    pt_port_json(&report, 1, true, &list, NULL);
    OK(strstr(pt_buf_text(&list), "\"ports\":\t[{"),
       "several ports are a list");
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    test_paragraph();
    test_table(arena);
    test_nearest();
    test_show(arena);
    test_find_page(arena);
    test_bridges_json();
    test_port_json();
    free(said);
    return tap_done();
}
