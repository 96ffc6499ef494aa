#include "base/file.h"
#include "client/change.h"
#include "tests/oom/alloc.h"
#include "tests/tap.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/xattr.h>
#endif

/* Everything happens below a new directory, which is the working directory;
 * one that hangs is ended by the alarm. */
enum { PATIENCE_S = 120, RUNS_KEPT = 10 };

static struct pt_place place;

/* ---- helpers ---- */

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    if (!file || fputs(text, file) < 0 || fclose(file))
        OK(false, "a file for the test is made");
}

/* NULL: there is none. */
static const char *get(const char *path)
{
    static char text[1024];
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

static int remove_one(const char *path, const struct stat *st, int kind,
                      struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

static void remove_tree(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Begin anew: two files, no runs. */
static void reset(void)
{
    remove_tree("state");
    remove_tree("files");
    mkdir("files", 0700);
    put("files/a", "old a\n");
    put("files/b", "old b\r\n");
}

/* One file to be changed, as the caller of a run has it. */
struct wish {
    const char *path;
    const char *before; /* NULL: there is none */
    const char *after;
};

static const struct wish both[] = {{"files/a", "old a\n", "new a\n"},
                                   {"files/b", "old b\r\n", "new b\r\n"}};

static struct pt_buf buf_of(const char *text)
{
    return (struct pt_buf){.at = (char *)(uintptr_t)text,
                           .len = text ? strlen(text) : 0};
}

static enum pt_status change_in(struct pt_change_run *run, const char *client,
                                const struct wish *wishes, size_t count,
                                struct pt_error *err)
{
    struct pt_buf bufs[2][2];
    struct pt_change changes[2];

    for (size_t i = 0; i < count; i++) {
        bufs[i][0] = buf_of(wishes[i].before);
        bufs[i][1] = buf_of(wishes[i].after);
        changes[i] = (struct pt_change){.path = wishes[i].path,
                                        .before = &bufs[i][0],
                                        .is_new = !wishes[i].before,
                                        .after = &bufs[i][1]};
    }
    return pt_change_files(run, client, "/where", changes, count, err);
}

/* A whole run over one client. */
static enum pt_status change(const struct wish *wishes, size_t count,
                             struct pt_error *err)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_change_run *run = NULL;
    enum pt_status status =
        arena ? pt_change_begin(arena, &place, &run, err) : pt_fail_memory(err);

    if (status == PT_OK)
        status = change_in(run, "mutt", wishes, count, err);
    pt_change_end(run);
    return status;
}

/* A whole run that undoes; the diff of the first, cut, or "". */
static enum pt_status undo(bool dry_run, char diff[512], struct pt_error *err)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_undone *undone = NULL;
    size_t count = 0;
    struct pt_change_run *run = NULL;
    enum pt_status status =
        arena ? pt_change_begin(arena, &place, &run, err) : pt_fail_memory(err);

    if (status == PT_OK)
        status = pt_change_undo(run, dry_run, &undone, &count, err);
    snprintf(diff, 512, "%s", count && undone[0].diff ? undone[0].diff : "");
    pt_change_end(run);
    return status;
}

/* A run that does nothing: the first of its notes, or "". */
static const char *begin_so(enum pt_status (*how)(struct pt_arena *arena,
                                                  const struct pt_place *place,
                                                  struct pt_change_run **run,
                                                  struct pt_error *err),
                            enum pt_status *ret_status)
{
    static char text[1024];
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_error err = {0};
    struct pt_change_run *run = NULL;

    *ret_status = how(arena, &place, &run, &err);
    *text = '\0';
    if (run && pt_change_notes(run)->count)
        snprintf(text, sizeof(text), "%s", pt_change_notes(run)->at[0]);
    pt_change_end(run);
    return text;
}

static const char *begin(enum pt_status *ret_status)
{
    return begin_so(pt_change_begin, ret_status);
}

/* What undo would do, without a trace. */
static enum pt_status rehearse_undo(size_t *ret_count, char diff[512])
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_undone *undone = NULL;
    struct pt_change_run *run = NULL;
    enum pt_status status = pt_change_rehearse(arena, &place, &run, NULL);

    *ret_count = 0;
    *diff = '\0';
    if (status == PT_OK)
        status = pt_change_undo(run, false, &undone, ret_count, NULL);
    for (size_t i = 0; i < *ret_count; i++)
        if (undone[i].diff)
            snprintf(diff, 512, "%s", undone[i].diff);
    pt_change_end(run);
    return status;
}

/* The journal as it is in the middle of a run. */
static void make_begun(const char *path)
{
    PT_BUF struct pt_buf text = {0};
    PT_BUF struct pt_buf begun = {0};
    char *at;

    pt_file_read(path, &text, NULL);
    at = strstr(text.at, "\"done\"");
    if (!OK(at != NULL, "a journal says that it is done"))
        return;
    pt_buf_add(&begun, text.at, (size_t)(at - text.at));
    pt_buf_puts(&begun, "\"begun\"");
    pt_buf_puts(&begun, at + strlen("\"done\""));
    pt_file_write(path, begun.at, begun.len, NULL);
}

/* ---- changing, and back ---- */

static void test_change(void)
{
    struct pt_error err = {0};
    char diff[512];

    reset();
    chmod("files/a", 0644);
    chmod("files/b", 0600);
    OK(change(both, 2, &err) == PT_OK, "two files are changed");
    IS(get("files/a"), "new a\n", "the one");
    IS(get("files/b"), "new b\r\n", "and the other");
    OK(mode_of("files/a") == 0644 && mode_of("files/b") == 0600,
       "their modes stay, for group and others too");
    OK(count_in("files") == 2, "nothing is left beside them");
    OK(mode_of("state/portolan/undo/0001") == 0700 &&
           mode_of("state/portolan/undo/0001/0") == 0600,
       "their copies are for nobody else");
    OK(undo(true, diff, &err) == PT_OK && !strcmp(get("files/a"), "new a\n"),
       "a rehearsal of undo changes nothing");
    OK(undo(false, diff, &err) == PT_OK, "undo");
    IS(get("files/a"), "old a\n", "brings the one back");
    IS(get("files/b"), "old b\r\n", "and the other");
    OK(mode_of("files/a") == 0644, "with its mode");
    OK(count_in("state/portolan/undo") == 0, "what is undone is not kept");
    OK(undo(false, diff, &err) == PT_NOTHING && strstr(err.text, "nothing"),
       "and then there is nothing to be undone");
}

static void test_new(void)
{
    static const struct wish wishes[] = {{"files/a", "old a\n", ""},
                                         {"files/new", NULL, "made\n"}};
    struct pt_error err = {0};
    char diff[512];

    reset();
    OK(change(wishes, 2, &err) == PT_OK && mode_of("files/new") == 0600,
       "a file is made, for its user alone");
    IS(get("files/a"), "", "beside it, one is emptied");
    OK(change(&wishes[1], 1, &err) == PT_BUSY && strstr(err.text, "files/new"),
       "one that is there by now is not made");
    OK(undo(false, diff, &err) == PT_OK && !get("files/new"),
       "undo removes it");
    IS(get("files/a"), "old a\n", "and fills the other");
}

static void test_folders(void)
{
    static const struct wish wishes[] = {{"files/x/y/one", NULL, "made\n"},
                                         {"files/x/z/two", NULL, "made\n"}};
    struct pt_error err = {0};
    enum pt_status status;
    char diff[512];

    reset();
    OK(change(wishes, 2, &err) == PT_OK && mode_of("files/x") == 0700 &&
           mode_of("files/x/y") == 0700,
       "the folders of new files are made, for their user alone");
    IS(get("files/x/z/two"), "made\n", "and the files in them");
    OK(undo(false, diff, &err) == PT_OK && mode_of("files/x") < 0,
       "undo removes them all");
    change(wishes, 2, &err);
    put("files/x/y/mine", "mine\n");
    OK(undo(false, diff, &err) == PT_OK && mode_of("files/x/z") < 0,
       "unless something else");
    IS(get("files/x/y/mine"), "mine\n", "has come into one");
    OK(!get("files/x/y/one"), "while the file itself is gone");
    reset();
    change(wishes, 2, &err);
    make_begun("state/portolan/undo/0001/journal.json");
    begin(&status);
    OK(status == PT_OK && count_in("files") == 2,
       "those of a run that was killed are removed");
}

static void test_folders_refused(void)
{
    static const struct wish wishes[] = {{"files/x/y/one", NULL, "made\n"},
                                         {"files/b", "not so\n", "new\n"}};
    struct pt_error err = {0};

    reset();
    OK(change(wishes, 2, &err) == PT_BUSY && count_in("files") == 2,
       "no folder stays when a file is refused");
    put("files/x", "a file\n");
    OK(change(wishes, 1, &err) == PT_CANNOT_WRITE &&
           strstr(err.text, "files/x/y/one"),
       "a file is no folder");
}

static void test_links(void)
{
    static const struct wish wish = {"link", "old a\n", "new a\n"};
    struct pt_error err = {0};
    struct stat st;
    char diff[512];

    reset();
    OK(!symlink("files/a", "link") && !link("files/a", "files/hard"),
       "there are links");
    OK(change(&wish, 1, &err) == PT_OK && !lstat("link", &st) &&
           S_ISLNK(st.st_mode),
       "a symbolic link stays one");
    IS(get("files/a"), "new a\n", "what it leads to is changed");
    IS(get("files/hard"), "old a\n", "its other name is another's now");
    OK(undo(false, diff, &err) == PT_OK && !lstat("link", &st) &&
           S_ISLNK(st.st_mode),
       "undo leaves the link too");
    IS(get("link"), "old a\n", "and it leads to the old");
    unlink("link");
}

#ifdef __linux__
static void test_attributes(void)
{
    struct pt_error err = {0};
    char value[16] = "";

    reset();
    if (setxattr("files/a", "user.portolan", "kept", 5, 0)) {
        printf("ok %d - attributes stay # SKIP %s\n", ++tap_count,
               strerror(errno));
        return;
    }
    change(both, 2, &err);
    OK(getxattr("files/a", "user.portolan", value, sizeof(value)) == 5 &&
           !strcmp(get("files/a"), "new a\n"),
       "a changed file");
    IS(value, "kept", "has the attributes of the old");
}
#else
static void test_attributes(void)
{
}
#endif

/* ---- refused ---- */

/* Each in the place of the second file: the first is left too. */
static void refuse(const struct wish *second, enum pt_status want,
                   const char *word)
{
    struct wish wishes[] = {both[0], *second};
    struct pt_error err = {0};
    enum pt_status got = change(wishes, 2, &err);

    if (!OK(got == want && strstr(err.text, word) && *err.hint, word))
        printf("# got %d: %s\n", got, err.text);
    IS(get("files/a"), "old a\n", "and the other is left as it was");
    OK(count_in("state/portolan/undo") == 0, "with nothing to be undone");
}

static void test_refused(void)
{
    reset();
    symlink("nowhere", "files/dangling");
    symlink("loop", "files/loop");
    mkdir("files/dir", 0700);
    put("files/fast", "locked\n");
    chmod("files/fast", 0444);
    refuse(&(struct wish){"files/b", "older b\n", "x"}, PT_BUSY,
           "changed by another program");
    refuse(&(struct wish){"files/gone", "was there\n", "x"}, PT_BUSY,
           "changed by another program");
    refuse(&(struct wish){"files/fast", "locked\n", "x"}, PT_CANNOT_WRITE,
           "it is read-only");
    refuse(&(struct wish){"files/dangling", NULL, "x"}, PT_CANNOT_WRITE,
           "it is a link");
    refuse(&(struct wish){"files/loop", NULL, "x"}, PT_CANNOT_WRITE,
           "it is a link");
    refuse(&(struct wish){"files/dir", "x", "y"}, PT_CANNOT_WRITE,
           "it is not a file");
    refuse(&(struct wish){"files/fast/x", NULL, "x"}, PT_CANNOT_WRITE,
           "Not a directory");
    refuse(&(struct wish){"files/a", "old a\n", "x"}, PT_BUSY, "files/a");
    refuse(&(struct wish){"files/b\n", "x", "y"}, PT_CANNOT_WRITE,
           "cannot be noted down");
    OK(count_in("files") == 6, "and nothing beside them");
}

static void test_one_refused(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct wish wrong = {"files/b", "not so\n", "x"};
    struct pt_error err = {0};
    struct pt_change_run *run = NULL;
    char diff[512];

    reset();
    OK(pt_change_begin(arena, &place, &run, &err) == PT_OK &&
           change_in(run, "mutt", &both[0], 1, &err) == PT_OK &&
           change_in(run, "aerc", &wrong, 1, &err) == PT_BUSY &&
           change_in(run, "msmtp", &both[1], 1, &err) == PT_OK,
       "of three clients, one is refused");
    pt_change_end(run);
    IS(get("files/a"), "new a\n", "the one before it is changed");
    IS(get("files/b"), "new b\r\n", "and the one after it");
    OK(undo(false, diff, &err) == PT_OK && !*diff, "undo");
    IS(get("files/a"), "old a\n", "puts both of them back");
    IS(get("files/b"), "old b\r\n", "at once");
}

/* ---- changed since ---- */

static void test_changed_since(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_error err = {0};
    struct pt_change_run *run = NULL;
    char diff[512];

    reset();
    OK(pt_change_begin(arena, &place, &run, &err) == PT_OK &&
           change_in(run, "mutt", &both[0], 1, &err) == PT_OK &&
           change_in(run, "aerc", &both[1], 1, &err) == PT_OK,
       "two clients are changed");
    pt_change_end(run);
    put("files/b", "new b\r\nmine\n");
    OK(undo(false, diff, &err) == PT_OK && strstr(diff, "\n+mine\n") &&
           strstr(diff, " new b\r\n"),
       "what became of it since then is shown");
    IS(get("files/b"), "new b\r\nmine\n", "and left");
    IS(get("files/a"), "old a\n", "the other client is put back");
    put("files/b", "new b\r\n");
    OK(undo(false, diff, &err) == PT_OK && !*diff, "once it is as it was");
    IS(get("files/b"), "old b\r\n", "it is put back too");
}

static void test_one_of_two_changed(void)
{
    struct pt_error err = {0};
    char diff[512];

    reset();
    change(both, 2, &err);
    unlink("files/b");
    OK(undo(false, diff, &err) == PT_OK && strstr(diff, "+++ /dev/null"),
       "that a file is gone is shown");
    IS(get("files/a"), "new a\n", "a client's files are put back together");
    put("files/b", "new b\r\n");
    put("state/portolan/undo/0001/0", "damaged");
    OK(undo(false, diff, &err) == PT_OK && strstr(diff, "is lost"),
       "a copy that is damaged is not put back");
    IS(get("files/a"), "new a\n", "the file is left as it is");
}

/* ---- many runs ---- */

static void test_runs(void)
{
    struct pt_error err = {0};
    char text[2][32] = {"old a\n"};
    char diff[512];

    reset();
    for (int i = 0; i < RUNS_KEPT + 3; i++) {
        snprintf(text[(i + 1) % 2], 32, "new %d\n", i);
        change(&(struct wish){"files/a", text[i % 2], text[(i + 1) % 2]}, 1,
               &err);
    }
    IS(get("files/a"), "new 12\n", "of thirteen runs");
    OK(count_in("state/portolan/undo") == RUNS_KEPT, "ten are kept");
    for (int i = 0; i < RUNS_KEPT; i++)
        undo(false, diff, &err);
    IS(get("files/a"), "new 2\n", "each undo takes back the one before");
    OK(undo(false, diff, &err) == PT_NOTHING, "until none is left");
}

/* Each adds one to what it reads: none may be lost. */
static int add_one(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_change_run *run = NULL;
    char before[16];
    char after[16];
    enum pt_status status = pt_change_begin(arena, &place, &run, NULL);

    snprintf(before, sizeof(before), "%s", get("files/a"));
    snprintf(after, sizeof(after), "%d", atoi(before) + 1);
    if (status == PT_OK)
        status = change_in(run, "mutt",
                           &(struct wish){"files/a", before, after}, 1, NULL);
    pt_change_end(run);
    return (int)status;
}

static void test_together(void)
{
    int failed = 0;
    int status;

    reset();
    put("files/a", "0");
    fflush(stdout);
    for (int i = 0; i < 8; i++)
        if (!fork())
            _exit(add_one());
    for (int i = 0; i < 8; i++)
        failed += wait(&status) < 0 || status;
    OK(!failed, "eight at once");
    IS(get("files/a"), "8", "wait for each other");
}

/* ---- killed ---- */

static void test_killed(void)
{
    struct pt_error err = {0};
    enum pt_status status;
    const char *said;

    reset();
    change(both, 2, &err);
    make_begun("state/portolan/undo/0001/journal.json");
    put("files/b", "old b\r\n");
    said = begin(&status);
    OK(status == PT_OK && strstr(said, "mutt (/where)"),
       "a run that was killed is told of");
    IS(get("files/a"), "old a\n", "what it had changed is put back");
    IS(get("files/b"), "old b\r\n", "what it had not is left");
    OK(count_in("state/portolan/undo") == 0, "and it is forgotten");
}

static void test_rehearsed(void)
{
    struct pt_error err = {0};
    enum pt_status status;
    const char *said;
    char diff[512];
    size_t count;

    reset();
    OK(rehearse_undo(&count, diff) == PT_NOTHING && count_in(".") == 1,
       "a rehearsal before the first run makes no folder");
    change(both, 2, &err);
    change(&(struct wish){"files/a", "new a\n", "newer\n"}, 1, &err);
    make_begun("state/portolan/undo/0002/journal.json");
    put("files/.portolan-here", "");
    said = begin_so(pt_change_rehearse, &status);
    OK(status == PT_OK && strstr(said, "would be taken back"),
       "what was left half done is told of");
    IS(get("files/a"), "newer\n", "but not taken back");
    OK(count_in("state/portolan/undo") == 2 && count_in("files") == 3,
       "and nothing is tidied");
    OK(rehearse_undo(&count, diff) == PT_OK && count == 1 && !*diff,
       "undo would begin with what it leads to");
    IS(get("files/b"), "new b\r\n", "and does nothing either");
    put("files/b", "mine\n");
    OK(rehearse_undo(&count, diff) == PT_OK && strstr(diff, "+mine"),
       "what would stand in its way is shown");
}

static void test_rehearsed_twice(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct wish again = {"files/a", "new a\n", "newer\n"};
    struct pt_change_run *run = NULL;
    char diff[512];
    size_t count;

    reset();
    OK(pt_change_begin(arena, &place, &run, NULL) == PT_OK &&
           change_in(run, "mutt", &both[0], 1, NULL) == PT_OK &&
           change_in(run, "aerc", &again, 1, NULL) == PT_OK,
       "two clients share a file");
    pt_change_end(run);
    OK(rehearse_undo(&count, diff) == PT_OK && count == 2 && !*diff,
       "a rehearsal knows what the step before it would leave");
}

static void test_killed_and_changed(void)
{
    struct pt_error err = {0};
    enum pt_status status;
    const char *said;
    char diff[512];

    reset();
    change(both, 2, &err);
    make_begun("state/portolan/undo/0001/journal.json");
    put("files/b", "mine\n");
    said = begin(&status);
    OK(status == PT_OK && strstr(said, "mutt"), "if somebody else came after");
    IS(get("files/a"), "old a\n", "the file he left alone is put back");
    IS(get("files/b"), "mine\n", "and his is left");
    IS(get("state/portolan/undo/0001/1"), "old b\r\n", "its copy stays");
    OK(!*begin(&status) && status == PT_OK, "it is told once");
    OK(undo(false, diff, &err) == PT_NOTHING, "and is nothing to undo");
}

static void test_killed_early(void)
{
    enum pt_status status;

    reset();
    begin(&status);
    mkdir("state/portolan/undo/0007", 0700);
    put("state/portolan/undo/0007/0", "a copy\n");
    put("state/portolan/undo/0007/journal.new", "{");
    begin(&status);
    OK(status == PT_OK && count_in("state/portolan/undo") == 0,
       "copies that no journal speaks of are removed");
    mkdir("state/portolan/undo/0008", 0700);
    put("state/portolan/undo/0008/journal.json", "{\"portolan\": 2}");
    begin(&status);
    OK(status == PT_OK && count_in("state/portolan/undo/0008") == 1,
       "a journal of another version is left");
}

/* ---- no memory ---- */

static bool is_whole(void)
{
    const char *a = get("files/a");
    bool is_old = a && !strcmp(a, "old a\n");
    const char *b = get("files/b");

    return b && !strcmp(b, is_old ? "old b\r\n" : "new b\r\n") &&
           count_in("files") == 2;
}

static void test_memory(void)
{
    enum pt_status status = PT_OK;
    size_t points = 0;
    bool survived = true;
    char diff[512];

    for (size_t nth = 1; nth == 1 || status == PT_NO_MEMORY; nth++) {
        struct pt_error err = {0};

        reset();
        pt_oom_fail_at(nth);
        status = change(both, 2, &err);
        pt_oom_fail_at(0);
        survived &= is_whole() || status == PT_OK;
        points = nth;
    }
    OK(survived && status == PT_OK && points > 5 && is_whole(),
       "without memory, all files are changed or none");
    status = PT_NO_MEMORY;
    for (size_t nth = 1; status == PT_NO_MEMORY; nth++) {
        struct pt_error err = {0};

        pt_oom_fail_at(nth);
        status = undo(false, diff, &err);
        pt_oom_fail_at(0);
        survived &= is_whole();
    }
    OK(survived && (status == PT_OK || status == PT_NOTHING) &&
           !strcmp(get("files/a"), "old a\n"),
       "and undone");
}

int main(void)
{
    char dir[] = "/tmp/portolan-change-XXXXXX";

    alarm(PATIENCE_S);
    umask(022);
    if (!mkdtemp(dir) || chdir(dir))
        return 1;
    place.state = "state";
    test_change();
    test_new();
    test_folders();
    test_folders_refused();
    test_links();
    test_attributes();
    test_refused();
    test_one_refused();
    test_changed_since();
    test_one_of_two_changed();
    test_runs();
    test_together();
    test_killed();
    test_rehearsed();
    test_rehearsed_twice();
    test_killed_and_changed();
    test_killed_early();
    test_memory();
    if (!chdir("/"))
        remove_tree(dir);
    return tap_done();
}
