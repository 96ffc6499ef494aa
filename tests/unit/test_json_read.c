#include "format/json_read.h"
#include "base/buf.h"
#include "tests/tap.h"

static const struct {
    const char *what;
    const char *json;
    const char *want; /* the value of "k", or the sentence */
} cases[] = {
    {"an object is read", "{\"k\": \"v\"}", "v"},
    {"blanks around it do not matter", " \n{\"k\": \"v\"}\r\n\t ", "v"},
    {"escapes are filled in", "{\"k\": \"\\u00e9\\n\"}", "\xC3\xA9\n"},
    {"of two alike the first counts", "{\"k\": \"a\", \"k\": \"b\"}", "a"},
    {"nothing is told", "", "it is empty"},
    {"blanks are nothing", " \n ", "it is empty"},
    {"an array is no object", "[1]", "it is JSON, but not an object"},
    {"a word is no object", "null", "it is JSON, but not an object"},
    {"what follows is told with its line", "{}\n\n{}", "line 3 is not JSON"},
    {"a missing comma is told", "{\"k\": 1\n\"l\": 2}", "line 2 is not JSON"},
    {"half an object is cut short", "{\"k\":\n",
     "it is cut short: the JSON breaks off in line 2"},
    {"half a string is cut short", "{\"k\": \"}",
     "it is cut short: the JSON breaks off in line 1"},
    {"half an escape is cut short", "{\"k\": \"\\",
     "it is cut short: the JSON breaks off in line 1"},
    {"a brace in a string closes nothing", "{\"k\": \"}\"",
     "it is cut short: the JSON breaks off in line 1"},
};

/* The value of "k", or what is wrong. */
static void check(const char *json, const char *want, const char *what)
{
    PT_JSON cJSON *root = NULL;
    struct pt_error err = {0};
    enum pt_status status = pt_json_read(pt_slice_of(json), &root, &err);
    const cJSON *k = cJSON_GetObjectItemCaseSensitive(root, "k");

    if (status != PT_OK)
        OK(status == PT_BAD_INPUT && !root && *err.hint,
           "what is wrong comes with a hint, and nothing else");
    IS(status == PT_OK ? cJSON_GetStringValue(k) : err.text, want, what);
}

static void test_depth(void)
{
    PT_BUF struct pt_buf deep = {0};
    PT_JSON cJSON *root = NULL;
    struct pt_error err = {0};

    for (int i = 0; i < 50000; i++)
        pt_buf_puts(&deep, "{\"k\":");
    OK(pt_json_read(pt_slice(deep.at, deep.len), &root, &err) ==
           PT_BAD_INPUT,
       "50000 objects in one another are refused");
}

int main(void)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        check(cases[i].json, cases[i].want, cases[i].what);
    test_depth();
    return tap_done();
}
