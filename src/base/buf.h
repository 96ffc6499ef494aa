/* buf.h - bytes that grow, up to a ceiling.
 *
 * A buffer remembers failure (no memory, or the ceiling): code that fills it
 * is straight and checks pt_buf_failed() once.  The bytes are always followed
 * by a NUL that is not counted in len.  {0} is empty; {.max = N} is too.
 */
#ifndef PT_BASE_BUF_H
#define PT_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct pt_buf {
    char *at; /* NULL while nothing was added */
    size_t len;
    size_t room;
    size_t max;    /* most bytes ever held; 0 means PT_BUF_MAX */
    bool overflow; /* sticky: more than max was added */
    bool oom;      /* sticky: an allocation failed */
};

enum { PT_BUF_MAX = 64 * 1024 * 1024 };

/* What would pass the ceiling is not added, not even in part. */
void pt_buf_add(struct pt_buf *buf, const void *bytes, size_t len);
void pt_buf_puts(struct pt_buf *buf, const char *text);
void pt_buf_putc(struct pt_buf *buf, char c);
void pt_buf_printf(struct pt_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Drop the first n bytes; there must be as many. */
void pt_buf_skip(struct pt_buf *buf, size_t n);
void pt_buf_clear(struct pt_buf *buf); /* keeps the memory, forgets failure */
bool pt_buf_failed(const struct pt_buf *buf);
const char *pt_buf_text(const struct pt_buf *buf); /* never NULL */
void pt_buf_free(struct pt_buf *buf); /* takes NULL; leaves {0} */

/* PT_BUF struct pt_buf buf = {0}; is freed at the end of its block. */
#define PT_BUF __attribute__((cleanup(pt_buf_free)))

#endif
