/* test_watch_line.c - what an update did, in one line. */
#include "cli/watch_line.h"
#include "tests/tap.h"

static struct pt_call call;
static struct pt_updating updating;

static struct pt_repair *add(const char *client, enum pt_repaired outcome,
                             const char *todo)
{
    struct pt_repair *repair = pt_updating_add(&updating, client, "/x", NULL);

    pt_repair_end(&updating, repair, outcome, todo);
    return repair;
}

static struct pt_watch_line line_of(enum pt_status status, const char *why)
{
    struct pt_error err = {.status = status};
    struct pt_watch_line line = {0};

    snprintf(err.text, sizeof(err.text), "%s", why);
    OK(pt_watch_line(&updating, &err, &line), "a line can be made");
    updating = (struct pt_updating){.call = &call};
    return line;
}

static void test_moved(void)
{
    struct pt_repair *repair = add("thunderbird", PT_REPAIR_UPDATED, NULL);
    struct pt_watch_line line;

    repair->bridge = "proton";
    pt_repair_add(call.arena, repair, "imap port", "1143", "1144");
    pt_repair_add(call.arena, repair, "imap certificate", "aa", "bb");
    repair = add("msmtp", PT_REPAIR_UPDATED, NULL);
    repair->bridge = "proton";
    pt_repair_add(call.arena, repair, "imap port", "1143", "1144");
    add("msmtp", PT_REPAIR_UPDATED, NULL)->bridge = "proton";
    add("mutt", PT_REPAIR_BUSY, "close it");
    add("aerc", PT_REPAIR_CURRENT, NULL)->bridge = "davmail";
    line = line_of(PT_OK, "");
    IS(line.done,
       "proton moved (imap port 1143 -> 1144, imap certificate renewed): "
       "thunderbird, msmtp updated",
       "who moved from where to where, and who followed, each once");
    IS(line.waits,
       "mutt is running: close it, and run 'portolan update'",
       "a program that runs and does not tell when it ends is left to people");
    IS(line.wrong, "", "and nothing is wrong");
}

static void test_clicks(void)
{
    struct pt_watch_line line;

    add("text", PT_REPAIR_UPDATED, NULL);
    add("apple", PT_REPAIR_MANUAL, "double-click it");
    add("thunderbird", PT_REPAIR_BUSY, NULL)->held = "/x/.parentlock";
    line = line_of(PT_OK, "");
    IS(line.done,
       "the settings changed: text updated; apple needs you: double-click it",
       "without a bridge and without differences, still whose files they are");
    IS(line.waits, "thunderbird is running: it is updated once it is closed",
       "a program whose end is heard of needs nobody");
}

static void test_wrong(void)
{
    struct pt_watch_line line;

    add("proton", PT_REPAIR_REFUSED, "it is not running");
    add("proton", PT_REPAIR_REFUSED, "it is not running");
    add("mutt", PT_REPAIR_FAILED, NULL);
    line = line_of(PT_CANNOT_WRITE, "the disk is full");
    IS(line.done, "", "nothing was done");
    IS(line.wrong,
       "proton: it is not running; mutt: failed; the update failed: the disk "
       "is full",
       "all that is wrong is said, once each");
    line = line_of(PT_OK, "");
    IS(line.done, "", "where there is nothing");
    IS(line.waits, "", "nothing waits");
    IS(line.wrong, "", "and nothing is wrong");
}

int main(void)
{
    call.arena = pt_arena_new();
    updating.call = &call;
    test_moved();
    test_clicks();
    test_wrong();
    pt_arena_free(call.arena);
    return tap_done();
}
