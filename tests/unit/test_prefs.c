#include "format/prefs.h"
#include "tests/tap.h"
#include "tests/unit/read_prefs.h"

static const struct {
    const char *what;
    const char *value;
    const char *line;
} strings[] = {
    {"plain text stands as it is", "Ann Example",
     "user_pref(\"b.k\", \"Ann Example\");\n"},
    {"quotes and backslashes are escaped", "a\"b\\c\\\"",
     "user_pref(\"b.k\", \"a\\\"b\\\\c\\\\\\\"\");\n"},
    {"a value cannot end its line", "a\r\nuser_pref(\"x\", 1);",
     "user_pref(\"b.k\", \"a\\x0D\\x0Auser_pref(\\\"x\\\", 1);\");\n"},
    {"controls are told by number", "\x01\t\x1b\x7f",
     "user_pref(\"b.k\", \"\\x01\\x09\\x1B\\x7F\");\n"},
    {"other marks mean nothing", "&<>'%$`/*#//",
     "user_pref(\"b.k\", \"&<>'%$`/*#//\");\n"},
    {"UTF-8 is kept, signs and marks of direction too",
     "\xC3\x84nn \xF0\x9F\x99\x82\xE2\x80\x8F",
     "user_pref(\"b.k\", \"\xC3\x84nn \xF0\x9F\x99\x82\xE2\x80\x8F\");\n"},
    {"a value may be empty", "", "user_pref(\"b.k\", \"\");\n"},
};

static void test_strings(struct pt_arena *arena)
{
    const struct pt_strings none = {0};

    for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++) {
        struct pt_prefs prefs = {.arena = arena};
        PT_BUF struct pt_buf js = {0};
        PT_BUF struct pt_buf json = {0};
        struct pt_error err = {0};

        pt_prefs_string(&prefs, "b.", "k", strings[i].value);
        IS(pt_prefs_write(&prefs, &js, &err) == PT_OK ? pt_buf_text(&js)
                                                      : err.text,
           strings[i].line, strings[i].what);
        OK(pt_prefs_write_policies(&prefs, &none, &json, &err) == PT_OK &&
               read_policies(&json, &prefs),
           pt_arena_printf(arena, "in a policy: %s", strings[i].what));
    }
}

static void test_numbers(struct pt_arena *arena)
{
    struct pt_prefs prefs = {.arena = arena};
    PT_BUF struct pt_buf out = {0};
    struct pt_error err = {0};

    pt_prefs_int(&prefs, "", "port", 65535);
    pt_prefs_int(&prefs, "", "least", INT32_MIN);
    pt_prefs_int(&prefs, "", "none", 0);
    pt_prefs_bool(&prefs, "", "yes", true);
    pt_prefs_bool(&prefs, "", "no", false);
    OK(pt_prefs_write(&prefs, &out, &err) == PT_OK, "numbers always fit");
    IS(pt_buf_text(&out),
       "user_pref(\"port\", 65535);\n"
       "user_pref(\"least\", -2147483648);\n"
       "user_pref(\"none\", 0);\n"
       "user_pref(\"yes\", true);\n"
       "user_pref(\"no\", false);\n",
       "numbers and truths have no quotes");
}

/* cJSON's tabs taken out. */
static const char *packed(struct pt_arena *arena, const struct pt_buf *json)
{
    char *text = pt_arena_strdup(arena, pt_buf_text(json));
    size_t len = 0;

    for (const char *at = text; *at; at++)
        if (*at != '\t' && *at != '\n')
            text[len++] = *at;
    text[len] = '\0';
    return text;
}

static void test_policies(struct pt_arena *arena)
{
    const char *files[] = {"/a \"b\".pem", "c.pem"};
    const struct pt_strings certificates = {.at = files, .count = 2};
    struct pt_prefs prefs = {.arena = arena};
    PT_BUF struct pt_buf out = {0};
    struct pt_error err = {0};

    pt_prefs_int(&prefs, "mail.", "port", 1143);
    pt_prefs_int(&prefs, "mail.", "none", 0);
    pt_prefs_bool(&prefs, "mail.", "no", false);
    OK(pt_prefs_write_policies(&prefs, &certificates, &out, &err) == PT_OK,
       "policies are written");
    IS(packed(arena, &out),
       "{\"policies\":{\"Preferences\":{"
       "\"mail.port\":{\"Value\":1143,\"Status\":\"default\"},"
       "\"mail.no\":{\"Value\":false,\"Status\":\"default\"}},"
       "\"Certificates\":{\"Install\":[\"/a \\\"b\\\".pem\", \"c.pem\"]}}}",
       "what is 0 anyway is left out, certificates are files");
    pt_prefs_int(&prefs, "mail.", "authMethod", 1);
    OK(pt_prefs_write_policies(&prefs, &certificates, &out, &err) ==
               PT_CANNOT_EXPRESS &&
           *err.hint,
       "the number 1 is refused, and a hint helps");
    IS(err.text,
       "a policy cannot set 'mail.authMethod' to 1: Thunderbird takes it for "
       "a truth",
       "it says which");
}

static void test_failures(struct pt_arena *arena)
{
    struct pt_prefs prefs = {.arena = arena};
    PT_BUF struct pt_buf out = {0};
    PT_BUF struct pt_buf small = {.max = 8};
    struct pt_error err = {0};

    pt_prefs_string(&prefs, "", "k", "fine");
    OK(pt_prefs_write(&prefs, &small, &err) == PT_NO_MEMORY,
       "what did not fit the buffer is not passed off as whole");
    pt_prefs_string(&prefs, "", "k", "caf\xE9");
    pt_prefs_string(&prefs, "", "k", "fine");
    OK(pt_prefs_write(&prefs, &out, &err) == PT_CANNOT_EXPRESS && *err.hint,
       "text that is not UTF-8 does not fit, and a hint helps");
    IS(err.text, "Thunderbird cannot hold the text 'caf?'",
       "it says which text");
    OK(pt_prefs_write_policies(&prefs, &(struct pt_strings){0}, &out, &err) ==
               PT_CANNOT_EXPRESS &&
           !out.len,
       "no more does it in a policy");
}

int main(void)
{
    static void (*const tests[])(struct pt_arena * arena) = {
        test_strings, test_numbers, test_policies, test_failures};

    for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
        PT_ARENA struct pt_arena *arena = pt_arena_new();

        tests[i](arena);
    }
    return tap_done();
}
