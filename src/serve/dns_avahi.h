/* dns_avahi.h - a service file of Avahi: the page, and the mail servers of this
 * machine, are found by who looks around on the LAN (RFC 6763).
 *
 * No mail program looks there; people do.
 */
#ifndef PT_SERVE_DNS_AVAHI_H
#define PT_SERVE_DNS_AVAHI_H

#include "serve/dns_help.h"

/* As pt_dns_help_put(). */
enum pt_status pt_dns_avahi_put(const struct pt_dns_help *help,
                                struct pt_buf *out, struct pt_error *err);

#endif
