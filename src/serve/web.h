/* web.h - HTTP and HTTPS over libmicrohttpd, in our own loop: one thread,
 * any number of sockets.
 *
 * Limits: 16 KiB of memory a connection, 8 KiB of body, 5 s without a byte,
 * 15 s for a request whole, 128 connections a peer, 1,000 in all (then the one
 * that has been idle longest goes), and the requests a second that pt_pace
 * grants.  No password is taken: the header Authorization is not even read.
 */
#ifndef PT_SERVE_WEB_H
#define PT_SERVE_WEB_H

#include "base/loop.h"
#include "serve/answer.h"
#include "serve/tally.h"

struct pt_web;

/* What a request came to; no address is in it. */
struct pt_served {
    const char *method;
    enum pt_route route;
    int status;
};

struct pt_web_setup {
    struct pt_loop *loop;
    const struct pt_house *house; /* may change between two requests */
    struct pt_tally *tally;
    unsigned rate;    /* requests a second for one peer; 0: any number */
    bool lan_only;    /* peers from elsewhere get 403 */
    void (*log)(void *ctx, const struct pt_served *served); /* or NULL */
    void *ctx;
};

/* PT_CANNOT_WRITE: libmicrohttpd is not there; PT_NO_MEMORY. */
enum pt_status pt_web_new(const struct pt_web_setup *setup,
                          struct pt_web **ret_web, struct pt_error *err);

/* Answer at this listening socket, which becomes the server's.  certificate
 * (a chain) and key, both PEM, which are copied; NULL, NULL: without TLS.
 * PT_BAD_INPUT: they cannot be used; PT_CANNOT_WRITE; PT_NO_MEMORY. */
enum pt_status pt_web_listen(struct pt_web *web, int fd,
                             const char *certificate, const char *key,
                             struct pt_error *err);

/* From now on this certificate, where there is TLS; connections live on.
 * As above: then the former one stays. */
enum pt_status pt_web_renew(struct pt_web *web, const char *certificate,
                            const char *key, struct pt_error *err);

/* The site is about to go: its documents are not answered from now on. */
void pt_web_forget(struct pt_web *web, struct pt_site *site);

/* Accept nobody any more.  True: nobody is being answered. */
bool pt_web_quiesce(struct pt_web *web);

void pt_web_free(struct pt_web *web); /* takes NULL */

#endif
