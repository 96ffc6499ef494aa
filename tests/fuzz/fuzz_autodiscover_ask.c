/* fuzz_autodiscover_ask.c - any bytes as a request of Autodiscover: what is
 * seen in it at a glance is what an XML library reads. */
#include "format/autodiscover_ask.h"
#include "format/autodiscover_glance.h"
#include "format/xml_tree.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void expect(bool promised)
{
    if (!promised)
        abort();
}

static void expect_text(const xmlNode *request, const char *name,
                        struct pt_slice seen)
{
    const xmlNode *element = pt_tree_child(request, name);
    PT_BUF struct pt_buf text = {0};
    struct pt_slice read;

    if (element)
        pt_tree_text(element, &text);
    read = pt_trim(pt_slice_of(pt_buf_text(&text)));
    expect(read.len == seen.len &&
           (!seen.len || !memcmp(read.at, seen.at, seen.len)));
}

static void compare(struct pt_slice xml,
                    const struct pt_autodiscover_glance *seen)
{
    PT_TREE xmlDoc *doc = NULL;
    const xmlNode *root = NULL;
    struct pt_error err = {0};
    const xmlNode *request;

    expect(pt_tree_read(xml, &doc, &root, &err) == PT_OK);
    expect(pt_tree_is(root, "Autodiscover"));
    request = pt_tree_child(root, "Request");
    expect(request);
    expect_text(request, "EMailAddress", seen->address);
    expect_text(request, "AcceptableResponseSchema", seen->schema);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct pt_slice xml = pt_slice((const char *)data, len);
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_autodiscover_ask ask = {0};
    struct pt_autodiscover_glance seen;
    struct pt_error err = {0};

    if (pt_autodiscover_ask_read(arena, xml, &ask, &err) != PT_OK)
        expect(err.text[0]);
    if (len <= PT_XML_MAX && pt_autodiscover_glance(xml, &seen))
        compare(xml, &seen);
    return 0;
}
