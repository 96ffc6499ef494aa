#include "format/json_build.h"
#include "tests/tap.h"

static void build(struct pt_json *json)
{
    const char *words[] = {"a", "b\"c"};
    const struct pt_strings strings = {.at = words, .count = 2};
    cJSON *array;
    cJSON *at;

    pt_json_begin(json);
    pt_json_text(json, json->root, "text", "caf\xC3\xA9 \"\\\n\x1b\xE9");
    pt_json_text(json, json->root, "none", NULL);
    pt_json_number(json, json->root, "zero", 0);
    pt_json_known(json, json->root, "unknown", 0);
    pt_json_known(json, json->root, "port", 65535);
    pt_json_bool(json, json->root, "yes", true);
    pt_json_strings(json, json->root, "words", &strings);
    array = pt_json_array(json, json->root, "list");
    at = pt_json_object(json, array, NULL);
    pt_json_bool(json, at, "no", false);
}

static void test_lines(void)
{
    PT_BUF struct pt_buf out = {0};
    PT_BUF struct pt_buf lines = {0};
    struct pt_json json;
    struct pt_error err = {0};

    build(&json);
    OK(pt_json_end(&json, true, &out, &err) == PT_OK && !json.root,
       "JSON is written, and its tree is freed");
    IS(pt_buf_text(&out),
       "{\"portolan\":1,\"text\":\"caf\xC3\xA9 \\\"\\\\?" "?" "?\","
       "\"none\":null,\"zero\":0,\"unknown\":null,\"port\":65535,"
       "\"yes\":true,\"words\":[\"a\",\"b\\\"c\"],\"list\":[{\"no\":false}]}"
       "\n",
       "on one line, with what cannot be printed replaced");
    build(&json);
    OK(pt_json_end(&json, false, &lines, &err) == PT_OK &&
           pt_has_prefix(pt_buf_text(&lines),
                         "{\n\t\"portolan\":\t1,\n\t\"text\":\t"),
       "or on many");
}

static void test_exact(void)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_json json;
    struct pt_error err = {0};

    pt_json_begin_as(&json, cJSON_CreateArray());
    pt_json_number(&json, json.root, NULL, 143);
    pt_json_exact(&json, json.root, NULL,
                  "\x01\r\n\t\b\f\x1F\x7F/\"\\\xC3\xA9\xE2\x80\xAE");
    OK(pt_json_end(&json, true, &out, &err) == PT_OK,
       "the JSON of others may be an array");
    IS(pt_buf_text(&out),
       "[143,\"\\u0001\\r\\n\\t\\b\\f\\u001f\x7F/\\\"\\\\\xC3\xA9\xE2\x80\xAE"
       "\"]\n",
       "an exact text keeps all its characters");
    pt_json_begin_as(&json, cJSON_CreateArray());
    pt_json_exact(&json, json.root, NULL, "caf\xE9");
    pt_json_exact(&json, json.root, NULL, "fine");
    OK(pt_json_end(&json, true, &out, &err) == PT_CANNOT_EXPRESS && *err.hint,
       "but bytes that are not UTF-8 are refused");
    IS(err.text, "JSON cannot hold the text 'caf?'", "and named");
}

static void test_long_text(void)
{
    PT_BUF struct pt_buf text = {0};
    PT_BUF struct pt_buf out = {0};
    struct pt_json json;
    struct pt_error err = {0};

    for (int i = 0; i < 5000; i++)
        pt_buf_puts(&text, "\xC3\xA9");
    pt_json_begin(&json);
    pt_json_text(&json, json.root, "k", pt_buf_text(&text));
    OK(pt_json_end(&json, true, &out, &err) == PT_OK && out.len < 4200 &&
           pt_is_utf8(pt_slice(out.at, out.len)) &&
           strstr(out.at, "\xC3\xA9...\""),
       "text that is too long is cut between two characters, and says so");
}

static void test_failures(void)
{
    PT_BUF struct pt_buf out = {0};
    PT_BUF struct pt_buf small = {.max = 4};
    struct pt_json json;
    struct pt_error err = {0};

    pt_json_begin(&json);
    pt_json_text(&json, pt_json_object(&json, NULL, "k"), "k", "lost");
    OK(pt_json_end(&json, true, &out, &err) == PT_NO_MEMORY && !out.len,
       "what had no parent is not passed over in silence");
    pt_json_begin(&json);
    OK(pt_json_end(&json, true, &small, &err) == PT_NO_MEMORY,
       "what did not fit the buffer is not passed off as whole");
}

int main(void)
{
    test_lines();
    test_exact();
    test_long_text();
    test_failures();
    return tap_done();
}
