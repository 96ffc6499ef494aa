#include "base/text.h"
#include "model/bridge.h"
#include "model/settings.h"
#include "tests/oom/alloc.h"
#include "tests/tap.h"

enum { SENTENCE = 256, MANY = 100 };

/* ---- lists ---- */

static void test_strings(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_strings list = {0};
    char text[] = "Ann@example.org";

    OK(!pt_strings_have(&list, text), "an empty list has nothing");
    OK(pt_strings_add(arena, &list, text), "a text is added");
    memset(text, 'x', sizeof(text) - 1);
    OK(list.count == 1 && pt_is(list.at[0], "Ann@example.org"),
       "as a copy of its own");
    OK(pt_strings_have(&list, "Ann@example.org") &&
           !pt_strings_have(&list, "ann@example.org"),
       "it is had by its very bytes");
    OK(pt_strings_have_nocase(&list, "aNN@EXAMPLE.org") &&
           !pt_strings_have_nocase(&list, "ann@example.or"),
       "or whatever its case");
    for (int i = 0; i < MANY; i++)
        pt_strings_add(arena, &list, "more");
    OK(list.count == MANY + 1 && pt_is(list.at[0], "Ann@example.org") &&
           pt_is(list.at[MANY], "more"),
       "a list grows with what it holds");
    pt_oom_fail_at(1);
    while (pt_strings_add(arena, &list, "until memory runs out"))
        ;
    OK(pt_arena_failed(arena) &&
           pt_is(list.at[list.count - 1], "until memory runs out"),
       "without memory the list stands as it was");
    pt_oom_fail_at(0);
}

static void test_pairs(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_pairs pairs = {0};

    OK(!pt_pairs_get(&pairs, "port"), "no pairs, no value");
    OK(pt_pairs_add(arena, &pairs, "port", "1143") &&
           pt_pairs_add(arena, &pairs, "host", "") &&
           pt_pairs_add(arena, &pairs, "port", "1144"),
       "pairs are added, the same key twice");
    IS(pt_pairs_get(&pairs, "port"), "1144", "the last value counts");
    IS(pt_pairs_get(&pairs, "host"), "", "an empty value is one");
    OK(!pt_pairs_get(&pairs, "Port") && !pt_pairs_get(&pairs, NULL),
       "other keys, or none, have no value");
    while (pairs.count < PT_PAIRS_MAX)
        if (!pt_pairs_add(arena, &pairs, "more", "x"))
            break;
    OK(pairs.count == PT_PAIRS_MAX && !pt_arena_failed(arena),
       "there may be as many as the ceiling says");
    OK(!pt_pairs_add(arena, &pairs, "more", "y") &&
           pairs.count == PT_PAIRS_MAX && !pt_arena_failed(arena),
       "and not one more, which is no want of memory");
}

static void test_pairs_without_memory(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_pairs pairs = {0};

    pt_oom_fail_at(1);
    OK(!pt_pairs_add(arena, &pairs, "port", "1143") && !pairs.count &&
           pt_arena_failed(arena),
       "without memory no pair is added");
    pt_oom_fail_at(0);
}

/* ---- servers ---- */

static void add(struct pt_arena *arena, struct pt_settings *settings,
                enum pt_service service, const char *username, bool chosen)
{
    struct pt_server *server = pt_settings_add(arena, settings);

    if (!server)
        return;
    OK(!server->host && !server->port && !server->chosen,
       "a new server is empty");
    *server = (struct pt_server){
        .service = service, .username = username, .chosen = chosen};
}

static void test_add_without_memory(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_settings s = {0};

    pt_oom_fail_at(1);
    OK(!pt_settings_add(arena, &s) && !s.server_count && !s.servers,
       "without memory no server is added");
    pt_oom_fail_at(0);
}

static void test_chosen(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_settings s = {.address.text = "ann@example.org"};

    OK(!pt_chosen(&s, PT_IMAP) && !pt_chosen_incoming(&s),
       "without servers none is chosen");
    IS(pt_login(&s, NULL), "ann@example.org", "one logs in by the address");
    add(arena, &s, PT_IMAP, "other", false);
    OK(!pt_chosen(&s, PT_IMAP), "an alternative is not chosen");
    add(arena, &s, PT_POP3, "popper", true);
    OK(pt_chosen_incoming(&s) == &s.servers[1], "POP3 will do for incoming");
    add(arena, &s, PT_IMAP, NULL, true);
    OK(pt_chosen_incoming(&s) == &s.servers[2], "IMAP is better");
    OK(pt_chosen(&s, PT_POP3) == &s.servers[1], "each service has its own");
}

/* A server's user name, and the incoming server's: who logs in? */
static const struct {
    const char *incoming;
    const char *outgoing;
    const char *want;
} logins[] = {
    {NULL, NULL, "ann@example.org"},
    {"ann", NULL, "ann"},
    {NULL, "out", "out"},
    {"ann", "out", "out"},
};

static void test_logins(void)
{
    for (size_t i = 0; i < sizeof(logins) / sizeof(*logins); i++) {
        PT_ARENA struct pt_arena *arena = pt_arena_new();
        struct pt_settings s = {.address.text = "ann@example.org"};

        add(arena, &s, PT_IMAP, logins[i].incoming, true);
        add(arena, &s, PT_SUBMISSION, logins[i].outgoing, true);
        IS(pt_login(&s, pt_chosen(&s, PT_SUBMISSION)), logins[i].want,
           "the server's user name, else the incoming one, else the address");
    }
}

static void test_login_rule(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_settings s = {.bridge.login = "as it was typed"};

    IS(pt_login_rule(&s), "as it was typed",
       "without a server the bridge's rule is all there is");
    add(arena, &s, PT_IMAP, NULL, true);
    IS(pt_login_rule(&s), "as it was typed", "nor is it told by this one");
    s.servers[0].username = "ann";
    OK(!pt_login_rule(&s), "what is told needs no rule");
}

static void test_full_name(void)
{
    struct pt_settings s = {.address.shown = "ann@b\xC3\xBC"
                                             "cher.example"};

    IS(pt_full_name(&s),
       "ann@b\xC3\xBC"
       "cher.example",
       "without a name the address is shown");
    s.display_name = "Ann Example";
    IS(pt_full_name(&s), "Ann Example", "with one, that");
}

/* ---- the end of a search ---- */

static const struct {
    enum pt_find_status status;
    const char *name;
    enum pt_status exit;
} statuses[] = {
    {PT_FIND_OK, "ok", 0},
    {PT_FIND_NOTHING, "nothing", 1},
    {PT_FIND_UNSURE, "unsure", 3},
    {PT_FIND_UNREACHABLE, "unreachable", 4},
    {PT_FIND_NEEDS_BRIDGE, "needs-bridge", 7},
};

static void test_statuses(void)
{
    char what[SENTENCE];

    for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
        IS(pt_find_status_name(statuses[i].status), statuses[i].name,
           "a search ends with a word");
        snprintf(what, sizeof(what), "'%s' exits with %d", statuses[i].name,
                 (int)statuses[i].exit);
        OK(pt_find_status_exit(statuses[i].status) == statuses[i].exit, what);
    }
}

int main(void)
{
    test_strings();
    test_pairs();
    test_pairs_without_memory();
    test_add_without_memory();
    test_chosen();
    test_logins();
    test_login_rule();
    test_full_name();
    test_statuses();
    return tap_done();
}
