#include "format/toml.h"
#include "tests/tap.h"

static const struct {
    const char *what;
    const char *value;
    const char *line;
} strings[] = {
    {"plain text stands as it is", "Ann Example", "k = \"Ann Example\"\n"},
    {"quotes and backslashes are escaped", "a\"b\\", "k = \"a\\\"b\\\\\"\n"},
    {"a value cannot end its line", "a\r\nx = 1",
     "k = \"a\\u000D\\u000Ax = 1\"\n"},
    {"controls are told by number", "\x01\t\x1b\x7f",
     "k = \"\\u0001\\u0009\\u001B\\u007F\"\n"},
    {"other marks mean nothing", "&<>'%#$`", "k = \"&<>'%#$`\"\n"},
    {"UTF-8 is kept", "\xC3\x84 \xF0\x9F\x99\x82\xE2\x80\x8F",
     "k = \"\xC3\x84 \xF0\x9F\x99\x82\xE2\x80\x8F\"\n"},
    {"a value may be empty", "", "k = \"\"\n"},
};

static void test_strings(void)
{
    for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++) {
        PT_BUF struct pt_buf out = {0};
        struct pt_error err = {0};
        struct pt_toml toml;

        pt_toml_begin(&toml, &out);
        pt_toml_string(&toml, "k", strings[i].value);
        IS(pt_toml_end(&toml, &err) == PT_OK ? pt_buf_text(&out) : err.text,
           strings[i].line, strings[i].what);
    }
}

static void test_tables(void)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_toml toml;

    pt_toml_begin(&toml, &out);
    pt_toml_table(&toml, "accounts", "ann@example.org");
    pt_toml_bool(&toml, "default", true);
    pt_toml_int(&toml, "port", 993);
    pt_toml_table(&toml, "accounts", "a\"]b");
    pt_toml_bool(&toml, "default", false);
    OK(pt_toml_end(&toml, NULL) == PT_OK, "numbers always fit");
    IS(pt_buf_text(&out),
       "[accounts.\"ann@example.org\"]\ndefault = true\nport = 993\n\n"
       "[accounts.\"a\\\"]b\"]\ndefault = false\n",
       "the name of a table cannot end it");
}

static void test_failures(void)
{
    PT_BUF struct pt_buf out = {0};
    PT_BUF struct pt_buf small = {.max = 8};
    struct pt_error err = {0};
    struct pt_toml toml;

    pt_toml_begin(&toml, &out);
    pt_toml_string(&toml, "k", "caf\xE9");
    pt_toml_string(&toml, "k", "fine");
    OK(pt_toml_end(&toml, &err) == PT_CANNOT_EXPRESS && *err.hint,
       "text that is not UTF-8 does not fit, and a hint helps");
    IS(err.text, "TOML cannot hold the text 'caf?'", "it says which text");
    pt_toml_begin(&toml, &small);
    pt_toml_string(&toml, "k", "value");
    OK(pt_toml_end(&toml, &err) == PT_NO_MEMORY,
       "what did not fit the buffer is not passed off as whole");
}

int main(void)
{
    test_strings();
    test_tables();
    test_failures();
    return tap_done();
}
