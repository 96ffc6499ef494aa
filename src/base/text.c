#include "base/text.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

struct pt_slice pt_slice(const char *at, size_t len)
{
    return (struct pt_slice){.at = len ? at : "", .len = len};
}

struct pt_slice pt_slice_of(const char *text)
{
    return pt_slice(text, text ? strlen(text) : 0);
}

bool pt_next_line(struct pt_slice *rest, struct pt_slice *ret_line)
{
    const char *end;
    size_t len;

    if (!rest->len)
        return false;
    end = memchr(rest->at, '\n', rest->len);
    len = end ? (size_t)(end - rest->at) : rest->len;
    *ret_line = pt_slice(rest->at, len);
    if (len && rest->at[len - 1] == '\r')
        ret_line->len--;
    *rest = pt_slice(rest->at + len + (end ? 1 : 0),
                     rest->len - len - (end ? 1 : 0));
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct pt_slice pt_trim(struct pt_slice s)
{
    while (s.len && is_blank(s.at[0])) {
        s.at++;
        s.len--;
    }
    while (s.len && is_blank(s.at[s.len - 1]))
        s.len--;
    return s;
}

bool pt_next_word(struct pt_slice *rest, struct pt_slice *ret_word)
{
    struct pt_slice s = pt_trim(*rest);
    size_t len = 0;

    if (!s.len)
        return false;
    while (len < s.len && !is_blank(s.at[len]))
        len++;
    *ret_word = pt_slice(s.at, len);
    *rest = pt_slice(s.at + len, s.len - len);
    return true;
}

bool pt_slice_is(struct pt_slice s, const char *text)
{
    return strlen(text) == s.len && (!s.len || !memcmp(s.at, text, s.len));
}

bool pt_slice_has_prefix(struct pt_slice s, const char *prefix)
{
    size_t len = strlen(prefix);

    return len <= s.len && (!len || !memcmp(s.at, prefix, len));
}

const char *pt_slice_find(struct pt_slice s, const char *needle)
{
    size_t len = strlen(needle);

    for (size_t i = 0; len <= s.len && i <= s.len - len; i++)
        if (!memcmp(s.at + i, needle, len))
            return s.at + i;
    return NULL;
}

bool pt_is(const char *a, const char *b)
{
    return a && b ? !strcmp(a, b) : a == b;
}

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_nocase(struct pt_slice s, const char *text)
{
    size_t i = 0;

    while (i < s.len && text[i] && fold(s.at[i]) == fold(text[i]))
        i++;
    return i == s.len && !text[i];
}

bool pt_is_nocase(const char *a, const char *b)
{
    return a && b ? is_nocase(pt_slice_of(a), b) : a == b;
}

bool pt_has_prefix(const char *text, const char *prefix)
{
    return !strncmp(text, prefix, strlen(prefix));
}

bool pt_has_suffix(const char *text, const char *suffix)
{
    size_t len = strlen(text);
    size_t tail = strlen(suffix);

    return tail <= len && !strcmp(text + len - tail, suffix);
}

bool pt_parse_uint(struct pt_slice s, uint64_t max, uint64_t *ret_value)
{
    uint64_t value = 0;

    if (!s.len || s.len > 20)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        unsigned digit = (unsigned char)s.at[i] - '0';

        if (digit > 9 || digit > max || value > (max - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *ret_value = value;
    return true;
}

bool pt_parse_port(struct pt_slice s, uint16_t *ret_port)
{
    uint64_t port;

    if (!pt_parse_uint(s, 65535, &port) || !port)
        return false;
    *ret_port = (uint16_t)port;
    return true;
}

/* Length of the UTF-8 character at s, 0 when it is malformed (RFC 3629: no
 * overlong forms, no surrogates, nothing above U+10FFFF). */
static size_t utf8_length(struct pt_slice s)
{
    const unsigned char *at = (const unsigned char *)s.at;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    size_t len;

    if (at[0] < 0x80)
        return 1;
    if (at[0] < 0xC2 || at[0] > 0xF4)
        return 0;
    len = at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : 4;
    if (at[0] == 0xE0)
        low = 0xA0;
    if (at[0] == 0xED)
        high = 0x9F;
    if (at[0] == 0xF0)
        low = 0x90;
    if (at[0] == 0xF4)
        high = 0x8F;
    if (len > s.len || at[1] < low || at[1] > high)
        return 0;
    for (size_t i = 2; i < len; i++)
        if ((at[i] & 0xC0) != 0x80)
            return 0;
    return len;
}

bool pt_is_utf8(struct pt_slice s)
{
    while (s.len) {
        size_t len = utf8_length(s);

        if (!len)
            return false;
        s = pt_slice(s.at + len, s.len - len);
    }
    return true;
}

/* C0, DEL, C1, and what turns or hides text: U+061C, U+200E, U+200F, U+2028
 * to U+202E, U+2066 to U+2069. */
static bool is_control(const unsigned char *at, size_t len)
{
    if (len == 1)
        return at[0] < 0x20 || at[0] == 0x7F;
    if (len == 2)
        return (at[0] == 0xC2 && at[1] < 0xA0) ||
               (at[0] == 0xD8 && at[1] == 0x9C);
    if (len != 3 || at[0] != 0xE2)
        return false;
    if (at[1] == 0x80)
        return at[2] == 0x8E || at[2] == 0x8F ||
               (at[2] >= 0xA8 && at[2] <= 0xAE);
    return at[1] == 0x81 && at[2] >= 0xA6 && at[2] <= 0xA9;
}

/* Length of the printable character at s, or 0. */
static size_t printable_length(struct pt_slice s)
{
    size_t len = utf8_length(s);

    return len && !is_control((const unsigned char *)s.at, len) ? len : 0;
}

bool pt_is_printable(struct pt_slice s)
{
    while (s.len) {
        size_t len = printable_length(s);

        if (!len)
            return false;
        s = pt_slice(s.at + len, s.len - len);
    }
    return true;
}

bool pt_is_line(struct pt_slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.at[i] < ' ' || s.at[i] == 0x7F)
            return false;
    return pt_is_utf8(s);
}

void pt_make_printable(struct pt_slice s, char *out, size_t size)
{
    size_t used = 0;
    size_t cut = 0; /* where "..." would still fit */

    while (s.len) {
        size_t len = printable_length(s);
        size_t step = len ? len : 1;

        if (used + step >= size) {
            snprintf(out + cut, size - cut, "%s", "...");
            return;
        }
        memcpy(out + used, len ? s.at : "?", step);
        used += step;
        if (used + 4 <= size)
            cut = used;
        s = pt_slice(s.at + step, s.len - step);
    }
    out[used] = '\0';
}

/* RFC 6761, 6.3: whatever lies below localhost is this machine too.  A final
 * dot changes nothing. */
static bool is_localhost(const char *host)
{
    static const char name[] = "localhost";
    struct pt_slice s = pt_slice_of(host);
    size_t below;

    if (pt_has_suffix(host, "."))
        s.len--;
    below = s.len < strlen(name) ? 0 : s.len - strlen(name);
    return is_nocase(pt_slice(s.at + below, s.len - below), name) &&
           (!below || s.at[below - 1] == '.');
}

/* Names that systems give to their own addresses in /etc/hosts. */
static bool is_local_name(const char *host)
{
    static const char *const names[] = {"localhost.localdomain",
                                        "localhost4.localdomain4",
                                        "localhost6.localdomain6",
                                        "localhost4", "localhost6",
                                        "ip6-localhost", "ip6-loopback"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (pt_is_nocase(host, names[i]))
            return true;
    return false;
}

bool pt_is_this_machine(const char *host)
{
    struct in_addr four;
    struct in6_addr six;

    if (pt_is_loopback(host) || is_local_name(host) || pt_is(host, "[::]"))
        return true;
    if (inet_pton(AF_INET, host, &four) == 1)
        return ntohl(four.s_addr) >> 24 == 0;
    if (inet_pton(AF_INET6, host, &six) != 1)
        return false;
    return IN6_IS_ADDR_UNSPECIFIED(&six) ||
           (IN6_IS_ADDR_V4MAPPED(&six) && six.s6_addr[12] == 0);
}

bool pt_is_loopback(const char *host)
{
    struct in_addr four;
    struct in6_addr six;

    if (is_localhost(host) || pt_is(host, "[::1]"))
        return true;
    if (inet_pton(AF_INET, host, &four) == 1)
        return ntohl(four.s_addr) >> 24 == 127;
    if (inet_pton(AF_INET6, host, &six) != 1)
        return false;
    if (IN6_IS_ADDR_V4MAPPED(&six))
        return six.s6_addr[12] == 127;
    return IN6_IS_ADDR_LOOPBACK(&six);
}

void pt_hex(const unsigned char *bytes, size_t len, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * len] = '\0';
}
