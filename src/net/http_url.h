/* http_url.h - a URL to ask for, taken apart and found fit.
 *
 * libcurl is given what was checked here, never the text as it came: what one
 * reader takes for a name must not be an address to the next.
 */
#ifndef PT_NET_HTTP_URL_H
#define PT_NET_HTTP_URL_H

#include "net/ask.h"
#include "net/endpoint.h"

enum { PT_URL_SIZE = 2049 };

struct pt_http_url {
    char text[PT_URL_SIZE]; /* without the fragment */
    char host[PT_HOST_SIZE]; /* lower case; an address without brackets */
    uint16_t port;
    bool is_tls;
};

/* PT_ANSWER_OK, and *ret_url is filled; or, with *ret_why a phrase for people:
 * PT_ANSWER_FAILED    it is no URL with a host that may be named
 * PT_ANSWER_REFUSED   another scheme than http and https, a user's name in
 *                     it, or an address in an odd spelling ("127.1",
 *                     "0x7f000001"): it is meant to be mistaken */
enum pt_answer_status pt_http_url_read(const char *text,
                                       struct pt_http_url *ret_url,
                                       const char **ret_why);

#endif
