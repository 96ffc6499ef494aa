#include "net/endpoint.h"

#include "base/text.h"

#include <string.h>

bool pt_endpoint_split(const char *text, char ret_host[PT_HOST_SIZE],
                       uint16_t *ret_port)
{
    const char *colon = strrchr(text, ':');
    size_t len = colon ? (size_t)(colon - text) : 0;
    uint16_t port;

    if (!len || !pt_parse_port(pt_slice_of(colon + 1), &port))
        return false;
    if (text[0] == '[' && text[len - 1] == ']') {
        text++;
        len -= len > 1 ? 2 : 1;
    } else if (memchr(text, ':', len)) {
        return false;
    }
    if (!len || len >= PT_HOST_SIZE)
        return false;
    memcpy(ret_host, text, len);
    ret_host[len] = '\0';
    *ret_port = port;
    return true;
}
