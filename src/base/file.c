#include "base/file.h"

#include "base/attributes.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 16 * 1024 };

/* ---- reading ---- */

static enum pt_status fail_read(const char *path, const char *why,
                                struct pt_error *err)
{
    return pt_fail(err, PT_BAD_INPUT, "name a file you can read",
                   "cannot read '%s': %s", path, why);
}

static enum pt_status read_all(int fd, const char *path, struct pt_buf *out,
                               struct pt_error *err)
{
    char chunk[CHUNK];

    for (;;) {
        ssize_t n = read(fd, chunk, sizeof(chunk));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_read(path, strerror(errno), err);
        if (n == 0)
            return PT_OK;
        pt_buf_add(out, chunk, (size_t)n);
        if (out->oom)
            return pt_fail_memory(err);
        if (out->overflow)
            return fail_read(path, "it is too big", err);
    }
}

/* A named pipe that nobody writes to ends at once, because it is opened
 * without waiting; one that somebody does write to may take its time. */
static enum pt_status read_open(int fd, const char *path, struct pt_buf *out,
                                struct pt_error *err)
{
    struct stat st;

    if (fstat(fd, &st) || fcntl(fd, F_SETFL, 0) < 0)
        return fail_read(path, strerror(errno), err);
    if (S_ISDIR(st.st_mode))
        return fail_read(path, "it is a directory", err);
    if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode))
        return fail_read(path, "it is not a file", err);
    return read_all(fd, path, out, err);
}

enum pt_status pt_file_read(const char *path, struct pt_buf *out,
                            struct pt_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    enum pt_status status;

    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return pt_fail(err, PT_NOTHING, "see whether the name is right",
                       "there is no file '%s'", path);
    if (fd < 0)
        return fail_read(path, strerror(errno), err);
    status = read_open(fd, path, out, err);
    close(fd);
    return status;
}

/* ---- writing ---- */

static enum pt_status fail_write(const char *path, const char *why,
                                 struct pt_error *err)
{
    return pt_fail(err, PT_CANNOT_WRITE,
                   "see whether the directory is there, yours, and not full",
                   "cannot write '%s': %s", path, why);
}

/* The path with its links followed; a last part that is not there yet is
 * kept.  malloc()ed; NULL sets errno. */
static char *real_path(const char *path)
{
    char *real = realpath(path, NULL);
    struct stat st;

    if (real || errno != ENOENT || !*path)
        return real;
    if (!lstat(path, &st)) /* a link that leads nowhere: do not guess */
        return NULL;
    return strdup(path);
}

/* What comes before the last part of a path, or "." */
static bool parent_of(const char *path, char dir[PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    size_t len = slash && slash > path ? (size_t)(slash - path) : 1;

    if (len >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(dir, slash ? path : ".", len);
    dir[len] = '\0';
    return true;
}

/* A name of its own, because the real one may be as long as names can be. */
static int open_temp(const char *dir, char temp[PATH_MAX])
{
    if (snprintf(temp, PATH_MAX, "%s/.portolan-XXXXXX", dir) >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return mkostemp(temp, O_CLOEXEC);
}

static bool write_all(int fd, const char *at, size_t len)
{
    while (len) {
        ssize_t n = write(fd, at, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

/* A file that is replaced keeps what its owner may do, and nobody else may do
 * anything; where we may, it keeps its owner.
 * EINVAL: an owner that this user name space does not know. */
static bool keep_mode(int fd, const char *real)
{
    struct stat st;

    if (stat(real, &st))
        return errno == ENOENT;
    if (fchown(fd, st.st_uid, st.st_gid) && errno != EPERM && errno != EINVAL)
        return false;
    return !fchmod(fd, st.st_mode & S_IRWXU);
}

/* All that the old file has besides its bytes.  Whoever may not give a file
 * its owner back is told so, instead of being left with another's. */
static bool keep_all(int fd, int old)
{
    struct stat had;
    struct stat has;

    if (fstat(old, &had) || fstat(fd, &has))
        return false;
    if ((had.st_uid != has.st_uid || had.st_gid != has.st_gid) &&
        fchown(fd, had.st_uid, had.st_gid))
        return false;
    return pt_attributes_copy(old, fd) && !fchmod(fd, had.st_mode & 07777);
}

static bool keep_what_is_there(int fd, const char *real)
{
    int old = open(real, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    bool kept;
    int saved;

    if (old < 0)
        return errno == ENOENT;
    kept = keep_all(fd, old);
    saved = errno;
    close(old);
    errno = saved;
    return kept;
}

static bool fill(int fd, bool (*keep)(int fd, const char *real),
                 const char *real, const void *bytes, size_t len)
{
    bool filled = keep(fd, real) && write_all(fd, bytes, len) && !fsync(fd);
    int saved = errno;

    if (close(fd) && filled)
        return false;
    errno = saved;
    return filled;
}

bool pt_dir_sync(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced;
    int saved;

    if (fd < 0)
        return errno == EACCES;
    synced = !fsync(fd) || errno == EINVAL;
    saved = errno;
    close(fd);
    errno = saved;
    return synced;
}

bool pt_dir_sync_above(const char *path)
{
    char dir[PATH_MAX];

    return parent_of(path, dir) && pt_dir_sync(dir);
}

/* False: errno says why, and nothing has changed. */
static bool put(const char *real, const void *bytes, size_t len)
{
    char temp[PATH_MAX];
    char dir[PATH_MAX];
    int fd = parent_of(real, dir) ? open_temp(dir, temp) : -1;
    int saved;

    if (fd < 0)
        return false;
    if (fill(fd, keep_mode, real, bytes, len) && !rename(temp, real)) {
        (void)pt_dir_sync(dir); /* the new file stands all the same */
        return true;
    }
    saved = errno;
    unlink(temp);
    errno = saved;
    return false;
}

enum pt_status pt_file_write(const char *path, const void *bytes, size_t len,
                             struct pt_error *err)
{
    enum pt_status status = PT_OK;
    char *real = real_path(path);
    struct stat st;

    if (!real)
        return errno == ENOMEM ? pt_fail_memory(err)
                               : fail_write(path, strerror(errno), err);
    if (!stat(real, &st) && !S_ISREG(st.st_mode))
        status = fail_write(
            path,
            S_ISDIR(st.st_mode) ? "it is a directory" : "it is not a file",
            err);
    else if (!put(real, bytes, len))
        status = fail_write(path, strerror(errno), err);
    free(real);
    return status;
}

enum pt_status pt_file_stage(const char *temp, const char *real,
                             const void *bytes, size_t len,
                             struct pt_error *err)
{
    int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    enum pt_status status;

    if (fd < 0)
        return fail_write(real, strerror(errno), err);
    if (fill(fd, keep_what_is_there, real, bytes, len))
        return PT_OK;
    status = fail_write(real, strerror(errno), err);
    unlink(temp);
    return status;
}

enum pt_status pt_file_make(const char *path, const void *bytes, size_t len,
                            struct pt_error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    enum pt_status status;
    bool written;

    if (fd < 0)
        return fail_write(path, strerror(errno), err);
    written = write_all(fd, bytes, len);
    status = written ? PT_OK : fail_write(path, strerror(errno), err);
    if (close(fd) && written)
        status = fail_write(path, strerror(errno), err);
    if (status != PT_OK)
        unlink(path);
    return status;
}

/* ---- locks ---- */

static enum pt_status lock(const char *path, int flags, int how, int *ret_fd,
                           struct pt_error *err)
{
    int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);

    while (fd >= 0 && flock(fd, how)) {
        if (errno == EINTR)
            continue;
        close(fd);
        fd = -1;
    }
    if (fd < 0 && errno == EWOULDBLOCK)
        return pt_fail(err, PT_BUSY, NULL, "another has the lock '%s'", path);
    if (fd < 0)
        return pt_fail(err, PT_CANNOT_WRITE,
                       "see whether that folder is yours",
                       "cannot write '%s': %s", path, strerror(errno));
    *ret_fd = fd;
    return PT_OK;
}

enum pt_status pt_file_lock(const char *path, int *ret_fd,
                            struct pt_error *err)
{
    return lock(path, O_RDWR | O_CREAT, LOCK_EX, ret_fd, err);
}

enum pt_status pt_file_try_lock(const char *path, int *ret_fd,
                                struct pt_error *err)
{
    return lock(path, O_RDWR | O_CREAT, LOCK_EX | LOCK_NB, ret_fd, err);
}

enum pt_status pt_file_lock_to_read(const char *path, int *ret_fd,
                                    struct pt_error *err)
{
    struct stat st;

    if (stat(path, &st) && (errno == ENOENT || errno == ENOTDIR)) {
        *ret_fd = -1;
        return PT_OK;
    }
    return lock(path, O_RDONLY, LOCK_SH, ret_fd, err);
}

/* ---- paths ---- */

static const char *drop_last(struct pt_arena *arena, const char *path)
{
    size_t len = (size_t)(strrchr(path, '/') - path);

    return pt_arena_strndup(arena, path, len ? len : 1);
}

/* One more part of a path, or several, that are not there yet: what is not
 * there is no link, so that ".." takes it back. */
static const char *append(struct pt_arena *arena, const char *path,
                          const char *rest)
{
    while (path && *rest) {
        size_t len = strcspn(rest, "/");

        if (len == 2 && !strncmp(rest, "..", len))
            path = drop_last(arena, path);
        else if (len && !(len == 1 && rest[0] == '.'))
            path = pt_arena_printf(arena, "%s%s%.*s", path,
                                   path[1] ? "/" : "", (int)len, rest);
        rest += len + (rest[len] == '/');
    }
    return path;
}

const char *pt_path_real(struct pt_arena *arena, const char *path)
{
    char *begins = pt_arena_strdup(arena, path);
    size_t len = strlen(path);

    while (begins) {
        char *real = realpath(len ? begins : *path == '/' ? "/" : ".", NULL);
        const char *copy = real ? pt_arena_strdup(arena, real) : NULL;

        free(real);
        if (copy)
            return append(arena, copy, path + len);
        if (!len || pt_arena_failed(arena))
            return NULL;
        while (len && begins[len - 1] == '/')
            len--;
        while (len && begins[len - 1] != '/')
            len--;
        begins[len] = '\0';
    }
    return NULL;
}

/* ---- directories ---- */

static enum pt_status fail_dirs(const char *path, const char *why,
                                struct pt_error *err)
{
    return pt_fail(err, PT_CANNOT_WRITE,
                   "name a directory you can make, or one that is there",
                   "cannot make the directory '%s': %s", path, why);
}

static enum pt_status make_dirs(const char *path, mode_t mode,
                                struct pt_error *err)
{
    char part[PATH_MAX];
    size_t len = strlen(path);
    struct stat st;

    if (!len || len >= sizeof(part))
        return fail_dirs(path, strerror(len ? ENAMETOOLONG : ENOENT), err);
    for (size_t i = 1; i <= len; i++) {
        if (path[i] != '/' && path[i])
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, mode) && errno != EEXIST)
            return fail_dirs(path, strerror(errno), err);
    }
    if (stat(path, &st) || !S_ISDIR(st.st_mode))
        return fail_dirs(path, "a file of this name is there", err);
    return PT_OK;
}

enum pt_status pt_make_dirs(const char *path, struct pt_error *err)
{
    return make_dirs(path, 0700, err);
}

enum pt_status pt_make_public_dirs(const char *path, struct pt_error *err)
{
    return make_dirs(path, 0777, err);
}
