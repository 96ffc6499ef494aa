#include "format/xml_tree.h"

#include "format/xml_silence.h"

#include <libxml/parser.h>
#include <string.h>

/* Stop before the first declaration in it is read. */
static void refuse_doctype(void *ctx, const xmlChar *name, const xmlChar *id,
                           const xmlChar *system)
{
    xmlParserCtxt *parser = ctx;
    bool *has_doctype = parser->_private;

    (void)name;
    (void)id;
    (void)system;
    *has_doctype = true;
    xmlStopParser(parser);
}

static xmlDoc *parse_silently(xmlParserCtxt *parser, struct pt_slice xml)
{
    const struct pt_xml_silence silence = pt_xml_silence_begin();
    xmlDoc *doc = xmlCtxtReadMemory(parser, xml.at, (int)xml.len, NULL, NULL,
                                    XML_PARSE_NONET | XML_PARSE_NOCDATA);

    pt_xml_silence_end(&silence);
    return doc;
}

static enum pt_status fail(const xmlParserCtxt *parser, bool has_doctype,
                           struct pt_error *err)
{
    if (has_doctype)
        return pt_fail(err, PT_BAD_INPUT, "take the DOCTYPE out",
                       "it has a DOCTYPE");
    if (parser->errNo == XML_ERR_NO_MEMORY)
        return pt_fail_memory(err);
    return pt_fail(err, PT_BAD_INPUT, "see whether it is the right file",
                   "it is not XML: line %d makes no sense",
                   parser->lastError.line > 0 ? parser->lastError.line : 1);
}

/* Blank lines before the declaration are common, and forbidden. */
static struct pt_slice skip_blanks(struct pt_slice xml)
{
    static const char mark[] = "\xEF\xBB\xBF";

    if (pt_slice_has_prefix(xml, mark))
        xml = pt_slice(xml.at + strlen(mark), xml.len - strlen(mark));
    while (xml.len && strchr(" \t\r\n", xml.at[0]) && xml.at[0])
        xml = pt_slice(xml.at + 1, xml.len - 1);
    return xml;
}

enum pt_status pt_tree_read(struct pt_slice xml, xmlDoc **ret_doc,
                            const xmlNode **ret_root, struct pt_error *err)
{
    enum pt_status status = PT_OK;
    bool has_doctype = false;
    xmlParserCtxt *parser;
    xmlDoc *doc;

    if (xml.len > PT_XML_MAX)
        return pt_fail(err, PT_BAD_INPUT, "see whether it is the right file",
                       "it is larger than %d bytes", PT_XML_MAX);
    parser = xmlNewParserCtxt();
    if (!parser)
        return pt_fail_memory(err);
    parser->_private = &has_doctype;
    parser->sax->internalSubset = refuse_doctype;
    doc = parse_silently(parser, skip_blanks(xml));
    if (!doc || has_doctype || !xmlDocGetRootElement(doc)) {
        status = fail(parser, has_doctype, err);
        pt_tree_free(&doc);
    } else {
        *ret_doc = doc;
        *ret_root = xmlDocGetRootElement(doc);
    }
    xmlFreeParserCtxt(parser);
    return status;
}

void pt_tree_free(xmlDoc **doc)
{
    xmlFreeDoc(*doc);
    *doc = NULL;
}

bool pt_tree_is(const xmlNode *element, const char *name)
{
    return pt_is((const char *)element->name, name);
}

static const xmlNode *element_from(const xmlNode *node)
{
    while (node && node->type != XML_ELEMENT_NODE)
        node = node->next;
    return node;
}

const xmlNode *pt_tree_first(const xmlNode *parent)
{
    return element_from(parent->children);
}

const xmlNode *pt_tree_next(const xmlNode *element)
{
    return element_from(element->next);
}

static const xmlNode *named_from(const xmlNode *element, const char *name)
{
    while (element && !pt_tree_is(element, name))
        element = pt_tree_next(element);
    return element;
}

const xmlNode *pt_tree_child(const xmlNode *parent, const char *name)
{
    return named_from(pt_tree_first(parent), name);
}

const xmlNode *pt_tree_again(const xmlNode *element)
{
    return named_from(pt_tree_next(element), (const char *)element->name);
}

const char *pt_tree_attribute(const xmlNode *element, const char *name)
{
    for (const xmlAttr *at = element->properties; at; at = at->next)
        if (pt_is((const char *)at->name, name))
            return at->children && at->children->content
                       ? (const char *)at->children->content
                       : "";
    return NULL;
}

void pt_tree_text(const xmlNode *element, struct pt_buf *out)
{
    for (const xmlNode *n = element->children; n; n = n->next)
        if (n->type == XML_TEXT_NODE)
            pt_buf_puts(out, (const char *)n->content);
}
