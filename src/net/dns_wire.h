/* dns_wire.h - a DNS message as it came, read into text.
 *
 * Pure, and strict: nothing is taken from a message that does not hold
 * together, and no byte of a name or a TXT record can begin a line.
 */
#ifndef PT_NET_DNS_WIRE_H
#define PT_NET_DNS_WIRE_H

#include "net/reply.h"

enum {
    PT_DNS_TEXT_MAX = 64 * 1024, /* bytes of an answer's text */
    PT_DNS_RECORDS_KEPT = 100,   /* further ones are passed over */
    PT_DNS_ALIASES = 16,         /* CNAMEs followed, one after the other */
};

/* May this name be asked for?  Labels of letters, digits, hyphens and
 * underscores, 253 bytes at most, without the final dot. */
bool pt_dns_name_ok(const char *name);

/* What a message answers to (name, record): reply gets the lines of
 * format/dns_text.h, ABSENT (no such name, or no such record), or FAILED and
 * why.  Records of other names are passed over, and so are those that name a
 * host there cannot be.  is_signed is the message's AD bit: whether it may be
 * believed is for the caller to say.  reply->body.max is set. */
void pt_dns_wire_read(struct pt_slice wire, const char *name,
                      enum pt_record record, struct pt_reply *reply);

/* The type of a record on the wire (RFC 1035, 3.2.2; RFC 2782; RFC 3596). */
int pt_dns_wire_type(enum pt_record record);

/* The message says that it does not understand its query: perhaps it is EDNS
 * that it does not know (RFC 6891, 7). */
bool pt_dns_wire_is_puzzled(struct pt_slice wire);

#endif
