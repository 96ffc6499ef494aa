/* html.h - HTML, written straight: markup is ours, text is escaped.
 *
 * What is written is XML too, so that any reader of XML can check it.  Text
 * from outside keeps no character that cannot be seen: '?' stands for it.
 */
#ifndef PT_SERVE_HTML_H
#define PT_SERVE_HTML_H

#include "base/buf.h"
#include "serve/landing_words.h"

struct pt_html {
    struct pt_buf *out; /* tells of failure */
    const struct pt_words *words;
};

/* Tags and the like, as they are: never what came from outside. */
void pt_html_raw(const struct pt_html *html, const char *markup);
/* Text, or the value of an attribute, from anywhere; NULL is none. */
void pt_html_text(const struct pt_html *html, const char *text);
/* Our own words: "*this*" stands out, and "{}" is `what`. */
void pt_html_words(const struct pt_html *html, enum pt_word word,
                   const char *what);
/* The words as one element: "h2", "p". */
void pt_html_element(const struct pt_html *html, const char *name,
                     enum pt_word word, const char *what);
/* Words of several lines as what is to be done, one after the other. */
void pt_html_steps(const struct pt_html *html, enum pt_word word);

#endif
