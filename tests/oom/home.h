/* home.h - where the program runs again and again. */
#ifndef PT_TESTS_OOM_HOME_H
#define PT_TESTS_OOM_HOME_H

#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder of its own, which is the user's home and the current directory too,
 * and has the profile of one bridge: all that is read is read again each time.
 * dir is a template of mkdtemp(). */
static inline bool make_home(char *dir, const char *bridge)
{
    const char *top = getenv("top_srcdir");
    char *real = realpath(top ? top : ".", NULL);
    char profile[4096];
    char link[64];
    bool made;

    snprintf(profile, sizeof(profile), "%s/profiles/bridges/%s.json",
             real ? real : "", bridge);
    free(real);
    snprintf(link, sizeof(link), "bridges/%s.json", bridge);
    made = mkdtemp(dir) && !chdir(dir) && !mkdir("bridges", 0700) &&
           !symlink(profile, link);
    return made && !setenv("HOME", dir, 1) && !unsetenv("XDG_STATE_HOME") &&
           !unsetenv("XDG_CONFIG_HOME");
}

static inline int remove_one(const char *path, const struct stat *st,
                             int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

static inline void remove_tree(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
