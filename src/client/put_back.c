#include "client/put_back.h"

#include "base/diff.h"
#include "base/file.h"
#include "format/manifest.h"

#include <string.h>

enum { TEMP_CHARS = 16, DIFF_MAX = 1024 * 1024 };

struct planning {
    const struct pt_undo_folder *folder;
    const struct pt_rehearsal *rehearsal;
    struct pt_put_back *plan;
    struct pt_buf diff;
    struct pt_error *err;
};

const char *pt_put_back_temp(const struct pt_undo_folder *folder,
                             const struct pt_entry_file *file)
{
    const char *copy = pt_undo_folder_copy(folder, file, false);
    int dir = (int)(strrchr(file->path, '/') - file->path);
    char digest[PT_SHA256_CHARS];

    if (!copy || !pt_sha256(pt_slice_of(copy), digest))
        return NULL;
    return pt_arena_printf(folder->arena, "%.*s/.portolan-%.*s", dir,
                           file->path, TEMP_CHARS, digest);
}

/* ---- reading ---- */

/* .at NULL: there is none. */
static enum pt_status load(const struct planning *p, const char *path,
                           struct pt_slice *ret_bytes)
{
    PT_BUF struct pt_buf bytes = {0};
    struct pt_error why = {0};
    enum pt_status status =
        path ? pt_file_read(path, &bytes, &why) : PT_NO_MEMORY;
    const char *kept = NULL;

    *ret_bytes = (struct pt_slice){0};
    if (status == PT_NOTHING)
        return PT_OK;
    if (status == PT_BAD_INPUT)
        return pt_fail(p->err, PT_CANNOT_WRITE, why.hint, "%s", why.text);
    if (status == PT_OK)
        kept =
            pt_arena_strndup(p->folder->arena, pt_buf_text(&bytes), bytes.len);
    if (!kept)
        return pt_fail_memory(p->err);
    *ret_bytes = pt_slice(kept, bytes.len);
    return PT_OK;
}

static enum pt_status load_file(const struct planning *p, const char *path,
                                struct pt_slice *ret_bytes)
{
    for (size_t i = p->rehearsal ? p->rehearsal->count : 0; i-- > 0;)
        if (pt_is(p->rehearsal->files[i].real, path)) {
            *ret_bytes = p->rehearsal->files[i].to;
            return PT_OK;
        }
    return load(p, path, ret_bytes);
}

/* digest NULL: that there is none. */
static bool is_as(struct pt_slice bytes, const char *digest)
{
    char now[PT_SHA256_CHARS];

    if (!bytes.at || !digest)
        return !bytes.at && !digest;
    return pt_sha256(bytes, now) && pt_is(now, digest);
}

/* ---- each file ---- */

static enum pt_status add_file(struct planning *p,
                               const struct pt_entry_file *file,
                               struct pt_slice now, struct pt_slice before)
{
    const char *temp = pt_put_back_temp(p->folder, file);

    if (!temp)
        return pt_fail_memory(p->err);
    p->plan->files[p->plan->count++] =
        (struct pt_replace){file->path, temp, now, before};
    return PT_OK;
}

/* Shown against what we wrote, as far as that copy can be used; else it is
 * only said. */
static enum pt_status add_strange(struct planning *p,
                                  const struct pt_entry_file *file,
                                  struct pt_slice now)
{
    struct pt_slice after;
    const char *copy = pt_undo_folder_copy(p->folder, file, true);
    enum pt_status status = load(p, copy, &after);

    if (status != PT_OK)
        return status;
    if (!pt_strings_add(p->folder->arena, &p->plan->strange, file->path))
        return pt_fail_memory(p->err);
    if (!is_as(after, file->after) || is_as(now, file->after))
        pt_buf_printf(&p->diff, "the copy of %s is lost\n", file->path);
    else if (!pt_diff(copy, after, now.at ? file->path : "/dev/null", now,
                      &p->diff) &&
             !p->diff.overflow)
        return pt_fail_memory(p->err);
    return PT_OK;
}

static enum pt_status plan_file(struct planning *p,
                                const struct pt_entry_file *file)
{
    struct pt_slice before = {0};
    struct pt_slice now;
    enum pt_status status = load_file(p, file->path, &now);

    if (status != PT_OK || is_as(now, file->before))
        return status;
    if (!is_as(now, file->after))
        return add_strange(p, file, now);
    if (file->before)
        status = load(p, pt_undo_folder_copy(p->folder, file, false), &before);
    if (status != PT_OK)
        return status;
    return is_as(before, file->before) ? add_file(p, file, now, before)
                                       : add_strange(p, file, now);
}

enum pt_status pt_put_back_plan(const struct pt_undo_folder *folder,
                                const struct pt_entry *entry,
                                const struct pt_rehearsal *rehearsal,
                                struct pt_put_back *ret_plan,
                                struct pt_error *err)
{
    struct pt_put_back plan = {
        .files = pt_arena_alloc(folder->arena,
                                entry->file_count * sizeof(*plan.files))};
    struct planning p = {folder, rehearsal, &plan, {.max = DIFF_MAX}, err};
    enum pt_status status = plan.files ? PT_OK : pt_fail_memory(err);

    for (size_t i = 0; i < entry->file_count && status == PT_OK; i++)
        status = plan_file(&p, &entry->files[i]);
    if (status == PT_OK && plan.strange.count) {
        plan.diff = pt_arena_strdup(folder->arena, pt_buf_text(&p.diff));
        if (!plan.diff)
            status = pt_fail_memory(err);
    }
    pt_buf_free(&p.diff);
    if (status == PT_OK)
        *ret_plan = plan;
    return status;
}

/* ---- rehearsals ---- */

bool pt_rehearse(struct pt_arena *arena, struct pt_rehearsal *rehearsal,
                 const struct pt_put_back *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        struct pt_replace *more =
            pt_arena_grow(arena, rehearsal->files, rehearsal->count,
                          sizeof(*more));

        if (!more)
            return false;
        rehearsal->files = more;
        more[rehearsal->count++] = plan->files[i];
    }
    return true;
}
