/* fuzz_text.c - the small questions about strings, asked of any bytes. */
#include "base/text.h"
#include "model/greeting.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { MOST_DIGITS = 20 };

static void insist(bool holds)
{
    if (!holds)
        abort();
}

static bool has(struct pt_slice s, char c)
{
    return s.len && memchr(s.at, c, s.len);
}

/* Lines, with their ends, are all of the bytes, in their order. */
static void check_lines(struct pt_slice all)
{
    struct pt_slice rest = all;
    struct pt_slice line;
    const char *at = all.at;

    while (pt_next_line(&rest, &line)) {
        insist(line.at == at || !line.len);
        insist(!has(line, '\n'));
        at += line.len;
        at += at < all.at + all.len && *at == '\r';
        at += at < all.at + all.len && *at == '\n';
        insist(rest.len == (size_t)(all.at + all.len - at));
    }
    insist(at == all.at + all.len);
}

static void check_words(struct pt_slice all)
{
    struct pt_slice rest = all;
    struct pt_slice word;
    size_t before = rest.len;

    while (pt_next_word(&rest, &word)) {
        insist(word.len && rest.len < before);
        insist(!has(word, ' ') && !has(word, '\t') && !has(word, '\r') &&
               !has(word, '\n'));
        insist(pt_slice_is(pt_trim(word), "") == false);
        before = rest.len;
    }
    insist(!pt_trim(rest).len);
}

/* The first byte sets the ceiling: 0, or all bits below it. */
static void check_number(struct pt_slice s, unsigned bits)
{
    uint64_t max = bits % 65 ? UINT64_MAX >> (64 - bits % 65) : 0;
    uint64_t value = 0;
    char digits[MOST_DIGITS + 1] = "";
    uint64_t want;
    char *end;

    if (pt_parse_uint(s, max, &value))
        insist(value <= max && s.len && s.len <= MOST_DIGITS);
    if (!s.len || s.len > MOST_DIGITS || has(s, '\0'))
        return;
    memcpy(digits, s.at, s.len);
    errno = 0;
    want = strtoull(digits, &end, 10);
    insist(pt_parse_uint(s, max, &value) ==
           (strspn(digits, "0123456789") == s.len && want <= max && !errno));
    insist(value == 0 || value == want);
}

static void check_printable(struct pt_slice s, size_t size)
{
    char out[256];
    size_t len;

    memset(out, 0x7F, sizeof(out));
    pt_make_printable(s, out, size);
    len = strlen(out);
    insist(len < size && pt_is_printable(pt_slice(out, len)));
    for (size_t i = size; i < sizeof(out); i++)
        insist(out[i] == 0x7F);
    insist(!pt_is_printable(s) || pt_is_utf8(s));
    if (pt_is_printable(s) && s.len < size)
        insist(pt_slice_is(s, out));
}

static void check_loopback(struct pt_slice s)
{
    char host[256];

    pt_make_printable(s, host, sizeof(host));
    if (pt_is_loopback(host))
        insist(strchr("1:[lL", host[0]) || strchr(host, '.') ||
               strchr(host, ':'));
}

static void check_greeting(struct pt_slice s)
{
    enum pt_service service = PT_LDAP;

    insist(pt_greeting_service(s, &service) == (service != PT_LDAP));
    insist(!pt_greeting_is_welcome(s) || service != PT_LDAP);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    unsigned first = len ? data[0] : 0;
    struct pt_slice s =
        pt_slice((const char *)data + (len > 0), len - (len > 0));
    const char *found = pt_slice_find(s, "ab");

    check_lines(s);
    check_words(s);
    check_number(s, first);
    check_printable(s, first + 1);
    check_loopback(s);
    check_greeting(s);
    insist(found == (s.len ? memmem(s.at, s.len, "ab", 2) : NULL));
    return 0;
}
