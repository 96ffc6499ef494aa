/* lan_clients.h - what each mail client asks, in its own order, and what it
 * takes for an answer.  Read in their sources, but for Outlook's (MS-OXDISCO).
 */
#ifndef PT_SERVE_LAN_CLIENTS_H
#define PT_SERVE_LAN_CLIENTS_H

#include <stdbool.h>
#include <stddef.h>

enum pt_lan_how {
    PT_LAN_GET,     /* autoconfig's file */
    PT_LAN_GET_POX, /* Autodiscover's, without saying for whom */
    PT_LAN_POST,    /* the same, asked again where it is sent on to */
    PT_LAN_MOVED, /* only where a redirect of plain HTTP leads to, by POST */
    PT_LAN_SRV,   /* the same of an SRV record */
};

struct pt_lan_request {
    enum pt_lan_how how;
    const char *what; /* a URL, or a name of DNS; %d is the domain, %a the
                         address, %e what Evolution says instead of it */
    unsigned stage;   /* what is wrong in one does not stop the next */
};

struct pt_lan_kind {
    const char *client;
    const struct pt_lan_request *requests; /* the best first; what == NULL ends
                                              them */
    bool stops_at_any; /* an answer (2xx) ends a stage, whatever is in it */
    bool goes_by_port; /* Autodiscover's STARTTLS is told from TLS by the port
                          alone */
    bool is_https_only;
    bool has_pox_only; /* Autodiscover is all it knows */
    const char *remark; /* where plain HTTP is what it goes by; or NULL */
};

extern const struct pt_lan_kind pt_lan_kinds[]; /* client == NULL ends them */

#endif
