/* base64.c - see base64.h.  EVP_DecodeBlock() alone is too lenient: it drops
 * blanks at either end, takes padding anywhere, and counts it as bytes. */
#include "base/base64.h"

#include <assert.h>
#include <openssl/evp.h>

enum { LINE_BYTES = 48 };

static bool is_digit(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9') || c == '+' || c == '/';
}

static size_t count_digits(struct pt_slice text)
{
    size_t n = 0;

    while (n < text.len && is_digit(text.at[n]))
        n++;
    return n;
}

static size_t count_padding(struct pt_slice text)
{
    size_t n = 0;

    while (n < 2 && n < text.len && text.at[text.len - 1 - n] == '=')
        n++;
    return n;
}

bool pt_base64_decode(struct pt_slice text, unsigned char *out, size_t *ret_len)
{
    size_t padding = count_padding(text);
    int len = -1;

    if (text.len <= INT32_MAX && count_digits(text) + padding == text.len)
        len = EVP_DecodeBlock(out, (const unsigned char *)text.at,
                              (int)text.len);
    if (len < 0)
        return false;
    *ret_len = (size_t)len - padding;
    return true;
}

void pt_base64_add(struct pt_buf *out, struct pt_slice bytes)
{
    unsigned char text[(PT_BASE64_LINE + 2) / 3 * 4 + 1];

    assert(bytes.len <= PT_BASE64_LINE);
    EVP_EncodeBlock(text, (const unsigned char *)bytes.at, (int)bytes.len);
    pt_buf_puts(out, (const char *)text);
}

void pt_base64_lines(struct pt_buf *out, struct pt_slice bytes)
{
    while (bytes.len) {
        size_t len = bytes.len < LINE_BYTES ? bytes.len : LINE_BYTES;

        pt_base64_add(out, pt_slice(bytes.at, len));
        pt_buf_putc(out, '\n');
        bytes = pt_slice(bytes.at + len, bytes.len - len);
    }
}
