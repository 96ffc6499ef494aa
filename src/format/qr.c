#include "format/qr.h"

#include "format/xml.h"

#include <qrencode.h>
#include <stdio.h>

static void free_code(QRcode **code)
{
    QRcode_free(*code); /* takes NULL */
}

#define CODE __attribute__((cleanup(free_code)))

enum { IS_DARK = 1 }; /* the lowest bit of libqrencode's modules */

static const unsigned char *copy_cells(struct pt_arena *arena,
                                       const QRcode *code)
{
    size_t count = (size_t)code->width * (size_t)code->width;
    unsigned char *cells = pt_arena_memdup(arena, code->data, count);

    for (size_t i = 0; cells && i < count; i++)
        cells[i] &= IS_DARK;
    return cells;
}

enum pt_status pt_qr_make(struct pt_arena *arena, struct pt_slice bytes,
                          struct pt_qr *ret_qr, struct pt_error *err)
{
    CODE QRcode *code = NULL;
    struct pt_qr qr;

    if (!bytes.len || bytes.len > PT_QR_MAX)
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "shorter names, or fewer accounts, need less room",
                       "a QR code holds 1 to %d bytes, not %zu", PT_QR_MAX,
                       bytes.len);
    code = QRcode_encodeData((int)bytes.len,
                             (const unsigned char *)bytes.at, 0,
                             QR_ECLEVEL_L);
    if (!code)
        return pt_fail_memory(err);
    qr = (struct pt_qr){.width = code->width,
                        .cells = copy_cells(arena, code)};
    if (!qr.cells)
        return pt_fail_memory(err);
    *ret_qr = qr;
    return PT_OK;
}

/* Outside of the code it is light. */
static bool is_dark(const struct pt_qr *qr, int x, int y)
{
    return x >= 0 && y >= 0 && x < qr->width && y < qr->width &&
           qr->cells[y * qr->width + x];
}

/* ---- a picture ---- */

/* One rectangle for each run of dark modules: "M4 4h7v1h-7z". */
static void put_row(const struct pt_qr *qr, int y, struct pt_buf *path)
{
    int end;

    for (int x = 0; x < qr->width; x = end) {
        end = x + 1;
        if (!is_dark(qr, x, y))
            continue;
        while (is_dark(qr, end, y))
            end++;
        pt_buf_printf(path, "M%d %dh%dv1h-%dz", PT_QR_QUIET + x,
                      PT_QR_QUIET + y, end - x, end - x);
    }
}

static void put_background(struct pt_xml *xml)
{
    pt_xml_open(xml, "rect");
    pt_xml_attribute(xml, "width", "100%");
    pt_xml_attribute(xml, "height", "100%");
    pt_xml_attribute(xml, "fill", "#fff");
    pt_xml_close(xml);
}

static void put_path(struct pt_xml *xml, const struct pt_buf *path)
{
    pt_xml_open(xml, "path");
    pt_xml_attribute(xml, "fill", "#000");
    pt_xml_attribute(xml, "d", pt_buf_text(path));
    pt_xml_close(xml);
}

enum pt_status pt_qr_svg(const struct pt_qr *qr, const char *title,
                         struct pt_buf *out, struct pt_error *err)
{
    PT_BUF struct pt_buf path = {0};
    int side = qr->width + 2 * PT_QR_QUIET;
    struct pt_xml xml;
    char box[32];

    for (int y = 0; y < qr->width; y++)
        put_row(qr, y, &path);
    if (pt_buf_failed(&path))
        return pt_fail_memory(err);
    snprintf(box, sizeof(box), "0 0 %d %d", side, side);
    pt_xml_begin(&xml, out);
    pt_xml_open(&xml, "svg");
    pt_xml_attribute(&xml, "xmlns", "http://www.w3.org/2000/svg");
    pt_xml_attribute(&xml, "viewBox", box);
    pt_xml_attribute(&xml, "shape-rendering", "crispEdges");
    pt_xml_element(&xml, "title", title);
    put_background(&xml);
    put_path(&xml, &path);
    pt_xml_close(&xml);
    return pt_xml_end(&xml, err);
}

/* ---- a terminal ---- */

/* By which modules of the two are dark: neither, the upper, the lower, both.
 * The foreground is black, the background white. */
static const char *const blocks[] = {" ", "\u2580", "\u2584", "\u2588"};

void pt_qr_terminal(const struct pt_qr *qr, struct pt_buf *out)
{
    int last = qr->width + PT_QR_QUIET;

    for (int y = -PT_QR_QUIET; y < last; y += 2) {
        pt_buf_puts(out, "\033[38;5;16;48;5;231m");
        for (int x = -PT_QR_QUIET; x < last; x++)
            pt_buf_puts(out, blocks[is_dark(qr, x, y) |
                                    is_dark(qr, x, y + 1) << 1]);
        pt_buf_puts(out, "\033[0m\n");
    }
}
