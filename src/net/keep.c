#include "net/keep.h"

#include "base/error.h"
#include "base/file.h"
#include "net/ask.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    DIGEST_TEXT = 2 * 32 + 1, /* SHA-256 */
    HEADER_MAX = 4096,
    SPARE = PT_KEEP_FILES / 8, /* made at once when there are too many */
};

struct pt_keep {
    char *directory;
    bool is_ready; /* there, and ours */
    bool is_counted;
    size_t count; /* files in it, as far as we know */
};

static bool digest(struct pt_slice s, char out[DIGEST_TEXT])
{
    unsigned char bytes[EVP_MAX_MD_SIZE];

    if (!EVP_Digest(s.at, s.len, bytes, NULL, EVP_sha256(), NULL))
        return false;
    pt_hex(bytes, DIGEST_TEXT / 2, out);
    return true;
}

bool pt_etag_ok(const char *etag)
{
    size_t len = strlen(etag);
    const char *at = pt_has_prefix(etag, "W/") ? etag + 2 : etag;

    if (len >= PT_KEEP_ETAG_SIZE || strlen(at) < 2 || at[0] != '"' ||
        etag[len - 1] != '"')
        return false;
    for (at++; at < etag + len - 1; at++)
        if (*at <= ' ' || *at > '~' || *at == '"')
            return false;
    return true;
}

/* ---- the bytes of a copy ---- */

/* The next line is "KEY VALUE": its value. */
static bool next_value(struct pt_slice *rest, const char *key,
                       struct pt_slice *ret_value)
{
    size_t len = strlen(key);
    struct pt_slice line;

    if (!pt_next_line(rest, &line) || !pt_slice_has_prefix(line, key) ||
        line.len <= len || line.at[len] != ' ')
        return false;
    *ret_value = pt_slice(line.at + len + 1, line.len - len - 1);
    return true;
}

static bool next_etag(struct pt_slice *rest, struct pt_copy *copy)
{
    struct pt_slice value;

    if (!next_value(rest, "etag", &value) ||
        value.len >= sizeof(copy->etag))
        return false;
    memcpy(copy->etag, value.at, value.len);
    copy->etag[value.len] = '\0';
    if (pt_is(copy->etag, "-"))
        copy->etag[0] = '\0';
    return !copy->etag[0] || pt_etag_ok(copy->etag);
}

/* The digest is that of all that comes after it. */
bool pt_copy_read(struct pt_slice bytes, const char *url,
                  struct pt_copy *ret_copy)
{
    struct pt_copy copy = {.body = bytes};
    char want[DIGEST_TEXT];
    struct pt_slice value;
    uint64_t at_s;

    if (!next_value(&copy.body, "portolan-copy", &value) ||
        !pt_slice_is(value, "1") ||
        !next_value(&copy.body, "sha256", &value) ||
        !digest(copy.body, want) || !pt_slice_is(value, want) ||
        !next_value(&copy.body, "url", &value) || !pt_slice_is(value, url) ||
        !next_etag(&copy.body, &copy) ||
        !next_value(&copy.body, "date", &value) ||
        !pt_parse_uint(value, INT64_MAX, &at_s))
        return false;
    copy.at_s = (int64_t)at_s;
    *ret_copy = copy;
    return true;
}

void pt_copy_write(struct pt_buf *out, const char *url,
                   const struct pt_copy *copy)
{
    PT_BUF struct pt_buf rest = {.max = out->max};
    char sum[DIGEST_TEXT];

    pt_buf_printf(&rest, "url %s\netag %s\ndate %lld\n", url,
                  copy->etag[0] ? copy->etag : "-", (long long)copy->at_s);
    pt_buf_add(&rest, copy->body.at, copy->body.len);
    if (pt_buf_failed(&rest) || !digest(pt_slice(rest.at, rest.len), sum)) {
        out->oom = true;
        return;
    }
    pt_buf_printf(out, "portolan-copy 1\nsha256 %s\n", sum);
    pt_buf_add(out, rest.at, rest.len);
}

/* ---- the directory ---- */

struct pt_keep *pt_keep_new(const char *directory)
{
    struct pt_keep *keep = calloc(1, sizeof(*keep));

    if (keep)
        keep->directory = strdup(directory);
    if (keep && !keep->directory) {
        free(keep);
        return NULL;
    }
    return keep;
}

void pt_keep_free(struct pt_keep *keep)
{
    if (!keep)
        return;
    free(keep->directory);
    free(keep);
}

/* What another user may write there, we do not believe. */
static bool is_ours(const char *directory)
{
    struct stat st;

    return !stat(directory, &st) && S_ISDIR(st.st_mode) &&
           st.st_uid == geteuid() && !(st.st_mode & (S_IWGRP | S_IWOTH));
}

static bool find_path(struct pt_keep *keep, const char *url,
                      char path[PATH_MAX])
{
    char name[DIGEST_TEXT];

    if (!keep->is_ready)
        keep->is_ready = is_ours(keep->directory);
    return keep->is_ready && digest(pt_slice_of(url), name) &&
           snprintf(path, PATH_MAX, "%s/%s", keep->directory, name) <
               PATH_MAX;
}

bool pt_keep_load(struct pt_keep *keep, const char *url, struct pt_buf *file,
                  struct pt_copy *ret_copy)
{
    char path[PATH_MAX];

    file->max = PT_FILE_MAX + HEADER_MAX;
    return find_path(keep, url, path) &&
           pt_file_read(path, file, NULL) == PT_OK &&
           pt_copy_read(pt_slice(pt_buf_text(file), file->len), url,
                        ret_copy);
}

void pt_keep_touch(struct pt_keep *keep, const char *url)
{
    char path[PATH_MAX];

    if (find_path(keep, url, path))
        utimensat(AT_FDCWD, path, NULL, 0);
}

/* ---- not too many ---- */

struct old {
    struct timespec at;
    char name[DIGEST_TEXT];
};

static int by_age(const void *a, const void *b)
{
    const struct timespec *x = &((const struct old *)a)->at;
    const struct timespec *y = &((const struct old *)b)->at;

    if (x->tv_sec != y->tv_sec)
        return x->tv_sec < y->tv_sec ? -1 : 1;
    return (x->tv_nsec > y->tv_nsec) - (x->tv_nsec < y->tv_nsec);
}

/* Ours have names of one length; nothing else is counted, or removed. */
static bool is_copy(const char *name)
{
    return strlen(name) == DIGEST_TEXT - 1 &&
           !name[strspn(name, "0123456789abcdef")];
}

/* Those that are there, at most `room` of them in files (which may be NULL). */
static size_t list(DIR *dir, struct old *files, size_t room)
{
    const struct dirent *entry;
    size_t count = 0;

    while ((entry = readdir(dir))) {
        struct stat st;

        if (!is_copy(entry->d_name))
            continue;
        if (files && count < room) {
            if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW))
                continue;
            files[count].at = st.st_mtim;
            memcpy(files[count].name, entry->d_name, DIGEST_TEXT);
        }
        count++;
    }
    return count;
}

/* Leave room for some more: the oldest are removed. */
static void thin_out(struct pt_keep *keep, DIR *dir)
{
    struct old *files = calloc(keep->count, sizeof(*files));
    size_t count;

    if (!files)
        return;
    rewinddir(dir);
    count = list(dir, files, keep->count);
    if (count > keep->count)
        count = keep->count;
    qsort(files, count, sizeof(*files), by_age);
    keep->count = count;
    for (size_t i = 0; i < count && keep->count > PT_KEEP_FILES - SPARE; i++)
        if (!unlinkat(dirfd(dir), files[i].name, 0))
            keep->count--;
    free(files);
}

static void make_room(struct pt_keep *keep)
{
    DIR *dir;

    if (keep->is_counted && keep->count < PT_KEEP_FILES)
        return;
    dir = opendir(keep->directory);
    if (!dir)
        return;
    keep->count = list(dir, NULL, 0);
    keep->is_counted = true;
    if (keep->count >= PT_KEEP_FILES)
        thin_out(keep, dir);
    closedir(dir);
}

void pt_keep_store(struct pt_keep *keep, const char *url,
                   const struct pt_copy *copy)
{
    PT_BUF struct pt_buf bytes = {.max = PT_FILE_MAX + HEADER_MAX};
    char path[PATH_MAX];

    pt_copy_write(&bytes, url, copy);
    if (pt_buf_failed(&bytes) ||
        pt_make_dirs(keep->directory, NULL) != PT_OK ||
        !find_path(keep, url, path))
        return;
    make_room(keep);
    if (access(path, F_OK) != 0)
        keep->count++;
    (void)pt_file_write(path, bytes.at, bytes.len, NULL);
}
