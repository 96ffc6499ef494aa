#include "format/uuid.h"

#include <openssl/evp.h>

enum { SHA1_BYTES = 20 };

static bool digest(const unsigned char space[PT_UUID_BYTES],
                   struct pt_slice name, unsigned char out[SHA1_BYTES])
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool done = ctx && EVP_DigestInit_ex(ctx, EVP_sha1(), NULL) == 1 &&
                EVP_DigestUpdate(ctx, space, PT_UUID_BYTES) == 1 &&
                EVP_DigestUpdate(ctx, name.at, name.len) == 1 &&
                EVP_DigestFinal_ex(ctx, out, NULL) == 1;

    EVP_MD_CTX_free(ctx);
    return done;
}

/* 8-4-4-4-12 hex digits (RFC 9562, 4). */
static void print(const unsigned char uuid[PT_UUID_BYTES],
                  char out[PT_UUID_CHARS])
{
    static const size_t groups[] = {4, 2, 2, 2, 6};

    for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++) {
        pt_hex(uuid, groups[i], out);
        uuid += groups[i];
        out += 2 * groups[i];
        *out++ = '-';
    }
    out[-1] = '\0';
}

bool pt_uuid_v5(const unsigned char space[PT_UUID_BYTES], struct pt_slice name,
                char out[PT_UUID_CHARS])
{
    unsigned char sha1[SHA1_BYTES];

    if (!digest(space, name, sha1))
        return false;
    sha1[6] = (unsigned char)((sha1[6] & 0x0F) | 0x50); /* version 5 */
    sha1[8] = (unsigned char)((sha1[8] & 0x3F) | 0x80); /* RFC 9562 variant */
    print(sha1, out);
    return true;
}
