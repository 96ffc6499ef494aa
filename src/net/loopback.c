#include "net/loopback.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

enum { HOST_SIZE = 64 };

/* Cut "HOST:PORT" or "[HOST]:PORT" in two. */
static bool split(const char *text, char host[HOST_SIZE], uint16_t *ret_port)
{
    const char *colon = strrchr(text, ':');
    size_t len = colon ? (size_t)(colon - text) : 0;

    if (!len || !pt_parse_port(pt_slice_of(colon + 1), ret_port))
        return false;
    if (text[0] == '[' && text[len - 1] == ']') {
        text++;
        len -= len > 1 ? 2 : 1;
    } else if (memchr(text, ':', len)) {
        return false;
    }
    if (!len || len >= HOST_SIZE)
        return false;
    memcpy(host, text, len);
    host[len] = '\0';
    return true;
}

bool pt_loopback_parse(const char *text, struct sockaddr_storage *ret_address,
                       socklen_t *ret_len)
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    char host[HOST_SIZE];
    uint16_t port;

    if (!split(text, host, &port) || !pt_is_loopback(host))
        return false;
    four.sin_port = six.sin6_port = htons(port);
    if (pt_is_nocase(host, "localhost"))
        memcpy(host, "127.0.0.1", sizeof("127.0.0.1"));
    memset(ret_address, 0, sizeof(*ret_address));
    if (inet_pton(AF_INET, host, &four.sin_addr) == 1) {
        memcpy(ret_address, &four, sizeof(four));
        *ret_len = sizeof(four);
        return true;
    }
    if (inet_pton(AF_INET6, host, &six.sin6_addr) != 1)
        return false;
    memcpy(ret_address, &six, sizeof(six));
    *ret_len = sizeof(six);
    return true;
}
