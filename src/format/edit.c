#include "format/edit.h"

#include <string.h>

struct pt_slice pt_span_text(struct pt_slice bytes, struct pt_span span)
{
    return pt_slice(bytes.at + span.at, span.len);
}

bool pt_span_is(struct pt_slice bytes, struct pt_span span, const char *text)
{
    return pt_slice_is(pt_span_text(bytes, span), text);
}

static char to_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool pt_span_is_nocase(struct pt_slice bytes, struct pt_span span,
                       const char *text)
{
    if (strlen(text) != span.len)
        return false;
    for (size_t i = 0; i < span.len; i++)
        if (to_lower(bytes.at[span.at + i]) != to_lower(text[i]))
            return false;
    return true;
}

struct pt_span pt_span_trim(struct pt_slice bytes, struct pt_span span)
{
    struct pt_slice text;

    if (!span.len)
        return span;
    text = pt_trim(pt_span_text(bytes, span));
    return (struct pt_span){(size_t)(text.at - bytes.at), text.len};
}

struct pt_span pt_span_unquote(struct pt_slice bytes, struct pt_span span,
                               char quote)
{
    if (span.len < 2 || bytes.at[span.at] != quote ||
        bytes.at[span.at + span.len - 1] != quote)
        return span;
    return (struct pt_span){span.at + 1, span.len - 2};
}

void pt_edit_put(struct pt_buf *bytes, struct pt_span span, const char *text)
{
    PT_BUF struct pt_buf tail = {.max = bytes->max};
    size_t end = span.at + span.len;

    if (pt_buf_failed(bytes))
        return;
    pt_buf_add(&tail, bytes->at + end, bytes->len - end);
    bytes->len = span.at;
    pt_buf_puts(bytes, text);
    pt_buf_add(bytes, tail.at, tail.len);
    bytes->oom = bytes->oom || tail.oom;
}
