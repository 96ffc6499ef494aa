#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 256 };

static bool make_room(struct pt_buf *buf, size_t len)
{
    size_t max = buf->max ? buf->max : PT_BUF_MAX;
    size_t room = buf->room ? buf->room : FIRST_ROOM;
    char *at;

    if (pt_buf_failed(buf))
        return false;
    if (len > max - buf->len) {
        buf->overflow = true;
        return false;
    }
    if (buf->at && len < buf->room - buf->len)
        return true;
    while (room <= buf->len + len)
        room *= 2;
    at = realloc(buf->at, room);
    if (!at) {
        buf->oom = true;
        return false;
    }
    buf->at = at;
    buf->room = room;
    return true;
}

void pt_buf_add(struct pt_buf *buf, const void *bytes, size_t len)
{
    if (!make_room(buf, len))
        return;
    if (len)
        memcpy(buf->at + buf->len, bytes, len);
    buf->len += len;
    buf->at[buf->len] = '\0';
}

void pt_buf_puts(struct pt_buf *buf, const char *text)
{
    pt_buf_add(buf, text, strlen(text));
}

void pt_buf_putc(struct pt_buf *buf, char c)
{
    pt_buf_add(buf, &c, 1);
}

void pt_buf_printf(struct pt_buf *buf, const char *format, ...)
{
    va_list ap;
    int len;

    va_start(ap, format);
    len = vsnprintf(NULL, 0, format, ap);
    va_end(ap);
    if (len < 0)
        buf->oom = true;
    if (len < 0 || !make_room(buf, (size_t)len))
        return;
    va_start(ap, format);
    vsnprintf(buf->at + buf->len, (size_t)len + 1, format, ap);
    va_end(ap);
    buf->len += (size_t)len;
}

void pt_buf_skip(struct pt_buf *buf, size_t n)
{
    assert(n <= buf->len);
    if (!n)
        return;
    memmove(buf->at, buf->at + n, buf->len - n + 1);
    buf->len -= n;
}

void pt_buf_clear(struct pt_buf *buf)
{
    buf->len = 0;
    buf->overflow = false;
    buf->oom = false;
    if (buf->at)
        buf->at[0] = '\0';
}

bool pt_buf_failed(const struct pt_buf *buf)
{
    return buf->overflow || buf->oom;
}

const char *pt_buf_text(const struct pt_buf *buf)
{
    return buf->at ? buf->at : "";
}

void pt_buf_free(struct pt_buf *buf)
{
    if (!buf)
        return;
    free(buf->at);
    *buf = (struct pt_buf){0};
}
