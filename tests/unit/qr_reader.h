/* qr_reader.h - a QR code of error correction L, read back: by the tables of
 * ISO/IEC 18004 alone, and without correcting anything.
 */
#ifndef PT_TESTS_QR_READER_H
#define PT_TESTS_QR_READER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QR_SIDE = 177, QR_QUIET = 4, QR_CODEWORDS = 3706 };

/* What is seen: dark[y][x], the quiet zone left out. */
struct qr_seen {
    int width; /* 0: no QR code */
    bool dark[QR_SIDE][QR_SIDE];
};

/* ---- seeing ---- */

/* side: with the quiet zone.  False: no version is of that size. */
static inline bool qr_begin(struct qr_seen *seen, int side)
{
    *seen = (struct qr_seen){.width = side - 2 * QR_QUIET};
    if (seen->width < 21 || seen->width > QR_SIDE || seen->width % 4 != 1)
        seen->width = 0;
    return seen->width;
}

/* "M4 4h7v1h-7z" again and again. */
static inline bool qr_see_path(struct qr_seen *seen, const char *path)
{
    int used;

    while (*path == 'M') {
        int x;
        int y;
        int len;
        int back;

        used = 0;
        if (sscanf(path, "M%d %dh%dv1h-%dz%n", &x, &y, &len, &back, &used) !=
                4 || !used || len != back || len < 1)
            return false;
        x -= QR_QUIET;
        y -= QR_QUIET;
        if (x < 0 || y < 0 || y >= seen->width || x + len > seen->width)
            return false;
        for (int i = x; i < x + len; i++)
            seen->dark[y][i] = true;
        path += used;
    }
    return *path == '"';
}

static inline bool qr_see_svg(struct qr_seen *seen, const char *svg)
{
    const char *box = strstr(svg, "viewBox=\"0 0 ");
    const char *path = strstr(svg, " d=\"");
    int wide;
    int high;

    return box && path &&
           sscanf(box, "viewBox=\"0 0 %d %d\"", &wide, &high) == 2 &&
           wide == high && qr_begin(seen, wide) &&
           qr_see_path(seen, path + strlen(" d=\""));
}

/* Two rows of modules of a line; the length of it in characters, or -1. */
static inline int qr_see_line(struct qr_seen *seen, int row,
                              struct pt_slice line)
{
    static const char *const blocks[] = {" ", "\u2580", "\u2584", "\u2588"};
    int x = 0;

    for (; line.len; x++) {
        size_t which = 0;
        size_t len;

        while (which < 4 && !pt_slice_has_prefix(line, blocks[which]))
            which++;
        if (which == 4 || x >= QR_SIDE + 2 * QR_QUIET)
            return -1;
        for (int half = 0; half < 2; half++) {
            int at_y = row + half - QR_QUIET;
            int at_x = x - QR_QUIET;
            bool inside = at_y >= 0 && at_x >= 0 && at_y < QR_SIDE &&
                          at_x < QR_SIDE;

            if (which >> half & 1 && !inside)
                return -1;
            if (inside)
                seen->dark[at_y][at_x] = which >> half & 1;
        }
        len = strlen(blocks[which]);
        line = pt_slice(line.at + len, line.len - len);
    }
    return x;
}

/* The lines of one code; rest goes on behind it. */
static inline bool qr_see_terminal(struct qr_seen *seen, struct pt_slice *rest)
{
    static const char begins[] = "\033[38;5;16;48;5;231m";
    static const char ends[] = "\033[0m";
    struct pt_slice line;
    int side = 0;
    int row = 0;

    *seen = (struct qr_seen){0};
    for (; pt_slice_has_prefix(*rest, begins); row += 2) {
        size_t frame = strlen(begins) + strlen(ends);

        pt_next_line(rest, &line);
        if (line.len < frame ||
            !pt_slice_is(pt_slice(line.at + line.len - strlen(ends),
                                  strlen(ends)), ends))
            return false;
        line = pt_slice(line.at + strlen(begins), line.len - frame);
        if (row && qr_see_line(seen, row, line) != side)
            return false;
        side = qr_see_line(seen, row, line);
    }
    seen->width = side - 2 * QR_QUIET;
    return seen->width >= 21 && row == side + 1;
}

/* ---- reading ---- */

static inline bool qr_is_near(int a, int b)
{
    return abs(a - b) <= 2;
}

/* Where the alignment patterns lie, from the right; how many in a row. */
static inline int qr_alignments(int version, int at[7])
{
    int count = version == 1 ? 0 : version / 7 + 2;
    int step = version == 32 ? 26
               : count       ? (version * 4 + count * 2 + 1) /
                                   (count * 2 - 2) * 2
                             : 0;

    for (int i = 0; i < count; i++)
        at[i] = i == count - 1 ? 6 : version * 4 + 10 - i * step;
    return count;
}

static inline bool qr_is_aligning(int version, int x, int y)
{
    int at[7];
    int count = qr_alignments(version, at);
    int last = count - 1; /* three lie where the finders are */

    for (int i = 0; i < count; i++)
        for (int j = 0; j < count; j++)
            if (qr_is_near(x, at[i]) && qr_is_near(y, at[j]) &&
                !(i == last && j == last) && !(i == last && j == 0) &&
                !(i == 0 && j == last))
                return true;
    return false;
}

/* Is this module of the pattern, and holds no data? */
static inline bool qr_is_pattern(int version, int x, int y)
{
    int width = version * 4 + 17;

    if (x == 6 || y == 6 || (x < 9 && y < 9) || (x >= width - 8 && y < 9) ||
        (x < 9 && y >= width - 8))
        return true;
    if (version >= 7 && ((x >= width - 11 && y < 6) ||
                         (x < 6 && y >= width - 11)))
        return true;
    return qr_is_aligning(version, x, y);
}

static inline bool qr_is_flipped(unsigned mask, int x, int y)
{
    switch (mask) {
    case 0:
        return (x + y) % 2 == 0;
    case 1:
        return y % 2 == 0;
    case 2:
        return x % 3 == 0;
    case 3:
        return (x + y) % 3 == 0;
    case 4:
        return (x / 3 + y / 2) % 2 == 0;
    case 5:
        return x * y % 2 + x * y % 3 == 0;
    case 6:
        return (x * y % 2 + x * y % 3) % 2 == 0;
    default:
        return ((x + y) % 2 + x * y % 3) % 2 == 0;
    }
}

/* The five bits of level and mask. */
static inline unsigned qr_format(const struct qr_seen *seen)
{
    unsigned bits = 0;

    for (int x = 0; x < 5; x++)
        bits = bits << 1 | seen->dark[8][x];
    return bits ^ 0x15; /* of 0x5412 */
}

/* All codewords in the order of the zigzag; their number. */
static inline size_t qr_codewords(const struct qr_seen *seen, unsigned mask,
                                  unsigned char words[QR_CODEWORDS + 1])
{
    int version = (seen->width - 17) / 4;
    size_t bits = 0;
    bool upward = true;

    memset(words, 0, QR_CODEWORDS + 1);
    for (int right = seen->width - 1; right > 0; right -= 2) {
        right -= right == 6;
        for (int i = 0; i < 2 * seen->width; i++) {
            int x = right - i % 2;
            int y = upward ? seen->width - 1 - i / 2 : i / 2;
            bool bit = seen->dark[y][x] ^ qr_is_flipped(mask, x, y);

            if (qr_is_pattern(version, x, y))
                continue;
            if (bit)
                words[bits / 8] |= (unsigned char)(0x80U >> bits % 8);
            bits++;
        }
        upward = !upward;
    }
    return bits / 8;
}

/* The blocks' data, one after another. */
static inline size_t qr_untangle(int version, const unsigned char *words,
                                 size_t count, unsigned char *data)
{
    static const unsigned char checks[] = {
        7,  10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30,
        22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, 30, 30,
        30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    };
    static const unsigned char blocks[] = {
        1, 1, 1, 1, 1, 2,  2,  2,  2,  4,  4,  4,  4,  4,
        6, 6, 6, 6, 7, 8,  8,  9,  9,  10, 12, 12, 12, 13,
        14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25,
    };
    size_t n = blocks[version - 1];
    size_t len = count / n - checks[version - 1];
    size_t shorts = n - count % n; /* the others hold one byte more */
    size_t to = 0;

    for (size_t block = 0; block < n; block++) {
        for (size_t i = 0; i < len; i++)
            data[to++] = words[i * n + block];
        if (block >= shorts)
            data[to++] = words[len * n + block - shorts];
    }
    return to;
}

/* A single segment of bytes, in the arena; NULL: it is not that. */
static inline const char *qr_segment(struct pt_arena *arena, int version,
                                     const unsigned char *data, size_t count,
                                     size_t *ret_len)
{
    PT_BUF struct pt_buf out = {0};
    size_t head = version < 10 ? 1 : 2; /* bytes of the length */
    size_t len = 0;

    if (data[0] >> 4 != 4) /* 8-bit mode */
        return NULL;
    for (size_t i = 0; i < head; i++)
        len = len << 8 | (size_t)((data[i] & 0x0F) << 4 | data[i + 1] >> 4);
    for (size_t i = head; i < head + len && i + 1 < count; i++)
        pt_buf_putc(&out, (char)((data[i] & 0x0F) << 4 | data[i + 1] >> 4));
    if (out.len != len ||
        (head + len + 1 < count && data[head + len] & 0x0F))
        return NULL;
    *ret_len = len;
    return pt_arena_strndup(arena, pt_buf_text(&out), len);
}

static inline const char *qr_read(struct pt_arena *arena,
                                  const struct qr_seen *seen, size_t *ret_len)
{
    enum { LEVEL_L = 1 };
    unsigned char words[QR_CODEWORDS + 1];
    unsigned char data[QR_CODEWORDS];
    int version = (seen->width - 17) / 4;
    unsigned format = qr_format(seen);
    size_t count;

    if (seen->width < 21 || format >> 3 != LEVEL_L)
        return NULL;
    count = qr_codewords(seen, format & 7, words);
    count = qr_untangle(version, words, count, data);
    return qr_segment(arena, version, data, count, ret_len);
}

#endif
