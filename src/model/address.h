/* address.h - an e-mail address, checked once and then trusted. */
#ifndef PT_MODEL_ADDRESS_H
#define PT_MODEL_ADDRESS_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>

/* Every string lives in the arena it was parsed into. */
struct pt_address {
    const char *text;   /* local@domain, with the domain as A-labels */
    const char *local;  /* as given */
    const char *domain; /* lower case, A-labels (RFC 5890), no final dot */
    const char *shown;  /* local@domain as people write it (U-labels) */
};

/* RFC 5321 sizes (64 and 254 bytes), UTF-8 local parts (RFC 6531), IDNA2008
 * domains; no control or invisible characters, no address literals, no
 * comments.
 * PT_BAD_INPUT with a sentence that names what is wrong; PT_NO_MEMORY. */
enum pt_status pt_address_parse(struct pt_arena *arena, const char *text,
                                struct pt_address *ret_address,
                                struct pt_error *err);

/* May we repeat, resolve and print this host name or IP address?  LDH labels,
 * 253 bytes (RFC 1123), or an IPv4 or IPv6 address without brackets.  A name
 * that ends in a number is none: resolvers take "127.1" for an address. */
bool pt_host_ok(const char *host);

/* A host as somebody typed or published it, in the arena: lower case, A-labels,
 * without the final dot; an IPv6 address as RFC 5952 spells it.
 * NULL: not one that pt_host_ok() would pass, or no memory (pt_arena_failed()
 * tells). */
const char *pt_host_from(struct pt_arena *arena, const char *text);

#endif
