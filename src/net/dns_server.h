/* dns_server.h - which name servers there are, and which of them we believe.
 *
 * Pure: no name is looked up, no file read.
 */
#ifndef PT_NET_DNS_SERVER_H
#define PT_NET_DNS_SERVER_H

#include "base/text.h"

#include <sys/socket.h>

/* "192.0.2.53", "192.0.2.53:5353", "2001:db8::53", "[2001:db8::53]:5353".
 * Without a port it is 53.  False: it is none of these. */
bool pt_dns_server_parse(const char *text, struct sockaddr_storage *ret_server);

/* Does resolv.conf say that its servers' word on DNSSEC is to be believed?
 * `options trust-ad`, as glibc reads it (resolv.conf(5)). */
bool pt_resolv_conf_trusts(struct pt_slice text);

#endif
