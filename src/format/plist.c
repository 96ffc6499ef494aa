#include "format/plist.h"

#include "base/base64.h"

#include <stdio.h>

static void put_key(struct pt_plist *plist, const char *key)
{
    if (key)
        pt_xml_element(&plist->xml, "key", key);
}

void pt_plist_begin(struct pt_plist *plist, struct pt_buf *out)
{
    *plist = (struct pt_plist){0};
    pt_xml_begin(&plist->xml, out);
    pt_xml_doctype(&plist->xml, "plist", "-//Apple//DTD PLIST 1.0//EN",
                   "http://www.apple.com/DTDs/PropertyList-1.0.dtd");
    pt_xml_open(&plist->xml, "plist");
    pt_xml_attribute(&plist->xml, "version", "1.0");
    pt_xml_open(&plist->xml, "dict");
}

void pt_plist_dict(struct pt_plist *plist, const char *key)
{
    put_key(plist, key);
    pt_xml_open(&plist->xml, "dict");
}

void pt_plist_array(struct pt_plist *plist, const char *key)
{
    put_key(plist, key);
    pt_xml_open(&plist->xml, "array");
}

void pt_plist_close(struct pt_plist *plist)
{
    pt_xml_close(&plist->xml);
}

void pt_plist_string(struct pt_plist *plist, const char *key,
                     const char *value)
{
    put_key(plist, key);
    pt_xml_element(&plist->xml, "string", value);
}

void pt_plist_integer(struct pt_plist *plist, const char *key, long value)
{
    char digits[24];

    snprintf(digits, sizeof(digits), "%ld", value);
    put_key(plist, key);
    pt_xml_element(&plist->xml, "integer", digits);
}

void pt_plist_bool(struct pt_plist *plist, const char *key, bool value)
{
    put_key(plist, key);
    pt_xml_element(&plist->xml, value ? "true" : "false", NULL);
}

void pt_plist_data(struct pt_plist *plist, const char *key, const void *bytes,
                   size_t len)
{
    PT_BUF struct pt_buf text = {0};

    pt_buf_putc(&text, '\n');
    pt_base64_lines(&text, pt_slice(bytes, len));
    plist->failed |= pt_buf_failed(&text);
    put_key(plist, key);
    pt_xml_element(&plist->xml, "data", pt_buf_text(&text));
}

enum pt_status pt_plist_end(struct pt_plist *plist, struct pt_error *err)
{
    enum pt_status status = pt_xml_end(&plist->xml, err);

    return status == PT_OK && plist->failed ? pt_fail_memory(err) : status;
}
