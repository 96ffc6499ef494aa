#include "format/xml_silence.h"

#include <libxml/xmlversion.h>

#if LIBXML_VERSION >= 21200
typedef const xmlError *error_at;
#else
typedef xmlError *error_at;
#endif

static void ignore(void *ctx, error_at error)
{
    (void)ctx;
    (void)error;
}

struct pt_xml_silence pt_xml_silence_begin(void)
{
    const struct pt_xml_silence before = {.listener = xmlStructuredError,
                                          .ctx = xmlStructuredErrorContext};

    xmlSetStructuredErrorFunc(NULL, ignore);
    return before;
}

void pt_xml_silence_end(const struct pt_xml_silence *silence)
{
    xmlSetStructuredErrorFunc(silence->ctx, silence->listener);
}
