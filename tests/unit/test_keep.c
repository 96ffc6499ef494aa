/* test_keep.c - copies on disk: whole or none, ours alone, not too many. */
#include "net/ask.h"
#include "net/keep.h"
#include "tests/tap.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 128 };

static const char url[] = "https://autoconfig.example.org/config.xml";

/* printf '%s' URL | sha256sum */
static const char name[] =
    "f14e2366801be609ab60a8ac4d00730d21743df1f9d1abf41a8526dfe6b2441c";

struct world {
    char top[PATH_SIZE];
    char dir[2 * PATH_SIZE];
    char path[4 * PATH_SIZE];
};

static struct pt_copy copy_of(const char *etag, const char *body)
{
    struct pt_copy copy = {.at_s = 1795600000, .body = pt_slice_of(body)};

    snprintf(copy.etag, sizeof(copy.etag), "%s", etag);
    return copy;
}

static void test_etags(void)
{
    static const struct {
        const char *etag;
        bool ok;
    } cases[] = {
        {"\"abc\"", true},       {"W/\"5f3-62a\"", true},
        {"\"\"", true},          {"", false},
        {"abc", false},          {"\"", false},
        {"W/\"", false},         {"\"a b\"", false},
        {"\"a\r\nX: y\"", false}, {"\"a\"b\"", false},
        {"\"caf\303\251\"", false},
    };
    char longest[PT_KEEP_ETAG_SIZE + 1];

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char shown[32];
        char what[64];

        pt_make_printable(pt_slice_of(cases[i].etag), shown, sizeof(shown));
        snprintf(what, sizeof(what), "%s is %san ETag", shown,
                 cases[i].ok ? "" : "not ");
        OK(pt_etag_ok(cases[i].etag) == cases[i].ok, what);
    }
    memset(longest, 'a', sizeof(longest));
    longest[0] = longest[PT_KEEP_ETAG_SIZE - 2] = '"';
    longest[PT_KEEP_ETAG_SIZE - 1] = '\0';
    OK(pt_etag_ok(longest), "an ETag may be 256 bytes long");
    memset(longest, 'a', sizeof(longest));
    longest[0] = longest[PT_KEEP_ETAG_SIZE - 1] = '"';
    longest[PT_KEEP_ETAG_SIZE] = '\0';
    OK(!pt_etag_ok(longest), "and no longer");
}

static bool reads(const struct pt_buf *bytes, struct pt_copy *copy)
{
    return pt_copy_read(pt_slice(pt_buf_text(bytes), bytes->len), url, copy);
}

static void test_bytes(void)
{
    PT_BUF struct pt_buf bytes = {0};
    struct pt_copy copy = copy_of("\"v1\"", "<clientConfig/>\n\n");
    struct pt_copy got;
    size_t broken = 0;

    pt_copy_write(&bytes, url, &copy);
    OK(reads(&bytes, &got), "what was written is read");
    IS(got.etag, "\"v1\"", "with its ETag");
    OK(got.at_s == 1795600000, "and its date");
    OK(pt_slice_is(got.body, "<clientConfig/>\n\n"), "as it was published");
    OK(!pt_copy_read(pt_slice(bytes.at, bytes.len), "https://example.net/",
                     &got),
       "but not for another URL");
    for (size_t i = 0; i < bytes.len; i++) {
        bytes.at[i] ^= 0x10;
        broken += !reads(&bytes, &got);
        bytes.at[i] ^= 0x10;
    }
    OK(broken == bytes.len, "a copy in which a bit has changed is none");
    broken = 0;
    for (size_t len = 0; len < bytes.len; len++)
        broken += !pt_copy_read(pt_slice(bytes.at, len), url, &got);
    OK(broken == bytes.len, "nor is one that ends too soon");
    pt_buf_clear(&bytes);
    copy = copy_of("", "");
    pt_copy_write(&bytes, url, &copy);
    OK(reads(&bytes, &got) && !got.etag[0] && !got.body.len,
       "a copy may have no ETag, and no bytes");
}

static mode_t mode_of(const char *path)
{
    struct stat st;

    return stat(path, &st) ? 0 : st.st_mode & 07777;
}

static void test_files(struct world *w)
{
    PT_BUF struct pt_buf file = {0};
    PT_BUF struct pt_buf again = {0};
    struct pt_keep *keep = pt_keep_new(w->dir);
    struct pt_copy copy = copy_of("\"v1\"", "one");
    struct pt_copy got;

    OK(!pt_keep_load(keep, url, &file, &got), "at first there is no copy");
    OK(access(w->dir, F_OK) != 0, "nor a directory for it");
    pt_keep_store(keep, url, &copy);
    OK(pt_keep_load(keep, url, &file, &got) && pt_slice_is(got.body, "one"),
       "a copy is kept");
    OK(mode_of(w->path) == 0600, "for its owner alone, named by the digest");
    OK(mode_of(w->dir) == 0700, "in a directory of the owner's alone");
    copy = copy_of("\"v2\"", "two");
    pt_keep_store(keep, url, &copy);
    OK(pt_keep_load(keep, url, &again, &got) && pt_slice_is(got.body, "two"),
       "a newer one takes its place");
    pt_keep_free(keep);
}

static void test_strangers(struct world *w)
{
    struct pt_keep *keep = pt_keep_new(w->dir);
    PT_BUF struct pt_buf file = {0};
    struct pt_copy got;

    chmod(w->dir, 0770);
    OK(!pt_keep_load(keep, url, &file, &got),
       "where others may write no copy is believed");
    chmod(w->dir, 0700);
    OK(pt_keep_load(keep, url, &file, &got), "elsewhere it is");
    pt_keep_free(keep);
    if (geteuid() || chown(w->dir, 12345, 12345))
        return;
    pt_buf_clear(&file);
    keep = pt_keep_new(w->dir);
    OK(!pt_keep_load(keep, url, &file, &got),
       "nor is one in another user's directory");
    pt_keep_free(keep);
    if (chown(w->dir, 0, 0))
        abort();
}

static void test_no_place(const struct world *w)
{
    char dir[8 * PATH_SIZE];
    struct pt_copy copy = copy_of("", "x");
    PT_BUF struct pt_buf file = {0};
    struct pt_copy got;
    struct pt_keep *keep;

    /* A file where a directory ought to be: not even root can write there. */
    snprintf(dir, sizeof(dir), "%s/below", w->path);
    keep = pt_keep_new(dir);
    pt_keep_store(keep, url, &copy);
    OK(!pt_keep_load(keep, url, &file, &got),
       "where no copy can be kept there is none");
    pt_keep_free(keep);
}

/* ---- not too many ---- */

static void path_of(const struct world *w, int i, char path[4 * PATH_SIZE])
{
    snprintf(path, 4 * PATH_SIZE, "%s/%064x", w->dir, i);
}

/* The i-th is i seconds younger than the first. */
static void make_many(const struct world *w, int count)
{
    for (int i = 0; i < count; i++) {
        struct timespec at[2] = {{.tv_sec = 1000000 + i},
                                 {.tv_sec = 1000000 + i}};
        char path[4 * PATH_SIZE];
        int fd;

        path_of(w, i, path);
        fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0 || futimens(fd, at))
            abort();
        close(fd);
    }
}

static int count_files(const struct world *w)
{
    DIR *dir = opendir(w->dir);
    int count = -2; /* . and .. */

    while (dir && readdir(dir))
        count++;
    if (dir)
        closedir(dir);
    return count;
}

static void test_many(const struct world *w)
{
    struct pt_keep *keep = pt_keep_new(w->dir);
    struct pt_copy copy = copy_of("", "newest");
    char path[4 * PATH_SIZE];
    int count;

    make_many(w, PT_KEEP_FILES + 100);
    path_of(w, 0, path);
    utimensat(AT_FDCWD, path, NULL, 0);
    pt_keep_touch(keep, url); /* stored by the test before */
    pt_keep_store(keep, "https://example.net/", &copy);
    count = count_files(w);
    OK(count <= PT_KEEP_FILES && count > PT_KEEP_FILES / 2,
       "when there are too many copies some go");
    OK(!access(path, F_OK) && !access(w->path, F_OK),
       "but not one that was in use of late");
    path_of(w, 1, path);
    OK(access(path, F_OK) != 0, "the oldest goes");
    path_of(w, PT_KEEP_FILES + 99, path);
    OK(!access(path, F_OK), "the newest stays");
    for (int i = 0; i < PT_KEEP_FILES + 100; i++) {
        path_of(w, i, path);
        unlink(path);
    }
    OK(count_files(w) == 2, "and nothing else is touched");
    pt_keep_free(keep);
}

static void clean(struct world *w)
{
    DIR *dir = opendir(w->dir);
    const struct dirent *entry;

    while (dir && (entry = readdir(dir)))
        unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
    rmdir(w->dir);
    snprintf(w->path, sizeof(w->path), "%s/cache", w->top);
    rmdir(w->path);
    rmdir(w->top);
}

int main(void)
{
    const char *tmp = getenv("TMPDIR");
    struct world w;

    snprintf(w.top, sizeof(w.top), "%s/portolan-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(w.top))
        return 99;
    snprintf(w.dir, sizeof(w.dir), "%s/cache/http", w.top);
    snprintf(w.path, sizeof(w.path), "%s/%s", w.dir, name);
    test_etags();
    test_bytes();
    test_files(&w);
    test_strangers(&w);
    test_no_place(&w);
    test_many(&w);
    clean(&w);
    return tap_done();
}
