#include "format/xml.h"

#include "base/text.h"

#include <libxml/xmlwriter.h>

static int put_bytes(void *ctx, const char *bytes, int len)
{
    struct pt_buf *out = ctx;

    pt_buf_add(out, bytes, (size_t)len);
    return pt_buf_failed(out) ? -1 : len;
}

static const xmlChar *chars(const char *text)
{
    return (const xmlChar *)text;
}

static xmlTextWriterPtr new_writer(struct pt_buf *out)
{
    xmlOutputBufferPtr sink = xmlOutputBufferCreateIO(put_bytes, NULL, out,
                                                      NULL);
    xmlTextWriterPtr writer = sink ? xmlNewTextWriter(sink) : NULL;

    if (sink && !writer)
        xmlOutputBufferClose(sink);
    return writer;
}

static bool is_live(const struct pt_xml *xml)
{
    return xml->writer && !xml->failed;
}

static void note(struct pt_xml *xml, int result)
{
    xml->failed = result < 0;
}

/* XML 1.0, 2.2: no C0 control but tab, LF and CR; not U+FFFE, not U+FFFF. */
static bool can_hold(struct pt_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];

        if (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
            return false;
    }
    return pt_is_utf8(text) && !pt_slice_find(text, "\xEF\xBF\xBE") &&
           !pt_slice_find(text, "\xEF\xBF\xBF");
}

static bool fits(struct pt_xml *xml, const char *text)
{
    struct pt_slice slice = pt_slice_of(text);

    if (can_hold(slice))
        return true;
    if (!xml->unfit[0])
        pt_make_printable(slice, xml->unfit, sizeof(xml->unfit));
    return false;
}

void pt_xml_begin(struct pt_xml *xml, struct pt_buf *out)
{
    *xml = (struct pt_xml){.out = out, .silence = pt_xml_silence_begin()};
    xml->writer = new_writer(out);
    if (!xml->writer)
        return;
    xmlTextWriterSetIndent(xml->writer, 1);
    xmlTextWriterSetIndentString(xml->writer, chars("\t"));
    note(xml, xmlTextWriterStartDocument(xml->writer, NULL, "UTF-8", NULL));
}

void pt_xml_doctype(struct pt_xml *xml, const char *name,
                    const char *public_id, const char *system_id)
{
    if (is_live(xml))
        note(xml, xmlTextWriterWriteDTD(xml->writer, chars(name),
                                        chars(public_id), chars(system_id),
                                        NULL));
}

void pt_xml_open(struct pt_xml *xml, const char *name)
{
    if (is_live(xml))
        note(xml, xmlTextWriterStartElement(xml->writer, chars(name)));
}

void pt_xml_attribute(struct pt_xml *xml, const char *name, const char *value)
{
    if (is_live(xml) && fits(xml, value))
        note(xml, xmlTextWriterWriteAttribute(xml->writer, chars(name),
                                              chars(value)));
}

void pt_xml_text(struct pt_xml *xml, const char *text)
{
    if (is_live(xml) && fits(xml, text))
        note(xml, xmlTextWriterWriteString(xml->writer, chars(text)));
}

void pt_xml_close(struct pt_xml *xml)
{
    if (is_live(xml))
        note(xml, xmlTextWriterEndElement(xml->writer));
}

void pt_xml_element(struct pt_xml *xml, const char *name, const char *text)
{
    pt_xml_open(xml, name);
    if (text)
        pt_xml_text(xml, text);
    pt_xml_close(xml);
}

enum pt_status pt_xml_end(struct pt_xml *xml, struct pt_error *err)
{
    bool whole = is_live(xml) && xmlTextWriterEndDocument(xml->writer) >= 0;

    if (xml->writer)
        xmlFreeTextWriter(xml->writer);
    xml->writer = NULL;
    pt_xml_silence_end(&xml->silence);
    if (!whole || pt_buf_failed(xml->out)) /* the last bytes come here */
        return pt_fail_memory(err);
    if (xml->unfit[0])
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "leave out characters that cannot be printed",
                       "XML cannot hold the text '%s'", xml->unfit);
    return PT_OK;
}
