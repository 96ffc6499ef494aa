#include "client/folders.h"

#include "base/file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool pt_folders_add_missing(struct pt_arena *arena, const char *path,
                            struct pt_strings *folders)
{
    struct stat st;

    for (const char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
        const char *folder =
            pt_arena_strndup(arena, path, (size_t)(at - path));

        if (!folder)
            return false;
        if (!lstat(folder, &st) || errno != ENOENT ||
            pt_strings_have(folders, folder))
            continue;
        if (!pt_strings_add(arena, folders, folder))
            return false;
    }
    return true;
}

static void remove_first(const struct pt_strings *folders, size_t count)
{
    while (count-- > 0)
        rmdir(folders->at[count]);
}

enum pt_status pt_folders_make(struct pt_strings *folders,
                               struct pt_error *err)
{
    size_t made = 0;

    for (size_t i = 0; i < folders->count; i++) {
        const char *folder = folders->at[i];
        enum pt_status status;

        if (mkdir(folder, 0700)) {
            if (errno == EEXIST)
                continue;
        } else {
            folders->at[made++] = folder;
            if (pt_dir_sync_above(folder))
                continue;
        }
        status = pt_fail(err, PT_CANNOT_WRITE,
                         "see whether the folder it lies in is yours, and its "
                         "disk not full",
                         "cannot make the folder '%s': %s", folder,
                         strerror(errno));
        remove_first(folders, made);
        folders->count = 0;
        return status;
    }
    folders->count = made;
    return PT_OK;
}

void pt_folders_remove(const struct pt_strings *folders)
{
    remove_first(folders, folders->count);
}
