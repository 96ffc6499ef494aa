#include "net/loopback.h"

#include "base/text.h"
#include "net/endpoint.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

bool pt_loopback_parse(const char *text, struct sockaddr_storage *ret_address,
                       socklen_t *ret_len)
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    char host[PT_HOST_SIZE];
    uint16_t port;

    if (!pt_endpoint_split(text, host, &port) || !pt_is_loopback(host))
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
