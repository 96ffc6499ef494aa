/* document.h - bytes that are answered as they are, made once.
 */
#ifndef PT_SERVE_DOCUMENT_H
#define PT_SERVE_DOCUMENT_H

#include "base/arena.h"
#include "base/text.h"

#include <stdbool.h>

enum { PT_ETAG_CHARS = 36 };

struct pt_document {
    const char *media_type; /* NULL: there is no such document; why says it */
    struct pt_slice bytes;
    char etag[PT_ETAG_CHARS]; /* quoted (RFC 9110, 8.8.3); follows from the
                                 bytes alone */
    const char *why; /* there is none, in a sentence; or NULL */
    void *ready;     /* the server's own: a response it has at hand */
};

/* The bytes are borrowed. */
void pt_document_set(struct pt_document *document, const char *media_type,
                     struct pt_slice bytes);

#endif
