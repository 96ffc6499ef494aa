/* machine_linux.c - Linux: sock_diag and /proc.
 *
 * A listening socket is known by its inode (from sock_diag or, where that is
 * not to be had, /proc/net/tcp and tcp6; Java shows up in tcp6 alone), a
 * process by the inodes its descriptors lead to.
 * Descriptors are the dear part: only those of processes that may hold a
 * socket still without an owner are looked at.
 */
#include "net/machine.h"

#include "net/diag_linux.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TABLE_MAX = 4 * 1024 * 1024, PASSWD_MAX = 256 * 1024 };
enum { PIDS_MAX = 32 * 1024, FDS_MAX = 16 * 1024, USERS_MAX = 64 };
enum { STATE_LISTEN = 0x0A, NAME_SIZE = 64 };

struct socket {
    struct pt_seen_listener seen;
    unsigned long inode;
};

struct user {
    uint32_t uid;
    char name[NAME_SIZE];
};

struct process {
    uint32_t pid;
    uint32_t uid;
    bool listens;
};

struct machine {
    int proc;
    struct socket *sockets;
    size_t socket_count;
    size_t unowned; /* sockets whose process is not known */
    struct process *processes;
    size_t process_count;
    struct pt_buf passwd;
    struct user users[USERS_MAX];
    size_t user_count;
    bool oom;
};

/* ---- small files ---- */

/* What can be read of it, up to buf->max. */
static void read_file(int dir, const char *path, struct pt_buf *buf)
{
    int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char chunk[16 * 1024];
    ssize_t n = 1;

    while (fd >= 0 && n > 0 && buf->len < buf->max) {
        size_t room = buf->max - buf->len;

        n = read(fd, chunk, room < sizeof(chunk) ? room : sizeof(chunk));
        if (n > 0)
            pt_buf_add(buf, chunk, (size_t)n);
        if (buf->oom)
            break;
    }
    if (fd >= 0)
        close(fd);
}

static void read_link(int dir, const char *path, char out[PATH_MAX])
{
    ssize_t n = readlinkat(dir, path, out, PATH_MAX - 1);

    out[n < 0 ? 0 : n] = '\0';
}

/* Room for one more element, doubling. */
static void *more_of(struct machine *m, void *array, size_t count, size_t size)
{
    void *more = array;

    if (!(count & (count - 1)))
        more = realloc(array, (count ? count * 2 : 1) * size);
    if (!more)
        m->oom = true;
    return more;
}

/* ---- users ---- */

/* The passwd file itself: asking NSS may load modules and wait for a server. */
static bool find_name(struct pt_slice passwd, uint32_t uid,
                      char name[NAME_SIZE])
{
    struct pt_slice line;

    while (pt_next_line(&passwd, &line)) {
        char text[256];
        char found[NAME_SIZE];
        unsigned id;

        snprintf(text, sizeof(text), "%.*s",
                 line.len < sizeof(text) ? (int)line.len : 0, line.at);
        if (sscanf(text, "%63[^:]:%*[^:]:%u:", found, &id) == 2 && id == uid) {
            memcpy(name, found, sizeof(found));
            return true;
        }
    }
    return false;
}

static const char *user_name(struct machine *m, uint32_t uid)
{
    struct user *user = m->users;
    struct pt_slice passwd = pt_slice(pt_buf_text(&m->passwd), m->passwd.len);

    while (user < m->users + m->user_count && user->uid != uid)
        user++;
    if (user < m->users + m->user_count)
        return user->name;
    if (m->user_count == USERS_MAX)
        user = m->users;
    else
        m->user_count++;
    user->uid = uid;
    if (!find_name(passwd, uid, user->name))
        snprintf(user->name, sizeof(user->name), "%u", uid);
    return user->name;
}

/* ---- sockets ---- */

/* The kernel prints an address as 32-bit words in its own byte order. */
static bool read_address(const char *hex, struct pt_seen_listener *seen)
{
    size_t words = strlen(hex) / 8;

    if (strlen(hex) != 8 && strlen(hex) != 32)
        return false;
    for (size_t i = 0; i < words; i++) {
        char word[9] = "";
        uint32_t value;

        memcpy(word, hex + 8 * i, 8);
        value = (uint32_t)strtoul(word, NULL, 16);
        memcpy(seen->address + 4 * i, &value, 4);
    }
    seen->family = words == 1 ? AF_INET : AF_INET6;
    return true;
}

/* "sl: address:port remote:port state queues timer retransmits uid timeout
 * inode ..." */
static bool read_socket(const char *line, struct socket *ret_socket)
{
    struct socket s = {0};
    char hex[33];
    unsigned port;
    unsigned state;

    if (sscanf(line,
               " %*u: %32[0-9A-Fa-f]:%4x %*[0-9A-Fa-f]:%*x %2x %*x:%*x "
               "%*x:%*x %*x %u %*u %lu",
               hex, &port, &state, &s.seen.uid, &s.inode) != 5 ||
        state != STATE_LISTEN || !port || !read_address(hex, &s.seen))
        return false;
    s.seen.port = (uint16_t)port;
    *ret_socket = s;
    return true;
}

static void add_socket(struct machine *m, const struct socket *s)
{
    struct socket *more;

    if (m->socket_count == PT_MACHINE_LISTENERS)
        return;
    more = more_of(m, m->sockets, m->socket_count, sizeof(*more));
    if (!more)
        return;
    m->sockets = more;
    m->sockets[m->socket_count++] = *s;
    m->unowned++;
}

static void read_table(struct machine *m, const char *path)
{
    PT_BUF struct pt_buf text = {.max = TABLE_MAX};
    struct pt_slice rest;
    struct pt_slice line;

    read_file(m->proc, path, &text);
    m->oom |= text.oom;
    rest = pt_slice(pt_buf_text(&text), text.len);
    while (pt_next_line(&rest, &line)) {
        struct socket s;
        char one[512];

        if (line.len >= sizeof(one))
            continue;
        memcpy(one, line.at, line.len);
        one[line.len] = '\0';
        if (read_socket(one, &s))
            add_socket(m, &s);
    }
}

static void read_tables(struct machine *m)
{
    read_table(m, "net/tcp");
    read_table(m, "net/tcp6");
}

static void take_listener(void *ctx, const struct pt_seen_listener *seen,
                          unsigned long inode)
{
    struct socket s = {.seen = *seen, .inode = inode};

    add_socket(ctx, &s);
}

static void ask_kernel(struct machine *m)
{
    if (pt_diag_listeners(take_listener, m))
        return;
    m->socket_count = m->unowned = 0;
    read_tables(m);
}

/* ---- who holds them ---- */

static void read_processes(struct machine *m)
{
    int fd = openat(m->proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;

    if (fd >= 0 && !dir)
        close(fd);
    while (dir && m->process_count < PIDS_MAX && (entry = readdir(dir))) {
        struct process *more;
        struct stat st;
        uint64_t pid;

        if (!pt_parse_uint(pt_slice_of(entry->d_name), INT32_MAX, &pid) ||
            fstatat(m->proc, entry->d_name, &st, 0))
            continue;
        more = more_of(m, m->processes, m->process_count, sizeof(*more));
        if (!more)
            break;
        m->processes = more;
        more[m->process_count++] =
            (struct process){.pid = (uint32_t)pid, .uid = st.st_uid};
    }
    if (dir)
        closedir(dir);
}

static bool owns_unowned(const struct machine *m, uint32_t uid)
{
    for (size_t i = 0; i < m->socket_count; i++)
        if (!m->sockets[i].seen.pid && m->sockets[i].seen.uid == uid)
            return true;
    return false;
}

static void own(struct machine *m, struct process *process, unsigned long inode)
{
    for (size_t i = 0; i < m->socket_count; i++) {
        struct socket *s = &m->sockets[i];

        if (s->inode != inode || s->seen.pid)
            continue;
        s->seen.pid = process->pid;
        process->listens = true;
        m->unowned--;
    }
}

static void read_descriptors(struct machine *m, struct process *process)
{
    const struct dirent *entry;
    char path[32];
    DIR *dir;
    int fd;

    snprintf(path, sizeof(path), "%u/fd", process->pid);
    fd = openat(m->proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    dir = fd < 0 ? NULL : fdopendir(fd);
    if (fd >= 0 && !dir)
        close(fd);
    for (int i = 0; dir && i < FDS_MAX && m->unowned && (entry = readdir(dir));
         i++) {
        char target[PATH_MAX];
        unsigned long inode;

        if (entry->d_name[0] == '.')
            continue;
        read_link(fd, entry->d_name, target);
        if (sscanf(target, "socket:[%lu]", &inode) == 1)
            own(m, process, inode);
    }
    if (dir)
        closedir(dir);
}

/* A daemon may have opened its socket as another user than it now is; but
 * only root may look at such a one. */
static void find_owners(struct machine *m)
{
    const bool is_root = geteuid() == 0;

    for (size_t i = 0; m->unowned && i < m->process_count; i++)
        if (owns_unowned(m, m->processes[i].uid))
            read_descriptors(m, &m->processes[i]);
    for (size_t i = 0; is_root && m->unowned && i < m->process_count; i++)
        if (!owns_unowned(m, m->processes[i].uid))
            read_descriptors(m, &m->processes[i]);
}

/* ---- the answer ---- */

static void put_process(struct machine *m, const struct process *process,
                        const struct pt_strings *needles, struct pt_buf *body)
{
    PT_BUF struct pt_buf args = {.max = PT_MACHINE_ARGS_MAX};
    struct pt_seen_process seen = {.pid = process->pid, .uid = process->uid};
    char path[32];
    char exe[PATH_MAX];
    char cwd[PATH_MAX] = "";

    snprintf(path, sizeof(path), "%u/cmdline", process->pid);
    read_file(m->proc, path, &args);
    m->oom |= args.oom;
    snprintf(path, sizeof(path), "%u/exe", process->pid);
    read_link(m->proc, path, exe);
    seen.exe = exe;
    seen.cwd = cwd;
    seen.args = pt_slice(pt_buf_text(&args), args.len);
    if (!process->listens && !pt_machine_wants(needles, &seen))
        return;
    snprintf(path, sizeof(path), "%u/cwd", process->pid);
    read_link(m->proc, path, cwd);
    seen.user = user_name(m, process->uid);
    pt_machine_add_process(body, &seen);
}

/* One's own first: there is only so much room, and another user could fill it
 * with processes of a bridge's name. */
static void put_all(struct machine *m, const struct pt_strings *needles,
                    struct pt_buf *body)
{
    const uid_t own = geteuid();

    for (size_t i = 0; i < m->socket_count; i++) {
        m->sockets[i].seen.user = user_name(m, m->sockets[i].seen.uid);
        pt_machine_add_listener(body, &m->sockets[i].seen);
    }
    for (size_t i = 0; i < m->process_count; i++)
        if (m->processes[i].uid == own)
            put_process(m, &m->processes[i], needles, body);
    for (size_t i = 0; i < m->process_count; i++)
        if (m->processes[i].uid != own)
            put_process(m, &m->processes[i], needles, body);
    body->oom |= m->oom;
}

static void list(const char *proc, const char *passwd,
                 const struct pt_strings *needles,
                 void (*read_sockets)(struct machine *),
                 struct pt_reply *reply)
{
    struct machine m = {.passwd = {.max = PASSWD_MAX}};

    m.proc = open(proc, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (m.proc < 0) {
        pt_reply_fail(reply, "%s: %s", proc, strerror(errno));
        return;
    }
    reply->status = PT_ANSWER_OK;
    reply->body.max = PT_MACHINE_MAX;
    read_file(AT_FDCWD, passwd, &m.passwd);
    read_sockets(&m);
    read_processes(&m);
    find_owners(&m);
    put_all(&m, needles, &reply->body);
    close(m.proc);
    pt_buf_free(&m.passwd);
    free(m.sockets);
    free(m.processes);
}

void pt_machine_list_at(const char *proc, const char *passwd,
                        const struct pt_strings *needles,
                        struct pt_reply *reply)
{
    list(proc, passwd, needles, read_tables, reply);
}

void pt_machine_list(const struct pt_strings *needles, struct pt_reply *reply)
{
    list("/proc", "/etc/passwd", needles, ask_kernel, reply);
}
