/* url.h - URLs from outside: may one be asked for, and of which host?
 *
 * Answers only about form, and strictly, so that nobody who reads the URL
 * after us can see another host in it: printable ASCII, no user information, a
 * host that pt_host_ok() passes, an IPv6 address in its brackets, a port from 1
 * to 65535 or none (RFC 3986, 3).
 */
#ifndef PT_FORMAT_URL_H
#define PT_FORMAT_URL_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum { PT_URL_MAX = 2048 };

/* One of the two such URLs, of PT_URL_MAX bytes at most.  NULL is none. */
bool pt_url_is_https(const char *url);
bool pt_url_is_http(const char *url);

/* The host of an http or https URL, in lower case; an IPv6 address without its
 * brackets, as RFC 5952 spells it.  In the arena.  NULL: it is no such URL, or
 * no memory (pt_arena_failed() tells). */
const char *pt_url_host(struct pt_arena *arena, const char *url);
/* Does such a URL name its port? */
bool pt_url_has_port(const char *url);
/* The port it names, else that of its scheme; 0: it is no such URL. */
uint16_t pt_url_port(const char *url);
/* Where its path begins, with what follows the path; "" when there is none. */
const char *pt_url_path(const char *url);

/* The URL as it may be shown, in the arena: of what is no such URL, "***"
 * stands for what is before an '@', which may be a password (RFC 3986, 3.2.1).
 * NULL: no memory. */
const char *pt_url_shown(struct pt_arena *arena, const char *url);

/* A value for a URL's query: all but the unreserved characters of RFC 3986,
 * 2.3, as %XX, in the arena.  NULL: no memory. */
const char *pt_url_escape(struct pt_arena *arena, const char *text);

/* With each escape as the byte it is meant for, but %00, which stays.  NULL: no
 * memory. */
const char *pt_url_decode(struct pt_arena *arena, const char *text);

/* Without escapes, and without those that others were hidden in: "%2540" is
 * "@".  A NUL stays "%00".  NULL: no memory. */
const char *pt_url_unescape(struct pt_arena *arena, const char *text);

#endif
