#include "format/xml.h"
#include "format/xml_tree.h"
#include "tests/tap.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

/* One element with text, and with the same text as an attribute. */
static const char *write_one(const char *text, struct pt_buf *out,
                             struct pt_error *err)
{
    struct pt_xml xml;

    pt_xml_begin(&xml, out);
    pt_xml_open(&xml, "r");
    pt_xml_attribute(&xml, "a", text);
    pt_xml_text(&xml, text);
    pt_xml_close(&xml);
    return pt_xml_end(&xml, err) == PT_OK ? pt_buf_text(out) : err->text;
}

static const struct {
    const char *what;
    const char *text;
    const char *want;
} escapes[] = {
    {"what XML means something by is escaped", "a & b < c > d",
     HEAD "<r a=\"a &amp; b &lt; c &gt; d\">a &amp; b &lt; c &gt; d</r>\n"},
    {"text cannot end its element", "</r><r>",
     HEAD "<r a=\"&lt;/r&gt;&lt;r&gt;\">&lt;/r&gt;&lt;r&gt;</r>\n"},
    {"quotes are escaped", "\"'",
     HEAD "<r a=\"&quot;'\">&quot;'</r>\n"},
    {"an entity of the text's own is text", "&lt;&#10;&x;",
     HEAD "<r a=\"&amp;lt;&amp;#10;&amp;x;\">&amp;lt;&amp;#10;&amp;x;</r>\n"},
    {"the end of CDATA is escaped", "]]>",
     HEAD "<r a=\"]]&gt;\">]]&gt;</r>\n"},
    {"UTF-8 is kept", "\xC3\xA9\xF0\x9F\x99\x82",
     HEAD "<r a=\"\xC3\xA9\xF0\x9F\x99\x82\">\xC3\xA9\xF0\x9F\x99\x82</r>\n"},
    {"a control is refused", "a\x01z", "XML cannot hold the text 'a?z'"},
    {"an escape sequence is refused", "\x1b[0m",
     "XML cannot hold the text '?[0m'"},
    {"what is not UTF-8 is refused", "caf\xE9",
     "XML cannot hold the text 'caf?'"},
    {"half a surrogate pair is refused", "\xED\xA0\x80",
     "XML cannot hold the text '?" "?" "?'"},
    {"U+FFFE is refused", "\xEF\xBF\xBE",
     "XML cannot hold the text '\xEF\xBF\xBE'"},
    {"U+FFFF is refused", "\xEF\xBF\xBF",
     "XML cannot hold the text '\xEF\xBF\xBF'"},
};

static void test_escapes(void)
{
    for (size_t i = 0; i < sizeof(escapes) / sizeof(*escapes); i++) {
        PT_BUF struct pt_buf out = {0};
        struct pt_error err = {0};

        IS(write_one(escapes[i].text, &out, &err), escapes[i].want,
           escapes[i].what);
    }
}

/* A parser turns CR into LF, and both into a blank in an attribute. */
static void test_white_space(void)
{
    static const char text[] = " a\tb\r\nc\n ";
    PT_BUF struct pt_buf out = {0};
    PT_BUF struct pt_buf read = {0};
    PT_TREE xmlDoc *doc = NULL;
    struct pt_error err = {0};
    const xmlNode *root;

    write_one(text, &out, &err);
    if (pt_tree_read(pt_slice(out.at, out.len), &doc, &root, &err)) {
        OK(false, err.text);
        return;
    }
    pt_tree_text(root, &read);
    IS(pt_buf_text(&read), text, "white space in text is read as it was");
    IS(pt_tree_attribute(root, "a"), text,
       "white space in an attribute is read as it was");
}

static void test_nesting(void)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_error err = {0};
    struct pt_xml xml;

    pt_xml_begin(&xml, &out);
    pt_xml_doctype(&xml, "r", "-//X//EN", "http://x.example/r.dtd");
    pt_xml_open(&xml, "r");
    pt_xml_element(&xml, "full", "x");
    pt_xml_element(&xml, "empty", NULL);
    OK(pt_xml_end(&xml, &err) == PT_OK, "what was left open is closed");
    IS(pt_buf_text(&out),
       HEAD "<!DOCTYPE r\nPUBLIC \"-//X//EN\"\n"
            "       \"http://x.example/r.dtd\">\n"
            "<r>\n\t<full>x</full>\n\t<empty/>\n</r>\n",
       "elements are nested and indented");
}

static void test_room(void)
{
    PT_BUF struct pt_buf small = {.max = 16};
    struct pt_error err = {0};

    write_one("text", &small, &err);
    OK(err.status == PT_NO_MEMORY,
       "what did not fit the buffer is not passed off as whole");
}

int main(void)
{
    test_escapes();
    test_white_space();
    test_nesting();
    test_room();
    return tap_done();
}
