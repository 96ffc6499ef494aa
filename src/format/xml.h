/* xml.h - XML, written straight and checked once, over libxml2's writer.
 *
 * All escaping is libxml2's.  Text that XML 1.0 cannot hold (control
 * characters, bytes that are not UTF-8) is remembered as a failure.
 */
#ifndef PT_FORMAT_XML_H
#define PT_FORMAT_XML_H

#include "base/buf.h"
#include "base/error.h"
#include "format/xml_silence.h"

#include <libxml/xmlwriter.h>
#include <stdbool.h>

struct pt_xml {
    xmlTextWriterPtr writer;
    struct pt_buf *out;
    bool failed;
    char unfit[64]; /* text it cannot hold, made printable */
    struct pt_xml_silence silence; /* from begin to end */
};

void pt_xml_begin(struct pt_xml *xml, struct pt_buf *out);
void pt_xml_doctype(struct pt_xml *xml, const char *name,
                    const char *public_id, const char *system_id);
void pt_xml_open(struct pt_xml *xml, const char *name);
void pt_xml_attribute(struct pt_xml *xml, const char *name,
                      const char *value);
void pt_xml_text(struct pt_xml *xml, const char *text);
void pt_xml_close(struct pt_xml *xml);
/* One element with text (or NULL: empty). */
void pt_xml_element(struct pt_xml *xml, const char *name, const char *text);

/* Must be called, whatever happened.  PT_CANNOT_EXPRESS: text that XML cannot
 * hold; PT_NO_MEMORY. */
enum pt_status pt_xml_end(struct pt_xml *xml, struct pt_error *err);

#endif
