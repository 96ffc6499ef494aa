#include "cli/page.h"

#include <stdarg.h>

enum { USUAL_WIDTH = 80, WIDEST = 100, LINE_MAX_LEN = 2048, GAP = 2 };

static const char *const styles[PT_STYLES] = {
    [PT_NORMAL] = "",       [PT_STRONG] = "\033[1m", [PT_FAINT] = "\033[2m",
    [PT_GOOD] = "\033[32m", [PT_WARN] = "\033[33m",  [PT_BAD] = "\033[31m",
};

static size_t pick_width(int columns)
{
    if (columns <= 0)
        return USUAL_WIDTH;
    return columns < WIDEST ? (size_t)columns : WIDEST;
}

struct pt_page pt_page_out(const struct pt_io *io)
{
    return (struct pt_page){.out = io->out,
                            .colour = io->colour,
                            .width = pick_width(io->width),
                            .is_terminal = io->out_is_terminal};
}

/* Into a file, one sentence is one line: that is what people grep for. */
struct pt_page pt_page_err(const struct pt_io *io)
{
    return (struct pt_page){.out = io->err,
                            .width = io->err_is_terminal ? pick_width(io->width)
                                                         : 0};
}

void pt_page_put(const struct pt_page *page, enum pt_style style,
                 const char *text)
{
    bool coloured = page->colour && style != PT_NORMAL;
    char clean[LINE_MAX_LEN];

    pt_make_printable(pt_slice_of(text), clean, sizeof(clean));
    if (coloured)
        fputs(styles[style], page->out);
    fputs(clean, page->out);
    if (coloured)
        fputs("\033[0m", page->out);
}

void pt_page_putf(const struct pt_page *page, enum pt_style style,
                  const char *format, ...)
{
    char text[LINE_MAX_LEN];
    va_list ap;

    va_start(ap, format);
    vsnprintf(text, sizeof(text), format, ap);
    va_end(ap);
    pt_page_put(page, style, text);
}

void pt_page_end_line(const struct pt_page *page)
{
    putc('\n', page->out);
}

/* Characters, not bytes: all but the continuation bytes of UTF-8. */
static size_t count_columns(struct pt_slice text)
{
    size_t columns = 0;

    for (size_t i = 0; i < text.len; i++)
        columns += ((unsigned char)text.at[i] & 0xC0) != 0x80;
    return columns;
}

static void put_blanks(const struct pt_page *page, size_t count)
{
    fprintf(page->out, "%*s", (int)count, "");
}

static void put_slice(const struct pt_page *page, struct pt_slice text)
{
    char clean[LINE_MAX_LEN];

    pt_make_printable(text, clean, sizeof(clean));
    fputs(clean, page->out);
}

/* The words of one line of the text; indent columns are used already. */
static void put_words(const struct pt_page *page, size_t indent,
                      struct pt_slice rest)
{
    struct pt_slice word;
    size_t used = indent;

    while (pt_next_word(&rest, &word)) {
        size_t columns = count_columns(word);

        if (used > indent && page->width && used + 1 + columns > page->width) {
            pt_page_end_line(page);
            put_blanks(page, indent);
            used = indent;
        }
        if (used > indent)
            putc(' ', page->out);
        used += columns + (used > indent);
        put_slice(page, word);
    }
    pt_page_end_line(page);
}

void pt_page_entry(const struct pt_page *page, size_t indent,
                   enum pt_style style, const char *label, const char *text)
{
    size_t hang = indent + count_columns(pt_slice_of(label));
    struct pt_slice rest = pt_slice_of(text);
    struct pt_slice line;
    bool first = true;

    while (pt_next_line(&rest, &line)) {
        put_blanks(page, first ? indent : hang);
        if (first)
            pt_page_put(page, style, label);
        first = false;
        put_words(page, hang, line);
    }
}

void pt_page_paragraph(const struct pt_page *page, size_t indent,
                       const char *label, const char *text)
{
    pt_page_entry(page, indent, PT_FAINT, label, text);
}

void pt_page_paragraphs(const struct pt_page *page, size_t indent,
                        const char *label, const struct pt_strings *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        pt_page_paragraph(page, indent, label, texts->at[i]);
}

void pt_page_error(const struct pt_page *page, const struct pt_error *err)
{
    pt_page_paragraph(page, 0, "portolan: ", err->text);
    if (err->hint[0])
        pt_page_paragraph(page, 2, "hint: ", err->hint);
}

bool pt_table_add(struct pt_arena *arena, struct pt_table *table,
                  const char *const *cells)
{
    for (size_t i = 0; i < table->columns; i++) {
        char clean[PT_CELL_MAX];

        pt_make_printable(pt_slice_of(cells[i]), clean, sizeof(clean));
        if (!pt_strings_add(arena, &table->cells, clean))
            return false;
    }
    return true;
}

static const char *cell_at(const struct pt_table *table, size_t row,
                           size_t column)
{
    return table->cells.at[row * table->columns + column];
}

/* The widest cell of a column; 0 when only its heading says anything. */
static size_t measure_column(const struct pt_table *table, size_t rows,
                             size_t column)
{
    size_t widest = 0;

    for (size_t row = 1; row < rows; row++) {
        size_t columns =
            count_columns(pt_slice_of(cell_at(table, row, column)));

        widest = columns > widest ? columns : widest;
    }
    if (widest) {
        size_t heading = count_columns(pt_slice_of(cell_at(table, 0, column)));

        widest = heading > widest ? heading : widest;
    }
    return widest;
}

static void put_row(const struct pt_page *page, const struct pt_table *table,
                    size_t row, const size_t *widths)
{
    size_t blanks = GAP; /* owed before the next cell */

    for (size_t i = 0; i < table->columns; i++) {
        const char *cell = cell_at(table, row, i);

        if (!widths[i])
            continue;
        if (*cell) {
            put_blanks(page, blanks);
            pt_page_put(page, row ? PT_NORMAL : PT_FAINT, cell);
            blanks = 0;
        }
        blanks += widths[i] - count_columns(pt_slice_of(cell)) + GAP;
    }
    pt_page_end_line(page);
}

/* Where a row has no room: its first cell, and the others below, each behind
 * its heading. */
static void put_block(const struct pt_page *page, const struct pt_table *table,
                      size_t row)
{
    put_blanks(page, GAP);
    pt_page_put(page, PT_NORMAL, cell_at(table, row, 0));
    pt_page_end_line(page);
    for (size_t i = 1; i < table->columns; i++) {
        char label[PT_CELL_MAX];

        snprintf(label, sizeof(label), "%s: ", cell_at(table, 0, i));
        pt_page_paragraph(page, 2 * GAP, label, cell_at(table, row, i));
    }
}

static bool has_room(const struct pt_page *page, const struct pt_table *table,
                     const size_t *widths)
{
    size_t used = 0;

    for (size_t i = 0; i < table->columns; i++)
        used += widths[i] ? widths[i] + GAP : 0;
    return !page->is_terminal || used <= page->width;
}

void pt_page_table(const struct pt_page *page, const struct pt_table *table)
{
    size_t rows = table->cells.count / table->columns;
    size_t widths[PT_COLUMNS_MAX] = {0};
    bool fits;

    for (size_t i = 0; i < table->columns && i < PT_COLUMNS_MAX; i++)
        widths[i] = measure_column(table, rows, i);
    fits = has_room(page, table, widths);
    for (size_t row = fits ? 0 : 1; row < rows; row++)
        if (fits)
            put_row(page, table, row, widths);
        else
            put_block(page, table, row);
}
