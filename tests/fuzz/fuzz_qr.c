/* fuzz_qr.c - any bytes as a QR code, which is read back from its picture and
 * from its text. */
#include "format/qr.h"
#include "tests/unit/qr_reader.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check(struct pt_arena *arena, const struct qr_seen *seen,
                  struct pt_slice bytes)
{
    size_t len = 0;
    const char *text = qr_read(arena, seen, &len);

    if (!text || len != bytes.len || memcmp(text, bytes.at, len) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_BUF struct pt_buf svg = {0};
    PT_BUF struct pt_buf shown = {0};
    struct pt_slice bytes = pt_slice((const char *)data, len);
    struct pt_slice rest;
    struct pt_error err = {0};
    struct pt_qr qr;
    struct qr_seen seen;

    if (!arena)
        return 0;
    if (pt_qr_make(arena, bytes, &qr, &err) != PT_OK) {
        if (len && len <= PT_QR_MAX)
            abort();
        return 0;
    }
    if (pt_qr_svg(&qr, "title", &svg, &err) != PT_OK ||
        !qr_see_svg(&seen, pt_buf_text(&svg)))
        abort();
    check(arena, &seen, bytes);
    pt_qr_terminal(&qr, &shown);
    rest = pt_slice_of(pt_buf_text(&shown));
    if (!qr_see_terminal(&seen, &rest) || rest.len)
        abort();
    check(arena, &seen, bytes);
    return 0;
}
