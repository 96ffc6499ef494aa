#include "base/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOST_MAX = 1024 * 1024 };

/* Its standard output is ours, which is for the answer. */
static int redirect(posix_spawn_file_actions_t *actions, bool is_quiet)
{
    int failed = is_quiet ? posix_spawn_file_actions_addopen(
                                actions, STDERR_FILENO, "/dev/null", O_WRONLY,
                                0)
                          : 0;

    return failed ? failed
                  : posix_spawn_file_actions_adddup2(actions, STDERR_FILENO,
                                                     STDOUT_FILENO);
}

static int start(const char *const *words,
                 const posix_spawn_file_actions_t *actions, pid_t *ret_pid)
{
    extern char **environ;
    char *argv[PT_SPAWN_WORDS + 1] = {NULL};
    size_t count = 0;

    while (count < PT_SPAWN_WORDS && words[count])
        count++;
    memcpy(argv, words, count * sizeof(*argv)); /* never written to */
    return posix_spawnp(ret_pid, argv[0], actions, NULL, argv, environ);
}

static int wait_for(pid_t pid)
{
    int state = 0;

    while (waitpid(pid, &state, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(state) && !WEXITSTATUS(state) ? 0 : PT_SPAWN_REFUSED;
}

int pt_spawn(const char *const *words, bool is_quiet)
{
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int failed = posix_spawn_file_actions_init(&actions);

    if (failed)
        return failed;
    failed = redirect(&actions, is_quiet);
    if (!failed)
        failed = start(words, &actions, &pid);
    posix_spawn_file_actions_destroy(&actions);
    return failed ? failed : wait_for(pid);
}

/* Also what there is no room for, so that nobody waits to get rid of it; but
 * not of one who never comes to an end. */
static size_t read_all(int fd, char *text, size_t size)
{
    char rest[256];
    size_t len = 0;
    size_t lost = 0;
    ssize_t n;

    do {
        n = len < size ? read(fd, text + len, size - len)
                       : read(fd, rest, sizeof(rest));
        if (n > 0 && len < size)
            len += (size_t)n;
        else if (n > 0)
            lost += (size_t)n;
    } while ((n > 0 && lost < LOST_MAX) || (n < 0 && errno == EINTR));
    return len;
}

/* Its standard output is the end that is written to. */
static int redirect_into(posix_spawn_file_actions_t *actions,
                         const int ends[2])
{
    int failed =
        posix_spawn_file_actions_adddup2(actions, ends[1], STDOUT_FILENO);

    if (!failed)
        failed = posix_spawn_file_actions_addclose(actions, ends[0]);
    return failed ? failed
                  : posix_spawn_file_actions_addclose(actions, ends[1]);
}

static int read_from(const char *const *words, const int ends[2], char *text,
                     size_t size, size_t *ret_len)
{
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int failed = posix_spawn_file_actions_init(&actions);

    if (!failed) {
        failed = redirect_into(&actions, ends);
        if (!failed)
            failed = start(words, &actions, &pid);
        posix_spawn_file_actions_destroy(&actions);
    }
    close(ends[1]);
    if (!failed)
        *ret_len = read_all(ends[0], text, size);
    close(ends[0]);
    return failed ? failed : wait_for(pid);
}

int pt_spawn_read(const char *const *words, char *text, size_t size,
                  size_t *ret_len)
{
    int ends[2];

    *ret_len = 0;
    return pipe(ends) ? errno : read_from(words, ends, text, size, ret_len);
}
