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
    PT_LAN_SRV_443, /* and at port 443, whatever the record says */
};

/* How Autodiscover's word on a server's protection is taken. */
enum pt_lan_pox {
    PT_LAN_POX_SAID,    /* as Encryption says */
    PT_LAN_POX_BY_PORT, /* SSL "off" is plain text, else the port tells */
    PT_LAN_POX_TRIED,   /* SSL "off" is plain text, else what works */
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
    enum pt_lan_pox pox;
    bool stops_at_any; /* an answer (2xx) ends a stage, whatever is in it */
    bool wants_xml_type; /* XML is what Content-Type calls so */
    bool is_https_only;
    bool has_pox_only; /* Autodiscover is all it knows */
    const char *remark; /* on what it goes by; or NULL */
    const char *cleartext_remark; /* the same, by plain HTTP */
};

extern const struct pt_lan_kind pt_lan_kinds[]; /* client == NULL ends them */

#endif
