#include "base/file.h"
#include "base/text.h"
#include "tests/oom/alloc.h"
#include "tests/tap.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Everything happens below a new directory, which is the working directory;
 * one that hangs is ended by the alarm. */
enum { NOBODY = 65534, PATIENCE_S = 60 };

/* ---- helpers ---- */

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    if (!file || fputs(text, file) < 0 || fclose(file))
        OK(false, "a file for the test is made");
}

static const char *get(const char *path)
{
    static char text[256];
    FILE *file = fopen(path, "r");
    size_t len = file ? fread(text, 1, sizeof(text) - 1, file) : 0;

    text[len] = '\0';
    if (file)
        fclose(file);
    return file ? text : NULL;
}

static int mode_of(const char *path)
{
    struct stat st;

    return stat(path, &st) ? -1 : (int)(st.st_mode & 07777);
}

static int count_in(const char *path)
{
    DIR *dir = opendir(path);
    int count = 0;

    while (dir && readdir(dir))
        count++;
    if (dir)
        closedir(dir);
    return count - 2; /* "." and ".." */
}

/* root may do anything: be somebody else.  False: we cannot be. */
static bool give_up_root(void)
{
    return geteuid() != 0 || !seteuid(NOBODY);
}

static void be_root_again(void)
{
    if (getuid() == 0 && seteuid(0))
        OK(false, "root is root again");
}

static void skip(const char *what)
{
    printf("ok %d - %s # SKIP root cannot be another here\n", ++tap_count,
           what);
}

/* A path of n bytes that leads nowhere. */
static const char *long_path(size_t n)
{
    static char path[2 * PATH_MAX];

    for (size_t i = 0; i < n; i++)
        path[i] = i % 100 == 99 ? '/' : 'a';
    path[n] = '\0';
    return path;
}

/* ---- reading ---- */

static const struct {
    const char *path;
    enum pt_status status;
    const char *text;
} unread[] = {
    {"missing", PT_NOTHING, "there is no file 'missing'"},
    {"", PT_NOTHING, "there is no file ''"},
    {"file/below", PT_NOTHING, "there is no file 'file/below'"},
    {"dangling", PT_NOTHING, "there is no file 'dangling'"},
    {"dir", PT_BAD_INPUT, "cannot read 'dir': it is a directory"},
    {"dir/", PT_BAD_INPUT, "cannot read 'dir/': it is a directory"},
    {"/dev/null", PT_BAD_INPUT, "cannot read '/dev/null': it is not a file"},
    {"loop", PT_BAD_INPUT,
     "cannot read 'loop': Too many levels of symbolic links"},
    {"esc\x1b[m", PT_NOTHING, "there is no file 'esc?[m'"},
};

static void test_unread(void)
{
    for (size_t i = 0; i < sizeof(unread) / sizeof(*unread); i++) {
        PT_BUF struct pt_buf out = {0};
        struct pt_error err = {0};
        enum pt_status status = pt_file_read(unread[i].path, &out, &err);

        IS(err.text, unread[i].text, "what cannot be read says why");
        OK(status == unread[i].status && err.hint[0] && !out.len,
           "has its status and a hint, and yields nothing");
    }
}

static void test_read(void)
{
    PT_BUF struct pt_buf out = {.max = 10};
    struct pt_error err;

    pt_buf_puts(&out, "<");
    OK(pt_file_read("file", &out, &err) == PT_OK, "a file is read");
    IS(pt_buf_text(&out), "<old bytes", "after what was in the buffer");
    pt_buf_clear(&out);
    OK(pt_file_read("link", &out, &err) == PT_OK, "so is what a link names");
    IS(pt_buf_text(&out), "old bytes", "which is the same");
    pt_buf_clear(&out);
    OK(pt_file_read("empty", &out, &err) == PT_OK && !out.len,
       "an empty file is read too");
    pt_buf_puts(&out, "<<");
    OK(pt_file_read("file", &out, &err) == PT_BAD_INPUT,
       "a byte more than the ceiling is too much");
    IS(err.text, "cannot read 'file': it is too big", "and it says so");
}

static void test_endless_file(void)
{
    PT_BUF struct pt_buf out = {.max = 100 * 1000};
    struct pt_error err;

    OK(!truncate("huge", 1L << 40), "there is a file of a tebibyte");
    OK(pt_file_read("huge", &out, &err) == PT_BAD_INPUT && out.overflow,
       "it is given up at the ceiling");
    OK(out.len <= 100 * 1000, "and no more than that was kept");
}

static void test_read_pipes(void)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_error err;
    char path[32];
    int ends[2];

    OK(!mkfifo("fifo", 0600), "there is a named pipe");
    OK(pt_file_read("fifo", &out, &err) == PT_OK && !out.len,
       "one that nobody writes to is empty, and is not waited for");
    if (pipe(ends) || write(ends[1], "piped", 5) != 5)
        OK(false, "there is a pipe");
    close(ends[1]);
    snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
    OK(pt_file_read(path, &out, &err) == PT_OK, "what a shell pipes is read");
    IS(pt_buf_text(&out), "piped", "to its end");
    close(ends[0]);
}

static void test_read_forbidden(void)
{
    const char *what = "a file of another's is not read";
    PT_BUF struct pt_buf out = {0};
    struct pt_error err;

    chmod("file", 0);
    if (give_up_root()) {
        OK(pt_file_read("file", &out, &err) == PT_BAD_INPUT, what);
        IS(err.text, "cannot read 'file': Permission denied", "and says why");
    } else {
        skip(what);
    }
    be_root_again();
    chmod("file", 0600);
}

/* A file that can be opened, and whose first byte is nowhere. */
static void test_read_broken(void)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_error err;

    if (access("/proc/self/mem", F_OK)) {
        printf("ok %d - a broken file # SKIP no /proc here\n", ++tap_count);
        return;
    }
    OK(pt_file_read("/proc/self/mem", &out, &err) == PT_BAD_INPUT,
       "a file that breaks off is not read");
    IS(err.text, "cannot read '/proc/self/mem': Input/output error",
       "and says why");
}

static void test_read_without_memory(void)
{
    PT_BUF struct pt_buf out = {0};
    struct pt_error err;

    pt_oom_fail_at(1);
    OK(pt_file_read("file", &out, &err) == PT_NO_MEMORY,
       "running out of memory is told from a bad file");
    pt_oom_fail_at(0);
}

/* ---- writing ---- */

static enum pt_status write_text(const char *path, const char *text,
                                 struct pt_error *err)
{
    return pt_file_write(path, text, strlen(text), err);
}

static void test_write(void)
{
    struct pt_error err;
    mode_t mask = umask(0);

    OK(write_text("dir/new", "bytes", &err) == PT_OK, "a file is written");
    IS(get("dir/new"), "bytes", "with these bytes");
    OK(mode_of("dir/new") == 0600, "for its owner alone, whatever the mask");
    OK(write_text("dir/new", "", &err) == PT_OK, "it is replaced");
    IS(get("dir/new"), "", "by nothing at all if so wished");
    OK(count_in("dir") == 1, "and nothing is left beside it");
    umask(mask);
    unlink("dir/new");
}

/* Who has the old file open goes on reading the old bytes. */
static void test_replace(void)
{
    FILE *old = fopen("file", "r");
    char text[16] = "";
    struct pt_error err;

    chmod("file", 0744);
    OK(write_text("file", "new bytes", &err) == PT_OK, "a file is replaced");
    OK(old && fgets(text, sizeof(text), old), "the old one is still whole");
    IS(text, "old bytes", "for whoever reads it");
    IS(get("file"), "new bytes", "the new one is there");
    OK(mode_of("file") == 0700, "with what the owner of the old could do");
    if (old)
        fclose(old);
    write_text("file", "old bytes", &err);
}

static void test_write_link(void)
{
    struct pt_error err;
    struct stat st;

    OK(write_text("link", "through", &err) == PT_OK, "a link is followed");
    OK(!lstat("link", &st) && S_ISLNK(st.st_mode), "it is still a link");
    IS(get("file"), "through", "what it names is replaced");
    write_text("file", "old bytes", &err);
}

static void test_write_long_name(void)
{
    char name[NAME_MAX + 1];
    struct pt_error err;

    memset(name, 'n', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    OK(write_text(name, "bytes", &err) == PT_OK,
       "the name may be as long as names can be");
    unlink(name);
}

/* All of them inside the test's own directory: root, with a program that is
 * broken, would replace a device for everybody. */
static const struct {
    const char *path;
    const char *text;
} unwritten[] = {
    {"", "cannot write '': No such file or directory"},
    {"dir", "cannot write 'dir': it is a directory"},
    {"dir/", "cannot write 'dir/': it is a directory"},
    {"missing/file", "cannot write 'missing/file': No such file or directory"},
    {"missing/", "cannot write 'missing/': No such file or directory"},
    {"file/below", "cannot write 'file/below': Not a directory"},
    {"dangling", "cannot write 'dangling': No such file or directory"},
    {"loop", "cannot write 'loop': Too many levels of symbolic links"},
    {"fifo", "cannot write 'fifo': it is not a file"},
};

static void test_unwritten(void)
{
    int before = count_in(".");

    for (size_t i = 0; i < sizeof(unwritten) / sizeof(*unwritten); i++) {
        struct pt_error err = {0};

        OK(write_text(unwritten[i].path, "x", &err) == PT_CANNOT_WRITE &&
               err.hint[0],
           "what cannot be written fails, with a hint");
        IS(err.text, unwritten[i].text, "and says why");
    }
    OK(count_in(".") == before, "none of it leaves anything behind");
}

static void test_write_long_paths(void)
{
    static const size_t lengths[] = {300, PATH_MAX - 1, PATH_MAX,
                                     PATH_MAX + 300};
    struct pt_error err;

    for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++)
        OK(write_text(long_path(lengths[i]), "x", &err) == PT_CANNOT_WRITE,
           "a path that is too long is no path");
    OK(pt_has_suffix(err.text, "..."), "the sentence shows its beginning");
}

/* Makes path the name of a directory len bytes long, below this one. */
static void name_deep(char path[PATH_MAX], size_t len)
{
    size_t at = getcwd(path, PATH_MAX) ? strlen(path) : 0;

    for (size_t i = 0; at < len; at++, i++)
        path[at] = i % 200 || at == len - 1 ? 'd' : '/';
    path[at] = '\0';
}

/* So deep that a path has room for the file's own name only. */
static void test_write_deep(void)
{
    char path[PATH_MAX];
    struct pt_error err;

    name_deep(path, PATH_MAX - 10);
    OK(pt_make_dirs(path, &err) == PT_OK, "directories may lie deep");
    memcpy(path + PATH_MAX - 10, "/f", 3);
    OK(write_text(path, "x", &err) == PT_CANNOT_WRITE && access(path, F_OK),
       "without room for a name beside it a file is not written");
    path[PATH_MAX - 10] = '\0';
    OK(count_in(path) == 0, "and nothing is left there");
}

/* The disk is full, or nearly so: the system gives room for a few bytes. */
static void test_write_full_disk(void)
{
    struct rlimit before;
    struct rlimit few;
    struct pt_error err;
    char bytes[5000] = "";
    enum pt_status status;
    int count = count_in(".");

    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    few = (struct rlimit){.rlim_cur = 4096, .rlim_max = before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &few);
    status = pt_file_write("file", bytes, sizeof(bytes), &err);
    setrlimit(RLIMIT_FSIZE, &before);
    OK(status == PT_CANNOT_WRITE, "half a file is a failure");
    IS(err.text, "cannot write 'file': File too large", "and says why");
    IS(get("file"), "old bytes", "the old file stands");
    OK(count_in(".") == count, "and the half is gone");
}

static void test_make(void)
{
    struct pt_error err;

    OK(pt_file_make("made", "bytes", 5, &err) == PT_OK &&
           mode_of("made") == 0600,
       "a new file is made, for its user alone");
    IS(get("made"), "bytes", "with these bytes");
    OK(pt_file_make("made", "others", 6, &err) == PT_CANNOT_WRITE,
       "but none that is there");
    IS(err.text, "cannot write 'made': File exists", "which is said");
    IS(get("made"), "bytes", "and left");
    unlink("made");
}

static void test_lock_to_read(void)
{
    struct pt_error err;
    int fds[3] = {0, -1, -1};

    OK(pt_file_lock_to_read("lock", &fds[0], &err) == PT_OK && fds[0] == -1 &&
           mode_of("lock") < 0,
       "a lock that is not there is free, and not made");
    put("lock", "");
    OK(pt_file_lock_to_read("lock", &fds[0], &err) == PT_OK &&
           pt_file_lock_to_read("lock", &fds[1], &err) == PT_OK,
       "two who only read share one");
    OK(pt_file_try_lock("lock", &fds[2], &err) == PT_BUSY,
       "and keep out who writes");
    close(fds[0]);
    close(fds[1]);
    unlink("lock");
}

static void test_write_forbidden(void)
{
    const char *what = "a directory of another's is not written to";
    struct pt_error err;

    if (give_up_root()) {
        chmod("dir", 0500);
        OK(write_text("dir/new", "x", &err) == PT_CANNOT_WRITE, what);
        IS(err.text, "cannot write 'dir/new': Permission denied",
           "and says why");
        OK(pt_make_dirs("dir/new", &err) == PT_CANNOT_WRITE,
           "nor is another made in it");
        IS(err.text, "cannot make the directory 'dir/new': Permission denied",
           "and says why");
    } else {
        skip(what);
    }
    be_root_again();
    chmod("dir", 0700);
}

/* One may write to it, not list it. */
static void test_write_unreadable_directory(void)
{
    struct pt_error err;

    mkdir("drop", 0700);
    if (getuid() == 0 && chown("drop", NOBODY, NOBODY))
        OK(false, "the directory is somebody else's");
    put("drop/theirs", "theirs");
    chmod("drop/theirs", 0644);
    if (!give_up_root()) {
        skip("a directory that cannot be read may be written to");
        return;
    }
    chmod("drop", 0300);
    OK(write_text("drop/new", "bytes", &err) == PT_OK,
       "a directory that cannot be read may be written to");
    IS(get("drop/new"), "bytes", "and the file is there");
    OK(write_text("drop/theirs", "ours", &err) == PT_OK,
       "what another user left in a directory of ours is replaced");
    IS(get("drop/theirs"), "ours", "whoever it belonged to");
    OK(mode_of("drop/theirs") == 0600, "and is nobody else's to read now");
    chmod("drop", 0700);
    be_root_again();
}

static void test_write_without_memory(void)
{
    struct pt_error err;

    pt_oom_fail_at(1);
    OK(write_text("fresh", "x", &err) == PT_NO_MEMORY,
       "running out of memory is told from a full disk");
    pt_oom_fail_at(0);
}

/* ---- directories ---- */

static void test_make_dirs(void)
{
    struct pt_error err;
    int before = count_in(".");

    OK(pt_make_dirs("fresh/a//b/c/", &err) == PT_OK, "directories are made");
    OK(count_in(".") == before + 1 && count_in("fresh") == 1, "no others");
    OK(mode_of("fresh/a") == 0700 && mode_of("fresh/a/b/c") == 0700,
       "each for its owner alone");
    OK(pt_make_dirs("fresh/a/b/c", &err) == PT_OK, "they may be there already");
    OK(pt_make_dirs("/", &err) == PT_OK, "so may the root");
    OK(pt_make_dirs(".", &err) == PT_OK, "and the working directory");
    rmdir("fresh/a/b/c");
    rmdir("fresh/a/b");
    rmdir("fresh/a");
    rmdir("fresh");
}

static const struct {
    const char *path;
    const char *text;
} unmade[] = {
    {"", "cannot make the directory '': No such file or directory"},
    {"file", "cannot make the directory 'file': "
             "a file of this name is there"},
    {"file/a", "cannot make the directory 'file/a': Not a directory"},
    {"dangling", "cannot make the directory 'dangling': "
                 "a file of this name is there"},
};

static void test_unmade(void)
{
    struct pt_error err = {0};

    for (size_t i = 0; i < sizeof(unmade) / sizeof(*unmade); i++) {
        OK(pt_make_dirs(unmade[i].path, &err) == PT_CANNOT_WRITE && err.hint[0],
           "what cannot be made fails, with a hint");
        IS(err.text, unmade[i].text, "and says why");
    }
    OK(pt_make_dirs(long_path(PATH_MAX), &err) == PT_CANNOT_WRITE &&
           pt_make_dirs(long_path(PATH_MAX + 99), &err) == PT_CANNOT_WRITE,
       "a path that is too long cannot be made");
}

/* Below the working directory, which is a link's target nowhere. */
static const struct {
    const char *path;
    const char *below;
    const char *what;
} reals[] = {
    {"file", "/file", "a file"},
    {"./dir//../file", "/file", "a file by a way round"},
    {"link", "/file", "what a link leads to"},
    {"dir/", "/dir", "a folder"},
    {"new", "/new", "what is not there yet"},
    {"dir/./new//er", "/dir/new/er", "what is not there yet, in a folder"},
    {"new/er/est", "/new/er/est", "of which no part is there"},
    {"new/../dir/er", "/dir/er", "what is not there, by a way round"},
    {"dir/er/../../../../../../../../../../../../../..//new/..", NULL,
     "more ways up than there are folders"},
    {".", "", "the folder itself"},
};

static void test_real_paths(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    char *here = realpath(".", NULL);

    for (size_t i = 0; i < sizeof(reals) / sizeof(*reals); i++)
        IS(pt_path_real(arena, reals[i].path),
           reals[i].below
               ? pt_arena_printf(arena, "%s%s", here, reals[i].below)
               : "/",
           pt_arena_printf(arena, "the absolute path of %s", reals[i].what));
    IS(pt_path_real(arena, "/nowhere//new"), "/nowhere/new",
       "that of an absolute one that is not there");
    IS(pt_path_real(arena, "/"), "/", "that of the root");
    free(here);
}

/* ---- */

static bool settle_in(char *dir)
{
    if (!mkdtemp(dir) || chdir(dir) || chmod(".", 0777))
        return false;
    put("file", "old bytes");
    put("empty", "");
    put("huge", "");
    return !mkdir("dir", 0700) && !symlink("file", "link") &&
           !symlink("nowhere", "dangling") && !symlink("loop", "loop");
}

static void run(void)
{
    test_unread();
    test_read();
    test_endless_file();
    test_read_pipes();
    test_read_forbidden();
    test_read_broken();
    test_read_without_memory();
    test_write();
    test_replace();
    test_write_link();
    test_write_long_name();
    test_unwritten();
    test_write_long_paths();
    test_write_deep();
    test_write_full_disk();
    test_make();
    test_lock_to_read();
    test_write_forbidden();
    test_write_unreadable_directory();
    test_write_without_memory();
    test_make_dirs();
    test_unmade();
    test_real_paths();
}

int main(void)
{
    char dir[] = "/tmp/portolan-file-XXXXXX";
    char rm[64];

    alarm(PATIENCE_S);
    if (OK(settle_in(dir), "there is a directory to work in"))
        run();
    snprintf(rm, sizeof(rm), "rm -rf '%s'", dir);
    OK(!chdir("/") && !system(rm), "which is gone in the end");
    return tap_done();
}
