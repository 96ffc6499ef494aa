#include "base/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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

static int start(const char *const *words, bool is_quiet, pid_t *ret_pid)
{
    extern char **environ;
    posix_spawn_file_actions_t actions;
    char *argv[PT_SPAWN_WORDS + 1] = {NULL};
    size_t count = 0;
    int failed = posix_spawn_file_actions_init(&actions);

    if (failed)
        return failed;
    while (count < PT_SPAWN_WORDS && words[count])
        count++;
    memcpy(argv, words, count * sizeof(*argv)); /* never written to */
    failed = redirect(&actions, is_quiet);
    if (!failed)
        failed = posix_spawnp(ret_pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

int pt_spawn(const char *const *words, bool is_quiet)
{
    int state = 0;
    pid_t pid;
    int failed = start(words, is_quiet, &pid);

    if (failed)
        return failed;
    while (waitpid(pid, &state, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(state) && !WEXITSTATUS(state) ? 0 : PT_SPAWN_REFUSED;
}
