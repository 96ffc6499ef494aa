/* test_ports.c - the bridge's own rule for a free port, on real sockets. */
#include "base/text.h"
#include "net/loopback.h"
#include "net/ports.h"
#include "tests/tap.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void ask(const char *what, struct pt_reply *reply)
{
    pt_buf_free(&reply->body);
    *reply = (struct pt_reply){.body.max = PT_FILE_MAX};
    pt_ports_free(&(struct pt_ask){.kind = PT_ASK_FREE, .what = what}, reply);
}

static bool is_free(uint16_t port)
{
    struct pt_reply reply = {0};
    char what[32];
    bool found;

    snprintf(what, sizeof(what), "%u-%u", port, port);
    ask(what, &reply);
    found = reply.status == PT_ANSWER_OK && reply.body.len;
    pt_buf_free(&reply.body);
    return found;
}

/* A socket bound to an address and a port of the system's choice. */
static int bind_to(const char *address, uint16_t *ret_port)
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    bool is_four = inet_pton(AF_INET, address, &four.sin_addr) == 1;
    struct sockaddr *sa =
        is_four ? (struct sockaddr *)&four : (struct sockaddr *)&six;
    socklen_t len = is_four ? sizeof(four) : sizeof(six);
    const int on = 1;
    int fd = socket(sa->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (!is_four) {
        inet_pton(AF_INET6, address, &six.sin6_addr);
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (fd < 0 || bind(fd, sa, len) || getsockname(fd, sa, &len)) {
        close(fd);
        return -1;
    }
    *ret_port = ntohs(is_four ? four.sin_port : six.sin6_port);
    return fd;
}

static void test_address(const char *address)
{
    char what[128];
    uint16_t port;
    int fd = bind_to(address, &port);

    snprintf(what, sizeof(what), "a port that is taken on %s is taken",
             address);
    if (fd < 0) {
        printf("ok %d - %s # SKIP no such address here\n", ++tap_count, what);
        return;
    }
    OK(!listen(fd, 1) && !is_free(port), what);
    close(fd);
    snprintf(what, sizeof(what), "and free once nobody listens on %s", address);
    OK(is_free(port), what);
}

static void test_bound(void)
{
    uint16_t port;
    int fd = bind_to("127.0.0.1", &port);

    OK(fd >= 0 && is_free(port),
       "a socket that is bound and does not listen takes nothing");
    close(fd);
}

static void test_ranges(void)
{
    static const char *const wrong[] = {"",    "1143",    "0-5",     "2-1",
                                        "1-x", "1-65536", "1024-1280", "-"};
    struct pt_reply reply = {0};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        char what[64];

        ask(wrong[i], &reply);
        snprintf(what, sizeof(what), "'%s' is no range of ports", wrong[i]);
        OK(reply.status == PT_ANSWER_FAILED, what);
    }
    ask("65535-65535", &reply);
    OK(reply.status == PT_ANSWER_OK && !reply.body.len,
       "port 65535 is never free");
    ask("20000-20255", &reply);
    OK(reply.status == PT_ANSWER_OK && reply.body.len > 6,
       "256 ports may be asked for");
    OK(!strncmp(pt_buf_text(&reply.body), "20", 2), "one a line");
    pt_buf_free(&reply.body);
}

static void test_loopback(void)
{
    static const struct {
        const char *text;
        bool ok;
    } cases[] = {
        {"127.0.0.1:1143", true},     {"[::1]:1143", true},
        {"localhost:25", true},       {"127.3.2.1:1", true},
        {"[127.0.0.1]:5", true},      {"[::ffff:127.0.0.1]:9", true},
        {"192.0.2.1:25", false},      {"[::ffff:192.0.2.1]:9", false},
        {"[2001:db8::1]:25", false},  {"127.0.0.1", false},
        {"127.0.0.1:", false},        {"127.0.0.1:0", false},
        {"127.0.0.1:65536", false},   {"::1:25", false},
        {"[]:25", false},             {"[:25", false},
        {":25", false},               {"", false},
        {"127.0.0.1.evil:25", false}, {"localhost.evil:25", false},
    };
    struct sockaddr_storage address;
    socklen_t len;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char what[64];

        snprintf(what, sizeof(what), "'%s' %s be spoken to", cases[i].text,
                 cases[i].ok ? "may" : "may not");
        OK(pt_loopback_parse(cases[i].text, &address, &len) == cases[i].ok,
           what);
    }
}

int main(void)
{
    test_address("127.0.0.1");
    test_address("127.0.0.2");
    test_address("0.0.0.0");
    test_address("::1");
    test_address("::");
    test_bound();
    test_ranges();
    test_loopback();
    return tap_done();
}
