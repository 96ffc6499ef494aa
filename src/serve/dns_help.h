/* dns_help.h - what a name server has to say so that devices find us: the text
 * to put into its configuration.
 *
 * Pure.  Every kind but AdGuard Home's was given to the real server
 * (tests/lab/dns-help.sh).
 */
#ifndef PT_SERVE_DNS_HELP_H
#define PT_SERVE_DNS_HELP_H

#include "base/buf.h"
#include "base/error.h"
#include "model/settings.h"

struct pt_dns_help {
    const char *kind; /* one of pt_dns_help_kinds */
    const struct pt_settings *const *domains; /* of each domain */
    size_t domain_count;
    const struct pt_strings *addresses; /* of this server, IPv4 and IPv6; may be
                                           empty when `host` is a name in DNS;
                                           for the world both may be missing:
                                           then its names are left out */
    const char *host;    /* the name of this server, or NULL */
    uint16_t port;       /* it answers at, for "avahi" */
    bool has_tls;
    bool is_public;      /* for the world's DNS (publish): no private address */
    const char *pacc_digest; /* base64, for TXT _ua-auto-config; or NULL */
};

/* "dnsmasq" "unbound" "pihole" "adguard" "hosts" "zone" "avahi", NULL-ended */
extern const char *const pt_dns_help_kinds[];

/* PT_CANNOT_EXPRESS: this kind cannot say it; PT_NO_MEMORY. */
enum pt_status pt_dns_help_put(const struct pt_dns_help *help,
                               struct pt_buf *out, struct pt_error *err);

#endif
