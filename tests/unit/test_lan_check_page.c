/* What a check of the LAN is shown as. */
#include "cli/lan_check_page.h"
#include "served.h"
#include "tests/tap.h"

#include <string.h>

static struct pt_arena *arena;
static struct served served;

static struct pt_lan_step steps[] = {
    {.what = "GET https://a.example/x", .outcome = "HTTP 404", .took_ms = 12},
    {.what = "GET http://a.example/x",
     .outcome = "HTTP 200, the right servers",
     .took_ms = 3,
     .answers = true,
     .is_right = true,
     .is_used = true},
    {.what = "GET https://b.example/x", .outcome = "\033[31mno", .took_ms = 1},
};
static struct pt_lan_client clients[] = {
    {.client = "Thunderbird",
     .steps = steps,
     .step_count = 3,
     .works = true,
     .can_be_told = true,
     .verdict = "Thunderbird goes by http://a.example/x"},
    {.client = "Geary",
     .steps = steps + 2,
     .step_count = 1,
     .can_be_told = true,
     .verdict = "Geary finds nothing"},
    {.client = "Outlook",
     .steps = steps + 2,
     .step_count = 1,
     .verdict = "Outlook is not told"},
};
static const char *hints[] = {"nobody knows"};

/* Everything printed; the status in *ret_status. */
static const char *shown(bool json, size_t operands, size_t count,
                         enum pt_status *ret_status)
{
    const struct pt_lan_check check = {.clients = clients,
                                       .client_count = count,
                                       .hints = {hints, 1}};
    struct pt_call call = {.arena = arena};
    struct pt_error err;
    char *text = NULL;
    const char *kept;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    struct pt_io io = {.out = out, .err = out};

    call.io = &io;
    call.options.json = json;
    call.operands.count = operands;
    *ret_status = pt_lan_check_page(&call, &served.settings, &check, &err);
    fclose(out);
    kept = pt_arena_strdup(arena, text);
    free(text);
    return kept;
}

static void check_page(void)
{
    enum pt_status status;

    IS(shown(false, 1, 2, &status),
       "right is: IMAP at bridge.home.arpa:1143 (STARTTLS)\n"
       "right is: SMTP at 192.168.1.10:1025 (STARTTLS)\n"
       "\n"
       "works: Thunderbird goes by http://a.example/x\n"
       "     REQUEST                  RESULT                       MS\n"
       "     GET https://a.example/x  HTTP 404                     12\n"
       "  *  GET http://a.example/x   HTTP 200, the right servers  3\n"
       "\n"
       "does not work: Geary finds nothing\n"
       "  REQUEST                  RESULT   MS\n"
       "  GET https://b.example/x  ?[31mno  1\n"
       "\n"
       "ann@example.org: 1 of 2 mail programs find its settings here\n"
       "hint: nobody knows\n",
       "people see each client's way, and what it came to");
    OK(status == PT_NOTHING, "the exit status says that one does not work");
    shown(false, 1, 1, &status);
    OK(status == PT_OK, "or that all do");
    clients[1] = clients[2];
    IS(strstr(shown(false, 1, 2, &status), "\ncannot work:"),
       "\ncannot work: Outlook is not told\n"
       "  REQUEST                  RESULT   MS\n"
       "  GET https://b.example/x  ?[31mno  1\n"
       "\n"
       "ann@example.org: 1 of 1 mail programs find its settings here; 1 cannot "
       "be told them\n"
       "hint: nobody knows\n",
       "who cannot be told them is not counted");
    OK(status == PT_OK, "nor does it fail");
}

static void check_json(void)
{
    enum pt_status status;

    IS(shown(true, 2, 2, &status),
       "{\"portolan\":1,\"address\":\"ann@example.org\",\"expected\":["
       "{\"service\":\"imap\",\"host\":\"bridge.home.arpa\",\"port\":1143,"
       "\"security\":\"starttls\"},"
       "{\"service\":\"submission\",\"host\":\"192.168.1.10\",\"port\":1025,"
       "\"security\":\"starttls\"}],\"clients\":["
       "{\"client\":\"Thunderbird\",\"works\":true,\"possible\":true,"
       "\"verdict\":\"Thunderbird goes by http://a.example/x\",\"steps\":["
       "{\"what\":\"GET https://a.example/x\",\"outcome\":\"HTTP 404\","
       "\"answers\":false,\"right\":false,\"used\":false,\"took_ms\":12},"
       "{\"what\":\"GET http://a.example/x\","
       "\"outcome\":\"HTTP 200, the right servers\","
       "\"answers\":true,\"right\":true,\"used\":true,\"took_ms\":3},"
       "{\"what\":\"GET https://b.example/x\",\"outcome\":\"?[31mno\","
       "\"answers\":false,\"right\":false,\"used\":false,\"took_ms\":1}]},"
       "{\"client\":\"Geary\",\"works\":false,\"possible\":true,"
       "\"verdict\":\"Geary finds nothing\",\"steps\":["
       "{\"what\":\"GET https://b.example/x\",\"outcome\":\"?[31mno\","
       "\"answers\":false,\"right\":false,\"used\":false,\"took_ms\":1}]}],"
       "\"hints\":[\"nobody knows\"]}\n",
       "programs read the same, of several domains one a line");
    OK(status == PT_NOTHING, "with the same exit status");
}

int main(void)
{
    arena = pt_arena_new();
    served_lan(&served, arena, "ann@example.org");
    check_json();
    check_page();
    pt_arena_free(arena);
    return tap_done();
}
