/* Files for all the world, below a folder that is never left. */
#include "base/public.h"
#include "tests/tap.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct pt_public tree = {.fd = -1};
static struct pt_error err;

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
    int count = -2; /* "." and ".." */

    while (dir && readdir(dir))
        count++;
    if (dir)
        closedir(dir);
    return count;
}

static const char ann[] = "an owner";
static const char bob[] = "another";
static const void *failed[4];
static size_t failed_count;

static void on_failed(void *ctx, const void *owner, const struct pt_error *why)
{
    if (ctx != &tree || failed_count == 4)
        abort();
    failed[failed_count++] = owner;
    err = *why;
}

static enum pt_status stage_for(const void *owner, const char *path,
                                const char *text)
{
    return pt_public_stage(&tree, owner, path, pt_slice_of(text), &err);
}

static enum pt_status stage(const char *path, const char *text)
{
    return stage_for(ann, path, text);
}

/* How many owners failed. */
static size_t settle(void)
{
    failed_count = 0;
    err = (struct pt_error){0};
    pt_public_settle(&tree, on_failed, &tree);
    return failed_count;
}

static enum pt_status put_one(const char *path, const char *text)
{
    enum pt_status status = stage(path, text);

    return status == PT_OK && settle() ? err.status : status;
}

static const char *got(const char *path)
{
    static char text[256];
    PT_BUF struct pt_buf out = {.max = 100};

    err = (struct pt_error){0};
    if (pt_public_read(&tree, path, &out, &err) != PT_OK)
        return NULL;
    snprintf(text, sizeof(text), "%s", pt_buf_text(&out));
    return text;
}

static void test_paths(void)
{
    static const char *const bad[] = {
        "",      "/",       "/etc",     "a/",    "a//b",  ".",
        "..",    "a/../b",  "a/..",     "./a",   "../a",  "a/./b",
    };
    char name[128];

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        snprintf(name, sizeof(name), "'%s' is no path below it", bad[i]);
        OK(!pt_public_path_ok(bad[i]), name);
    }
    OK(pt_public_path_ok("www/a..b/.well-known/..."), "dots in names are");
}

static void test_putting(void)
{
    OK(stage("www/a/x.xml", "one") == PT_OK && !get("site/www/a/x.xml"),
       "what is staged is not there yet");
    OK(settle() == 0, "it settles");
    IS(get("site/www/a/x.xml"), "one", "then it is, with its folders");
    OK(mode_of("site/www/a/x.xml") == 0644 && mode_of("site/www/a") == 0755,
       "for all to read");
    OK(count_in("site/aside") == 0, "nothing is left aside");
    chmod("site/www/a/x.xml", 0640);
    put_one("www/a/x.xml", "two");
    IS(get("site/www/a/x.xml"), "two", "it is replaced");
    OK(mode_of("site/www/a/x.xml") == 0640, "and keeps its mode");
    IS(got("www/a/x.xml"), "two", "and is read");
    umask(077);
    put_one("www/private", "x");
    umask(022);
    OK(mode_of("site/www/private") == 0600, "the umask counts");
    stage("www/a/y", "y");
    stage_for(bob, "www/a/z", "z");
    pt_public_drop(&tree, ann);
    OK(settle() == 0 && !get("site/www/a/y") && get("site/www/a/z") &&
           count_in("site/aside") == 0,
       "what is dropped never was");
    put("site/aside/0", "left by a killed run");
    pt_public_clean(&tree);
    OK(count_in("site/aside") == 0, "what a killed run has left goes");
    OK(put_one("www/b", "b") == PT_OK && pt_is(get("site/www/b"), "b"),
       "and is in nobody's way");
}

static void test_reading(void)
{
    struct pt_buf out = {.max = 100};

    err = (struct pt_error){0};
    OK(pt_public_read(&tree, "nowhere/x", &out, &err) == PT_NOTHING &&
           !err.text[0],
       "what is not there is nothing, without a word");
    put("site/www/big", "0123456789");
    out.max = 5;
    OK(pt_public_read(&tree, "www/big", &out, &err) == PT_CANNOT_WRITE,
       "what is too big is not ours");
    pt_buf_free(&out);
    OK(!got("www/a") && err.status == PT_CANNOT_WRITE, "a folder neither");
    mkfifo("site/www/pipe", 0600);
    OK(!got("www/pipe") && err.status == PT_CANNOT_WRITE,
       "nor a pipe, which is not waited for");
}

/* Whoever may write below the folder must not lead us out of it. */
static void test_links(void)
{
    put("secret", "secret");
    mkdir("elsewhere", 0755);
    if (symlink("../../secret", "site/www/link") ||
        symlink("../../elsewhere", "site/www/dir") ||
        symlink("/nonexistent", "site/www/dangling"))
        abort();
    OK(!got("www/link") && err.status == PT_CANNOT_WRITE,
       "a link is not read through");
    OK(put_one("www/link", "x") == PT_CANNOT_WRITE, "nor written through");
    IS(get("secret"), "secret", "what it leads to stays");
    OK(put_one("www/dangling", "x") == PT_CANNOT_WRITE,
       "nor one that leads nowhere");
    OK(put_one("www/dir/x", "x") == PT_CANNOT_WRITE &&
           count_in("elsewhere") == 0,
       "nor a folder that is one");
    OK(strstr(err.text, "link") != NULL, "and the sentence says so");
    put("elsewhere/x", "theirs");
    OK(pt_public_remove(&tree, "www/dir/x", &err) == PT_CANNOT_WRITE &&
           get("elsewhere/x"),
       "nothing behind a link is removed");
    OK(count_in("site/aside") == 0, "and nothing is left aside");
}

static void test_several(void)
{
    stage("www/1", "1");
    stage_for(bob, "www/bob1", "b");
    stage("www/a/x.xml/2", "2"); /* a file is where its folder belongs */
    stage("www/3", "3");
    stage_for(bob, "www/bob2", "b");
    OK(settle() == 1 && failed[0] == ann && strstr(err.text, "www/a/x.xml/2"),
       "the one that cannot be put is named, once, and its owner");
    OK(get("site/www/1") && !get("site/www/3"),
       "his before it are in place, the others are not");
    OK(get("site/www/bob1") && get("site/www/bob2"),
       "and all of somebody else's are");
    OK(count_in("site/aside") == 0 && put_one("www/3", "3") == PT_OK,
       "the next time begins anew");
}

static void test_removing(void)
{
    put_one("gone/a/b/c", "c");
    put_one("gone/x", "x");
    OK(pt_public_remove(&tree, "gone/a/b/c", &err) == PT_OK &&
           access("site/gone/a", F_OK) && get("site/gone/x"),
       "empty folders go with the last file, others stay");
    OK(pt_public_remove(&tree, "gone/a/b/c", &err) == PT_OK,
       "what is gone already is no failure");
}

int main(void)
{
    char dir[] = "/tmp/portolan-test-XXXXXX";
    char rm[64];

    if (!mkdtemp(dir) || chdir(dir))
        return 99;
    umask(022);
    test_paths();
    OK(pt_public_open("site", "aside", &tree, &err) == PT_OK &&
           mode_of("site") == 0755,
       "the folder is made, for all to read");
    test_putting();
    test_reading();
    test_links();
    test_several();
    test_removing();
    pt_public_close(&tree);
    pt_public_close(&tree);
    OK(pt_public_open("secret", "aside", &tree, &err) == PT_CANNOT_WRITE,
       "a file is no folder");
    snprintf(rm, sizeof(rm), "rm -rf '%s'", dir);
    if (chdir("/") || system(rm))
        return 99;
    return tap_done();
}
