/* page.h - text for people: tables, paragraphs, a little colour.
 *
 * Everything printed here is made printable first: nothing from outside can
 * reach the terminal as a control character.  Widths are counted in
 * characters, without the locale.
 */
#ifndef PT_CLI_PAGE_H
#define PT_CLI_PAGE_H

#include "cli/cli.h"
#include "model/settings.h"

enum pt_style {
    PT_NORMAL,
    PT_STRONG,
    PT_FAINT,
    PT_GOOD,
    PT_WARN,
    PT_BAD,
    PT_STYLES
};

struct pt_page {
    FILE *out;
    bool colour;
    size_t width; /* columns to fill; 0: never break a line */
    bool is_terminal;
};

enum { PT_COLUMNS_MAX = 6, PT_CELL_MAX = 1024 };

/* A column without content below its heading is not printed. */
struct pt_table {
    size_t columns;
    struct pt_strings cells; /* row by row; the first row is the heading */
};

struct pt_page pt_page_out(const struct pt_io *io); /* the answer */
struct pt_page pt_page_err(const struct pt_io *io); /* the conversation */

/* Text as it is, in a style; no line feed. */
void pt_page_put(const struct pt_page *page, enum pt_style style,
                 const char *text);
void pt_page_putf(const struct pt_page *page, enum pt_style style,
                  const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void pt_page_end_line(const struct pt_page *page);

/* A paragraph: indent blanks, the label, the text broken into lines that hang
 * below its first word.  LF in the text begins a new line. */
void pt_page_paragraph(const struct pt_page *page, size_t indent,
                       const char *label, const char *text);
/* The same, with a label of another style. */
void pt_page_entry(const struct pt_page *page, size_t indent,
                   enum pt_style style, const char *label, const char *text);
void pt_page_paragraphs(const struct pt_page *page, size_t indent,
                        const char *label, const struct pt_strings *texts);

/* "portolan: what happened", and the hint below it. */
void pt_page_error(const struct pt_page *page, const struct pt_error *err);

/* One row, table->columns cells; NULL is an empty cell.  Copies.  False: no
 * memory. */
bool pt_table_add(struct pt_arena *arena, struct pt_table *table,
                  const char *const *cells);
/* Columns aligned, two blanks in front.  On a terminal too narrow for that, a
 * block of lines for each row. */
void pt_page_table(const struct pt_page *page, const struct pt_table *table);

#endif
