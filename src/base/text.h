/* text.h - small questions about strings, asked without the locale.
 *
 * A slice borrows its bytes; it need not end in NUL and may hold any bytes.
 */
#ifndef PT_BASE_TEXT_H
#define PT_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pt_slice {
    const char *at;
    size_t len;
};

struct pt_slice pt_slice(const char *at, size_t len);
struct pt_slice pt_slice_of(const char *text); /* NULL: empty */

/* Cut the next line off rest (without its LF or CRLF).  False at the end. */
bool pt_next_line(struct pt_slice *rest, struct pt_slice *ret_line);

/* Cut the next run of non-blank bytes off rest.  False when none is left. */
bool pt_next_word(struct pt_slice *rest, struct pt_slice *ret_word);

struct pt_slice pt_trim(struct pt_slice s); /* blanks off both ends */
bool pt_slice_is(struct pt_slice s, const char *text);
bool pt_slice_has_prefix(struct pt_slice s, const char *prefix);
/* Where needle begins in s, or NULL. */
const char *pt_slice_find(struct pt_slice s, const char *needle);

bool pt_is(const char *a, const char *b);        /* NULL equals only NULL */
bool pt_is_nocase(const char *a, const char *b); /* ASCII case folded */
bool pt_has_prefix(const char *text, const char *prefix);
bool pt_has_suffix(const char *text, const char *suffix);

/* Decimal digits only, 20 at most; no sign, no blanks; at most max. */
bool pt_parse_uint(struct pt_slice s, uint64_t max, uint64_t *ret_value);
bool pt_parse_port(struct pt_slice s, uint16_t *ret_port); /* 1 to 65535 */

bool pt_is_utf8(struct pt_slice s); /* RFC 3629 */

/* Valid UTF-8 without control characters: C0, DEL, C1, and those
 * that turn the direction of text. */
bool pt_is_printable(struct pt_slice s);

/* Valid UTF-8 without C0 controls and DEL: what stays within its line. */
bool pt_is_line(struct pt_slice s);

/* Copy text into out (size > 0), every byte that must not reach a terminal
 * or a log replaced by '?', cut at a character boundary with "..." when too
 * long. */
void pt_make_printable(struct pt_slice s, char *out, size_t size);

/* 127.0.0.0/8, as IPv6 too, ::1, [::1], localhost or a name below it. */
bool pt_is_loopback(const char *host);

/* Would a client of this host end up on its own machine?  Loopback; the
 * unspecified addresses (0.0.0.0/8 and ::), which Linux connects to itself
 * (RFC 1122, 3.2.1.3); and the names /etc/hosts customarily has for it. */
bool pt_is_this_machine(const char *host);

/* Lower-case hex of len bytes into out (2 * len + 1 bytes). */
void pt_hex(const unsigned char *bytes, size_t len, char *out);

#endif
