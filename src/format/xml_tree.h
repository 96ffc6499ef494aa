/* xml_tree.h - XML from outside, read into a tree and asked about.
 *
 * No DOCTYPE, so no entities but XML's own five; nothing is fetched; nothing
 * is printed.  Names are asked for without their namespace.
 */
#ifndef PT_FORMAT_XML_TREE_H
#define PT_FORMAT_XML_TREE_H

#include "base/buf.h"
#include "base/error.h"
#include "base/text.h"

#include <libxml/tree.h>

enum { PT_XML_MAX = 256 * 1024 };

/* The document's root, for as long as the document lives; free it with
 * pt_tree_free().  PT_BAD_INPUT with a sentence about "it": too big, not XML
 * (with the line), a DOCTYPE.  PT_NO_MEMORY. */
enum pt_status pt_tree_read(struct pt_slice xml, xmlDoc **ret_doc,
                            const xmlNode **ret_root, struct pt_error *err);

void pt_tree_free(xmlDoc **doc); /* takes a NULL document */
/* PT_TREE xmlDoc *doc = NULL; */
#define PT_TREE __attribute__((cleanup(pt_tree_free)))

bool pt_tree_is(const xmlNode *element, const char *name);
/* The first element in parent, and the next beside one; NULL: none. */
const xmlNode *pt_tree_first(const xmlNode *parent);
const xmlNode *pt_tree_next(const xmlNode *element);
/* The first of this name in parent, and the next of that name; or NULL. */
const xmlNode *pt_tree_child(const xmlNode *parent, const char *name);
const xmlNode *pt_tree_again(const xmlNode *element);

/* Borrowed from the document; NULL: no such attribute. */
const char *pt_tree_attribute(const xmlNode *element, const char *name);
/* Add the element's own text, without that of elements in it. */
void pt_tree_text(const xmlNode *element, struct pt_buf *out);

#endif
