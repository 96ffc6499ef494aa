#include "cli/opening.h"

#include "base/text.h"
#include "model/place.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MACOS_13 = 22 };

/* Who opens files; on a Mac, also where a profile is confirmed. */
static const char profile[] = "application/x-apple-aspen-config";
static const char pane[] = "x-apple.systempreferences:"
                           "com.apple.preferences.configurationprofiles";
static const char old_pane[] =
    "/System/Library/PreferencePanes/Profiles.prefPane";

static const struct {
    const char *os;
    const char *program;
} openers[] = {
    {"macos", "open"},
    {"windows", "explorer"},
    {"linux", "xdg-open"}, /* and all its kin: it stands last */
};

static const char *opener_of(const char *os)
{
    size_t i = 0;

    while (i + 1 < sizeof(openers) / sizeof(*openers) &&
           !pt_is(openers[i].os, os))
        i++;
    return openers[i].program;
}

void pt_opening(const char *os, unsigned release, const char *media_type,
                const char *path, const char *words[PT_OPENING_WORDS])
{
    bool confirmed = pt_is(os, "macos") && pt_is(media_type, profile);
    size_t n = 0;

    words[n++] = opener_of(os);
    if (confirmed)
        words[n++] = release >= MACOS_13 ? pane : old_pane;
    words[n++] = path;
    words[n] = NULL;
}

/* Its standard output is ours, which is for the answer. */
static int spawn(const char *words[PT_OPENING_WORDS], pid_t *ret_pid)
{
    extern char **environ;
    posix_spawn_file_actions_t actions;
    char *argv[PT_OPENING_WORDS];
    int failed = posix_spawn_file_actions_init(&actions);

    if (failed)
        return failed;
    memcpy(argv, words, sizeof(argv)); /* argv's strings are never written to */
    failed = posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO,
                                              STDOUT_FILENO);
    if (!failed)
        failed = posix_spawnp(ret_pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

static unsigned release_of_system(void)
{
    struct utsname about;
    unsigned release = 0;

    if (!uname(&about) && sscanf(about.release, "%u", &release) != 1)
        release = 0;
    return release;
}

enum pt_status pt_open_file(struct pt_arena *arena, const char *media_type,
                            const char *path, struct pt_error *err)
{
    const char *words[PT_OPENING_WORDS] = {0};
    struct pt_place place = {.os = "linux"};
    int state = 0;
    pid_t pid;
    int failed;

    pt_place_from_environment(arena, &place);
    pt_opening(place.os, release_of_system(), media_type, path, words);
    failed = spawn(words, &pid);
    if (failed)
        return pt_fail(err, PT_CANNOT_WRITE, "open the file by hand",
                       "cannot open '%s': %s: %s", path, words[0],
                       strerror(failed));
    while (waitpid(pid, &state, 0) < 0 && errno == EINTR)
        ;
    if (WIFEXITED(state) && !WEXITSTATUS(state))
        return PT_OK;
    return pt_fail(err, PT_CANNOT_WRITE, "open the file by hand",
                   "cannot open '%s': %s did not do it", path, words[0]);
}
