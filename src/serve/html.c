#include "serve/html.h"

#include "base/text.h"

#include <string.h>

enum { TEXT_SIZE = 4096 };

static const char *entity_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* U+FFFE and U+FFFF, which are characters nowhere, and not to be in XML. */
static bool is_nothing(struct pt_slice text)
{
    return pt_slice_has_prefix(text, "\xEF\xBF\xBE") ||
           pt_slice_has_prefix(text, "\xEF\xBF\xBF");
}

/* The one place where text becomes HTML. */
static void put_escaped(struct pt_buf *out, struct pt_slice text)
{
    while (text.len) {
        const char *entity = entity_of(*text.at);
        size_t len = is_nothing(text) ? 3 : 1;

        if (entity || len > 1)
            pt_buf_puts(out, entity ? entity : "?");
        else
            pt_buf_putc(out, *text.at);
        text = pt_slice(text.at + len, text.len - len);
    }
}

void pt_html_raw(const struct pt_html *html, const char *markup)
{
    pt_buf_puts(html->out, markup);
}

void pt_html_text(const struct pt_html *html, const char *text)
{
    char clean[TEXT_SIZE];

    pt_make_printable(pt_slice_of(text), clean, sizeof(clean));
    put_escaped(html->out, pt_slice_of(clean));
}

static void put_line(const struct pt_html *html, struct pt_slice line,
                     const char *what)
{
    bool stands_out = false;

    for (size_t i = 0; i < line.len; i++) {
        if (line.at[i] == '*') {
            stands_out = !stands_out;
            pt_html_raw(html, stands_out ? "<strong>" : "</strong>");
        } else if (line.len - i > 1 && !memcmp(line.at + i, "{}", 2)) {
            pt_html_text(html, what);
            i++;
        } else {
            put_escaped(html->out, pt_slice(line.at + i, 1));
        }
    }
}

void pt_html_words(const struct pt_html *html, enum pt_word word,
                   const char *what)
{
    put_line(html, pt_slice_of(html->words->at[word]), what);
}

void pt_html_element(const struct pt_html *html, const char *name,
                     enum pt_word word, const char *what)
{
    pt_buf_printf(html->out, "<%s>", name);
    pt_html_words(html, word, what);
    pt_buf_printf(html->out, "</%s>\n", name);
}

void pt_html_steps(const struct pt_html *html, enum pt_word word)
{
    struct pt_slice rest = pt_slice_of(html->words->at[word]);
    struct pt_slice line;

    pt_html_raw(html, "<ol>\n");
    while (pt_next_line(&rest, &line)) {
        pt_html_raw(html, "<li>");
        put_line(html, line, NULL);
        pt_html_raw(html, "</li>\n");
    }
    pt_html_raw(html, "</ol>\n");
}
