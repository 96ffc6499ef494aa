#include "net/dns_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

enum { PORT_DNS = 53 };

static bool parse_v4(struct pt_slice host, uint16_t port,
                     struct sockaddr_storage *ret_server)
{
    struct sockaddr_in server = {.sin_family = AF_INET,
                                 .sin_port = htons(port)};
    char text[INET_ADDRSTRLEN] = "";

    if (host.len >= sizeof(text))
        return false;
    memcpy(text, host.at, host.len);
    if (inet_pton(AF_INET, text, &server.sin_addr) != 1)
        return false;
    memcpy(ret_server, &server, sizeof(server));
    return true;
}

static bool parse_v6(struct pt_slice host, uint16_t port,
                     struct sockaddr_storage *ret_server)
{
    struct sockaddr_in6 server = {.sin6_family = AF_INET6,
                                  .sin6_port = htons(port)};
    char text[INET6_ADDRSTRLEN] = "";

    if (host.len >= sizeof(text))
        return false;
    memcpy(text, host.at, host.len);
    if (inet_pton(AF_INET6, text, &server.sin6_addr) != 1)
        return false;
    memcpy(ret_server, &server, sizeof(server));
    return true;
}

/* Cut ":PORT" off the end.  False: it ends in another way. */
static bool cut_port(struct pt_slice *host, uint16_t *ret_port)
{
    const char *colon = memrchr(host->at, ':', host->len);
    size_t len = colon ? (size_t)(colon - host->at) : host->len;

    if (!colon ||
        !pt_parse_port(pt_slice(colon + 1, host->len - len - 1), ret_port))
        return false;
    host->len = len;
    return true;
}

bool pt_dns_server_parse(const char *text, struct sockaddr_storage *ret_server)
{
    struct pt_slice host = pt_slice_of(text);
    uint16_t port = PORT_DNS;

    memset(ret_server, 0, sizeof(*ret_server));
    if (parse_v6(host, port, ret_server))
        return true;
    if (memchr(text, ':', host.len) && !pt_has_suffix(text, "]") &&
        !cut_port(&host, &port))
        return false;
    if (host.len > 2 && host.at[0] == '[' && host.at[host.len - 1] == ']')
        return parse_v6(pt_slice(host.at + 1, host.len - 2), port, ret_server);
    return parse_v4(host, port, ret_server);
}

bool pt_resolv_conf_trusts(struct pt_slice text)
{
    struct pt_slice line;
    struct pt_slice word;

    while (pt_next_line(&text, &line)) {
        if (!pt_next_word(&line, &word) || !pt_slice_is(word, "options"))
            continue;
        while (pt_next_word(&line, &word))
            if (pt_slice_is(word, "trust-ad"))
                return true;
    }
    return false;
}
