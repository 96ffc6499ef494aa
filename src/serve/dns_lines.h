/* dns_lines.h - what a name server has to say of a domain, in no server's
 * syntax yet.
 *
 * Pure.  Names, addresses and texts are such as no syntax has to quote: letters
 * of host names, of base64 and of plain paths.
 */
#ifndef PT_SERVE_DNS_LINES_H
#define PT_SERVE_DNS_LINES_H

#include "serve/dns_help.h"

enum pt_dns_line_kind {
    PT_DNS_LINE_ADDRESS, /* A or AAAA */
    PT_DNS_LINE_ALIAS,   /* CNAME */
    PT_DNS_LINE_SERVER,  /* SRV */
    PT_DNS_LINE_TEXT,    /* TXT */
};

struct pt_dns_line {
    enum pt_dns_line_kind kind;
    const char *label; /* below the domain: "_imap._tcp"; NULL: the name is
                          none of the domain's */
    const char *name;  /* "_imap._tcp.example.org" */
    const char *value; /* an address, a host, a text; SRV: NULL: there is
                          decidedly none (RFC 2782: ".") */
    uint16_t port;     /* SRV */
    const char *about; /* what it and those after it are for; NULL: the same */
};

struct pt_dns_lines {
    struct pt_dns_line *at;
    size_t count;
    struct pt_strings left_out; /* sentences: what DNS cannot say */
};

/* Is this host the server's own machine? */
bool pt_dns_is_own(const struct pt_dns_help *help, const char *host);
/* Is the name one that devices ask each other for (RFC 6762)? */
bool pt_dns_is_mdns(const char *host);

/* Is all of the help fit to be said?  PT_CANNOT_EXPRESS: a name that is none;
 * neither an address nor a name of this server, but for the world, which may
 * know it already; a private address, for the world. */
enum pt_status pt_dns_check(const struct pt_dns_help *help,
                            struct pt_error *err);

/* The lines of this server's own name: none where others know it. */
void pt_dns_lines_own(struct pt_arena *arena, const struct pt_dns_help *help,
                      struct pt_dns_lines *ret_lines);
/* Those of one domain.  PT_CANNOT_EXPRESS: a host of its settings, or a name
 * to be made of the domain, is none; PT_NO_MEMORY. */
enum pt_status pt_dns_lines_of(struct pt_arena *arena,
                               const struct pt_dns_help *help,
                               const struct pt_settings *settings,
                               struct pt_dns_lines *ret_lines,
                               struct pt_error *err);

#endif
