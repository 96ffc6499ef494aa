#include "format/prefs.h"
#include "tests/tap.h"

static const struct {
    const char *what;
    const char *value;
    const char *line;
} strings[] = {
    {"plain text stands as it is", "Ann Example",
     "user_pref(\"k\", \"Ann Example\");\n"},
    {"quotes and backslashes are escaped", "a\"b\\c\\\"",
     "user_pref(\"k\", \"a\\\"b\\\\c\\\\\\\"\");\n"},
    {"a value cannot end its line", "a\r\nuser_pref(\"x\", 1);",
     "user_pref(\"k\", \"a\\x0D\\x0Auser_pref(\\\"x\\\", 1);\");\n"},
    {"controls are told by number", "\x01\t\x1b\x7f",
     "user_pref(\"k\", \"\\x01\\x09\\x1B\\x7F\");\n"},
    {"other marks mean nothing", "&<>'%/*#//",
     "user_pref(\"k\", \"&<>'%/*#//\");\n"},
    {"UTF-8 is kept, signs and marks of direction too",
     "\xC3\x84nn \xF0\x9F\x99\x82\xE2\x80\x8F",
     "user_pref(\"k\", \"\xC3\x84nn \xF0\x9F\x99\x82\xE2\x80\x8F\");\n"},
    {"a value may be empty", "", "user_pref(\"k\", \"\");\n"},
};

static void test_strings(void)
{
    for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++) {
        PT_BUF struct pt_buf out = {0};
        struct pt_error err = {0};
        struct pt_prefs prefs;

        pt_prefs_begin(&prefs, &out);
        pt_prefs_string(&prefs, "k", strings[i].value);
        IS(pt_prefs_end(&prefs, &err) == PT_OK ? pt_buf_text(&out) : err.text,
           strings[i].line, strings[i].what);
    }
}

static void test_numbers(void)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_error err = {0};
    struct pt_prefs prefs;

    pt_prefs_begin(&prefs, &out);
    pt_prefs_int(&prefs, "port", 65535);
    pt_prefs_int(&prefs, "least", INT32_MIN);
    pt_prefs_bool(&prefs, "yes", true);
    pt_prefs_bool(&prefs, "no", false);
    OK(pt_prefs_end(&prefs, &err) == PT_OK, "numbers always fit");
    IS(pt_buf_text(&out),
       "user_pref(\"port\", 65535);\n"
       "user_pref(\"least\", -2147483648);\n"
       "user_pref(\"yes\", true);\n"
       "user_pref(\"no\", false);\n",
       "numbers and truths have no quotes");
}

static void test_failures(void)
{
    PT_BUF struct pt_buf out = {0};
    PT_BUF struct pt_buf small = {.max = 8};
    struct pt_error err = {0};
    struct pt_prefs prefs;

    pt_prefs_begin(&prefs, &out);
    pt_prefs_string(&prefs, "k", "caf\xE9");
    pt_prefs_string(&prefs, "k", "fine");
    OK(pt_prefs_end(&prefs, &err) == PT_CANNOT_EXPRESS && *err.hint,
       "text that is not UTF-8 does not fit, and a hint helps");
    IS(err.text, "Thunderbird cannot hold the text 'caf?'",
       "it says which text");
    pt_prefs_begin(&prefs, &small);
    pt_prefs_string(&prefs, "k", "value");
    OK(pt_prefs_end(&prefs, &err) == PT_NO_MEMORY,
       "what did not fit the buffer is not passed off as whole");
}

int main(void)
{
    test_strings();
    test_numbers();
    test_failures();
    return tap_done();
}
