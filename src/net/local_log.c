/* local_log.c - the last lines of interest of the newest session's logs.
 *
 * Each file is read from its end in chunks.  A line that began in an earlier
 * chunk is carried along: what is known of it stands behind the next chunk.
 */
#include "net/local.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 128 * 1024, FILES_MAX = 64, ENTRIES_MAX = 64 * 1024 };

struct scan {
    const struct pt_strings *needles;
    const char *within;
    DIR *dir;
    char newest[NAME_MAX + 1];
    char name[NAME_MAX + 1]; /* the file that is being read */
    struct pt_buf found;     /* lines, newest first, one after the other */
    size_t lengths[PT_LOG_MATCHES];
    size_t count;
    off_t left; /* bytes that may still be read */
    char *at;   /* CHUNK + PT_LOG_LINE: a chunk, and the line carried along */
    size_t carried;
};

/* ---- which files ---- */

/* How much of the name its session is told by; 0: it is no such log. */
static size_t session_length(const struct scan *s, const char *name)
{
    const char *at = strstr(name, s->within);

    return at ? (size_t)(at - name) + strlen(s->within) : 0;
}

static bool is_candidate(const struct scan *s, const char *name)
{
    size_t len = session_length(s, name);

    if (!len || strlen(name) > NAME_MAX)
        return false;
    if (!*s->newest)
        return true;
    return len == session_length(s, s->newest) &&
           !memcmp(name, s->newest, len) && strcmp(name, s->name) < 0;
}

/* Go to the newest file of all; then to the one before it in its session. */
static bool next_file(struct scan *s)
{
    char best[NAME_MAX + 1] = "";
    const struct dirent *entry;

    rewinddir(s->dir);
    for (int i = 0; i < ENTRIES_MAX && (entry = readdir(s->dir)); i++)
        if (is_candidate(s, entry->d_name) && strcmp(entry->d_name, best) > 0)
            memcpy(best, entry->d_name, strlen(entry->d_name) + 1);
    if (!*best)
        return false;
    if (!*s->newest)
        memcpy(s->newest, best, sizeof(best));
    memcpy(s->name, best, sizeof(best));
    return true;
}

/* ---- lines ---- */

static bool has_needle(const struct scan *s, const char *at, size_t len)
{
    for (size_t i = 0; i < s->needles->count; i++)
        if (memmem(at, len, s->needles->at[i], strlen(s->needles->at[i])))
            return true;
    return false;
}

static void take_line(struct scan *s, const char *at, size_t len)
{
    if (len > PT_LOG_LINE)
        len = PT_LOG_LINE;
    if (s->count == PT_LOG_MATCHES || !has_needle(s, at, len))
        return;
    pt_buf_add(&s->found, at, len);
    if (!pt_buf_failed(&s->found))
        s->lengths[s->count++] = len;
}

/* The last newline of the bytes, or NULL.  (memrchr() is Linux's alone.) */
static const char *last_newline(const char *at, size_t len)
{
    while (len && at[len - 1] != '\n')
        len--;
    return len ? at + len - 1 : NULL;
}

/* The lines of s->at, last first.  The first of them began earlier, unless
 * this is where the file begins: it is carried along. */
static void take_lines(struct scan *s, size_t len, bool at_start)
{
    const char *end = s->at + len;
    const char *newline;

    while ((newline = last_newline(s->at, (size_t)(end - s->at)))) {
        take_line(s, newline + 1, (size_t)(end - newline - 1));
        end = newline;
    }
    len = (size_t)(end - s->at);
    if (at_start)
        take_line(s, s->at, len);
    s->carried = len > PT_LOG_LINE ? PT_LOG_LINE : len;
}

/* Most chunks hold nothing of interest, and need not be cut into lines. */
static void skip_lines(struct scan *s, size_t len)
{
    const char *newline = memchr(s->at, '\n', len);

    if (newline)
        len = (size_t)(newline - s->at);
    s->carried = len > PT_LOG_LINE ? PT_LOG_LINE : len;
}

static bool read_at(int fd, char *to, size_t len, off_t from)
{
    while (len) {
        ssize_t n = pread(fd, to, len, from);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        to += n;
        from += n;
        len -= (size_t)n;
    }
    return true;
}

static void scan_file(struct scan *s, int fd, off_t size)
{
    s->carried = 0;
    while (size > 0 && s->left > 0 && s->count < PT_LOG_MATCHES) {
        size_t n = size < CHUNK ? (size_t)size : CHUNK;

        size -= (off_t)n;
        s->left -= (off_t)n;
        memmove(s->at + n, s->at, s->carried);
        if (!read_at(fd, s->at, n, size))
            return;
        n += s->carried;
        if (has_needle(s, s->at, n))
            take_lines(s, n, size == 0);
        else
            skip_lines(s, n);
    }
}

/* ---- the answer ---- */

static void put_found(const struct scan *s, struct pt_reply *reply)
{
    size_t end = s->found.len;

    pt_buf_printf(&reply->body, "# %s\n", s->newest);
    for (size_t i = s->count; i-- > 0;) {
        end -= s->lengths[i];
        pt_buf_add(&reply->body, s->found.at + end, s->lengths[i]);
        pt_buf_putc(&reply->body, '\n');
    }
    reply->body.oom |= s->found.oom;
    reply->status = PT_ANSWER_OK;
}

/* Files of the session that cannot be read are passed over, the newest not:
 * without it nothing is known. */
static void scan_session(struct scan *s, struct pt_reply *reply)
{
    bool failed = false;

    for (int i = 0; i < FILES_MAX && !failed && next_file(s); i++) {
        struct pt_reply trouble = {0};
        off_t size;
        int fd = pt_open_regular(dirfd(s->dir), s->name, &size, &trouble);

        if (fd >= 0) {
            scan_file(s, fd, size);
            close(fd);
        } else if (i == 0) {
            pt_reply_fail(reply, "%s: %s", s->name, trouble.why);
            failed = true;
        }
    }
    if (!*s->newest)
        pt_reply_absent(reply);
    else if (!failed)
        put_found(s, reply);
}

static DIR *open_directory(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);

    if (fd >= 0 && !dir)
        close(fd);
    return dir;
}

void pt_local_log(const struct pt_ask *ask, struct pt_reply *reply)
{
    struct scan *s = calloc(1, sizeof(*s));

    if (!s) {
        reply->body.oom = true;
        return;
    }
    s->needles = &ask->needles;
    s->within = ask->within ? ask->within : "";
    s->left = PT_LOG_SCANNED;
    s->at = malloc(CHUNK + PT_LOG_LINE);
    s->dir = open_directory(ask->what);
    if (!s->at)
        reply->body.oom = true;
    else if (!s->dir)
        pt_reply_errno(reply);
    else
        scan_session(s, reply);
    if (s->dir)
        closedir(s->dir);
    pt_buf_free(&s->found);
    free(s->at);
    free(s);
}
