/* plist.h - Apple's property lists, written straight and checked once.
 *
 * The document is one dictionary.  Within a dictionary every value has a key;
 * within an array key is NULL.
 */
#ifndef PT_FORMAT_PLIST_H
#define PT_FORMAT_PLIST_H

#include "format/xml.h"

struct pt_plist {
    struct pt_xml xml;
    bool failed;
};

void pt_plist_begin(struct pt_plist *plist, struct pt_buf *out);
void pt_plist_dict(struct pt_plist *plist, const char *key);
void pt_plist_array(struct pt_plist *plist, const char *key);
void pt_plist_close(struct pt_plist *plist); /* the last dict or array */

void pt_plist_string(struct pt_plist *plist, const char *key,
                     const char *value);
void pt_plist_integer(struct pt_plist *plist, const char *key, long value);
void pt_plist_bool(struct pt_plist *plist, const char *key, bool value);
void pt_plist_data(struct pt_plist *plist, const char *key, const void *bytes,
                   size_t len); /* as base64 */

/* Must be called, whatever happened.  Fails as pt_xml_end does. */
enum pt_status pt_plist_end(struct pt_plist *plist, struct pt_error *err);

#endif
