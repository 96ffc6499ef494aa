/* test_relay.c - devices and a bridge at the two ends of a relay.  All of them
 * are in this process: the relay gets its turns while an end waits. */
#include "serve/relay.h"
#include "serve/relay_links.h"
#include "tests/oom/alloc.h"
#include "tests/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { PATIENCE_MS = 5000, A_WHILE_MS = 40, QUIET = 200 };

static struct pt_loop *loop;
static struct pt_relay *relay;
static struct pt_error err;

/* ---- time ---- */

static int64_t ahead_ms;

static int64_t now_ms(void *ctx)
{
    return pt_clock_monotonic.now_ms(ctx) + ahead_ms;
}

static const struct pt_clock hurried = {.now_ms = now_ms};

static void ring(void *ctx)
{
    *(bool *)ctx = true;
}

/* How often the relay had something to do in the time. */
static int turns_in(int64_t ms)
{
    bool rang = false;
    struct pt_timer timer;
    int turns = 0;

    pt_timer_init(&timer, ring, &rang);
    pt_loop_arm(loop, &timer, ms);
    while (!rang && pt_loop_step(loop))
        turns++;
    return turns;
}

/* It would be thousands, did it not wait. */
static bool is_quiet(void)
{
    int turns = turns_in(A_WHILE_MS);

    if (turns > QUIET)
        printf("# %d turns in %d ms\n", turns, A_WHILE_MS);
    return turns <= QUIET;
}

/* ---- ends ---- */

static struct sockaddr_in at(uint32_t address, uint16_t port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons(port),
                                .sin_addr.s_addr = htonl(address)};
}

static int never_wait(int fd)
{
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

static int open_bridge(uint16_t *ret_port, int backlog)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = at(INADDR_LOOPBACK, 0);
    socklen_t len = sizeof(address);

    if (bind(fd, (struct sockaddr *)&address, len) || listen(fd, backlog) ||
        getsockname(fd, (struct sockaddr *)&address, &len))
        puts("# there is no port to be had");
    *ret_port = ntohs(address.sin_port);
    return never_wait(fd);
}

/* From one of the addresses 127.0.0.N. */
static int dial_from(uint32_t n)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in from = at(0x7F000000 + n, 0);
    struct sockaddr_in to = at(INADDR_LOOPBACK, pt_relay_port(relay));

    if (bind(fd, (struct sockaddr *)&from, sizeof(from)) ||
        connect(fd, (struct sockaddr *)&to, sizeof(to)))
        puts("# the relay is not to be reached");
    return never_wait(fd);
}

static int dial(void)
{
    return dial_from(1);
}

/* -1: nobody came. */
static int answer(int bridge)
{
    int64_t end_ms = now_ms(NULL) + PATIENCE_MS;
    int fd;

    while ((fd = accept(bridge, NULL, NULL)) < 0 && now_ms(NULL) < end_ms)
        turns_in(1);
    return fd < 0 ? fd : never_wait(fd);
}

static const char *hear_for(int fd, int64_t ms)
{
    static char heard[256];
    int64_t end_ms = now_ms(NULL) + ms;
    ssize_t n;

    while ((n = recv(fd, heard, sizeof(heard) - 1, 0)) < 0 &&
           errno == EAGAIN && now_ms(NULL) < end_ms)
        turns_in(1);
    heard[n > 0 ? n : 0] = '\0';
    return n > 0 ? heard
           : !n  ? "(the end)"
                 : errno == EAGAIN ? "(silence)" : "(broken off)";
}

static const char *hear(int fd)
{
    return hear_for(fd, PATIENCE_MS);
}

static void say(int fd, const char *text)
{
    if (send(fd, text, strlen(text), MSG_NOSIGNAL) != (ssize_t)strlen(text))
        puts("# nobody listens");
}

static void break_off(int fd)
{
    const struct linger none = {.l_onoff = 1};

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
    close(fd);
}

/* Also where the end was told before, or there is more to be heard. */
static bool is_broken_off(int fd)
{
    int64_t end_ms = now_ms(NULL) + PATIENCE_MS;
    struct pollfd seen = {.fd = fd};

    while (!poll(&seen, 1, 0) && now_ms(NULL) < end_ms)
        turns_in(1);
    return seen.revents & POLLERR;
}

/* A device that is connected with the bridge. */
struct pair {
    int device;
    int bridge;
};

static struct pair connect_both(int bridge)
{
    struct pair pair = {.device = dial()};

    pair.bridge = answer(bridge);
    return pair;
}

static void close_both(struct pair pair)
{
    close(pair.device);
    close(pair.bridge);
    turns_in(5);
}

/* ---- a relay ---- */

static struct pt_relay_setup setup(struct sockaddr_storage *where)
{
    struct sockaddr_in address = at(INADDR_LOOPBACK, 0);

    memset(where, 0, sizeof(*where));
    memcpy(where, &address, sizeof(address));
    return (struct pt_relay_setup){.loop = loop, .listen = where};
}

static void open_relay(void)
{
    struct sockaddr_storage where;
    struct pt_relay_setup s = setup(&where);

    if (pt_relay_new(&s, &relay, &err) != PT_OK)
        printf("# %s\n", err.text);
}

/* ---- tests ---- */

static void test_nowhere(void)
{
    int device = dial();

    OK(pt_relay_port(relay) != 0, "a port was picked");
    IS(hear(device), "(the end)", "who comes while it leads nowhere is let go");
    close(device);
}

static void test_talk(int bridge)
{
    struct pair pair = connect_both(bridge);

    say(pair.bridge, "* OK\r\n");
    IS(hear(pair.device), "* OK\r\n", "the device hears the bridge");
    say(pair.device, "a");
    IS(hear(pair.bridge), "a", "the bridge hears the device, byte by byte");
    say(pair.device, "b");
    IS(hear(pair.bridge), "b", "and the next one");
    OK(is_quiet(), "while both are silent there is nothing to do");
    IS(hear_for(pair.device, A_WHILE_MS), "(silence)",
       "and silence is no reason to end it");
    OK(send(pair.device, "!", 1, MSG_OOB) == 1, "a byte is urgent");
    IS(hear(pair.bridge), "!", "it comes in its place");
    close_both(pair);
}

static void test_half_close(int bridge)
{
    struct pair pair = connect_both(bridge);

    say(pair.device, "LOGOUT");
    shutdown(pair.device, SHUT_WR);
    IS(hear(pair.bridge), "LOGOUT", "the last words are heard");
    IS(hear(pair.bridge), "(the end)", "and that they were the last");
    OK(is_quiet(), "that one side has ended is no work");
    say(pair.bridge, "BYE");
    IS(hear(pair.device), "BYE", "the other may still speak");
    shutdown(pair.bridge, SHUT_WR);
    IS(hear(pair.device), "(the end)", "until it ends too");
    close_both(pair);
}

static void test_breaking_off(int bridge)
{
    struct pair pair = connect_both(bridge);

    break_off(pair.bridge);
    IS(hear(pair.device), "(broken off)",
       "that the bridge broke off is no ordinary end");
    close(pair.device);
    pair = connect_both(bridge);
    break_off(pair.device);
    IS(hear(pair.bridge), "(broken off)", "nor that the device did");
    close(pair.bridge);
    pair = connect_both(bridge);
    shutdown(pair.device, SHUT_WR);
    IS(hear(pair.bridge), "(the end)", "a device that has ended");
    break_off(pair.device);
    OK(is_broken_off(pair.bridge), "may break off after that");
    close(pair.bridge);
}

/* ---- much at once ---- */

enum { CHUNK = 50000, STEP = 10 * CHUNK };

static char pattern_at(size_t i)
{
    return (char)(i * 2654435761u >> 13);
}

/* All that goes in while nobody reads at the other side. */
static size_t stuff(int fd)
{
    char chunk[CHUNK];
    size_t sent = 0;
    int stuck = 0;

    while (stuck < 20) {
        ssize_t n;

        for (size_t i = 0; i < CHUNK; i++)
            chunk[i] = pattern_at(sent + i);
        n = send(fd, chunk, CHUNK, MSG_NOSIGNAL);
        stuck = n > 0 ? 0 : stuck + 1;
        sent += n > 0 ? (size_t)n : 0;
        turns_in(1);
    }
    return sent;
}

/* How many have come as they were sent, `got` before, until there are most. */
static size_t drain_on(int fd, size_t got, size_t most)
{
    int64_t end_ms = now_ms(NULL) + PATIENCE_MS;
    char chunk[CHUNK];

    while (got < most && now_ms(NULL) < end_ms) {
        size_t room = most - got < CHUNK ? most - got : CHUNK;
        ssize_t n = recv(fd, chunk, room, 0);

        if (!n || (n < 0 && errno != EAGAIN))
            break;
        for (ssize_t i = 0; i < n; i++)
            if (chunk[i] != pattern_at(got++))
                return got - 1;
        if (n < 0)
            turns_in(1);
    }
    return got;
}

static size_t drain(int fd, size_t most)
{
    return drain_on(fd, 0, most);
}

/* Such that the kernel holds little. */
static void make_small(struct pair pair)
{
    const int size = 16 * 1024;

    setsockopt(pair.device, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    setsockopt(pair.bridge, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

static void test_slow(int bridge)
{
    struct pair pair = connect_both(bridge);
    size_t up;
    size_t down;

    make_small(pair);
    up = stuff(pair.device);
    down = stuff(pair.bridge);
    OK(up > 0 && up < 32 * 1024 * 1024 && down > 0 && down < 32 * 1024 * 1024,
       "who is not heard has to wait, in both directions");
    OK(is_quiet(), "the waiting is no work");
    shutdown(pair.device, SHUT_WR);
    shutdown(pair.bridge, SHUT_WR);
    OK(is_quiet(), "nor when both have said all");
    OK(drain(pair.bridge, up) == up, "every byte comes to the bridge");
    IS(hear(pair.bridge), "(the end)", "then the end");
    OK(is_quiet(), "one side is heard out, the other is not: no work");
    OK(drain(pair.device, down) == down, "every byte comes to the device");
    IS(hear(pair.device), "(the end)", "then the end there too");
    close_both(pair);
}

/* The bridge neither speaks nor listens any more, and not all of what it said
 * was read. */
static void test_gone_while_slow(int bridge)
{
    struct pair pair = connect_both(bridge);
    bool was_quiet = true;
    size_t got = 0;
    size_t down;

    make_small(pair);
    shutdown(pair.device, SHUT_WR);
    IS(hear(pair.bridge), "(the end)", "a device only listens");
    down = stuff(pair.bridge);
    close(pair.bridge);
    /* Its end comes once there is room for it, with more still to be read. */
    for (size_t most = STEP; got < down && got + STEP >= most; most += STEP) {
        got = drain_on(pair.device, got, most < down ? most : down);
        was_quiet &= is_quiet();
    }
    OK(was_quiet, "a bridge that has gone is no work while the device reads");
    OK(got == down, "which gets every byte");
    IS(hear(pair.device), "(the end)", "and the end");
    close(pair.device);
}

static void test_break_while_slow(int bridge)
{
    struct pair pair = connect_both(bridge);
    size_t up;

    make_small(pair);
    up = stuff(pair.device);
    break_off(pair.device);
    OK(is_quiet(), "who breaks off while it has to wait is let go");
    OK(is_broken_off(pair.bridge), "the bridge learns of it");
    OK(drain(pair.bridge, up) < up, "what was not passed on is lost");
    close(pair.bridge);
    pair = connect_both(bridge);
    make_small(pair);
    stuff(pair.device);
    break_off(pair.bridge);
    turns_in(5);
    IS(hear(pair.device), "(broken off)",
       "a bridge that breaks off while it is slow lets the device go");
    close(pair.device);
}

/* ---- where to ---- */

static void test_moved(int bridge, uint16_t port)
{
    struct pair pair = connect_both(bridge);
    uint16_t new_port;
    int moved = open_bridge(&new_port, 16);
    int device;

    OK(pt_relay_aim(relay, false, port, &err) == PT_OK,
       "the same port may be said again");
    say(pair.device, "still");
    IS(hear(pair.bridge), "still", "nobody notices");
    OK(pt_relay_aim(relay, false, new_port, &err) == PT_OK, "the bridge moves");
    IS(hear(pair.device), "(the end)", "who was connected is let go");
    IS(hear(pair.bridge), "(the end)", "at both ends");
    close_both(pair);
    pair = connect_both(moved);
    say(pair.bridge, "here");
    IS(hear(pair.device), "here", "who comes now is led to the new port");
    close_both(pair);
    close(moved);
    device = dial();
    OK(strcmp(hear(device), "(silence)") != 0,
       "where nobody listens who comes is let go");
    close(device);
    OK(pt_relay_aim(relay, false, 0, &err) == PT_OK, "it may lead nowhere");
    device = dial();
    IS(hear(device), "(the end)", "then who comes is let go");
    close(device);
    OK(pt_relay_aim(relay, false, port, &err) == PT_OK, "and back again");
}

static void test_itself(uint16_t port)
{
    int device;

    OK(pt_relay_aim(relay, false, pt_relay_port(relay), &err) ==
           PT_CANNOT_WRITE,
       "it is not led to itself");
    OK(strstr(err.text, "connect to itself"), "and says so");
    device = dial();
    IS(hear(device), "(the end)", "it leads nowhere then");
    close(device);
    OK(pt_relay_aim(relay, true, pt_relay_port(relay), &err) == PT_OK,
       "the same port of IPv6 is another one");
    OK(pt_relay_aim(relay, false, port, &err) == PT_OK, "and back again");
}

static void test_taken(void)
{
    struct sockaddr_storage where;
    struct pt_relay_setup s = setup(&where);
    struct sockaddr_in address = at(INADDR_LOOPBACK, pt_relay_port(relay));
    struct pt_relay *second = NULL;
    char want[128];

    memcpy(&where, &address, sizeof(address));
    OK(pt_relay_new(&s, &second, &err) == PT_CANNOT_WRITE && !second,
       "a port that is taken is not to be had");
    snprintf(want, sizeof(want),
             "cannot listen at 127.0.0.1, port %u: Address already in use",
             (unsigned)pt_relay_port(relay));
    IS(err.text, want, "and it says which");
    pt_relay_free(second);
}

/* Nobody answers: the queue of those who wait to be accepted is full. */
static void test_deaf_bridge(uint16_t port)
{
    uint16_t deaf_port;
    int deaf = open_bridge(&deaf_port, 0);
    struct sockaddr_in to = at(INADDR_LOOPBACK, deaf_port);
    int fillers[8];
    int device;

    for (int i = 0; i < 8; i++) {
        fillers[i] = never_wait(socket(AF_INET, SOCK_STREAM, 0));
        if (!connect(fillers[i], (struct sockaddr *)&to, sizeof(to)))
            turns_in(1);
    }
    pt_relay_aim(relay, false, deaf_port, &err);
    device = dial();
    IS(hear_for(device, A_WHILE_MS), "(silence)", "a deaf one is waited for");
    OK(is_quiet(), "without work");
    ahead_ms += 5000;
    IS(hear(device), "(broken off)", "for five seconds");
    for (int i = 0; i < 8; i++)
        close(fillers[i]);
    close(device);
    close(deaf);
    pt_relay_aim(relay, false, port, &err);
}

/* ---- how many ---- */

static void test_one_peer(int bridge)
{
    struct pair pairs[PT_LINKS_OF_A_PEER + 1];

    for (int i = 0; i < PT_LINKS_OF_A_PEER; i++)
        pairs[i] = connect_both(bridge);
    say(pairs[0].device, "x");
    IS(hear(pairs[0].bridge), "x", "the first of many says something");
    pairs[PT_LINKS_OF_A_PEER] = connect_both(bridge);
    IS(hear(pairs[1].device), "(the end)",
       "one more of a peer, and the longest silent one ends");
    for (int i = 0; i <= PT_LINKS_OF_A_PEER; i++)
        if (i != 1 && strcmp(hear_for(pairs[i].device, 1), "(silence)") != 0)
            OK(false, "and no other");
    say(pairs[PT_LINKS_OF_A_PEER].bridge, "y");
    IS(hear(pairs[PT_LINKS_OF_A_PEER].device), "y", "the new one is served");
    for (int i = 0; i <= PT_LINKS_OF_A_PEER; i++)
        close_both(pairs[i]);
}

static void test_all(int bridge)
{
    int devices[PT_LINKS_MAX + 1];
    int bridges[PT_LINKS_MAX];
    int extra;

    for (int i = 0; i < PT_LINKS_MAX; i++) {
        devices[i] = dial_from(2 + (uint32_t)i / PT_LINKS_OF_A_PEER);
        bridges[i] = answer(bridge);
    }
    extra = dial_from(200);
    IS(hear(extra), "(the end)", "there is an end to how many there may be");
    IS(hear_for(devices[0], 1), "(silence)", "a stranger ends nobody else's");
    close(extra);
    close(devices[5]);
    IS(hear(bridges[5]), "(the end)", "when one has gone");
    close(bridges[5]);
    turns_in(5);
    devices[5] = dial_from(200);
    bridges[5] = answer(bridge);
    OK(bridges[5] >= 0, "there is room for another");
    for (int i = 0; i < PT_LINKS_MAX; i++)
        close_both((struct pair){devices[i], bridges[i]});
}

static void test_no_descriptors(int bridge)
{
    struct rlimit before;
    struct rlimit none;
    int device = dial();
    int accepted;

    getrlimit(RLIMIT_NOFILE, &before);
    none = (struct rlimit){.rlim_cur = (rlim_t)device + 1,
                           .rlim_max = before.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
    OK(is_quiet(), "without a descriptor left nothing is done, and no work");
    setrlimit(RLIMIT_NOFILE, &before);
    accepted = answer(bridge);
    OK(accepted >= 0, "who waited is served when there are some again");
    close_both((struct pair){device, accepted});
}

/* ---- memory ---- */

static void test_no_memory(int bridge)
{
    struct sockaddr_storage where;
    struct pt_relay_setup s = setup(&where);
    struct pt_relay *second = NULL;
    struct pair pair;
    int device = dial();
    size_t nth = 1;
    int other;

    for (;; nth++) {
        enum pt_status status;

        pt_oom_fail_at(nth);
        status = pt_relay_new(&s, &second, &err);
        pt_oom_fail_at(0);
        if (status == PT_OK)
            break;
        if (status != PT_NO_MEMORY || second)
            OK(false, "without memory there is no relay");
    }
    OK(nth > 2, "without memory there is no relay, and nothing is lost");
    pt_relay_free(second);
    pair = (struct pair){device, answer(bridge)};
    other = dial();
    pt_oom_fail_at(1);
    IS(hear(other), "(the end)", "without memory who comes is let go");
    pt_oom_fail_at(0);
    say(pair.device, "z");
    IS(hear(pair.bridge), "z", "and the others are served");
    close(other);
    close_both(pair);
}

/* ---- systemd-socket-proxyd ---- */

static void test_proxyd(uint16_t port)
{
    struct sockaddr_storage where;
    struct pt_relay_setup s = setup(&where);
    struct pt_relay *ours = relay;
    int device;

    s.proxyd = "/nonexistent/proxyd";
    OK(pt_relay_new(&s, &relay, &err) == PT_OK, "a helper is not started yet");
    OK(pt_relay_aim(relay, false, port, &err) == PT_CANNOT_WRITE,
       "one that is not there cannot be started");
    IS(err.text,
       "cannot start '/nonexistent/proxyd': No such file or directory",
       "and it says why");
    device = dial();
    IS(hear(device), "(the end)", "it leads nowhere then");
    close(device);
    pt_relay_free(relay);
    s.proxyd = "/bin/false";
    OK(pt_relay_new(&s, &relay, &err) == PT_OK &&
           pt_relay_aim(relay, false, port, &err) == PT_OK,
       "a helper may die at once");
    OK(is_quiet(), "it is not started again and again without a pause");
    device = dial();
    IS(hear_for(device, 300), "(silence)",
       "who comes waits for one that does better");
    close(device);
    pt_relay_free(relay);
    relay = ours;
}

static void test_freed(int bridge)
{
    struct pair pair = connect_both(bridge);

    pt_relay_free(relay);
    relay = NULL;
    IS(hear(pair.device), "(the end)", "with the relay its connections end");
    IS(hear(pair.bridge), "(the end)", "at both ends");
    close(pair.device);
    close(pair.bridge);
    OK(!pt_loop_step(loop), "and nothing is left in the loop");
}

static void allow_many_files(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= 2048)
        return;
    limit.rlim_cur = limit.rlim_max < 2048 ? limit.rlim_max : 2048;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int main(void)
{
    uint16_t port;
    int bridge = open_bridge(&port, 16);

    setvbuf(stdout, NULL, _IOLBF, 0);
    allow_many_files();
    loop = pt_loop_new(&hurried);
    open_relay();
    test_nowhere();
    OK(pt_relay_aim(relay, false, port, &err) == PT_OK, "a bridge is there");
    test_talk(bridge);
    test_half_close(bridge);
    test_breaking_off(bridge);
    test_slow(bridge);
    test_gone_while_slow(bridge);
    test_break_while_slow(bridge);
    test_moved(bridge, port);
    test_itself(port);
    test_taken();
    test_deaf_bridge(port);
    test_one_peer(bridge);
    test_all(bridge);
    test_no_descriptors(bridge);
    test_no_memory(bridge);
    test_proxyd(port);
    test_freed(bridge);
    close(bridge);
    pt_loop_free(loop);
    return tap_done();
}
