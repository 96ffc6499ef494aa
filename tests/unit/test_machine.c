/* test_machine.c - processes and sockets: of an invented /proc, and of ours. */
#include "base/arena.h"
#include "base/loop.h"
#include "format/machine.h"
#include "net/diag_linux.h"
#include "net/machine.h"
#include "tests/tap.h"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 256 };

static char root[PATH_SIZE];

static const char *at(const char *name)
{
    static char path[2 * PATH_SIZE];

    snprintf(path, sizeof(path), "%s/%s", root, name);
    return path;
}

static void put(const char *name, const char *bytes, size_t len)
{
    FILE *file = fopen(at(name), "w");

    if (!file || fwrite(bytes, 1, len, file) != len || fclose(file))
        abort();
}

static void put_link(const char *to, const char *name)
{
    if (symlink(to, at(name)))
        abort();
}

struct row {
    int family;
    const char *address;
    uint16_t port;
    unsigned state;
    uint32_t uid;
    unsigned inode;
};

/* An address is printed as words in this machine's own byte order. */
static void print_address(FILE *file, const struct row *row)
{
    uint32_t words[4] = {0};

    inet_pton(row->family, row->address, words);
    for (int i = 0; i < (row->family == AF_INET ? 1 : 4); i++)
        fprintf(file, "%08X", words[i]);
}

/* As Linux prints them. */
static void put_sockets(const char *name, const struct row *rows, size_t count)
{
    FILE *file = fopen(at(name), "w");

    if (!file)
        abort();
    fputs("  sl  local_address rem_address   st tx_queue ...\n", file);
    for (size_t i = 0; i < count; i++) {
        fprintf(file, "%4zu: ", i);
        print_address(file, &rows[i]);
        fprintf(file,
                ":%04X 00000000:0000 %02X 00000000:00000000 00:00000000 "
                "00000000 %5u        0 %u 1 0000000000000000 100 0 0 10 0\n",
                rows[i].port, rows[i].state, rows[i].uid, rows[i].inode);
    }
    fputs("nonsense\n", file);
    if (fclose(file))
        abort();
}

static void put_process(const char *pid, const char *exe, const char *args,
                        size_t len)
{
    char name[64];

    snprintf(name, sizeof(name), "%s", pid);
    mkdir(at(name), 0700);
    snprintf(name, sizeof(name), "%s/fd", pid);
    mkdir(at(name), 0700);
    snprintf(name, sizeof(name), "%s/cmdline", pid);
    put(name, args, len);
    snprintf(name, sizeof(name), "%s/cwd", pid);
    put_link("/home/ann", name);
    snprintf(name, sizeof(name), "%s/exe", pid);
    if (exe)
        put_link(exe, name);
}

static void invent(void)
{
    static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\n"
                                 "ann:x:1000:1000:Ann,,,:/home/ann:/bin/sh\n"
                                 "broken\n:x:7::\n";
    const uint32_t uid = getuid();
    const struct row four[] = {
        {AF_INET, "127.0.0.1", 1143, 0x0A, uid, 111},
        {AF_INET, "0.0.0.0", 1025, 0x0A, 1000, 222},
        {AF_INET, "127.0.0.1", 1026, 0x01, 1000, 333},
    };
    const struct row six[] = {
        {AF_INET6, "::ffff:127.0.0.1", 1144, 0x0A, 4242, 444},
        {AF_INET6, "::", 1145, 0x0A, uid, 555},
    };

    mkdir(at("net"), 0700);
    put("passwd", passwd, sizeof(passwd) - 1);
    put_sockets("net/tcp", four, sizeof(four) / sizeof(*four));
    put_sockets("net/tcp6", six, sizeof(six) / sizeof(*six));
    put_process("4711", "/usr/lib/bridge", "bridge\0--grpc\0a\tb\0\0\0", 20);
    put_link("socket:[111]", "4711/fd/3");
    put_link("/dev/null", "4711/fd/0");
    put_link("socket:[555]", "4711/fd/9");
    put_process("4712", NULL, "/opt/davmail --x", 16);
    put_process("4713", "/usr/bin/cat", "cat", 3);
    put_process("4714", NULL, "", 0);
    put_process("notanumber", "/usr/bin/davmail", "davmail", 7);
}

static void test_invented(void)
{
    const char *words[] = {"davmail"};
    struct pt_strings needles = {.at = words, .count = 1};
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_reply reply = {0};
    struct pt_machine m = {0};
    const struct pt_process *p;
    char passwd[2 * PATH_SIZE];

    invent();
    snprintf(passwd, sizeof(passwd), "%s", at("passwd"));
    pt_machine_list_at(root, passwd, &needles, &reply);
    OK(reply.status == PT_ANSWER_OK &&
           pt_machine_read(arena, pt_slice_of(reply.body.at), &m),
       "a machine is looked at");
    OK(m.listener_count == 4, "sockets that listen are told, others not");
    IS(m.listeners[0].address, "127.0.0.1", "an address is read");
    OK(m.listeners[0].port == 1143 && m.listeners[0].pid == 4711,
       "a socket has a port and a process");
    IS(m.listeners[1].address, "0.0.0.0", "any address of IPv4");
    IS(m.listeners[1].user, "ann", "another's socket has a user");
    OK(m.listeners[1].pid == 0, "but no process");
    IS(m.listeners[2].address, "127.0.0.1", "Java's IPv4 in IPv6 is IPv4");
    IS(m.listeners[2].user, "4242", "a user without a name is a number");
    IS(m.listeners[3].address, "::", "any address of IPv6");
    OK(m.listeners[3].pid == 4711, "a process may hold two sockets");
    OK(m.process_count == 2, "processes that matter are told, others not");
    p = pt_machine_process(&m, 4711);
    OK(p && p->argv.count == 3, "arguments are kept apart");
    IS(p ? p->argv.at[2] : NULL, "a?b", "a tab does not part what is one");
    IS(p ? p->exe : NULL, "/usr/lib/bridge", "an executable is told");
    IS(p ? p->cwd : NULL, "/home/ann", "so is where it runs");
    p = pt_machine_process(&m, 4712);
    IS(p ? p->exe : NULL, "", "an executable may be invisible");
    pt_buf_free(&reply.body);
    pt_machine_list_at("/nonexistent", passwd, &needles, &reply);
    OK(reply.status == PT_ANSWER_FAILED, "no /proc, no answer");
}

/* In the /proc invented above, with strangers among its processes. */
static void test_own_first(void)
{
    const char *words[] = {"davmail"};
    struct pt_strings needles = {.at = words, .count = 1};
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_reply reply = {0};
    struct pt_machine m = {0};

    if (geteuid() != 0) {
        OK(true, "one's own processes come first # SKIP only root may chown");
        return;
    }
    for (unsigned pid = 100; pid < 116; pid++) {
        char name[16];

        snprintf(name, sizeof(name), "%u", pid);
        put_process(name, "/home/bob/davmail", "davmail", 7);
        if (chown(at(name), 1001, 1001))
            abort();
    }
    pt_machine_list_at(root, "/nonexistent", &needles, &reply);
    pt_machine_read(arena, pt_slice_of(pt_buf_text(&reply.body)), &m);
    pt_buf_free(&reply.body);
    OK(m.process_count == 18, "strangers are told, too");
    OK(m.process_count == 18 && m.processes[0].uid == 0 &&
           m.processes[1].uid == 0,
       "one's own processes come first");
}

static uint16_t listen_somewhere(int *ret_fd)
{
    struct sockaddr_in6 any = {.sin6_family = AF_INET6,
                               .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    socklen_t len = sizeof(any);

    *ret_fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(*ret_fd, (struct sockaddr *)&any, len) || listen(*ret_fd, 1) ||
        getsockname(*ret_fd, (struct sockaddr *)&any, &len))
        return 0;
    return ntohs(any.sin6_port);
}

static const struct pt_listener *listener_at(const struct pt_machine *m,
                                             uint16_t port)
{
    for (size_t i = 0; i < m->listener_count; i++)
        if (m->listeners[i].port == port)
            return &m->listeners[i];
    return NULL;
}

static void test_real(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_strings nothing = {0};
    struct pt_reply reply = {0};
    struct pt_machine m = {0};
    const struct pt_listener *l;
    const struct pt_process *p;
    int fd;
    uint16_t port = listen_somewhere(&fd);
    int64_t start = pt_clock_monotonic.now_ms(NULL);

    if (!port) {
        OK(true, "a socket of ours is found # SKIP no IPv6 here");
        return;
    }
    pt_machine_list(&nothing, &reply);
    printf("# %d ms\n", (int)(pt_clock_monotonic.now_ms(NULL) - start));
    pt_machine_read(arena, pt_slice(reply.body.at, reply.body.len), &m);
    l = listener_at(&m, port);
    OK(l && l->pid == (uint32_t)getpid() && l->uid == getuid(),
       "a socket of ours is found, and is ours");
    IS(l ? l->address : NULL, "::1", "where it listens");
    p = pt_machine_process(&m, (uint32_t)getpid());
    OK(p && strstr(p->exe, "test_machine") && p->argv.count,
       "and so is its process");
    close(fd);
    pt_buf_free(&reply.body);
}

struct sought {
    uint16_t port;
    struct pt_seen_listener found;
    unsigned long inode;
};

static void seek(void *ctx, const struct pt_seen_listener *seen,
                 unsigned long inode)
{
    struct sought *sought = ctx;

    if (seen->port != sought->port)
        return;
    sought->found = *seen;
    sought->inode = inode;
}

static void test_diag(void)
{
    int netlink = socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
    struct sought sought = {0};
    struct stat st;
    int fd;

    sought.port = listen_somewhere(&fd);
    if (!sought.port || netlink < 0) {
        OK(true, "the kernel names its sockets # SKIP no IPv6, or no netlink");
        return;
    }
    OK(pt_diag_listeners(seek, &sought), "the kernel names its sockets");
    OK(!memcmp(sought.found.address, &in6addr_loopback, 16) &&
           sought.found.family == AF_INET6 && sought.found.uid == getuid(),
       "one of ours among them, its address and user");
    OK(!fstat(fd, &st) && sought.inode == st.st_ino, "and its inode");
    close(netlink);
    close(fd);
}

int main(void)
{
    char command[PATH_SIZE + 16];
    const char *tmp = getenv("TMPDIR");

    snprintf(root, sizeof(root), "%s/portolan-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(root))
        return 99;
    test_invented();
    test_own_first();
    test_real();
    test_diag();
    snprintf(command, sizeof(command), "rm -rf '%s'", root);
    return system(command) || tap_done();
}
