/* fuzz_xml.c - any bytes as a text and as an attribute of XML: read back they
 * are what they were, and make no element of their own, or they were refused
 * because XML has no such characters. */
#include "base/arena.h"
#include "format/xml.h"
#include "tests/unit/read_xml.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void expect(bool promised)
{
    if (!promised)
        abort();
}

/* XML 1.0, 2.2. */
static bool can_hold(const char *text)
{
    for (const char *at = text; *at; at++)
        if ((unsigned char)*at < ' ' && !strchr("\t\r\n", *at))
            return false;
    return pt_is_utf8(pt_slice_of(text)) && !strstr(text, "\xEF\xBF\xBE") &&
           !strstr(text, "\xEF\xBF\xBF");
}

static enum pt_status write_all(const char *text, struct pt_buf *out,
                                struct pt_error *err)
{
    struct pt_xml xml;

    pt_xml_begin(&xml, out);
    pt_xml_open(&xml, "r");
    pt_xml_open(&xml, "e");
    pt_xml_attribute(&xml, "a", text);
    pt_xml_close(&xml);
    pt_xml_element(&xml, "t", text);
    return pt_xml_end(&xml, err);
}

static void check(const char *written, const char *text)
{
    PT_BUF struct pt_buf attribute = {0};
    PT_BUF struct pt_buf content = {0};

    read_xml_attribute(between(written, "<e a=\"", "\"/>\n"), &attribute);
    expect(pt_is(pt_buf_text(&attribute), text));
    if (!*text) {
        expect(strstr(written, "<t></t>"));
        return;
    }
    read_xml_text(between(written, "<t>", "</t>\n</r>\n"), &content);
    expect(pt_is(pt_buf_text(&content), text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_BUF struct pt_buf out = {0};
    const char *text = pt_arena_strndup(arena, (const char *)data, len);
    struct pt_error err = {0};
    enum pt_status status = write_all(text, &out, &err);

    expect((status == PT_OK) == can_hold(text));
    if (status == PT_OK)
        check(pt_buf_text(&out), text);
    else
        expect(status == PT_CANNOT_EXPRESS && *err.text && *err.hint);
    return 0;
}
