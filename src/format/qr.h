/* qr.h - a QR code (ISO/IEC 18004, error correction L), over libqrencode: as a
 * picture, and as text for a terminal.
 *
 * The bytes are encoded as they are, in 8-bit mode and without ECI, as phones
 * expect UTF-8; the same bytes always give the same code.
 */
#ifndef PT_FORMAT_QR_H
#define PT_FORMAT_QR_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/text.h"

enum {
    PT_QR_MAX = 2953, /* bytes that the largest one, version 40-L, holds */
    PT_QR_QUIET = 4,  /* what is left free on each side of one, in modules */
};

struct pt_qr {
    int width;                  /* of the square, in modules: 21 to 177 */
    const unsigned char *cells; /* its rows, one after another; 1 is dark */
};

/* In the arena.  PT_CANNOT_EXPRESS: more than PT_QR_MAX bytes, or none;
 * PT_NO_MEMORY. */
enum pt_status pt_qr_make(struct pt_arena *arena, struct pt_slice bytes,
                          struct pt_qr *ret_qr, struct pt_error *err);

/* An SVG of its own, with edges that stay sharp.  PT_CANNOT_EXPRESS: a title
 * that XML cannot hold; PT_NO_MEMORY. */
enum pt_status pt_qr_svg(const struct pt_qr *qr, const char *title,
                         struct pt_buf *out, struct pt_error *err);

/* Lines of half blocks, two rows of modules each.  Black and white are told by
 * their place in the palette of 256 colours, which themes leave alone: dark
 * must be darker than light, whatever the terminal's background is. */
void pt_qr_terminal(const struct pt_qr *qr, struct pt_buf *out);

#endif
