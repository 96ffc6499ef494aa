#include "client/undo_folder.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RUN_MAX = 999999999 };

/* ---- names ---- */

static const char *path_in(const struct pt_undo_folder *folder,
                           const char *name)
{
    return pt_arena_printf(folder->arena, "%s/%s", folder->path, name);
}

const char *pt_undo_folder_copy(const struct pt_undo_folder *folder,
                                const struct pt_entry_file *file, bool is_new)
{
    return pt_arena_printf(folder->arena, "%s/%s%s", folder->path, file->copy,
                           is_new ? ".new" : "");
}

static enum pt_status fail(const char *path, struct pt_error *err)
{
    return pt_fail(err, PT_CANNOT_WRITE,
                   "see whether that folder is yours, and its disk not full",
                   "cannot write '%s': %s", path, strerror(errno));
}

/* ---- all of them ---- */

static int compare(const void *a, const void *b)
{
    unsigned left = *(const unsigned *)a;
    unsigned right = *(const unsigned *)b;

    return (left > right) - (left < right);
}

static enum pt_status list(struct pt_arena *arena, DIR *dir,
                           unsigned **ret_runs, size_t *ret_count)
{
    const struct dirent *entry;
    unsigned *runs = NULL;
    size_t count = 0;
    uint64_t run;

    while ((entry = readdir(dir))) {
        if (!pt_parse_uint(pt_slice_of(entry->d_name), RUN_MAX, &run))
            continue;
        runs = pt_arena_grow(arena, runs, count, sizeof(*runs));
        if (!runs)
            return PT_NO_MEMORY;
        runs[count++] = (unsigned)run;
    }
    if (count)
        qsort(runs, count, sizeof(*runs), compare);
    *ret_runs = runs;
    *ret_count = count;
    return PT_OK;
}

enum pt_status pt_undo_folders(struct pt_arena *arena, const char *undo,
                               unsigned **ret_runs, size_t *ret_count,
                               struct pt_error *err)
{
    DIR *dir = opendir(undo);
    enum pt_status status;

    *ret_runs = NULL;
    *ret_count = 0;
    if (!dir)
        return errno == ENOENT ? PT_OK : fail(undo, err);
    status = list(arena, dir, ret_runs, ret_count);
    closedir(dir);
    return status == PT_OK ? status : pt_fail_memory(err);
}

/* ---- one ---- */

static enum pt_status name(struct pt_arena *arena, const char *undo,
                           unsigned run, struct pt_undo_folder *ret_folder,
                           struct pt_error *err)
{
    *ret_folder = (struct pt_undo_folder){
        .arena = arena, .path = pt_arena_printf(arena, "%s/%04u", undo, run)};
    return ret_folder->path ? PT_OK : pt_fail_memory(err);
}

enum pt_status pt_undo_folder_make(struct pt_arena *arena, const char *undo,
                                   unsigned run,
                                   struct pt_undo_folder *ret_folder,
                                   struct pt_error *err)
{
    enum pt_status status = name(arena, undo, run, ret_folder, err);

    if (status != PT_OK)
        return status;
    if (mkdir(ret_folder->path, 0700))
        return fail(ret_folder->path, err);
    if (pt_dir_sync(undo) && (run > 1 || pt_dir_sync_above(undo)))
        return PT_OK; /* before the first run, undo itself may be new */
    status = fail(undo, err);
    rmdir(ret_folder->path);
    return status;
}

static enum pt_status read_journal(struct pt_undo_folder *folder,
                                   const char *path, struct pt_error *err)
{
    PT_BUF struct pt_buf bytes = {.max = PT_JOURNAL_MAX};
    struct pt_error why = {0};
    enum pt_status status = pt_file_read(path, &bytes, &why);

    if (status == PT_OK)
        status = pt_journal_read(folder->arena, pt_slice(bytes.at, bytes.len),
                                 &folder->journal, &why);
    if (status == PT_BAD_INPUT)
        return pt_fail(err, PT_CANNOT_WRITE, why.hint,
                       "'%s' cannot be used: %s", path, why.text);
    if (status != PT_OK && err)
        *err = why;
    return status;
}

enum pt_status pt_undo_folder_load(struct pt_arena *arena, const char *undo,
                                   unsigned run,
                                   struct pt_undo_folder *ret_folder,
                                   struct pt_error *err)
{
    enum pt_status status = name(arena, undo, run, ret_folder, err);
    const char *path =
        status == PT_OK ? path_in(ret_folder, "journal.json") : NULL;

    return path ? read_journal(ret_folder, path, err) : pt_fail_memory(err);
}

bool pt_undo_folder_has(const struct pt_undo_folder *folder,
                        enum pt_entry_state state)
{
    for (size_t i = 0; i < folder->journal.count; i++)
        if (folder->journal.entries[i].state == state)
            return true;
    return false;
}

static void remove_named(const struct pt_undo_folder *folder, const char *entry)
{
    const char *path = path_in(folder, entry);

    if (path)
        unlink(path);
}

void pt_undo_folder_remove(const struct pt_undo_folder *folder)
{
    const struct dirent *entry;
    DIR *dir;

    remove_named(folder, "journal.json");
    dir = opendir(folder->path);
    while (dir && (entry = readdir(dir)))
        if (entry->d_name[0] != '.')
            remove_named(folder, entry->d_name);
    if (dir)
        closedir(dir);
    rmdir(folder->path);
}

/* ---- the journal ---- */

enum pt_status pt_undo_folder_prepare(const struct pt_undo_folder *folder,
                                      struct pt_error *err)
{
    PT_BUF struct pt_buf bytes = {.max = PT_JOURNAL_MAX};
    const char *path = path_in(folder, "journal.new");
    enum pt_status status = pt_journal_write(&folder->journal, &bytes, err);

    if (!path || status == PT_NO_MEMORY || bytes.oom)
        return pt_fail_memory(err);
    if (status == PT_OK && unlink(path) && errno != ENOENT)
        return fail(path, err);
    return status == PT_OK ? pt_file_stage(path, path, bytes.at, bytes.len, err)
                           : status;
}

/* If a crash of the machine brings the journal back as it was before, the
 * next run puts the files back too: what was said is said, synced or not. */
enum pt_status pt_undo_folder_publish(const struct pt_undo_folder *folder,
                                      struct pt_error *err)
{
    const char *from = path_in(folder, "journal.new");
    const char *to = path_in(folder, "journal.json");

    if (!from || !to)
        return pt_fail_memory(err);
    return rename(from, to) ? fail(to, err) : PT_OK;
}

enum pt_status pt_undo_folder_save(const struct pt_undo_folder *folder,
                                   struct pt_error *err)
{
    enum pt_status status = pt_undo_folder_prepare(folder, err);

    if (status == PT_OK)
        status = pt_undo_folder_publish(folder, err);
    if (status == PT_OK && !pt_dir_sync(folder->path))
        return fail(folder->path, err);
    return status;
}
