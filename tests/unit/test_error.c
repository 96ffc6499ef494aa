#include "base/error.h"
#include "base/text.h"
#include "tests/tap.h"

static void test_words(void)
{
    struct pt_error err;
    enum pt_status status = pt_fail(&err, PT_BAD_INPUT, "name another",
                                    "cannot read '%s': %d", "a", 5);

    OK(status == PT_BAD_INPUT && err.status == status,
       "a failure returns the status it notes");
    IS(err.text, "cannot read 'a': 5", "the sentence is formatted");
    IS(err.hint, "name another", "the hint is taken as it is");
    pt_fail(&err, PT_NOTHING, NULL, "gone");
    IS(err.hint, "", "without a hint the last one is gone");
    pt_fail(&err, PT_NOTHING, "100%s", "gone");
    IS(err.hint, "100%s", "a hint is no format");
    OK(pt_fail(NULL, PT_BUSY, "wait", "it is %s", "busy") == PT_BUSY,
       "nobody need listen");
    OK(pt_fail_memory(&err) == PT_NO_MEMORY && err.status == PT_NO_MEMORY &&
           err.text[0] && err.hint[0],
       "running out of memory has its own words");
}

static void test_nesting(void)
{
    struct pt_error err;

    pt_fail(&err, PT_BAD_INPUT, NULL, "line 3");
    pt_fail(&err, PT_BAD_INPUT, NULL, "in '%s': %s", "a.json", err.text);
    IS(err.text, "in 'a.json': line 3", "a sentence may hold the one before");
}

static void test_foreign_bytes(void)
{
    struct pt_error err;

    pt_fail(&err, PT_BAD_INPUT, "say \x1b[1m", "heard '%s'", "\x1b[2J\xFF\n");
    IS(err.text,
       "heard '?[2J?"
       "?'",
       "the sentence keeps no control characters");
    IS(err.hint, "say ?[1m", "nor does the hint");
}

/* So long that it is cut twice: once by each buffer it goes through. */
static void test_length(void)
{
    struct pt_error err;
    char hint[2000];
    size_t len;

    memset(hint, 'h', sizeof(hint));
    hint[sizeof(hint) - 1] = '\0';
    pt_fail(&err, PT_BAD_INPUT, hint, "%1500s\xE2\x82\xAC", "x");
    len = strlen(err.text);
    OK(len == sizeof(err.text) - 1 && pt_has_suffix(err.text, " ..."),
       "a sentence that is too long is cut, and shows it");
    OK(strlen(err.hint) == sizeof(err.hint) - 1 &&
           pt_has_suffix(err.hint, "h..."),
       "so is a hint");
}

int main(void)
{
    test_words();
    test_nesting();
    test_foreign_bytes();
    test_length();
    return tap_done();
}
