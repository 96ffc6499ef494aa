#include "client/client.h"

#include "base/file.h"
#include "base/text.h"

#include <sys/stat.h>

enum { FILE_MAX_BYTES = 8 * 1024 * 1024 };

const struct pt_client *const pt_clients[] = {
    &pt_client_thunderbird,
    &pt_client_evolution,
    &pt_client_geary,
    &pt_client_msmtp,
    &pt_client_mbsync,
    &pt_client_mutt,
    &pt_client_aerc,
    &pt_client_himalaya,
    NULL,
};

enum pt_status pt_clients_find(const struct pt_place *place,
                               struct pt_installs *installs,
                               struct pt_error *err)
{
    enum pt_status status = PT_OK;

    for (size_t i = 0; pt_clients[i] && status == PT_OK; i++)
        status = pt_clients[i]->find(place, installs, err);
    if (status == PT_OK && pt_arena_failed(installs->arena))
        return pt_fail_memory(err);
    return status;
}

const struct pt_client *pt_client_named(const char *name)
{
    for (size_t i = 0; pt_clients[i]; i++)
        if (pt_is(pt_clients[i]->name, name))
            return pt_clients[i];
    return NULL;
}

void pt_installs_free(struct pt_installs *installs)
{
    for (size_t i = 0; i < installs->count; i++)
        for (size_t j = 0; j < installs->at[i]->file_count; j++) {
            pt_buf_free(&installs->at[i]->files[j].before);
            pt_buf_free(&installs->at[i]->files[j].after);
        }
    installs->count = 0;
}

struct pt_install *pt_install_add(struct pt_installs *installs,
                                  const struct pt_client *client,
                                  const char *where)
{
    struct pt_install *install;

    if (installs->count == PT_INSTALLS_MAX)
        return NULL;
    install = pt_arena_alloc(installs->arena, sizeof(*install));
    if (!install)
        return NULL;
    install->client = client;
    install->where = pt_arena_strdup(installs->arena, where);
    installs->at[installs->count++] = install;
    return install;
}

/* Whoever has a pipe open to write may never write. */
static enum pt_status read_file(const char *path, struct pt_buf *out,
                                struct pt_error *err)
{
    struct stat st;

    if (!stat(path, &st) && S_ISFIFO(st.st_mode))
        return pt_fail(err, PT_BAD_INPUT, NULL,
                       "cannot read '%s': it is a named pipe", path);
    return pt_file_read(path, out, err);
}

int pt_install_read(struct pt_installs *installs, struct pt_install *install,
                    const char *path)
{
    struct pt_client_file *file = &install->files[install->file_count];
    struct pt_error why = {0};
    enum pt_status status;

    if (install->file_count == PT_CLIENT_FILES_MAX) {
        pt_arena_fail(installs->arena);
        return -1;
    }
    file->before.max = FILE_MAX_BYTES;
    file->path = pt_arena_strdup(installs->arena, path);
    if (!file->path)
        return -1;
    status = read_file(path, &file->before, &why);
    if (status == PT_NO_MEMORY) {
        pt_arena_fail(installs->arena);
        return -1;
    }
    file->is_there = status != PT_NOTHING;
    if (status == PT_BAD_INPUT && !install->refused)
        install->refused = pt_arena_strdup(installs->arena, why.text);
    return (int)install->file_count++;
}

struct pt_slot *pt_slot_add(struct pt_installs *installs,
                            struct pt_install *install)
{
    struct pt_slot *more;

    if (install->slot_count == PT_SLOTS_MAX)
        return NULL;
    more = pt_arena_grow(installs->arena, install->slots, install->slot_count,
                         sizeof(*more));
    if (!more)
        return NULL;
    install->slots = more;
    return &more[install->slot_count++];
}

struct pt_buf *pt_client_file_edit(struct pt_client_file *file)
{
    if (!file->is_changed)
        pt_buf_add(&file->after, file->before.at, file->before.len);
    file->is_changed = true;
    return &file->after;
}
