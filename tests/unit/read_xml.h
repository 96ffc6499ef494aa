/* read_xml.h - what an XML reader makes of text and attributes (XML 1.0, 2.11
 * and 3.3.3), without a library.  Aborts at what it could not be.
 */
#ifndef PT_TESTS_READ_XML_H
#define PT_TESTS_READ_XML_H

#include "base/buf.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* What stands between the only such strings: neither may come again. */
static inline struct pt_slice between(const char *text, const char *open,
                                      const char *close)
{
    const char *from = strstr(text, open);
    const char *to = from ? strstr(from + strlen(open), close) : NULL;

    if (!to || strstr(from + 1, open) || strstr(to + 1, close))
        abort();
    from += strlen(open);
    return pt_slice(from, (size_t)(to - from));
}

/* The character that "&...;" at the beginning of s stands for; its length. */
static inline size_t read_entity(struct pt_slice s, char *ret_char)
{
    static const struct {
        const char *text;
        char is;
    } entities[] = {{"&amp;", '&'},   {"&lt;", '<'},   {"&gt;", '>'},
                    {"&quot;", '"'},  {"&apos;", '\''}, {"&#13;", '\r'},
                    {"&#10;", '\n'}, {"&#9;", '\t'}};

    for (size_t i = 0; i < sizeof(entities) / sizeof(*entities); i++)
        if (pt_slice_has_prefix(s, entities[i].text)) {
            *ret_char = entities[i].is;
            return strlen(entities[i].text);
        }
    abort();
}

/* A reader makes a line feed of a carriage return that stands as it is, and in
 * an attribute a blank of either, and of a tab: none of never may. */
static inline void read_xml(struct pt_slice s, const char *never,
                            struct pt_buf *out)
{
    while (s.len) {
        char c = s.at[0];
        size_t used = c == '&' ? read_entity(s, &c) : 1;

        if (used == 1 && strchr(never, c))
            abort();
        pt_buf_putc(out, c);
        s = pt_slice(s.at + used, s.len - used);
    }
}

static inline void read_xml_text(struct pt_slice s, struct pt_buf *out)
{
    read_xml(s, "<\r", out);
}

static inline void read_xml_attribute(struct pt_slice s, struct pt_buf *out)
{
    read_xml(s, "<\"\t\r\n", out);
}

#endif
