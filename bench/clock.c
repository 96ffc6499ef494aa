/* clock.c - clock COMMAND ARGUMENTS...: runs it once, its output thrown away,
 * and prints its wall clock time (us), the time it had a processor (us), its
 * peak memory (KiB) and its exit status.
 *
 * A program of its own, and a small one: a process's peak counts what it was
 * before exec, so that one started by an interpreter is never smaller than
 * the interpreter.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CANNOT_RUN = 127 };

static int64_t now_us(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static int64_t to_us(struct timeval time)
{
    return (int64_t)time.tv_sec * 1000000 + time.tv_usec;
}

/* The child's part: does not return. */
static void become(char **argv)
{
    int null = open("/dev/null", O_RDWR);

    if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 ||
        dup2(null, 2) < 0)
        _exit(CANNOT_RUN);
    execvp(argv[0], argv);
    _exit(CANNOT_RUN);
}

int main(int argc, char **argv)
{
    int64_t start_us = now_us();
    struct rusage used;
    int64_t wall_us;
    int status;
    pid_t pid;

    if (argc < 2) {
        fputs("clock: which command?\n", stderr);
        return 2;
    }
    pid = fork();
    if (pid == 0)
        become(argv + 1);
    if (pid < 0 || wait4(pid, &status, 0, &used) != pid) {
        fprintf(stderr, "clock: %s\n", strerror(errno));
        return 1;
    }
    wall_us = now_us() - start_us;
    printf("%" PRId64 " %" PRId64 " %ld %d\n", wall_us,
           to_us(used.ru_utime) + to_us(used.ru_stime), used.ru_maxrss,
           WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    return 0;
}
