/* update_put.c - the changed files of a set-up, on their way to the disk */
#include "cli/update_install.h"

#include "base/diff.h"
#include "base/file.h"

#include <string.h>

static enum pt_status show_change(const struct pt_updating *updating,
                                  const struct pt_install *install,
                                  struct pt_repair *repair,
                                  struct pt_error *err)
{
    PT_BUF struct pt_buf diff = {0};

    for (size_t i = 0; i < install->file_count; i++) {
        const struct pt_client_file *file = &install->files[i];

        if (file->is_changed &&
            !pt_diff(file->is_there ? file->path : "/dev/null",
                     pt_slice(file->before.at, file->before.len), file->path,
                     pt_slice(file->after.at, file->after.len), &diff))
            return pt_fail_memory(err);
    }
    repair->diff =
        pt_arena_strdup(updating->call->arena, pt_buf_text(&diff));
    return repair->diff ? PT_OK : pt_fail_memory(err);
}

/* Two clients may name one certificate: the other has changed it already. */
static bool is_done(const struct pt_client_file *file)
{
    PT_BUF struct pt_buf now = {.max = file->before.max};

    return pt_file_read(file->path, &now, NULL) == PT_OK &&
           now.len == file->after.len &&
           !memcmp(pt_buf_text(&now), pt_buf_text(&file->after), now.len);
}

static enum pt_status put_files(const struct pt_updating *updating,
                                const struct pt_install *install,
                                struct pt_error *err)
{
    struct pt_change changes[PT_CLIENT_FILES_MAX];
    size_t count = 0;

    for (size_t i = 0; i < install->file_count; i++) {
        const struct pt_client_file *file = &install->files[i];

        if (pt_buf_failed(&file->after))
            return pt_fail_memory(err);
        if (!file->is_changed || is_done(file))
            continue;
        changes[count++] = (struct pt_change){.path = file->path,
                                              .before = &file->before,
                                              .is_new = !file->is_there,
                                              .after = &file->after};
    }
    return count ? pt_change_files(updating->run, install->client->name,
                                   install->where, changes, count, err)
                 : PT_OK;
}

/* What a running client does not hear, a person can tell it. */
static bool reload(struct pt_updating *updating,
                   const struct pt_install *install, size_t first)
{
    struct pt_error why = {0};

    if (!install->client->reload || install->client->reload(install, &why) ==
                                        PT_OK)
        return true;
    for (size_t i = first; i < updating->repair_count; i++) {
        struct pt_repair *repair = &updating->repairs[i];
        const char *todo = why.text;

        if (repair->outcome != PT_REPAIR_UPDATED)
            continue;
        if (repair->todo)
            todo = pt_arena_printf(updating->call->arena, "%s; %s",
                                   repair->todo, why.text);
        if (!todo ||
            !pt_repair_end(updating, repair, PT_REPAIR_UPDATED, todo))
            return false;
    }
    return true;
}

bool pt_update_take_back(struct pt_updating *updating, size_t first,
                         enum pt_repaired outcome, const char *why)
{
    for (size_t i = first; i < updating->repair_count; i++)
        if (updating->repairs[i].outcome == PT_REPAIR_UPDATED &&
            !pt_repair_end(updating, &updating->repairs[i], outcome, why))
            return false;
    return true;
}

/* The search took its time: it may have been started meanwhile. */
static bool has_started(const struct pt_updating *updating,
                        const struct pt_install *install)
{
    return install->client->has_started && !install->is_deferred &&
           install->client->has_started(&updating->place, install);
}

enum pt_status pt_update_put(struct pt_updating *updating,
                             struct pt_install *install, size_t first,
                             struct pt_error *err)
{
    struct pt_error why = {0};
    const char *reason;
    enum pt_status status;

    if (!updating->run)
        return show_change(updating, install, &updating->repairs[first], err);
    if (has_started(updating, install))
        return pt_update_take_back(updating, first, PT_REPAIR_BUSY,
                                   "it was started just now: close it, and "
                                   "run this command again")
                   ? PT_OK
                   : pt_fail_memory(err);
    status = put_files(updating, install, &why);
    if (status == PT_NO_MEMORY)
        return pt_fail_memory(err);
    if (status == PT_OK)
        return reload(updating, install, first) ? PT_OK : pt_fail_memory(err);
    reason = pt_repair_reason(updating->call->arena, &why);
    return reason && pt_update_take_back(updating, first,
                                         status == PT_BUSY ? PT_REPAIR_REFUSED
                                                           : PT_REPAIR_FAILED,
                                         reason)
               ? PT_OK
               : pt_fail_memory(err);
}
