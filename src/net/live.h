/* live.h - asks answered by this machine and its network. */
#ifndef PT_NET_LIVE_H
#define PT_NET_LIVE_H

#include "base/error.h"
#include "base/loop.h"
#include "net/ask.h"

/* Borrowed while pt_live_new() runs. */
struct pt_live_setup {
    const char *dns;      /* the name server (net/dns.h); NULL: the system's */
    bool trust_ad;        /* believe it about DNSSEC, wherever it is */
    const char *ca_file;  /* PEM: further authorities; or NULL */
    const char *keep_dir; /* for copies of what was published; NULL: none */
};

/* The loop must outlive it.  Starts nothing by itself: a library is set up by
 * the first ask that needs it.  PT_BAD_INPUT: setup->dns is no address;
 * PT_NO_MEMORY. */
enum pt_status pt_live_new(struct pt_loop *loop,
                           const struct pt_live_setup *setup,
                           struct pt_transport **ret_transport,
                           struct pt_error *err);
void pt_live_free(struct pt_transport *transport); /* takes NULL */

#endif
