/* server_url.h - a server as the URL that text clients name it by. */
#ifndef PT_FORMAT_SERVER_URL_H
#define PT_FORMAT_SERVER_URL_H

#include "model/settings.h"

/* scheme://LOGIN@HOST:PORT, the login escaped (RFC 3986, 3.2.1), an IPv6
 * address in brackets; without login when it is NULL.  In the arena; "": no
 * memory, which it remembers. */
const char *pt_server_url(struct pt_arena *arena, const char *scheme,
                          const char *login, const struct pt_server *server);

#endif
