/* domain.h - which names belong together, by the public suffix list (libpsl).
 *
 * Hosts and domains are lower-case A-labels without the final dot.
 */
#ifndef PT_MODEL_DOMAIN_H
#define PT_MODEL_DOMAIN_H

#include <stdbool.h>

bool pt_is_ip_address(const char *host);

/* "example.co.uk" of "a.b.example.co.uk": points into host.  NULL: it is a
 * public suffix itself, or an IP address. */
const char *pt_registrable(const char *host);

/* May anybody register a name below it?  "com", "co.uk", "github.io", and
 * every name of a single label. */
bool pt_is_public_suffix(const char *domain);

/* Is the host within the registrable domain of this domain?  A domain that
 * has none is akin to itself alone. */
bool pt_is_akin(const char *host, const char *domain);

#endif
