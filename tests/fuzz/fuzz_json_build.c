/* fuzz_json_build.c - any bytes as a text of JSON: exact, it is read back as it
 * was, or was not UTF-8; of ours, all that is read back can be printed. */
#include "base/arena.h"
#include "base/text.h"
#include "format/json_build.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void expect(bool promised)
{
    if (!promised)
        abort();
}

/* The control that "\u00XX" stands for: nothing else is told so. */
static char read_control(const char *hex)
{
    char digits[5] = "";

    strncpy(digits, hex, 4);
    expect(strspn(digits, "0123456789abcdef") == 4 &&
           !strncmp(digits, "00", 2));
    return (char)strtoul(digits, NULL, 16);
}

/* One character of a string (RFC 8259, 7); past it. */
static const char *read_character(const char *at, char *ret_char)
{
    static const char escapes[] = "\"\\/bfnrt";
    static const char are[] = "\"\\/\b\f\n\r\t";
    const char *escape;

    expect((unsigned char)*at >= ' ');
    *ret_char = *at++;
    if (*ret_char != '\\')
        return at;
    if (*at == 'u') {
        *ret_char = read_control(at + 1);
        return at + 5;
    }
    escape = *at ? strchr(escapes, *at) : NULL;
    expect(escape);
    *ret_char = are[escape - escapes];
    return at + 1;
}

/* Past the string that begins here. */
static const char *read_string(const char *at, struct pt_buf *out)
{
    expect(*at++ == '"');
    while (*at != '"') {
        char c;

        at = read_character(at, &c);
        pt_buf_putc(out, c);
    }
    return at + 1;
}

/* An array of these two, and nothing else. */
static void check(const char *json, const char *text)
{
    PT_BUF struct pt_buf exact = {0};
    PT_BUF struct pt_buf ours = {0};

    expect(*json == '[');
    json = read_string(json + 1, &exact);
    expect(*json == ',');
    json = read_string(json + 1, &ours);
    expect(!strcmp(json, "]\n"));
    expect(pt_is(pt_buf_text(&exact), text));
    expect(pt_is_printable(pt_slice_of(pt_buf_text(&ours))));
    if (strlen(text) < 4096 && pt_is_printable(pt_slice_of(text)))
        expect(pt_is(pt_buf_text(&ours), text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_BUF struct pt_buf out = {0};
    const char *text = pt_arena_strndup(arena, (const char *)data, len);
    struct pt_error err = {0};
    struct pt_json json;
    enum pt_status status;

    pt_json_begin_as(&json, cJSON_CreateArray());
    pt_json_exact(&json, json.root, NULL, text);
    pt_json_text(&json, json.root, NULL, text);
    status = pt_json_end(&json, true, &out, &err);
    expect(status == (pt_is_utf8(pt_slice_of(text)) ? PT_OK
                                                    : PT_CANNOT_EXPRESS));
    if (status == PT_OK)
        check(pt_buf_text(&out), text);
    return 0;
}
