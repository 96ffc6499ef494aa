/* dns.h - names, looked up by c-ares on our loop: PT_ASK_DNS.
 *
 * UDP, and TCP for what does not fit; no search domains; no thread, ever.  A
 * datagram that is lost costs a second, not the search.  So many questions
 * are on their way at once as the name server takes (dns_pace.h); the others
 * wait in line.  dns_addresses.h finds the addresses of a host.
 */
#ifndef PT_NET_DNS_H
#define PT_NET_DNS_H

#include "base/error.h"
#include "base/loop.h"
#include "net/ask.h"

#include <sys/socket.h>

struct pt_resolver;

/* Borrowed while pt_resolver_new() runs. */
struct pt_resolver_setup {
    const char *server;      /* as pt_dns_server_parse() reads it; NULL: those
                                of resolv.conf */
    const char *resolv_conf; /* NULL: /etc/resolv.conf */
    bool trust_ad; /* believe any server that says an answer is DNSSEC-valid;
                      without it those on this machine, and those for which
                      resolv.conf says so */
};

enum {
    PT_DNS_MS = 7000,       /* most that one question takes by itself, once it
                               was sent */
    PT_DNS_FIRST_MS = 1000, /* then it is asked again, and again */
    PT_DNS_TRIES = 3,
};

/* Nothing is read or opened before the first question.  The loop must outlive
 * it.  PT_BAD_INPUT: setup.server is no address.  PT_NO_MEMORY. */
enum pt_status pt_resolver_new(struct pt_loop *loop,
                               const struct pt_resolver_setup *setup,
                               struct pt_resolver **ret_resolver,
                               struct pt_error *err);
void pt_resolver_free(struct pt_resolver *resolver); /* takes NULL; drops */
struct pt_loop *pt_resolver_loop(const struct pt_resolver *resolver);

/* As the functions of struct pt_transport. */
bool pt_resolver_begin(struct pt_resolver *resolver, const struct pt_ask *ask,
                       pt_answer_fn *done, void *ctx);
void pt_resolver_drop(struct pt_resolver *resolver, const void *owner);
/* Do questions wait in line? */
bool pt_resolver_is_busy(const struct pt_resolver *resolver);

/* One address that /etc/hosts has for a host (CARES_HOSTS names another
 * file).  The port is 0. */
typedef void pt_hosts_fn(void *ctx, const struct sockaddr *address);
/* Tell each of them, at once; nothing is told when there are none. */
void pt_resolver_hosts(struct pt_resolver *resolver, const char *host,
                       pt_hosts_fn *tell, void *ctx);

#endif
