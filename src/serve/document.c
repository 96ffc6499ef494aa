#include "serve/document.h"

#include <openssl/sha.h>

enum { DIGEST_BYTES = (PT_ETAG_CHARS - 4) / 2 };

void pt_document_set(struct pt_document *document, const char *media_type,
                     struct pt_slice bytes)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];
    char *at = document->etag;

    document->media_type = media_type;
    document->bytes = bytes;
    SHA256((const unsigned char *)bytes.at, bytes.len, digest);
    *at++ = '"';
    pt_hex(digest, DIGEST_BYTES, at);
    at += 2 * DIGEST_BYTES;
    *at++ = '"';
    *at = '\0';
}
