/* machine_macos.c - macOS: libproc and sysctl.
 *
 * Untested: written from Apple's headers (<libproc.h>, <sys/proc_info.h>) on
 * another system.  Without root only the user's own processes show their
 * descriptors, and libproc has no table of all sockets: what another user
 * listens on stays unseen.
 */
#include "net/machine.h"

#include <arpa/inet.h>
#include <libproc.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/proc_info.h>
#include <sys/socket.h>
#include <sys/sysctl.h>

enum { PIDS_MAX = 16 * 1024, FDS_MAX = 4 * 1024 };

struct look {
    const struct pt_strings *needles;
    struct pt_buf *body;
    struct proc_fdinfo *fds; /* FDS_MAX */
    char *args;              /* PT_MACHINE_ARGS_MAX */
    size_t listeners;
    char user[64];
};

static void name_user(struct look *look, uint32_t uid)
{
    const struct passwd *entry = getpwuid(uid);

    if (entry)
        pt_make_printable(pt_slice_of(entry->pw_name), look->user,
                          sizeof(look->user));
    else
        snprintf(look->user, sizeof(look->user), "%u", uid);
}

static bool read_socket(const struct socket_info *info,
                        struct pt_seen_listener *ret_seen)
{
    const struct tcp_sockinfo *tcp = &info->soi_proto.pri_tcp;
    const struct in_sockinfo *ini = &tcp->tcpsi_ini;

    if (info->soi_kind != SOCKINFO_TCP || tcp->tcpsi_state != TSI_S_LISTEN)
        return false;
    ret_seen->port = ntohs((uint16_t)ini->insi_lport);
    if (ini->insi_vflag & INI_IPV6) {
        ret_seen->family = AF_INET6;
        memcpy(ret_seen->address, &ini->insi_laddr.ina_6, 16);
    } else {
        ret_seen->family = AF_INET;
        memcpy(ret_seen->address, &ini->insi_laddr.ina_46.i46a_addr4, 4);
    }
    return ret_seen->port != 0;
}

/* How many sockets of this process listen; each is written down. */
static size_t put_listeners(struct look *look, uint32_t pid, uint32_t uid)
{
    const int size = FDS_MAX * (int)sizeof(*look->fds);
    int got = proc_pidinfo((int)pid, PROC_PIDLISTFDS, 0, look->fds, size);
    size_t count = got > 0 ? (size_t)got / sizeof(*look->fds) : 0;
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        struct pt_seen_listener seen = {
            .uid = uid, .user = look->user, .pid = pid};
        struct socket_fdinfo info;

        if (look->fds[i].proc_fdtype != PROX_FDTYPE_SOCKET ||
            look->listeners == PT_MACHINE_LISTENERS ||
            proc_pidfdinfo((int)pid, look->fds[i].proc_fd,
                           PROC_PIDFDSOCKETINFO, &info,
                           PROC_PIDFDSOCKETINFO_SIZE) !=
                PROC_PIDFDSOCKETINFO_SIZE ||
            !read_socket(&info.psi, &seen))
            continue;
        pt_machine_add_listener(look->body, &seen);
        look->listeners++;
        found++;
    }
    return found;
}

/* KERN_PROCARGS2: the number of arguments, the executable's path, NULs, the
 * arguments, and then the environment, which is none of our business. */
static struct pt_slice read_arguments(struct look *look, uint32_t pid)
{
    int mib[] = {CTL_KERN, KERN_PROCARGS2, (int)pid};
    size_t len = PT_MACHINE_ARGS_MAX;
    size_t at = sizeof(int);
    size_t from;
    int count;

    if (sysctl(mib, 3, look->args, &len, NULL, 0) || len <= sizeof(count))
        return pt_slice("", 0);
    memcpy(&count, look->args, sizeof(count));
    at += strnlen(look->args + at, len - at);
    while (at < len && !look->args[at])
        at++;
    from = at;
    for (; count > 0 && at < len; count--) {
        at += strnlen(look->args + at, len - at);
        if (at < len)
            at++;
    }
    return pt_slice(look->args + from, at - from);
}

static void put_process(struct look *look, uint32_t pid)
{
    struct proc_vnodepathinfo paths = {0};
    struct proc_bsdshortinfo info;
    char exe[PROC_PIDPATHINFO_MAXSIZE] = "";
    struct pt_seen_process seen = {.pid = pid, .user = look->user, .exe = exe};
    size_t listens;

    if (proc_pidinfo((int)pid, PROC_PIDT_SHORTBSDINFO, 0, &info,
                     sizeof(info)) != (int)sizeof(info))
        return;
    seen.uid = info.pbsi_uid;
    name_user(look, seen.uid);
    listens = put_listeners(look, pid, seen.uid);
    proc_pidpath((int)pid, exe, sizeof(exe));
    seen.args = read_arguments(look, pid);
    if (!listens && !pt_machine_wants(look->needles, &seen))
        return;
    proc_pidinfo((int)pid, PROC_PIDVNODEPATHINFO, 0, &paths, sizeof(paths));
    paths.pvi_cdir.vip_path[sizeof(paths.pvi_cdir.vip_path) - 1] = '\0';
    seen.cwd = paths.pvi_cdir.vip_path;
    pt_machine_add_process(look->body, &seen);
}

void pt_machine_list(const struct pt_strings *needles, struct pt_reply *reply)
{
    struct look look = {.needles = needles, .body = &reply->body};
    int *pids = calloc(PIDS_MAX, sizeof(*pids));
    int count = 0;

    look.fds = calloc(FDS_MAX, sizeof(*look.fds));
    look.args = malloc(PT_MACHINE_ARGS_MAX);
    reply->status = PT_ANSWER_OK;
    reply->body.max = PT_MACHINE_MAX;
    if (pids && look.fds && look.args)
        count = proc_listallpids(pids, PIDS_MAX * (int)sizeof(*pids));
    else
        reply->body.oom = true;
    for (int i = 0; i < count && i < PIDS_MAX; i++)
        if (pids[i] > 0)
            put_process(&look, (uint32_t)pids[i]);
    free(pids);
    free(look.fds);
    free(look.args);
}
