/* dns_channel.h - c-ares, driven by our loop: what dns.c sends through.
 *
 * Sockets and timers only: no queue, no thread, no search domains.
 */
#ifndef PT_NET_DNS_CHANNEL_H
#define PT_NET_DNS_CHANNEL_H

#include "base/loop.h"
#include "base/text.h"
#include "net/dns.h"

struct pt_dns_channel;

/* Borrowed while pt_dns_channel_new() runs. */
struct pt_dns_channel_setup {
    const struct sockaddr_storage *server; /* NULL: those of resolv.conf */
    char *resolv_conf; /* left as it is */
    int first_ms; /* a question is asked again after so long ... */
    int tries;    /* ... and so often in all, waiting longer each time */
    /* c-ares did something by itself: answers may have been told. */
    void (*after)(void *ctx);
    void *ctx;
};

/* Reads resolv.conf.  NULL: *ret_why is a phrase. */
struct pt_dns_channel *
pt_dns_channel_new(struct pt_loop *loop,
                   const struct pt_dns_channel_setup *setup,
                   const char **ret_why);
/* Takes NULL.  What is open is told at once that it failed. */
void pt_dns_channel_free(struct pt_dns_channel *channel);

/* why: NULL, or why no message came: a phrase.  The message is borrowed.  Must
 * neither send nor cancel: c-ares is in the middle of something. */
typedef void pt_dns_message_fn(void *ctx, struct pt_slice message,
                               const char *why);

/* Ask; with EDNS (RFC 6891) or without, and always whether the answer is
 * DNSSEC-valid (the AD bit: RFC 6840, 5.7).  tell() may be called before this
 * returns. */
void pt_dns_channel_send(struct pt_dns_channel *channel, const char *name,
                         enum pt_record record, bool with_edns,
                         pt_dns_message_fn *tell, void *ctx);
/* Give up on all that is open: each is told so. */
void pt_dns_channel_cancel(struct pt_dns_channel *channel);
/* To be called after sending, once for any number of questions. */
void pt_dns_channel_arm(struct pt_dns_channel *channel);

/* All servers are on this machine, or resolv.conf vouches for its own. */
bool pt_dns_channel_is_believed(const struct pt_dns_channel *channel);

/* See pt_resolver_hosts(). */
void pt_dns_channel_hosts(struct pt_dns_channel *channel, const char *host,
                          pt_hosts_fn *tell, void *ctx);

#endif
