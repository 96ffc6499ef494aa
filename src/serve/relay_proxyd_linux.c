/* relay_proxyd_linux.c - systemd-socket-proxyd, as systemd would start it.
 *
 * It gets the listening socket as descriptor 3 (sd_listen_fds(3)), and as
 * descriptor 4 the end of a pipe that nobody writes to: when that is closed, it
 * has died.  No handler of a signal is needed, and no other child of this
 * program is waited for by mistake.
 */
#include "serve/relay_proxyd.h"

#include "net/reach.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ITS_LISTENER = 3, ITS_LIFE = 4, ABOVE_ITS = 5 };
enum { GRACE_MS = 500 };
enum { PAUSE_MS = 100, PAUSE_MAX_MS = 10000, LIVED_WELL_MS = 10000 };

struct pt_proxyd {
    struct pt_loop *loop;
    char *path;
    int listener;
    char target[PT_REACH_SIZE + sizeof(":65535")];
    pid_t pid; /* 0: it does not run */
    int life;  /* the end of the pipe that is read from */
    int64_t started_ms;
    int64_t pause_ms; /* before it is started again */
    struct pt_timer again;
};

/* ---- in the child ---- */

/* What it is to have, above the numbers that it is to have it at. */
static bool move_up(int *fd)
{
    *fd = fcntl(*fd, F_DUPFD_CLOEXEC, ABOVE_ITS);
    return *fd >= 0;
}

/* It must not outlive us: it holds our socket. */
static bool is_bound_to(pid_t parent)
{
    return !prctl(PR_SET_PDEATHSIG, SIGTERM) && getppid() == parent;
}

static void run(struct pt_proxyd *proxyd, pid_t parent, int life,
                int fault)
{
    char pid[32];
    char count[] = "LISTEN_FDS=1";
    char most[] = "--connections-max=256";
    char *const argv[] = {proxyd->path, most, proxyd->target, NULL};
    char *const environment[] = {pid, count, NULL};
    int listener = proxyd->listener;
    sigset_t none;

    sigemptyset(&none);
    /* There is no other thread: snprintf() is safe. */
    snprintf(pid, sizeof(pid), "LISTEN_PID=%ld", (long)getpid());
    if (is_bound_to(parent) && move_up(&listener) && move_up(&life) &&
        move_up(&fault) && dup2(listener, ITS_LISTENER) >= 0 &&
        dup2(life, ITS_LIFE) >= 0 && !sigprocmask(SIG_SETMASK, &none, NULL))
        execve(proxyd->path, argv, environment);
    if (write(fault, &errno, sizeof(errno)) < 0)
        _exit(126);
    _exit(127);
}

/* ---- starting ---- */

/* What a pipe that is closed by exec() has to say: nothing, or an errno. */
static int read_fault(int fd)
{
    int fault = 0;
    ssize_t n;

    do
        n = read(fd, &fault, sizeof(fault));
    while (n < 0 && errno == EINTR);
    return n == sizeof(fault) ? fault : 0;
}

static void close_pipe(const int ends[2])
{
    close(ends[0]);
    close(ends[1]);
}

static void reap(struct pt_proxyd *proxyd)
{
    pt_loop_watch(proxyd->loop, proxyd->life, 0, NULL, NULL);
    close(proxyd->life);
    while (waitpid(proxyd->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    proxyd->pid = 0;
}

static void on_death(void *ctx, int fd, short revents);

/* 0, or an errno. */
static int launch(struct pt_proxyd *proxyd, const int life[2],
                  const int fault[2])
{
    pid_t parent = getpid();
    int failed;

    proxyd->pid = fork();
    if (!proxyd->pid)
        run(proxyd, parent, life[1], fault[1]);
    failed = proxyd->pid < 0 ? errno : 0;
    close(life[1]);
    close(fault[1]);
    if (!failed)
        failed = read_fault(fault[0]);
    close(fault[0]);
    if (proxyd->pid < 0) {
        proxyd->pid = 0;
        close(life[0]);
        return failed;
    }
    proxyd->life = life[0];
    if (!failed && !pt_loop_watch(proxyd->loop, proxyd->life, POLLIN, on_death,
                                  proxyd))
        failed = ENOMEM;
    return failed;
}

static int open_pipe(int ends[2])
{
    return pipe2(ends, O_CLOEXEC) ? errno : 0;
}

static int start(struct pt_proxyd *proxyd)
{
    int life[2];
    int fault[2];
    int failed = open_pipe(life);

    if (failed)
        return failed;
    failed = open_pipe(fault);
    if (failed) {
        close_pipe(life);
        return failed;
    }
    proxyd->started_ms = pt_loop_now(proxyd->loop);
    failed = launch(proxyd, life, fault);
    if (failed && proxyd->pid) {
        kill(proxyd->pid, SIGKILL);
        reap(proxyd);
    }
    return failed;
}

/* ---- again ---- */

static void start_later(struct pt_proxyd *proxyd)
{
    pt_loop_arm(proxyd->loop, &proxyd->again, proxyd->pause_ms);
    proxyd->pause_ms *= 2;
    if (proxyd->pause_ms > PAUSE_MAX_MS)
        proxyd->pause_ms = PAUSE_MAX_MS;
}

static void on_death(void *ctx, int fd, short revents)
{
    struct pt_proxyd *proxyd = ctx;

    (void)fd, (void)revents;
    kill(proxyd->pid, SIGKILL); /* should it only have closed the pipe */
    reap(proxyd);
    if (pt_loop_now(proxyd->loop) - proxyd->started_ms >= LIVED_WELL_MS)
        proxyd->pause_ms = PAUSE_MS;
    start_later(proxyd);
}

static void on_again(void *ctx)
{
    if (start(ctx))
        start_later(ctx);
}

/* ---- the interface ---- */

struct pt_proxyd *pt_proxyd_new(struct pt_loop *loop, const char *path,
                                int listener)
{
    struct pt_proxyd *proxyd = calloc(1, sizeof(*proxyd));

    if (!proxyd)
        return NULL;
    proxyd->loop = loop;
    proxyd->listener = listener;
    proxyd->path = strdup(path);
    pt_timer_init(&proxyd->again, on_again, proxyd);
    if (proxyd->path)
        return proxyd;
    free(proxyd);
    return NULL;
}

void pt_proxyd_stop(struct pt_proxyd *proxyd)
{
    struct pollfd life = {.fd = proxyd->life, .events = POLLIN};

    pt_loop_disarm(proxyd->loop, &proxyd->again);
    if (!proxyd->pid)
        return;
    kill(proxyd->pid, SIGTERM);
    if (poll(&life, 1, GRACE_MS) != 1)
        kill(proxyd->pid, SIGKILL);
    reap(proxyd);
}

void pt_proxyd_free(struct pt_proxyd *proxyd)
{
    if (!proxyd)
        return;
    pt_proxyd_stop(proxyd);
    free(proxyd->path);
    free(proxyd);
}

/* It takes an address of IPv6 without brackets: the last colon counts. */
static void name_target(struct pt_proxyd *proxyd,
                        const struct sockaddr_storage *target)
{
    char text[PT_REACH_SIZE];
    struct sockaddr_in6 in6; /* has its port where sockaddr_in has it */

    memcpy(&in6, target, sizeof(in6));
    pt_reach_text((const struct sockaddr *)target, text);
    snprintf(proxyd->target, sizeof(proxyd->target), "%s:%u", text,
             (unsigned)ntohs(in6.sin6_port));
}

enum pt_status pt_proxyd_start(struct pt_proxyd *proxyd,
                               const struct sockaddr_storage *target,
                               struct pt_error *err)
{
    int failed;

    pt_proxyd_stop(proxyd);
    name_target(proxyd, target);
    proxyd->pause_ms = PAUSE_MS;
    failed = start(proxyd);
    return failed ? pt_fail(err, PT_CANNOT_WRITE, NULL,
                            "cannot start '%s': %s", proxyd->path,
                            strerror(failed))
                  : PT_OK;
}
