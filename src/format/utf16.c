#include "format/utf16.h"

#include <stdint.h>

enum { SURROGATES = 0xD800, LOW_SURROGATES = 0xDC00, BEYOND = 0xE000 };

/* ---- reading ---- */

static uint32_t unit_at(struct pt_slice bytes, size_t i)
{
    return (uint32_t)((unsigned char)bytes.at[i] |
                      (unsigned char)bytes.at[i + 1] << 8);
}

static bool is_within(uint32_t unit, uint32_t from, uint32_t to)
{
    return unit >= from && unit < to;
}

static void put_utf8(struct pt_buf *out, uint32_t c)
{
    static const unsigned char firsts[] = {0x00, 0xC0, 0xE0, 0xF0};
    int more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;

    pt_buf_putc(out, (char)(firsts[more] | c >> (6 * more)));
    while (more-- > 0)
        pt_buf_putc(out, (char)(0x80 | (c >> (6 * more) & 0x3F)));
}

bool pt_utf16_read(struct pt_slice bytes, struct pt_buf *out)
{
    for (size_t i = 0; i + 1 < bytes.len; i += 2) {
        uint32_t c = unit_at(bytes, i);

        if (is_within(c, SURROGATES, BEYOND)) {
            uint32_t low = i + 3 < bytes.len ? unit_at(bytes, i + 2) : 0;

            if (c >= LOW_SURROGATES || !is_within(low, LOW_SURROGATES, BEYOND))
                return false;
            c = 0x10000 + ((c - SURROGATES) << 10) + (low - LOW_SURROGATES);
            i += 2;
        }
        put_utf8(out, c);
    }
    return bytes.len % 2 == 0;
}

/* ---- writing ---- */

static void put_unit(struct pt_buf *out, uint32_t unit)
{
    pt_buf_putc(out, (char)(unit & 0xFF));
    pt_buf_putc(out, (char)(unit >> 8));
}

/* Cuts a character off text, which is not empty. */
static uint32_t next_character(struct pt_slice *text)
{
    const unsigned char *at = (const unsigned char *)text->at;
    uint32_t kept = *at < 0x80   ? 0x7F
                    : *at < 0xE0 ? 0x1F
                    : *at < 0xF0 ? 0x0F
                                 : 0x07;
    uint32_t c = *at & kept;
    size_t len = 1;

    for (; len < text->len && (at[len] & 0xC0) == 0x80; len++)
        c = c << 6 | (at[len] & 0x3F);
    *text = pt_slice(text->at + len, text->len - len);
    return c;
}

void pt_utf16_put(struct pt_buf *out, struct pt_slice text)
{
    while (text.len) {
        uint32_t c = next_character(&text);

        if (c < 0x10000) {
            put_unit(out, c);
        } else {
            put_unit(out, SURROGATES + ((c - 0x10000) >> 10));
            put_unit(out, LOW_SURROGATES + ((c - 0x10000) & 0x3FF));
        }
    }
}
