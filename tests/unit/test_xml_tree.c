#include "format/xml_tree.h"
#include "tests/tap.h"

#include <stdlib.h>

/* The text of the root, or what is wrong. */
static const char *read_text(struct pt_slice xml, struct pt_buf *text,
                             struct pt_error *err)
{
    PT_TREE xmlDoc *doc = NULL;
    const xmlNode *root;

    if (pt_tree_read(xml, &doc, &root, err) != PT_OK)
        return err->text;
    pt_tree_text(root, text);
    return pt_buf_text(text);
}

static const struct {
    const char *what;
    const char *xml;
    const char *want; /* the root's text, or the sentence */
} cases[] = {
    {"a byte order mark and blank lines are passed over",
     "\xEF\xBB\xBF\r\n \t<?xml version=\"1.0\"?><r>x</r>", "x"},
    {"the five entities and numbers are filled in",
     "<r>&lt;&gt;&amp;&quot;&apos;&#65;&#x42;</r>", "<>&\"'AB"},
    {"CDATA is text", "<r>a<![CDATA[<b>&amp;]]>c</r>", "a<b>&amp;c"},
    {"comments and instructions are not",
     "<r>a<!-- no --><?x no?>b</r>", "ab"},
    {"nor is the text of elements in it", "<r>a<i>no</i>b</r>", "ab"},
    {"another encoding is turned into UTF-8",
     "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><r>\xE9</r>",
     "\xC3\xA9"},
    {"nothing is no XML", "", "it is not XML: line 1 makes no sense"},
    {"blanks are no XML", " \n\n", "it is not XML: line 1 makes no sense"},
    {"half a file is no XML", "<r>\n<a>\n</a>\n",
     "it is not XML: line 4 makes no sense"},
    {"two roots are no XML", "<r/>\n<r/>",
     "it is not XML: line 2 makes no sense"},
    {"what is not UTF-8 is no XML", "<r>\n\xE9 and on</r>",
     "it is not XML: line 2 makes no sense"},
    {"an encoding nobody knows is no XML",
     "<?xml version=\"1.0\" encoding=\"x-y\"?><r>\xE9</r>",
     "it is not XML: line 1 makes no sense"},
    {"an entity nobody declared is no XML", "<r>&a;</r>",
     "it is not XML: line 1 makes no sense"},
    {"a page of a web server is no XML",
     "<html>\n<body><p>Not found<br></body></html>",
     "it is not XML: line 2 makes no sense"},
    {"a DOCTYPE is refused", "<!DOCTYPE r><r/>", "it has a DOCTYPE"},
    {"one that lies elsewhere is refused",
     "<!DOCTYPE r SYSTEM \"file:///etc/passwd\"><r/>", "it has a DOCTYPE"},
    {"entities that grow are refused before they do",
     "<!DOCTYPE r [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>"
     "<r>&b;&b;</r>",
     "it has a DOCTYPE"},
    {"a file to be read in is refused",
     "<!DOCTYPE r [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><r>&a;</r>",
     "it has a DOCTYPE"},
};

static void test_cases(void)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        PT_BUF struct pt_buf text = {0};
        struct pt_error err = {0};

        IS(read_text(pt_slice_of(cases[i].xml), &text, &err), cases[i].want,
           cases[i].what);
    }
}

static void repeat(struct pt_buf *out, const char *text, size_t times)
{
    while (times--)
        pt_buf_puts(out, text);
}

static void test_sizes(void)
{
    PT_BUF struct pt_buf deep = {0};
    PT_BUF struct pt_buf large = {0};
    PT_BUF struct pt_buf text = {0};
    struct pt_error err = {0};

    repeat(&deep, "<a>", 10000);
    repeat(&deep, "</a>", 10000);
    read_text(pt_slice(deep.at, deep.len), &text, &err);
    OK(err.status == PT_BAD_INPUT, "10000 elements in one another are refused");
    pt_buf_puts(&large, "<r>");
    repeat(&large, "x", PT_XML_MAX - strlen("<r></r>"));
    pt_buf_puts(&large, "</r>");
    read_text(pt_slice(large.at, large.len), &text, &err);
    OK(text.len == PT_XML_MAX - strlen("<r></r>"),
       "the largest file there may be is read");
    pt_buf_puts(&large, "\n");
    IS(read_text(pt_slice(large.at, large.len), &text, &err),
       "it is larger than 262144 bytes", "one byte more is refused");
    IS(read_text(pt_slice("<r>a\0b</r>", 10), &text, &err),
       "it is not XML: line 1 makes no sense", "a NUL is refused");
}

static void test_walk(void)
{
    static const char xml[] =
        "<r xmlns:n='urn:x' n:k='v&amp;w' e=''>t<a/><n:b/><!-- c -->"
        "<a>2</a></r>";
    PT_TREE xmlDoc *doc = NULL;
    PT_BUF struct pt_buf text = {0};
    struct pt_error err = {0};
    const xmlNode *root;
    const xmlNode *a;

    if (pt_tree_read(pt_slice_of(xml), &doc, &root, &err) != PT_OK) {
        OK(false, err.text);
        return;
    }
    a = pt_tree_first(root);
    OK(a && pt_tree_is(a, "a"), "the first element is found behind text");
    OK(pt_tree_is(pt_tree_next(a), "b"), "the next, without its namespace");
    OK(pt_tree_child(root, "b") == pt_tree_next(a), "one by its name");
    OK(!pt_tree_child(root, "c") && !pt_tree_first(a),
       "where there is none there is none");
    pt_tree_text(pt_tree_again(a), &text);
    IS(pt_buf_text(&text), "2", "the next of the same name");
    OK(!pt_tree_again(pt_tree_again(a)), "until there is no more");
    IS(pt_tree_attribute(root, "k"), "v&w", "an attribute is read");
    IS(pt_tree_attribute(root, "e"), "", "an empty one is not none");
    IS(pt_tree_attribute(root, "none"), NULL, "none is none");
}

int main(void)
{
    test_cases();
    test_sizes();
    test_walk();
    return tap_done();
}
