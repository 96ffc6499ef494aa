#include "cli/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

static int signal_pipe[2] = {-1, -1};

static void note_signal(int number)
{
    int saved = errno;
    ssize_t written = write(signal_pipe[1], "", 1);

    (void)number, (void)written; /* there is room for the only one */
    errno = saved;
}

static void close_pipe(void)
{
    close(signal_pipe[0]);
    close(signal_pipe[1]);
}

static void on_signal(void *ctx, int fd, short revents)
{
    struct pt_interrupt *interrupt = ctx;

    (void)revents;
    pt_loop_watch(interrupt->loop, fd, 0, NULL, NULL);
    interrupt->fn(interrupt->ctx);
}

static bool open_pipe(struct pt_interrupt *interrupt, struct pt_loop *loop)
{
    if (pipe(signal_pipe))
        return false;
    fcntl(signal_pipe[0], F_SETFD, FD_CLOEXEC);
    fcntl(signal_pipe[1], F_SETFD, FD_CLOEXEC);
    if (pt_loop_watch(loop, signal_pipe[0], POLLIN, on_signal, interrupt))
        return true;
    close_pipe();
    return false;
}

void pt_interrupt_catch(struct pt_interrupt *interrupt, struct pt_loop *loop,
                        void (*fn)(void *ctx), void *ctx)
{
    const struct sigaction action = {.sa_handler = note_signal,
                                     .sa_flags =
                                         (int)(SA_RESTART | SA_RESETHAND)};

    *interrupt = (struct pt_interrupt){.fn = fn, .ctx = ctx};
    if (sigaction(SIGINT, NULL, &interrupt->before) ||
        interrupt->before.sa_handler == SIG_IGN || !open_pipe(interrupt, loop))
        return;
    interrupt->loop = loop;
    sigaction(SIGINT, &action, NULL);
}

void pt_interrupt_release(struct pt_interrupt *interrupt)
{
    if (!interrupt->loop)
        return;
    sigaction(SIGINT, &interrupt->before, NULL);
    pt_loop_watch(interrupt->loop, signal_pipe[0], 0, NULL, NULL);
    close_pipe();
    interrupt->loop = NULL;
}
