#include "client/recover.h"

#include "client/folders.h"

#include <unistd.h>

struct recovery {
    struct pt_arena *arena;
    const char *undo;
    struct pt_rehearsal *rehearsal; /* NULL: it is meant */
    struct pt_strings *notes;
};

static enum pt_status note(struct recovery *r, const char *text,
                           struct pt_error *err)
{
    return text && pt_strings_add(r->arena, r->notes, text)
               ? PT_OK
               : pt_fail_memory(err);
}

/* Somebody else has written there since: his bytes are not ours to lose. */
static enum pt_status note_strange(struct recovery *r,
                                   const struct pt_undo_folder *folder,
                                   const struct pt_put_back *plan,
                                   struct pt_error *err)
{
    enum pt_status status = PT_OK;

    for (size_t i = 0; i < plan->strange.count && status == PT_OK; i++)
        status = note(r,
                      pt_arena_printf(
                          r->arena,
                          "'%s' was changed by another program after portolan "
                          "was killed, and is left as it is; what it was "
                          "before is in '%s'",
                          plan->strange.at[i], folder->path),
                      err);
    return status;
}

static enum pt_status note_killed(struct recovery *r,
                                  const struct pt_entry *entry,
                                  struct pt_error *err)
{
    return note(r,
                pt_arena_printf(r->arena,
                                "portolan was killed as it changed %s (%s): "
                                "that %s taken back",
                                entry->client, entry->where,
                                r->rehearsal ? "would be" : "is"),
                err);
}

static enum pt_status take_back(struct recovery *r,
                                const struct pt_entry *entry,
                                const struct pt_put_back *plan,
                                struct pt_error *err)
{
    bool is_torn;
    enum pt_status status;

    if (r->rehearsal)
        return pt_rehearse(r->arena, r->rehearsal, plan) ? PT_OK
                                                         : pt_fail_memory(err);
    status = pt_replace_all(plan->files, plan->count, &is_torn, err);
    if (status == PT_OK)
        pt_folders_remove(&entry->folders);
    return status;
}

static enum pt_status recover_entry(struct recovery *r,
                                    const struct pt_undo_folder *folder,
                                    const struct pt_entry *entry,
                                    bool *ret_is_strange, struct pt_error *err)
{
    struct pt_put_back plan;
    enum pt_status status =
        pt_put_back_plan(folder, entry, r->rehearsal, &plan, err);

    if (status == PT_OK && plan.count)
        status = note_killed(r, entry, err);
    if (status == PT_OK)
        status = take_back(r, entry, &plan, err);
    if (status != PT_OK)
        return status;
    *ret_is_strange |= plan.strange.count != 0;
    return note_strange(r, folder, &plan, err);
}

/* Names beside the files that were not to outlive the run. */
static enum pt_status remove_temps(const struct pt_undo_folder *folder,
                                   const struct pt_entry *entry,
                                   struct pt_error *err)
{
    for (size_t i = 0; i < entry->file_count; i++) {
        const char *temp = pt_put_back_temp(folder, &entry->files[i]);

        if (!temp)
            return pt_fail_memory(err);
        unlink(temp);
    }
    return PT_OK;
}

/* A folder that nothing more can come of is not kept. */
static enum pt_status close_folder(const struct pt_undo_folder *folder,
                                   struct pt_error *err)
{
    if (pt_undo_folder_has(folder, PT_ENTRY_DONE))
        return pt_undo_folder_save(folder, err);
    pt_undo_folder_remove(folder);
    return PT_OK;
}

static enum pt_status recover_folder(struct recovery *r,
                                     struct pt_undo_folder *folder,
                                     struct pt_error *err)
{
    bool is_strange = false;

    for (size_t i = folder->journal.count; i-- > 0;) {
        struct pt_entry *entry = &folder->journal.entries[i];
        enum pt_status status = PT_OK;

        if (entry->state != PT_ENTRY_BEGUN)
            continue;
        if (!r->rehearsal)
            status = remove_temps(folder, entry, err);
        if (status == PT_OK)
            status = recover_entry(r, folder, entry, &is_strange, err);
        if (status != PT_OK)
            return status;
        entry->state = PT_ENTRY_UNDONE;
    }
    if (r->rehearsal)
        return PT_OK;
    return is_strange ? pt_undo_folder_save(folder, err)
                      : close_folder(folder, err);
}

/* What cannot be read is left alone: undo says so when it comes to it. */
static enum pt_status recover_run(struct recovery *r, unsigned number,
                                  struct pt_error *err)
{
    struct pt_undo_folder folder;
    enum pt_status status =
        pt_undo_folder_load(r->arena, r->undo, number, &folder, err);

    if (status == PT_NO_MEMORY)
        return status;
    if (status == PT_NOTHING && !r->rehearsal)
        pt_undo_folder_remove(&folder);
    return status == PT_OK && pt_undo_folder_has(&folder, PT_ENTRY_BEGUN)
               ? recover_folder(r, &folder, err)
               : PT_OK;
}

/* The newest first, as each began where the one before it ended. */
enum pt_status pt_recover(struct pt_arena *arena, const char *undo,
                          struct pt_rehearsal *rehearsal,
                          struct pt_strings *notes, struct pt_error *err)
{
    struct recovery r = {arena, undo, rehearsal, notes};
    unsigned *runs = NULL;
    size_t count = 0;
    enum pt_status status = pt_undo_folders(arena, undo, &runs, &count, err);

    for (size_t i = count; i-- > 0 && status == PT_OK;)
        status = recover_run(&r, runs[i], err);
    return status;
}
