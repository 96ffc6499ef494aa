/* fuzz_plist.c - any bytes as a text and as data of a property list, read
 * back by the rules of XML, without a library. */
#include "base/arena.h"
#include "base/base64.h"
#include "base/text.h"
#include "format/plist.h"
#include "tests/unit/read_xml.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check_text(const char *list, const char *want)
{
    PT_BUF struct pt_buf got = {0};

    read_xml_text(between(list, "<string>", "</string>"), &got);
    if (!pt_is(pt_buf_text(&got), want))
        abort();
}

static void check_data(struct pt_arena *arena, const char *list,
                       struct pt_slice want)
{
    PT_BUF struct pt_buf joined = {0};
    struct pt_slice rest = between(list, "<data>", "</data>");
    struct pt_slice line;
    unsigned char *got;
    size_t len;

    while (pt_next_word(&rest, &line))
        pt_buf_add(&joined, line.at, line.len);
    got = pt_arena_alloc(arena, joined.len + 1);
    if (!pt_base64_decode(pt_slice(pt_buf_text(&joined), joined.len), got,
                          &len) ||
        len != want.len || memcmp(got, want.at, len) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_BUF struct pt_buf out = {0};
    struct pt_slice bytes = pt_slice(len ? (const char *)data : "", len);
    const char *text = pt_arena_strndup(arena, bytes.at, bytes.len);
    struct pt_plist plist;
    struct pt_error err = {0};
    enum pt_status status;

    pt_plist_begin(&plist, &out);
    pt_plist_string(&plist, "Text", text);
    pt_plist_data(&plist, "Data", bytes.at, bytes.len);
    status = pt_plist_end(&plist, &err);
    if (status == PT_OK) {
        check_text(pt_buf_text(&out), text);
        check_data(arena, pt_buf_text(&out), bytes);
    } else if (status != PT_CANNOT_EXPRESS || !*err.text || !*err.hint) {
        abort();
    }
    return 0;
}
