#include "client/change.h"

#include "base/file.h"
#include "client/folders.h"
#include "client/put_back.h"
#include "client/recover.h"
#include "format/manifest.h"

#include <unistd.h>

enum { RUNS_KEPT = 10 };

struct pt_change_run {
    struct pt_arena *arena;
    const char *undo; /* the folder of all runs' folders */
    int lock;
    struct pt_undo_folder folder; /* its own; .path NULL: nothing to keep */
    size_t copies;                /* in it */
    struct pt_strings notes;
    bool is_rehearsal;
    struct pt_rehearsal recovered; /* in a rehearsal: what would have been */
};

/* ---- one client's files ---- */

static enum pt_status hint_torn(struct pt_error *err, enum pt_status status)
{
    struct pt_error why = err ? *err : (struct pt_error){0};

    return pt_fail(err, status, "what is half done now is put back next time",
                   "%s", why.text);
}

/* Done and said are the same step, so that what cannot be said is taken back
 * too. */
static enum pt_status replace(const struct pt_undo_folder *folder,
                              struct pt_entry *entry,
                              const struct pt_put_back *plan, bool *ret_is_torn,
                              struct pt_error *err)
{
    enum pt_status status =
        pt_replace_all(plan->files, plan->count, ret_is_torn, err);

    if (status != PT_OK)
        return status;
    if (entry->state == PT_ENTRY_UNDONE)
        pt_folders_remove(&entry->folders);
    status = pt_undo_folder_publish(folder, err);
    if (status == PT_OK)
        return status;
    if (entry->state == PT_ENTRY_UNDONE)
        (void)pt_folders_make(&entry->folders, NULL);
    *ret_is_torn = pt_replace_back(plan->files, plan->count, NULL) != PT_OK;
    return status;
}

/* Replace them, and let the journal say what became of the entry: begun, as
 * long as a death would leave it half done. */
static enum pt_status carry_out(const struct pt_undo_folder *folder,
                                struct pt_entry *entry,
                                const struct pt_put_back *plan,
                                enum pt_entry_state end, struct pt_error *err)
{
    bool is_torn = false;
    enum pt_status status;

    entry->state = PT_ENTRY_BEGUN;
    status = pt_undo_folder_save(folder, err);
    entry->state = end;
    if (status == PT_OK && end == PT_ENTRY_DONE)
        status = pt_folders_make(&entry->folders, err);
    if (status == PT_OK)
        status = pt_undo_folder_prepare(folder, err);
    if (status == PT_OK)
        status = replace(folder, entry, plan, &is_torn, err);
    if (status != PT_OK && end == PT_ENTRY_DONE)
        pt_folders_remove(&entry->folders);
    if (is_torn) {
        entry->state = PT_ENTRY_BEGUN;
        return hint_torn(err, status);
    }
    return status;
}

/* ---- from begin to end ---- */

static enum pt_status lock(const struct pt_place *place,
                           struct pt_change_run *run, struct pt_error *err)
{
    const char *path =
        pt_arena_printf(run->arena, "%s/portolan/update.lock", place->state);
    enum pt_status status;

    if (!path)
        return pt_fail_memory(err);
    if (run->is_rehearsal)
        return pt_file_lock_to_read(path, &run->lock, err);
    status = pt_make_dirs(run->undo, err);
    return status == PT_OK ? pt_file_lock(path, &run->lock, err) : status;
}

static enum pt_status begin(struct pt_arena *arena,
                            const struct pt_place *place, bool is_rehearsal,
                            struct pt_change_run **ret_run,
                            struct pt_error *err)
{
    struct pt_change_run *run = pt_arena_alloc(arena, sizeof(*run));
    enum pt_status status;

    if (!run)
        return pt_fail_memory(err);
    run->arena = arena;
    run->is_rehearsal = is_rehearsal;
    run->undo = pt_arena_printf(arena, "%s/portolan/undo", place->state);
    if (!run->undo)
        return pt_fail_memory(err);
    status = lock(place, run, err);
    if (status != PT_OK)
        return status;
    status = pt_recover(arena, run->undo,
                        is_rehearsal ? &run->recovered : NULL, &run->notes,
                        err);
    if (status == PT_OK)
        *ret_run = run;
    else if (run->lock >= 0)
        close(run->lock);
    return status;
}

enum pt_status pt_change_begin(struct pt_arena *arena,
                               const struct pt_place *place,
                               struct pt_change_run **ret_run,
                               struct pt_error *err)
{
    return begin(arena, place, false, ret_run, err);
}

enum pt_status pt_change_rehearse(struct pt_arena *arena,
                                  const struct pt_place *place,
                                  struct pt_change_run **ret_run,
                                  struct pt_error *err)
{
    return begin(arena, place, true, ret_run, err);
}

/* Without memory or rights, the old ones stay a little longer. */
static void forget_old(const struct pt_change_run *run)
{
    unsigned *runs;
    size_t count;

    if (pt_undo_folders(run->arena, run->undo, &runs, &count, NULL) != PT_OK)
        return;
    for (size_t i = 0; i + RUNS_KEPT < count; i++) {
        struct pt_undo_folder folder;
        enum pt_status status =
            pt_undo_folder_load(run->arena, run->undo, runs[i], &folder, NULL);

        if (status != PT_NO_MEMORY &&
            !pt_undo_folder_has(&folder, PT_ENTRY_BEGUN))
            pt_undo_folder_remove(&folder);
    }
}

void pt_change_end(struct pt_change_run *run)
{
    if (!run)
        return;
    if (run->folder.path) {
        (void)pt_dir_sync(run->folder.path);
        forget_old(run);
    }
    if (run->lock >= 0)
        close(run->lock);
}

const struct pt_strings *pt_change_notes(const struct pt_change_run *run)
{
    return &run->notes;
}

/* ---- changing ---- */

static enum pt_status make_folder(struct pt_change_run *run,
                                  struct pt_error *err)
{
    struct pt_undo_folder folder;
    unsigned *runs;
    size_t count;
    enum pt_status status =
        pt_undo_folders(run->arena, run->undo, &runs, &count, err);

    if (status == PT_OK)
        status =
            pt_undo_folder_make(run->arena, run->undo,
                                count ? runs[count - 1] + 1 : 1, &folder, err);
    if (status == PT_OK)
        run->folder = folder;
    return status;
}

static const char *digest_of(struct pt_arena *arena, const struct pt_buf *buf)
{
    char digest[PT_SHA256_CHARS];

    return pt_sha256(pt_slice(buf->at, buf->len), digest)
               ? pt_arena_strdup(arena, digest)
               : NULL;
}

static enum pt_status describe(struct pt_change_run *run,
                               const struct pt_change *change,
                               struct pt_entry_file *file,
                               struct pt_replace *replace, struct pt_error *err)
{
    file->path = pt_path_real(run->arena, change->path);
    file->copy = pt_arena_printf(run->arena, "%zu", run->copies++);
    file->after = digest_of(run->arena, change->after);
    if (!change->is_new)
        file->before = digest_of(run->arena, change->before);
    if (!file->path || !file->copy || !file->after ||
        (!change->is_new && !file->before))
        return pt_fail_memory(err);
    replace->real = file->path;
    replace->temp = pt_put_back_temp(&run->folder, file);
    if (!change->is_new)
        replace->from =
            pt_slice(pt_buf_text(change->before), change->before->len);
    replace->to = pt_slice(pt_buf_text(change->after), change->after->len);
    return replace->temp ? PT_OK : pt_fail_memory(err);
}

/* What was there must outlive a crash; how we left it only shows what somebody
 * else has changed since then. */
static enum pt_status copy(const struct pt_undo_folder *folder,
                           const struct pt_entry_file *file,
                           const struct pt_replace *replace,
                           struct pt_error *err)
{
    const char *before = pt_undo_folder_copy(folder, file, false);
    const char *after = pt_undo_folder_copy(folder, file, true);
    enum pt_status status = PT_OK;

    if (!before || !after)
        return pt_fail_memory(err);
    if (replace->from.at)
        status = pt_file_stage(before, before, replace->from.at,
                               replace->from.len, err);
    return status == PT_OK
               ? pt_file_make(after, replace->to.at, replace->to.len, err)
               : status;
}

static enum pt_status enter(struct pt_change_run *run,
                            const struct pt_change *changes,
                            struct pt_entry *entry, struct pt_put_back *plan,
                            struct pt_error *err)
{
    enum pt_status status = PT_OK;

    for (size_t i = 0; i < entry->file_count && status == PT_OK; i++) {
        struct pt_replace *replace = &plan->files[i];

        status = describe(run, &changes[i], &entry->files[i], replace, err);
        if (status == PT_OK && changes[i].is_new &&
            !pt_folders_add_missing(run->arena, entry->files[i].path,
                                    &entry->folders))
            status = pt_fail_memory(err);
        if (status == PT_OK)
            status = copy(&run->folder, &entry->files[i], replace, err);
    }
    return status;
}

static struct pt_entry *add_entry(struct pt_change_run *run, const char *client,
                                  const char *where, size_t count)
{
    struct pt_journal *journal = &run->folder.journal;
    struct pt_entry *entries = pt_arena_grow(run->arena, journal->entries,
                                             journal->count, sizeof(*entries));
    struct pt_entry *entry;

    if (!entries)
        return NULL;
    journal->entries = entries;
    entry = &entries[journal->count++];
    *entry = (struct pt_entry){
        .state = PT_ENTRY_UNDONE, /* nothing of it is done yet */
        .client = pt_arena_strdup(run->arena, client),
        .where = pt_arena_strdup(run->arena, where),
        .files = pt_arena_alloc(run->arena, count * sizeof(*entry->files)),
        .file_count = count,
    };
    return entry;
}

static void remove_copy(const struct pt_undo_folder *folder,
                        const struct pt_entry_file *file, bool is_new)
{
    const char *path = pt_undo_folder_copy(folder, file, is_new);

    if (path)
        unlink(path);
}

/* Nothing came of the last entry: neither is there anything to be undone.
 * Where the disk has no room to say so, the next run finds nothing amiss. */
static void drop_entry(struct pt_change_run *run)
{
    struct pt_undo_folder *folder = &run->folder;
    const struct pt_entry *entry =
        &folder->journal.entries[--folder->journal.count];

    if (!folder->journal.count) {
        pt_undo_folder_remove(folder);
        *folder = (struct pt_undo_folder){0};
    } else if (pt_undo_folder_save(folder, NULL) == PT_OK) {
        for (size_t i = 0; i < entry->file_count; i++) {
            remove_copy(folder, &entry->files[i], false);
            remove_copy(folder, &entry->files[i], true);
        }
    }
}

enum pt_status pt_change_files(struct pt_change_run *run, const char *client,
                               const char *where,
                               const struct pt_change *changes, size_t count,
                               struct pt_error *err)
{
    struct pt_put_back plan = {
        .files = pt_arena_alloc(run->arena, count * sizeof(*plan.files)),
        .count = count};
    enum pt_status status = PT_OK;
    struct pt_entry *entry;

    if (count && !run->folder.path)
        status = make_folder(run, err);
    if (status != PT_OK || !count)
        return status;
    entry = add_entry(run, client, where, count);
    if (pt_arena_failed(run->arena))
        status = pt_fail_memory(err);
    if (status == PT_OK)
        status = enter(run, changes, entry, &plan, err);
    if (status == PT_OK)
        status = carry_out(&run->folder, entry, &plan, PT_ENTRY_DONE, err);
    if (status != PT_OK && entry && entry->state != PT_ENTRY_BEGUN)
        drop_entry(run);
    return status;
}

/* ---- undoing ---- */

static enum pt_status undo_entry(const struct pt_undo_folder *folder,
                                 struct pt_entry *entry,
                                 struct pt_rehearsal *rehearsal,
                                 struct pt_undone *undone, struct pt_error *err)
{
    struct pt_put_back plan;
    enum pt_status status =
        pt_put_back_plan(folder, entry, rehearsal, &plan, err);

    if (status != PT_OK)
        return status;
    undone->client = entry->client;
    undone->where = entry->where;
    undone->diff = plan.diff;
    for (size_t i = 0; i < entry->file_count; i++)
        if (!pt_strings_add(folder->arena, &undone->paths,
                            entry->files[i].path))
            return pt_fail_memory(err);
    if (plan.diff)
        return PT_OK;
    if (rehearsal)
        return pt_rehearse(folder->arena, rehearsal, &plan)
                   ? PT_OK
                   : pt_fail_memory(err);
    status = carry_out(folder, entry, &plan, PT_ENTRY_UNDONE, err);
    if (status != PT_OK && entry->state != PT_ENTRY_BEGUN) {
        entry->state = PT_ENTRY_DONE;
        (void)pt_undo_folder_save(folder, NULL); /* else it is undone later */
    }
    return status;
}

/* The last first, as each may have begun where the one before it ended. */
static enum pt_status undo_folder(const struct pt_undo_folder *folder,
                                  struct pt_rehearsal *rehearsal,
                                  struct pt_undone **ret_undone,
                                  size_t *ret_count, struct pt_error *err)
{
    const struct pt_journal *journal = &folder->journal;
    struct pt_undone *undone =
        pt_arena_alloc(folder->arena, journal->count * sizeof(*undone));
    enum pt_status status = undone ? PT_OK : pt_fail_memory(err);
    size_t count = 0;

    for (size_t i = journal->count; i-- > 0 && status == PT_OK;)
        if (journal->entries[i].state == PT_ENTRY_DONE)
            status = undo_entry(folder, &journal->entries[i], rehearsal,
                                &undone[count++], err);
    if (status == PT_OK && !rehearsal &&
        !pt_undo_folder_has(folder, PT_ENTRY_DONE))
        pt_undo_folder_remove(folder);
    if (status != PT_OK)
        return status;
    *ret_undone = undone;
    *ret_count = count;
    return PT_OK;
}

enum pt_status pt_change_undo(struct pt_change_run *run, bool dry_run,
                              struct pt_undone **ret_undone, size_t *ret_count,
                              struct pt_error *err)
{
    struct pt_rehearsal rehearsal = run->recovered;
    unsigned *runs = NULL;
    size_t count = 0;
    enum pt_status status =
        pt_undo_folders(run->arena, run->undo, &runs, &count, err);

    run->folder = (struct pt_undo_folder){0};
    for (size_t i = count; i-- > 0 && status == PT_OK;) {
        struct pt_undo_folder folder;

        status =
            pt_undo_folder_load(run->arena, run->undo, runs[i], &folder, err);
        if (status == PT_NOTHING) /* it had no time to change anything */
            status = PT_OK;
        if (status == PT_OK && pt_undo_folder_has(&folder, PT_ENTRY_DONE))
            return undo_folder(&folder,
                               dry_run || run->is_rehearsal ? &rehearsal
                                                            : NULL,
                               ret_undone, ret_count, err);
    }
    if (status != PT_OK)
        return status;
    return pt_fail(err, PT_NOTHING, NULL,
                   "portolan has changed nothing that could be undone");
}
