#include "base/public.h"

#include "base/file.h"
#include "base/sync.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 16 * 1024 };

struct pt_public_pair {
    const void *owner;
    char *path; /* malloc()ed; NULL: it is dropped, or has failed */
    unsigned number; /* its name aside */
};

/* ---- failing ---- */

static enum pt_status fail(const struct pt_public *tree, const char *path,
                           const char *why, struct pt_error *err)
{
    return pt_fail(err, PT_CANNOT_WRITE,
                   "see whether it is yours, and the disk not full",
                   "cannot write '%s/%s': %s", tree->path, path, why);
}

/* What errno says, in words that fit: a folder that is a link is "not a
 * directory" to openat(). */
static enum pt_status fail_errno(const struct pt_public *tree, const char *path,
                                 struct pt_error *err)
{
    if (errno == ENOTDIR || errno == ELOOP)
        return fail(tree, path,
                    "a link, or what is no folder, is in its way", err);
    return fail(tree, path, strerror(errno), err);
}

/* ---- paths ---- */

bool pt_public_path_ok(const char *path)
{
    if (strlen(path) >= PT_PUBLIC_PATH_MAX)
        return false;
    for (;;) {
        size_t len = strcspn(path, "/");

        if (!len || (len == 1 && path[0] == '.') ||
            (len == 2 && path[0] == '.' && path[1] == '.'))
            return false;
        if (!path[len])
            return true;
        path += len + 1;
    }
}

static int open_folder(int above, const char *name, bool makes)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int fd = openat(above, name, flags);

    if (fd >= 0 || errno != ENOENT || !makes)
        return fd;
    if (mkdirat(above, name, 0777) && errno != EEXIST)
        return -1;
    return openat(above, name, flags);
}

/* The folder a path lies in, and its last part.  -1: errno says why. */
static int open_above(const struct pt_public *tree, const char *path,
                      bool makes, const char **ret_name)
{
    int fd = fcntl(tree->fd, F_DUPFD_CLOEXEC, 0);
    const char *slash;

    while (fd >= 0 && (slash = strchr(path, '/'))) {
        char name[PT_PUBLIC_PATH_MAX];
        int above = fd;

        snprintf(name, sizeof(name), "%.*s", (int)(slash - path), path);
        fd = open_folder(above, name, makes);
        close(above);
        path = slash + 1;
    }
    *ret_name = path;
    return fd;
}

static void close_quietly(int fd)
{
    int saved = errno;

    close(fd);
    errno = saved;
}

/* ---- the tree ---- */

static bool make_aside_folder(const struct pt_public *tree)
{
    const char *name;
    int above = open_above(tree, tree->aside, true, &name);
    int fd = above < 0 ? -1 : open_folder(above, name, true);

    if (above >= 0)
        close_quietly(above);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

enum pt_status pt_public_open(const char *path, const char *aside,
                            struct pt_public *ret_tree, struct pt_error *err)
{
    enum pt_status status = aside ? pt_make_public_dirs(path, err) : PT_OK;
    struct pt_public tree = {.fd = -1, .path = path, .aside = aside};

    if (status != PT_OK)
        return status;
    tree.fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (tree.fd < 0)
        return pt_fail(err, PT_CANNOT_WRITE, "name a folder that is yours",
                       "cannot write below '%s': %s", path, strerror(errno));
    if (!aside || make_aside_folder(&tree)) {
        *ret_tree = tree;
        return PT_OK;
    }
    status = fail_errno(&tree, aside, err);
    close(tree.fd);
    return status;
}

static void name_aside(const struct pt_public *tree, unsigned number,
                       char name[PT_PUBLIC_PATH_MAX])
{
    snprintf(name, PT_PUBLIC_PATH_MAX, "%s/%u", tree->aside, number);
}

static void drop_pair(struct pt_public *tree, struct pt_public_pair *pair)
{
    char name[PT_PUBLIC_PATH_MAX];

    if (!pair->path)
        return;
    name_aside(tree, pair->number, name);
    unlinkat(tree->fd, name, 0);
    free(pair->path);
    pair->path = NULL;
}

void pt_public_drop(struct pt_public *tree, const void *owner)
{
    for (size_t i = 0; i < tree->count; i++)
        if (tree->staged[i].owner == owner)
            drop_pair(tree, &tree->staged[i]);
}

static void drop_all(struct pt_public *tree)
{
    for (size_t i = 0; i < tree->count; i++)
        drop_pair(tree, &tree->staged[i]);
    tree->count = 0;
    tree->next = 0;
}

void pt_public_clean(const struct pt_public *tree)
{
    int fd = openat(tree->fd, tree->aside,
                    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *entry;

    if (!dir && fd >= 0)
        close(fd);
    while (dir && (entry = readdir(dir)))
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
}

void pt_public_close(struct pt_public *tree)
{
    if (tree->fd < 0)
        return;
    drop_all(tree);
    free(tree->staged);
    close(tree->fd);
    *tree = (struct pt_public){.fd = -1};
}

/* ---- reading ---- */

static bool read_all(int fd, struct pt_buf *out)
{
    char chunk[CHUNK];
    ssize_t n;

    while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0)
            pt_buf_add(out, chunk, (size_t)n);
        if (pt_buf_failed(out))
            return true;
    }
    return true;
}

static enum pt_status read_open(const struct pt_public *tree, const char *path,
                                int fd, struct pt_buf *out,
                                struct pt_error *err)
{
    struct stat st;

    if (fstat(fd, &st))
        return fail_errno(tree, path, err);
    if (!S_ISREG(st.st_mode))
        return fail(tree, path, "what is there is no file", err);
    if (!read_all(fd, out))
        return fail_errno(tree, path, err);
    if (out->oom)
        return pt_fail_memory(err);
    if (out->overflow)
        return fail(tree, path, "what is there is too big to be ours", err);
    return PT_OK;
}

enum pt_status pt_public_read(const struct pt_public *tree, const char *path,
                            struct pt_buf *out, struct pt_error *err)
{
    const char *name;
    int above = open_above(tree, path, false, &name);
    int fd = above < 0 ? -1
                       : openat(above, name,
                                O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
                                    O_CLOEXEC);
    enum pt_status status;

    if (above >= 0)
        close_quietly(above);
    if (fd < 0)
        return errno == ENOENT ? PT_NOTHING : fail_errno(tree, path, err);
    status = read_open(tree, path, fd, out, err);
    close(fd);
    return status;
}

/* ---- writing aside ---- */

static bool write_all(int fd, struct pt_slice bytes)
{
    while (bytes.len) {
        ssize_t n = write(fd, bytes.at, bytes.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        bytes = pt_slice(bytes.at + n, bytes.len - (size_t)n);
    }
    return true;
}

static bool make_aside(const struct pt_public *tree, const char *name,
                       struct pt_slice bytes)
{
    int fd = openat(tree->fd, name,
                    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                    0666);
    bool made;

    if (fd < 0)
        return false;
    made = write_all(fd, bytes);
    close_quietly(fd);
    if (!made)
        unlinkat(tree->fd, name, 0);
    return made;
}

static bool add_pair(struct pt_public *tree, struct pt_public_pair pair)
{
    if (tree->count == tree->room) {
        size_t room = tree->room ? 2 * tree->room : 16;
        struct pt_public_pair *more =
            realloc(tree->staged, room * sizeof(*more));

        if (!more)
            return false;
        tree->staged = more;
        tree->room = room;
    }
    tree->staged[tree->count++] = pair;
    return true;
}

enum pt_status pt_public_stage(struct pt_public *tree, const void *owner,
                               const char *path, struct pt_slice bytes,
                               struct pt_error *err)
{
    struct pt_public_pair pair = {
        .owner = owner, .path = strdup(path), .number = tree->next++};
    char name[PT_PUBLIC_PATH_MAX];

    if (!pair.path)
        return pt_fail_memory(err);
    name_aside(tree, pair.number, name);
    if (!make_aside(tree, name, bytes)) {
        free(pair.path);
        return fail_errno(tree, path, err);
    }
    if (add_pair(tree, pair))
        return PT_OK;
    drop_pair(tree, &pair);
    return pt_fail_memory(err);
}

/* ---- putting into place ---- */

/* 0: it may be replaced, and has this mode; else errno. */
static int keep_mode(const struct pt_public *tree, const char *aside, int above,
                     const char *name)
{
    struct stat st;

    if (fstatat(above, name, &st, AT_SYMLINK_NOFOLLOW))
        return errno == ENOENT ? 0 : errno;
    if (S_ISLNK(st.st_mode))
        return ELOOP;
    if (!S_ISREG(st.st_mode))
        return S_ISDIR(st.st_mode) ? EISDIR : EEXIST;
    return fchmodat(tree->fd, aside, st.st_mode & 0777, 0) ? errno : 0;
}

static bool put_into_place(const struct pt_public *tree,
                           const struct pt_public_pair *pair)
{
    char aside[PT_PUBLIC_PATH_MAX];
    const char *name;
    int above = open_above(tree, pair->path, true, &name);
    int why;

    if (above < 0)
        return false;
    name_aside(tree, pair->number, aside);
    why = keep_mode(tree, aside, above, name);
    if (!why && renameat(tree->fd, aside, above, name))
        why = errno;
    close(above);
    errno = why;
    return !why;
}

void pt_public_settle(struct pt_public *tree, pt_public_failed_fn *failed,
                      void *ctx)
{
    int unsafe = tree->count && !pt_sync_all(tree->fd) ? errno : 0;

    for (size_t i = 0; i < tree->count; i++) {
        struct pt_public_pair *pair = &tree->staged[i];
        struct pt_error err = {0};

        if (!pair->path)
            continue;
        errno = unsafe;
        if (!unsafe && put_into_place(tree, pair)) {
            free(pair->path);
            pair->path = NULL;
            continue;
        }
        fail_errno(tree, pair->path, &err);
        pt_public_drop(tree, pair->owner);
        failed(ctx, pair->owner, &err);
    }
    drop_all(tree);
}

/* ---- removing ---- */

static void remove_empty_above(const struct pt_public *tree, const char *path)
{
    char left[PT_PUBLIC_PATH_MAX];
    char *slash;

    snprintf(left, sizeof(left), "%s", path);
    while ((slash = strrchr(left, '/'))) {
        const char *name;
        int above;
        bool gone;

        *slash = '\0';
        above = open_above(tree, left, false, &name);
        gone = above >= 0 && !unlinkat(above, name, AT_REMOVEDIR);
        if (above >= 0)
            close(above);
        if (!gone)
            return;
    }
}

enum pt_status pt_public_remove(const struct pt_public *tree, const char *path,
                              struct pt_error *err)
{
    const char *name;
    int above = open_above(tree, path, false, &name);
    bool removed = above >= 0 && !unlinkat(above, name, 0);
    int why = errno;

    if (above >= 0)
        close(above);
    errno = why;
    if (!removed)
        return errno == ENOENT ? PT_OK : fail_errno(tree, path, err);
    remove_empty_above(tree, path);
    return PT_OK;
}
