/* endpoint.h - "HOST:PORT" and "[ADDRESS]:PORT" taken apart.  Pure. */
#ifndef PT_NET_ENDPOINT_H
#define PT_NET_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

enum { PT_HOST_SIZE = 254 };

/* Whatever stands before the last colon; an address of IPv6 has brackets, and
 * loses them.  False: it is none, or longer than a name can be. */
bool pt_endpoint_split(const char *text, char ret_host[PT_HOST_SIZE],
                       uint16_t *ret_port);

#endif
