/* dns_text.h - DNS records as text, one a line: what PT_ASK_DNS answers.
 *
 *   a 192.0.2.1
 *   aaaa 2001:db8::1
 *   mx PREFERENCE HOST
 *   srv PRIORITY WEIGHT PORT TARGET
 *   txt TEXT             the strings joined; a byte outside printable ASCII,
 *                        and the backslash, as \DDD (RFC 1035, 5.1)
 *   alias NAME           the name asked for is an alias (CNAME) of this one
 *
 * Names are lower-case A-labels without the final dot; the root is ".".
 */
#ifndef PT_FORMAT_DNS_TEXT_H
#define PT_FORMAT_DNS_TEXT_H

#include "base/arena.h"
#include "net/ask.h"

struct pt_dns_record {
    enum pt_record type;
    uint16_t priority; /* SRV; of an MX: its preference */
    uint16_t weight;
    uint16_t port;
    const char *name;  /* MX, SRV: the host, "." for none; A, AAAA: the
                          address; TXT: its bytes, NUL-ended */
    size_t name_len;   /* TXT may hold NULs */
};

struct pt_dns_records {
    struct pt_dns_record *at;
    size_t count;
    const char *alias; /* or NULL */
};

enum { PT_DNS_RECORDS_MAX = 100 };

/* The records of one type; lines of others, and those that make no sense (a
 * host that pt_host_ok() does not pass), are passed over.  In the arena, which
 * remembers when memory ran out. */
struct pt_dns_records pt_dns_text_read(struct pt_arena *arena,
                                       struct pt_slice text,
                                       enum pt_record type);

/* MX: best preference first, then by name.  SRV: RFC 2782: lowest priority
 * first, within one priority drawn by weight.  The draw is made with seed, so
 * that the same seed always gives the same order. */
void pt_dns_sort(struct pt_dns_records *records, uint64_t seed);

#endif
