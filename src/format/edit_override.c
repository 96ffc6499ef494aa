#include "format/edit_override.h"

#include <stdio.h>
#include <string.h>

static const char algorithm[] = "OID.2.16.840.1.101.3.4.2.1";

enum { HOST_MAX = 256, PORT_CHARS = 6, FINGERPRINT_LEN = 95 };

/* One line, where Thunderbird takes it. */
struct line {
    struct pt_span whole; /* with its line end */
    struct pt_span host;  /* without brackets */
    struct pt_span port;
    struct pt_span fingerprint;
};

/* ---- reading ---- */

/* The next of the parts that a character ends each. */
static bool cut(struct pt_slice bytes, size_t *at, size_t end, char mark,
                struct pt_span *ret_part)
{
    const char *found =
        *at < end ? memchr(bytes.at + *at, mark, end - *at) : NULL;

    if (!found)
        return false;
    ret_part->at = *at;
    ret_part->len = (size_t)(found - bytes.at) - *at;
    *at += ret_part->len + 1;
    return true;
}

static bool is_fingerprint(struct pt_slice text)
{
    if (text.len != FINGERPRINT_LEN)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (i % 3 == 2 ? text.at[i] != ':'
                       : !strchr("0123456789ABCDEF", text.at[i]))
            return false;
    return true;
}

/* "127.0.0.1:1143:", "[::1]:1143:" */
static bool read_place(struct pt_slice bytes, struct pt_span place,
                       struct line *line)
{
    size_t at = place.at;
    size_t end = place.at + place.len;
    uint16_t port;

    if (at < end && bytes.at[at] == '[') {
        at++;
        if (!cut(bytes, &at, end, ']', &line->host) || at == end ||
            bytes.at[at++] != ':')
            return false;
    } else if (!cut(bytes, &at, end, ':', &line->host)) {
        return false;
    }
    return cut(bytes, &at, end, ':', &line->port) && at == end &&
           pt_parse_port(pt_span_text(bytes, line->port), &port);
}

static bool read_line(struct pt_slice bytes, struct line *line)
{
    size_t at = line->whole.at;
    size_t end = line->whole.at + line->whole.len;
    struct pt_span place;
    struct pt_span kind;

    return bytes.at[at] != '#' && cut(bytes, &at, end, '\t', &place) &&
           cut(bytes, &at, end, '\t', &kind) &&
           cut(bytes, &at, end, '\t', &line->fingerprint) &&
           pt_span_is(bytes, kind, algorithm) &&
           is_fingerprint(pt_span_text(bytes, line->fingerprint)) &&
           read_place(bytes, place, line);
}

/* Of one host and port: from *at on, which is moved behind it. */
static bool find_next(struct pt_slice bytes, size_t *at, const char *host,
                      uint16_t port, struct line *ret_line)
{
    while (*at < bytes.len) {
        const char *end = memchr(bytes.at + *at, '\n', bytes.len - *at);
        struct line line = {.whole.at = *at};
        uint16_t its_port;

        line.whole.len = (end ? (size_t)(end + 1 - bytes.at) : bytes.len) - *at;
        *at += line.whole.len;
        if (!read_line(bytes, &line) ||
            !pt_span_is_nocase(bytes, line.host, host) ||
            !pt_parse_port(pt_span_text(bytes, line.port), &its_port) ||
            its_port != port)
            continue;
        *ret_line = line;
        return true;
    }
    return false;
}

/* The last one counts. */
static bool find_last(struct pt_slice bytes, const char *host, uint16_t port,
                      struct line *ret_line)
{
    size_t at = 0;
    bool is_there = false;

    while (find_next(bytes, &at, host, port, ret_line))
        is_there = true;
    return is_there;
}

bool pt_override_get(struct pt_slice bytes, const char *host, uint16_t port,
                     char ret_fingerprint[PT_FINGERPRINT_CHARS])
{
    struct line line;

    if (!find_last(bytes, host, port, &line))
        return false;
    memcpy(ret_fingerprint, bytes.at + line.fingerprint.at, FINGERPRINT_LEN);
    ret_fingerprint[FINGERPRINT_LEN] = '\0';
    return true;
}

/* ---- changing ---- */

static struct pt_slice all_of(const struct pt_buf *bytes)
{
    return pt_slice(bytes->at, bytes->len);
}

static const char *line_end_of(struct pt_slice bytes)
{
    const char *end = bytes.len ? memchr(bytes.at, '\n', bytes.len) : NULL;

    return end && end > bytes.at && end[-1] == '\r' ? "\r\n" : "\n";
}

static void add_line(struct pt_buf *bytes, const char *host, uint16_t port,
                     const char *fingerprint)
{
    const char *end = line_end_of(all_of(bytes));
    bool is_ipv6 = strchr(host, ':');

    if (bytes->len && bytes->at[bytes->len - 1] != '\n')
        pt_buf_puts(bytes, end);
    pt_buf_printf(bytes, "%s%s%s:%u:\t%s\t%s\t%s", is_ipv6 ? "[" : "", host,
                  is_ipv6 ? "]" : "", port, algorithm, fingerprint, end);
}

void pt_override_put(struct pt_buf *bytes, const char *host, uint16_t port,
                     const char *fingerprint)
{
    struct line line;

    if (!find_last(all_of(bytes), host, port, &line))
        add_line(bytes, host, port, fingerprint);
    else if (!pt_span_is(all_of(bytes), line.fingerprint, fingerprint))
        pt_edit_put(bytes, line.fingerprint, fingerprint);
}

void pt_override_move(struct pt_buf *bytes, const char *host, uint16_t from,
                      uint16_t to)
{
    char port[PORT_CHARS];
    struct line line;

    if (find_last(all_of(bytes), host, to, &line) ||
        !find_last(all_of(bytes), host, from, &line))
        return;
    snprintf(port, sizeof(port), "%u", to);
    pt_edit_put(bytes, line.port, port);
}

void pt_override_remove(struct pt_buf *bytes, const char *host, uint16_t port)
{
    PT_BUF struct pt_buf kept = {.max = bytes->max};
    struct pt_slice all = all_of(bytes);
    struct line line;
    size_t at = 0;
    size_t done = 0;

    while (find_next(all, &at, host, port, &line)) {
        pt_buf_add(&kept, all.at + done, line.whole.at - done);
        done = at;
    }
    pt_buf_add(&kept, all.at + done, all.len - done);
    bytes->oom = bytes->oom || pt_buf_failed(&kept);
    bytes->len = 0;
    pt_buf_add(bytes, kept.at, kept.len);
}
