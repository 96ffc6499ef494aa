/* xml_silence.h - libxml2 kept from printing.
 *
 * What goes wrong is told by what its functions return.  Without a listener
 * libxml2 2.9 also prints it: that memory ran out, and errors of the encoding
 * whatever the parser's options.
 */
#ifndef PT_FORMAT_XML_SILENCE_H
#define PT_FORMAT_XML_SILENCE_H

#include <libxml/xmlerror.h>

/* Whoever listened before. */
struct pt_xml_silence {
    xmlStructuredErrorFunc listener;
    void *ctx;
};

struct pt_xml_silence pt_xml_silence_begin(void);
/* Puts back who listened before. */
void pt_xml_silence_end(const struct pt_xml_silence *silence);

#endif
