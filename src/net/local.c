/* local.c - whole files; logs are in local_log.c, directories of settings in
 * local_shelf.c. */
#include "net/local.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 16 * 1024 };

/* Looked at before it is opened, because opening a device may do something;
 * and after, because it may have been exchanged. */
int pt_open_regular(int dir, const char *path, off_t *ret_size,
                    struct pt_reply *reply)
{
    const int flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
    struct stat st;
    int fd;

    if (fstatat(dir, path, &st, 0)) {
        pt_reply_errno(reply);
        return -1;
    }
    fd = S_ISREG(st.st_mode) ? openat(dir, path, flags) : -1;
    if (fd < 0 && S_ISREG(st.st_mode)) {
        pt_reply_errno(reply);
        return -1;
    }
    if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode)) {
        *ret_size = st.st_size;
        return fd;
    }
    if (fd >= 0)
        close(fd);
    pt_reply_fail(reply, "it is not a file");
    return -1;
}

void pt_read_whole(int fd, struct pt_reply *reply)
{
    char chunk[CHUNK];

    reply->status = PT_ANSWER_OK;
    while (!pt_buf_failed(&reply->body)) {
        ssize_t n = read(fd, chunk, sizeof(chunk));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            pt_reply_errno(reply);
        if (n <= 0)
            return;
        pt_buf_add(&reply->body, chunk, (size_t)n);
    }
}

void pt_local_file(const struct pt_ask *ask, struct pt_reply *reply)
{
    off_t size;
    int fd = pt_open_regular(AT_FDCWD, ask->what, &size, reply);

    if (fd < 0)
        return;
    pt_read_whole(fd, reply);
    close(fd);
}

void pt_local_stat(const struct pt_ask *ask, struct pt_reply *reply)
{
    struct stat st;

    if (stat(ask->what, &st))
        pt_reply_errno(reply);
    else
        reply->status = PT_ANSWER_OK;
}
