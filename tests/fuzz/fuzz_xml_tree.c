/* fuzz_xml_tree.c - any bytes as XML; the tree is written and read again. */
#include "format/xml.h"
#include "format/xml_tree.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void write_element(struct pt_xml *xml, const xmlNode *element)
{
    PT_BUF struct pt_buf text = {0};
    const xmlNode *child = pt_tree_first(element);

    pt_xml_open(xml, (const char *)element->name);
    pt_tree_text(element, &text);
    if (!child)
        pt_xml_text(xml, pt_buf_text(&text));
    for (; child; child = pt_tree_next(child))
        write_element(xml, child);
    pt_xml_close(xml);
}

/* Text beside elements is not compared: indentation may be added to it. */
static void compare(const xmlNode *a, const xmlNode *b)
{
    PT_BUF struct pt_buf text_a = {0};
    PT_BUF struct pt_buf text_b = {0};
    const xmlNode *child_a = pt_tree_first(a);
    const xmlNode *child_b = pt_tree_first(b);

    pt_tree_text(a, &text_a);
    pt_tree_text(b, &text_b);
    if (!pt_tree_is(a, (const char *)b->name) ||
        (!child_a && strcmp(pt_buf_text(&text_a), pt_buf_text(&text_b))))
        abort();
    for (; child_a && child_b; child_a = pt_tree_next(child_a)) {
        compare(child_a, child_b);
        child_b = pt_tree_next(child_b);
    }
    if (child_a || child_b)
        abort();
}

/* A name with a colon may be a name in a namespace, and changes. */
static bool has_colon(const xmlNode *element)
{
    const xmlNode *child = pt_tree_first(element);

    while (child && !has_colon(child))
        child = pt_tree_next(child);
    return child || strchr((const char *)element->name, ':');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_TREE xmlDoc *doc = NULL;
    PT_TREE xmlDoc *again = NULL;
    PT_BUF struct pt_buf out = {0};
    struct pt_error err = {0};
    struct pt_xml xml;
    const xmlNode *root;
    const xmlNode *root_again;
    enum pt_status status =
        pt_tree_read(pt_slice((const char *)data, len), &doc, &root, &err);

    if (status != PT_OK) {
        if (status != PT_BAD_INPUT || !*err.text || doc)
            abort();
        return 0;
    }
    if (has_colon(root))
        return 0;
    pt_xml_begin(&xml, &out);
    write_element(&xml, root);
    if (pt_xml_end(&xml, &err) != PT_OK)
        abort();
    if (out.len > PT_XML_MAX)
        return 0;
    if (pt_tree_read(pt_slice(out.at, out.len), &again, &root_again, &err))
        abort();
    compare(root, root_again);
    return 0;
}
