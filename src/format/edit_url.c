#include "format/edit_url.h"

#include "format/url.h"

#include <stdio.h>
#include <string.h>

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_scheme(char c)
{
    return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
}

/* What ends the part with the host; and text around it that is no URL. */
static bool ends_authority(char c)
{
    return (unsigned char)c <= ' ' || c == '\x7f' ||
           strchr("/?#\"'`<>{}|\\^,;()", c);
}

/* A scheme before "://", back to from. */
static bool read_scheme(struct pt_slice bytes, size_t from, size_t colon,
                        struct pt_span *ret_scheme)
{
    size_t begin = colon;

    while (begin > from && is_scheme(bytes.at[begin - 1]))
        begin--;
    if (begin == colon || !is_letter(bytes.at[begin]))
        return false;
    *ret_scheme = (struct pt_span){begin, colon - begin};
    return true;
}

static bool read_port(struct pt_slice bytes, struct pt_edit_url *url)
{
    struct pt_slice port = pt_span_text(bytes, url->port);
    uint16_t number;

    return !port.len ||
           (port.at[0] == ':' &&
            (port.len == 1 ||
             pt_parse_port(pt_slice(port.at + 1, port.len - 1), &number)));
}

/* [USER@]HOST[:PORT] */
static bool read_authority(struct pt_slice bytes, struct pt_span all,
                           struct pt_edit_url *url)
{
    size_t begin = all.at;
    size_t end = all.at + all.len;
    size_t host_end;

    for (size_t i = all.at; i < end; i++)
        if (bytes.at[i] == '@')
            begin = i + 1;
    url->user = (struct pt_span){all.at, begin > all.at ? begin - all.at - 1
                                                        : 0};
    if (begin < end && bytes.at[begin] == '[') {
        const char *close =
            memchr(bytes.at + begin, ']', end - begin);

        if (!close)
            return false;
        host_end = (size_t)(close - bytes.at);
        url->host = (struct pt_span){begin + 1, host_end - begin - 1};
        host_end++;
    } else {
        for (host_end = begin; host_end < end && bytes.at[host_end] != ':';)
            host_end++;
        url->host = (struct pt_span){begin, host_end - begin};
    }
    url->port = (struct pt_span){host_end, end - host_end};
    return url->host.len && read_port(bytes, url);
}

bool pt_edit_url_next(struct pt_slice bytes, struct pt_span *span,
                      struct pt_edit_url *ret_url)
{
    const char *colon;

    while ((colon = pt_slice_find(pt_span_text(bytes, *span), "://"))) {
        size_t at = (size_t)(colon - bytes.at);
        size_t begin = at + strlen("://");
        size_t end = begin;
        size_t limit = span->at + span->len;
        struct pt_edit_url url = {0};
        bool is_url = read_scheme(bytes, span->at, at, &url.scheme);

        while (end < limit && !ends_authority(bytes.at[end]))
            end++;
        *span = (struct pt_span){end, limit - end};
        if (!is_url ||
            !read_authority(bytes, (struct pt_span){begin, end - begin}, &url))
            continue;
        *ret_url = url;
        return true;
    }
    return false;
}

bool pt_edit_url_bare(struct pt_slice bytes, struct pt_span span,
                      struct pt_edit_url *ret_url)
{
    struct pt_edit_url url = {.scheme = {span.at, 0}};

    for (size_t i = 0; i < span.len; i++)
        if (ends_authority(bytes.at[span.at + i]))
            return false;
    if (!read_authority(bytes, span, &url))
        return false;
    *ret_url = url;
    return true;
}

uint16_t pt_edit_url_port(struct pt_slice bytes, const struct pt_edit_url *url)
{
    uint16_t port = 0;

    if (url->port.len > 1)
        pt_parse_port(pt_slice(bytes.at + url->port.at + 1, url->port.len - 1),
                      &port);
    return port;
}

const char *pt_edit_url_user(struct pt_arena *arena, struct pt_slice bytes,
                             const struct pt_edit_url *url)
{
    struct pt_slice user = pt_span_text(bytes, url->user);
    const char *colon = user.len ? memchr(user.at, ':', user.len) : NULL;
    const char *text;

    if (colon)
        user.len = (size_t)(colon - user.at);
    if (!user.len)
        return NULL;
    text = pt_arena_strndup(arena, user.at, user.len);
    return text ? pt_url_decode(arena, text) : NULL;
}

/* The port first: it stands behind the scheme. */
void pt_edit_url_put(struct pt_buf *bytes, const struct pt_edit_url *url,
                     const char *scheme, uint16_t port)
{
    struct pt_slice text = pt_slice(bytes->at, bytes->len);
    bool same = pt_span_is_nocase(text, url->scheme, scheme);
    char number[8];

    snprintf(number, sizeof(number), ":%u", port);
    if (port != pt_edit_url_port(text, url))
        pt_edit_put(bytes, url->port, number);
    if (!same && !url->scheme.len)
        pt_edit_put(bytes, url->scheme, "://");
    if (!same)
        pt_edit_put(bytes, url->scheme, scheme);
}
