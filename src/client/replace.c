#include "client/replace.h"

#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum pt_status fail(const struct pt_replace *file, const char *why,
                           struct pt_error *err)
{
    return pt_fail(err, PT_CANNOT_WRITE,
                   "see whether it is yours, and its disk not full",
                   "cannot change '%s': %s", file->real, why);
}

static enum pt_status fail_busy(const struct pt_replace *file,
                                struct pt_error *err)
{
    return pt_fail(err, PT_BUSY, "close the program that uses it, and repeat",
                   "'%s' has just been changed by another program", file->real);
}

/* ---- looking ---- */

/* at NULL: that there is none. */
static enum pt_status expect(const struct pt_replace *file,
                             struct pt_slice want, struct pt_error *err)
{
    PT_BUF struct pt_buf now = {0};
    struct pt_error why = {0};
    enum pt_status status = pt_file_read(file->real, &now, &why);

    if (status == PT_NO_MEMORY)
        return pt_fail_memory(err);
    if (status == PT_NOTHING)
        return want.at ? fail_busy(file, err) : PT_OK;
    if (status != PT_OK)
        return pt_fail(err, PT_CANNOT_WRITE, why.hint, "%s", why.text);
    if (!want.at || now.len != want.len ||
        (now.len && memcmp(now.at, want.at, now.len)))
        return fail_busy(file, err);
    return PT_OK;
}

/* Who has taken the right to write from himself did so on purpose. */
static enum pt_status check(const struct pt_replace *file, struct pt_error *err)
{
    struct stat st;

    if (lstat(file->real, &st)) {
        if (errno != ENOENT)
            return fail(file, strerror(errno), err);
    } else if (S_ISLNK(st.st_mode)) {
        return fail(file, "it is a link that cannot be followed", err);
    } else if (!S_ISREG(st.st_mode)) {
        return fail(file, "it is not a file", err);
    } else if (!(st.st_mode & S_IWUSR) || access(file->real, W_OK)) {
        return fail(file, "it is read-only", err);
    }
    return expect(file, file->from, err);
}

/* ---- one file ---- */

/* What lies there under our name is left of a run that was killed. */
static enum pt_status stage(const struct pt_replace *file, struct pt_error *err)
{
    if (!file->to.at)
        return PT_OK;
    if (unlink(file->temp) && errno != ENOENT)
        return fail(file, strerror(errno), err);
    return pt_file_stage(file->temp, file->real, file->to.at, file->to.len,
                         err);
}

static enum pt_status place(const struct pt_replace *file, struct pt_error *err)
{
    enum pt_status status = expect(file, file->from, err);

    if (status != PT_OK)
        return status;
    if (file->to.at ? rename(file->temp, file->real) : unlink(file->real))
        return fail(file, strerror(errno), err);
    return PT_OK;
}

/* ---- all of them ---- */

static bool are_together(const char *a, const char *b)
{
    size_t len = (size_t)(strrchr(a, '/') + 1 - a);

    return !strncmp(a, b, len) && !strchr(b + len, '/');
}

/* Each folder is synced once, for the last of its files. */
static bool is_last_there(const struct pt_replace *files, size_t count,
                          size_t at)
{
    for (size_t i = at + 1; i < count; i++)
        if (are_together(files[at].real, files[i].real))
            return false;
    return true;
}

static enum pt_status settle(const struct pt_replace *files, size_t count,
                             struct pt_error *err)
{
    enum pt_status status = PT_OK;

    for (size_t i = 0; i < count && status == PT_OK; i++)
        status = is_last_there(files, count, i) &&
                         !pt_dir_sync_above(files[i].real)
                     ? fail(&files[i], strerror(errno), err)
                     : expect(&files[i], files[i].to, err);
    return status;
}

static struct pt_replace turn(const struct pt_replace *file)
{
    struct pt_replace turned = *file;

    turned.from = file->to;
    turned.to = file->from;
    return turned;
}

/* One that fails does not keep the others from being put back. */
enum pt_status pt_replace_back(const struct pt_replace *files, size_t count,
                               struct pt_error *err)
{
    enum pt_status worst = PT_OK;

    for (size_t i = count; i-- > 0;) {
        struct pt_replace back = turn(&files[i]);
        enum pt_status status = stage(&back, err);

        if (status == PT_OK)
            status = place(&back, err);
        if (status == PT_OK)
            status = settle(&back, 1, err);
        else
            unlink(back.temp);
        if (status != PT_OK)
            worst = status;
    }
    return worst;
}

enum pt_status pt_replace_all(const struct pt_replace *files, size_t count,
                              bool *ret_is_torn, struct pt_error *err)
{
    enum pt_status status = PT_OK;
    size_t placed = 0;

    *ret_is_torn = false;
    for (size_t i = 0; i < count && status == PT_OK; i++)
        status = check(&files[i], err);
    for (size_t i = 0; i < count && status == PT_OK; i++)
        status = stage(&files[i], err);
    while (placed < count && status == PT_OK) {
        status = place(&files[placed], err);
        placed += status == PT_OK;
    }
    if (status == PT_OK)
        status = settle(files, count, err);
    if (status == PT_OK)
        return PT_OK;
    for (size_t i = placed; i < count; i++)
        unlink(files[i].temp);
    *ret_is_torn = pt_replace_back(files, placed, NULL) != PT_OK;
    return status;
}
