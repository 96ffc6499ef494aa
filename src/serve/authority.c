#include "serve/authority.h"

#include "base/file.h"
#include "format/manifest.h"
#include "model/domain.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    PEM_MAX = 64 * 1024,
    RENEW_DAYS = 30,
    BRIDGE_DAYS = PT_X509_DAYS_MAX - 5, /* not everybody counts days alike */
    TITLE_CHARS = 32,
};

static const char start_over[] =
    "see whether the clock is right and the files are as they were; else move "
    "that folder away, and a new authority is made, which every device has to "
    "be given anew";

/* Where it is, and who opens it. */
struct opening {
    struct pt_arena *arena;
    const char *dir;
    const char *fresh; /* where a new one is put together */
    const struct pt_strings *names;
    int64_t now;
    struct pt_identity root;
};

static void close_opening(struct opening *o)
{
    pt_identity_free(&o->root);
}

#define WITH(free) __attribute__((cleanup(free)))

static void unlock(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static struct pt_slice slice_of(const struct pt_buf *buf)
{
    return pt_slice(buf->at, buf->len);
}

/* ---- reading ---- */

static const char *path_of(const struct opening *o, const char *name)
{
    return pt_arena_printf(o->arena, "%s/%s", o->dir, name);
}

/* PT_NOTHING: it is not there. */
static enum pt_status check_mode(const char *path, mode_t forbidden,
                                 const char *what, struct pt_error *err)
{
    struct stat st;

    if (stat(path, &st))
        return errno == ENOENT
                   ? PT_NOTHING
                   : pt_fail(err, PT_BAD_INPUT, start_over,
                             "cannot read '%s': %s", path, strerror(errno));
    if (!(st.st_mode & forbidden))
        return PT_OK;
    return pt_fail(err, PT_BAD_INPUT,
                   "if nobody else did so, chmod go= it; else move its folder "
                   "away, and a new authority is made, which every device has "
                   "to be given anew",
                   "others than its owner may %s '%s'", what, path);
}

static enum pt_status read_file(const char *path, struct pt_buf *out,
                                struct pt_error *err)
{
    struct pt_error why = {0};
    enum pt_status status;

    out->max = PEM_MAX;
    status = pt_file_read(path, out, &why);
    if (status == PT_OK)
        return PT_OK;
    if (status == PT_NO_MEMORY)
        return pt_fail_memory(err);
    return pt_fail(err, PT_BAD_INPUT, start_over, "%s", why.text);
}

static enum pt_status check_root(const struct opening *o, const char *pem,
                                 const char *key, struct pt_error *err)
{
    struct pt_error why = {0};
    enum pt_status status =
        pt_x509_check_pair(pem, slice_of(&o->root.certificate), key,
                           slice_of(&o->root.key), o->now, &why);

    if (status == PT_BAD_INPUT)
        return pt_fail(err, status, start_over, "%s", why.text);
    return status == PT_OK ? PT_OK : pt_fail_memory(err);
}

/* PT_NOTHING: there is neither its certificate nor its key. */
static enum pt_status read_root(struct opening *o, struct pt_error *err)
{
    const char *pem = path_of(o, "root.pem");
    const char *key = path_of(o, "root.key");
    enum pt_status status;

    if (!pem || !key)
        return pt_fail_memory(err);
    if (access(pem, F_OK) && errno == ENOENT && access(key, F_OK) &&
        errno == ENOENT)
        return PT_NOTHING;
    status = check_mode(o->dir, S_IWGRP | S_IWOTH, "write in", err);
    if (status == PT_OK)
        status = check_mode(key, S_IRWXG | S_IRWXO, "use", err);
    if (status == PT_OK || status == PT_NOTHING)
        status = read_file(pem, &o->root.certificate, err);
    if (status == PT_OK)
        status = read_file(key, &o->root.key, err);
    return status == PT_OK ? check_root(o, pem, key, err) : status;
}

/* ---- making ---- */

/* Of the machine's name what comes before the first dot. */
static const char *title_of(const struct opening *o)
{
    char machine[TITLE_CHARS] = "portolan";
    char day[16] = "";
    time_t when = (time_t)o->now;
    struct tm tm = {0};

    for (size_t i = 0; i < o->names->count; i++) {
        const char *name = o->names->at[i];

        if (pt_is_ip_address(name) || pt_is_this_machine(name))
            continue;
        pt_make_printable(pt_slice(name, strcspn(name, ".")), machine,
                          sizeof(machine));
        break;
    }
    gmtime_r(&when, &tm);
    strftime(day, sizeof(day), "%Y-%m-%d", &tm);
    return pt_arena_printf(o->arena, "%s mail authority, made %s", machine,
                           day);
}

static enum pt_status write_pair(const char *pem, const char *key,
                                 const struct pt_identity *id,
                                 struct pt_error *err)
{
    enum pt_status status = pt_file_write(key, id->key.at, id->key.len, err);

    return status == PT_OK ? pt_file_write(pem, id->certificate.at,
                                           id->certificate.len, err)
                           : status;
}

static enum pt_status fail_move(const struct opening *o, struct pt_error *err)
{
    return pt_fail(err, PT_CANNOT_WRITE,
                   "move away what is there without 'root.pem'",
                   "cannot make the folder '%s': %s", o->dir, strerror(errno));
}

/* Killed at any moment, there is all of it or nothing: a folder that is ready
 * is given its name. */
static enum pt_status put_root(struct opening *o, struct pt_error *err)
{
    const char *pem = pt_arena_printf(o->arena, "%s/root.pem", o->fresh);
    const char *key = pt_arena_printf(o->arena, "%s/root.key", o->fresh);
    enum pt_status status;

    if (!pem || !key)
        return pt_fail_memory(err);
    status = pt_make_dirs(o->fresh, err);
    if (status == PT_OK)
        status = write_pair(pem, key, &o->root, err);
    if (status == PT_OK && rename(o->fresh, o->dir))
        status = fail_move(o, err);
    if (status == PT_OK) {
        (void)pt_dir_sync_above(o->dir);
        return PT_OK;
    }
    unlink(pem);
    unlink(key);
    rmdir(o->fresh);
    return status;
}

static enum pt_status make_root(struct opening *o, struct pt_error *err)
{
    const char *title = title_of(o);
    enum pt_status status =
        title ? pt_x509_make_root(title, o->now, &o->root, err)
              : pt_fail_memory(err);

    return status == PT_OK ? put_root(o, err) : status;
}

/* ---- the server's own ---- */

/* False: there is none that is good for these names, and for a while. */
static bool read_leaf(const struct opening *o, const char *pem, const char *key,
                      struct pt_identity *ret_leaf)
{
    PT_IDENTITY struct pt_identity leaf = {0};

    if (check_mode(key, S_IRWXG | S_IRWXO, "use", NULL) != PT_OK ||
        read_file(pem, &leaf.certificate, NULL) != PT_OK ||
        read_file(key, &leaf.key, NULL) != PT_OK ||
        !pt_x509_is_leaf(&o->root, &leaf, o->names, o->now, RENEW_DAYS))
        return false;
    *ret_leaf = leaf;
    leaf = (struct pt_identity){0};
    return true;
}

static enum pt_status open_leaf(const struct opening *o,
                                struct pt_identity *ret_leaf,
                                struct pt_error *err)
{
    const struct pt_leaf_wish wish = {.names = o->names, .days = PT_X509_DAYS};
    PT_IDENTITY struct pt_identity leaf = {0};
    const char *pem = path_of(o, "leaf.pem");
    const char *key = path_of(o, "leaf.key");
    enum pt_status status;

    if (!pem || !key)
        return pt_fail_memory(err);
    if (read_leaf(o, pem, key, ret_leaf))
        return PT_OK;
    status = pt_x509_make_leaf(&o->root, &wish, o->now, &leaf, err);
    if (status == PT_OK)
        status = write_pair(pem, key, &leaf, err);
    if (status != PT_OK)
        return status;
    *ret_leaf = leaf;
    leaf = (struct pt_identity){0};
    return PT_OK;
}

/* ---- the whole ---- */

static enum pt_status lock(struct opening *o, const struct pt_place *place,
                           int *ret_fd, struct pt_error *err)
{
    const char *state = pt_arena_printf(o->arena, "%s/portolan", place->state);
    const char *path = pt_arena_printf(o->arena, "%s/authority.lock", state);
    enum pt_status status;

    o->dir = pt_arena_printf(o->arena, "%s/authority", state);
    o->fresh = pt_arena_printf(o->arena, "%s/authority.new", state);
    if (pt_arena_failed(o->arena))
        return pt_fail_memory(err);
    status = pt_make_dirs(state, err);
    return status == PT_OK ? pt_file_lock(path, ret_fd, err) : status;
}

static enum pt_status open_root(struct opening *o, struct pt_error *err)
{
    enum pt_status status = read_root(o, err);

    return status == PT_NOTHING ? make_root(o, err) : status;
}

static enum pt_status open_all(struct opening *o,
                               struct pt_authority *ret_authority,
                               struct pt_error *err)
{
    struct pt_authority made = {0};
    enum pt_status status = open_root(o, err);

    if (status != PT_OK)
        return status;
    made.root_der = pt_x509_der(o->arena, slice_of(&o->root.certificate));
    if (!made.root_der.len || !pt_sha256(made.root_der, made.fingerprint))
        return pt_fail_memory(err);
    status = open_leaf(o, &made.leaf, err);
    if (status == PT_OK)
        *ret_authority = made;
    return status;
}

enum pt_status pt_authority_open(struct pt_arena *arena,
                                 const struct pt_place *place,
                                 const struct pt_strings *names, int64_t now,
                                 struct pt_authority *ret_authority,
                                 struct pt_error *err)
{
    WITH(close_opening)
    struct opening o = {.arena = arena, .names = names, .now = now};
    WITH(unlock) int fd = -1;
    enum pt_status status = lock(&o, place, &fd, err);

    return status == PT_OK ? open_all(&o, ret_authority, err) : status;
}

/* ---- the bridge's ---- */

static enum pt_status check_absent(const char *path, struct pt_error *err)
{
    struct stat st;

    if (lstat(path, &st))
        return PT_OK;
    return pt_fail(err, PT_CANNOT_WRITE,
                   "name another folder; or remove it, if the bridge is to "
                   "have a new one",
                   "there is a file '%s'", path);
}

static enum pt_status put_for_bridge(const char *pem, const char *key,
                                     const struct pt_identity *leaf,
                                     struct pt_error *err)
{
    enum pt_status status = check_absent(pem, err);

    if (status == PT_OK)
        status = check_absent(key, err);
    if (status == PT_OK)
        status = pt_file_make(key, leaf->key.at, leaf->key.len, err);
    if (status != PT_OK)
        return status;
    status =
        pt_file_make(pem, leaf->certificate.at, leaf->certificate.len, err);
    if (status != PT_OK)
        unlink(key);
    return status;
}

static enum pt_status write_for_bridge(const struct opening *o, const char *dir,
                                       const struct pt_identity *leaf,
                                       struct pt_error *err)
{
    const char *pem = pt_arena_printf(o->arena, "%s/cert.pem", dir);
    const char *key = pt_arena_printf(o->arena, "%s/key.pem", dir);
    enum pt_status status =
        pem && key ? pt_make_dirs(dir, err) : pt_fail_memory(err);

    return status == PT_OK ? put_for_bridge(pem, key, leaf, err) : status;
}

static enum pt_status make_for_bridge(struct opening *o, const char *dir,
                                      struct pt_error *err)
{
    PT_IDENTITY struct pt_identity leaf = {0};
    struct pt_strings all = {0};
    bool is_kept = true;
    enum pt_status status;

    for (size_t i = 0; i < o->names->count; i++)
        is_kept &= pt_strings_add(o->arena, &all, o->names->at[i]);
    if (!is_kept || !pt_strings_add(o->arena, &all, "127.0.0.1") ||
        !pt_strings_add(o->arena, &all, "localhost"))
        return pt_fail_memory(err);
    status = open_root(o, err);
    if (status == PT_OK)
        status = pt_x509_make_leaf(
            &o->root,
            &(struct pt_leaf_wish){.names = &all, .days = BRIDGE_DAYS}, o->now,
            &leaf, err);
    return status == PT_OK ? write_for_bridge(o, dir, &leaf, err) : status;
}

enum pt_status pt_authority_make_for_bridge(struct pt_arena *arena,
                                            const struct pt_place *place,
                                            const struct pt_strings *names,
                                            const char *dir, int64_t now,
                                            struct pt_error *err)
{
    WITH(close_opening)
    struct opening o = {.arena = arena, .names = names, .now = now};
    WITH(unlock) int fd = -1;
    enum pt_status status = lock(&o, place, &fd, err);

    return status == PT_OK ? make_for_bridge(&o, dir, err) : status;
}
