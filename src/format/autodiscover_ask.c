#include "format/autodiscover_ask.h"

#include "format/autodiscover_glance.h"
#include "format/xml_tree.h"

enum { FIELD_MAX = 512 };

/* NULL: there is no such element, it is empty, or too long. */
static const char *text_of(struct pt_arena *arena, const xmlNode *parent,
                           const char *name)
{
    const xmlNode *element = pt_tree_child(parent, name);
    PT_BUF struct pt_buf text = {.max = FIELD_MAX};
    struct pt_slice trimmed;

    if (!element)
        return NULL;
    pt_tree_text(element, &text);
    trimmed = pt_trim(pt_slice_of(pt_buf_text(&text)));
    if (pt_buf_failed(&text) || !trimmed.len)
        return NULL;
    return pt_arena_strndup(arena, trimmed.at, trimmed.len);
}

static bool is_of_phones(struct pt_slice schema)
{
    return pt_slice_find(schema, "/mobilesync/");
}

static enum pt_status keep(struct pt_arena *arena,
                           const struct pt_autodiscover_glance *found,
                           struct pt_autodiscover_ask *ret_ask,
                           struct pt_error *err)
{
    struct pt_slice address = found->address;

    *ret_ask = (struct pt_autodiscover_ask){
        .address = address.len
                       ? pt_arena_strndup(arena, address.at, address.len)
                       : NULL,
        .is_for_phones = is_of_phones(found->schema),
    };
    return pt_arena_failed(arena) ? pt_fail_memory(err) : PT_OK;
}

static enum pt_status read_tree(struct pt_arena *arena, struct pt_slice xml,
                                struct pt_autodiscover_ask *ret_ask,
                                struct pt_error *err)
{
    PT_TREE xmlDoc *doc = NULL;
    const xmlNode *root = NULL;
    const xmlNode *request;
    const char *schema;
    enum pt_status status = pt_tree_read(xml, &doc, &root, err);

    if (status != PT_OK)
        return status;
    request = pt_tree_child(root, "Request");
    if (!pt_tree_is(root, "Autodiscover") || !request)
        return pt_fail(err, PT_BAD_INPUT, NULL,
                       "it is not a request of Autodiscover");
    schema = text_of(arena, request, "AcceptableResponseSchema");
    *ret_ask = (struct pt_autodiscover_ask){
        .address = text_of(arena, request, "EMailAddress"),
        .is_for_phones = is_of_phones(pt_slice_of(schema)),
    };
    return pt_arena_failed(arena) ? pt_fail_memory(err) : PT_OK;
}

enum pt_status pt_autodiscover_ask_read(struct pt_arena *arena,
                                        struct pt_slice xml,
                                        struct pt_autodiscover_ask *ret_ask,
                                        struct pt_error *err)
{
    struct pt_autodiscover_glance found;

    return pt_autodiscover_glance(xml, &found)
               ? keep(arena, &found, ret_ask, err)
               : read_tree(arena, xml, ret_ask, err);
}
