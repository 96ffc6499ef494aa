/* test_folder_watch.c - folders that come, go, move and change. */
#include "net/folder_watch.h"
#include "tests/tap.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char top[] = "/tmp/portolan-folders-XXXXXX";
static struct pt_folder_watch *watch;

static const char *at(const char *name)
{
    static char paths[4][PATH_MAX];
    static int next;
    char *path = paths[next++ % 4];

    snprintf(path, PATH_MAX, "%s/%s", top, name);
    return path;
}

static void make(const char *name)
{
    mkdir(at(name), 0700);
}

static void touch(const char *name)
{
    int fd = open(at(name), O_WRONLY | O_CREAT, 0600);

    if (fd >= 0)
        close(fd);
}

static void append(int fd)
{
    if (write(fd, "x", 1) != 1)
        puts("# the disk is full");
}

static bool heard(void)
{
    return pt_folder_watch_read(watch);
}

static void test_coming(void)
{
    make("a");
    OK(heard(), "a folder on the way appears");
    OK(!heard(), "and is told of once");
    make("other");
    touch("other/file");
    OK(!heard(), "a folder beside it is nobody's concern");
    make("a/b");
    OK(heard(), "the next one appears");
    touch("a/x");
    OK(!heard(), "a file on the way is nothing");
    make("a/b/c");
    heard();
    touch("a/b/c/any");
    OK(heard(), "a file in the folder itself counts, whatever its name");
}

static void test_at_once(void)
{
    make("deep");
    make("deep/er");
    OK(heard(), "several folders made at once are told of");
    touch("deep/er/this");
    OK(heard(), "and the last of them is watched");
    touch("deep/er/that");
    OK(!heard(), "there only the name counts that was given");
    rename(at("deep/er/that"), at("deep/er/this"));
    OK(heard(), "a file that takes that name by a rename counts");
}

static void test_going(void)
{
    rename(at("a/b"), at("moved"));
    OK(heard(), "a folder above it is moved away");
    touch("moved/c/late");
    OK(!heard(), "what happens there then is of no concern");
    make("a/b");
    make("a/b/c");
    OK(heard(), "it is made anew");
    touch("a/b/c/again");
    OK(heard(), "and watched anew");
    unlink(at("a/b/c/again"));
    OK(heard(), "a file that goes counts");
    rmdir(at("a/b/c"));
    OK(heard(), "so does the folder itself");
    make("a/b/c");
    heard();
    touch("a/b/c/third");
    OK(heard(), "which may come back");
}

static void test_quiet(void)
{
    char byte;
    int fd = open(at("a/b/c/third"), O_RDONLY);

    (void)!read(fd, &byte, 1);
    close(fd);
    OK(!heard(), "who reads a file makes no news");
    fd = open(at("a/b/c/third"), O_WRONLY);
    append(fd);
    OK(!heard(), "a log that grows makes none");
    close(fd);
    OK(heard(), "one that is closed does");
}

static void test_file(void)
{
    struct pt_watched list = {.path = at("held"), .is_file = true};
    int fd;
    int reader;

    touch("held");
    fd = open(at("held"), O_WRONLY);
    OK(pt_folder_watch_set(watch, &list, 1, NULL) == PT_OK,
       "a file can be watched");
    heard();
    reader = open(at("held"), O_RDONLY);
    close(reader);
    OK(!heard(), "while somebody has it open for writing, nothing is told");
    touch("a/b/c/more");
    OK(!heard(), "what is no more on the list is not told of");
    close(fd);
    OK(heard(), "when it is closed, that is told");
    unlink(at("held"));
    OK(heard(), "when it is gone, too");
}

/* More than the kernel keeps for us: /proc/sys/fs/inotify. */
static void test_overflow(void)
{
    struct pt_watched list = {.path = at("a/b/c")};

    pt_folder_watch_set(watch, &list, 1, NULL);
    heard();
    for (int i = 0; i < 20000; i++) {
        char name[32];

        snprintf(name, sizeof(name), "other/%d", i % 2);
        touch(name);
        touch(i % 2 ? "a/b/c/one" : "a/b/c/two");
    }
    OK(heard(), "more news than there is room for are news");
    while (heard())
        ;
    touch("a/b/c/after");
    OK(heard(), "and are no end of it");
}

int main(void)
{
    struct pt_watched list[2];

    if (!mkdtemp(top) || pt_folder_watch_new(top, &watch, NULL) != PT_OK) {
        puts("1..0 # SKIP folders cannot be watched here");
        return 0;
    }
    list[0] = (struct pt_watched){.path = at("a/b/c")};
    list[1] = (struct pt_watched){.path = at("deep/er"), .name = "this"};
    OK(pt_folder_watch_set(watch, list, 2, NULL) == PT_OK,
       "folders that are not there can be watched");
    OK(!heard(), "and make no news");
    test_coming();
    test_at_once();
    test_going();
    test_quiet();
    test_file();
    test_overflow();
    pt_folder_watch_free(watch);
    if (chdir(top) || system("rm -r ./*") || chdir("/") || rmdir(top))
        puts("# something was left behind");
    return tap_done();
}
