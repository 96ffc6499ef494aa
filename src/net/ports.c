/* ports.c - see ports.h.
 *
 * Proton Mail Bridge's own test, since it is the bridge that must agree: listen
 * on 127.0.0.1, then on every address at once, each with SO_REUSEADDR as Go
 * sets it; port 65535 counts as taken.
 */
#include "net/ports.h"

#include "base/text.h"
#include "net/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PORT_LAST = 65534 };

enum verdict { IS_FREE, IS_TAKEN, IS_UNKNOWN };

/* No memory, no descriptors: says nothing about the port. */
static bool is_trouble(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOBUFS ||
           error == ENOMEM;
}

static enum verdict try_listen(int fd, const void *address, socklen_t len)
{
    const int on = 1;
    const int off = 0;
    const struct sockaddr *sa = address;
    bool listened;

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (sa->sa_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
    listened = !bind(fd, sa, len) && !listen(fd, 1);
    if (listened)
        return IS_FREE;
    return is_trouble(errno) ? IS_UNKNOWN : IS_TAKEN;
}

static enum verdict try_address(const void *address, socklen_t len)
{
    const struct sockaddr *sa = address;
    int fd = pt_socket_open(sa->sa_family);
    enum verdict verdict;

    if (fd < 0)
        return IS_UNKNOWN;
    verdict = try_listen(fd, address, len);
    close(fd);
    return verdict;
}

static enum verdict try_four(uint16_t port, in_addr_t address)
{
    const struct sockaddr_in four = {.sin_family = AF_INET,
                                     .sin_port = htons(port),
                                     .sin_addr.s_addr = htonl(address)};

    return try_address(&four, sizeof(four));
}

static enum verdict try_all_addresses(uint16_t port, bool has_six)
{
    const struct sockaddr_in6 six = {.sin6_family = AF_INET6,
                                     .sin6_port = htons(port)};

    return has_six ? try_address(&six, sizeof(six))
                   : try_four(port, INADDR_ANY);
}

static enum verdict try_port(uint16_t port, bool has_six)
{
    enum verdict verdict = try_four(port, INADDR_LOOPBACK);

    return verdict == IS_FREE ? try_all_addresses(port, has_six) : verdict;
}

static bool can_six(void)
{
    const struct sockaddr_in6 any = {.sin6_family = AF_INET6};

    return try_address(&any, sizeof(any)) == IS_FREE;
}

static bool parse_range(const char *text, uint16_t *ret_first,
                        uint16_t *ret_last)
{
    const char *dash = strchr(text, '-');
    uint16_t first;
    uint16_t last;

    if (!dash ||
        !pt_parse_port(pt_slice(text, (size_t)(dash - text)), &first) ||
        !pt_parse_port(pt_slice_of(dash + 1), &last) || first > last ||
        last - first >= PT_PORTS_SPAN)
        return false;
    *ret_first = first;
    *ret_last = last;
    return true;
}

void pt_ports_free(const struct pt_ask *ask, struct pt_reply *reply)
{
    uint16_t first;
    uint16_t last;
    bool six;

    if (!parse_range(ask->what, &first, &last)) {
        pt_reply_fail(reply, "'%s' is no range of at most %d ports", ask->what,
                      PT_PORTS_SPAN);
        return;
    }
    six = can_six();
    reply->status = PT_ANSWER_OK;
    for (unsigned p = first; p <= last && p <= PORT_LAST; p++) {
        enum verdict verdict = try_port((uint16_t)p, six);

        if (verdict == IS_UNKNOWN) {
            pt_reply_fail(reply, "%s", strerror(errno));
            return;
        }
        if (verdict == IS_FREE)
            pt_buf_printf(&reply->body, "%u\n", p);
    }
}
