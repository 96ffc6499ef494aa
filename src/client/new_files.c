#include "client/new_files.h"

#include <unistd.h>

static bool is_there(const char *path)
{
    return path && !access(path, F_OK);
}

struct pt_text_root pt_new_files_root(struct pt_arena *arena,
                                      const struct pt_place *place,
                                      const char *flatpak, const char *name)
{
    struct pt_text_root roots[PT_TEXT_ROOTS];

    pt_text_roots(arena, place, flatpak, roots);
    if (!is_there(pt_arena_printf(arena, "%s/%s", place->config, name)) &&
        is_there(roots[1].config))
        return roots[1];
    return roots[0];
}

enum pt_status pt_new_files_write(const struct pt_install *install,
                                  const struct pt_settings *account,
                                  const char *dir, struct pt_output *out,
                                  struct pt_error *err)
{
    const struct pt_job job = {
        .arena = out->arena, .accounts = account, .count = 1, .dir = dir};

    return pt_write(pt_writer_named(install->client->name), &job, out, err);
}

enum pt_status pt_new_files_add(struct pt_installs *installs,
                                struct pt_install *install, const char *path,
                                const struct pt_buf *bytes,
                                struct pt_error *err)
{
    struct pt_buf *now;
    int index;

    if (!path)
        return pt_fail_memory(err);
    if (install->file_count == PT_CLIENT_FILES_MAX)
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "let the program itself add the account",
                       "'%s' holds too many accounts", install->where);
    index = pt_install_read(installs, install, path);
    if (index < 0)
        return pt_fail_memory(err);
    if (install->files[index].is_there || install->refused)
        return pt_fail(err, PT_CANNOT_EXPRESS,
                       "remove that account in the program itself first",
                       "there is a file '%s' already, of another account",
                       path);
    now = pt_client_file_edit(&install->files[index]);
    pt_buf_add(now, bytes->at, bytes->len);
    return pt_buf_failed(now) ? pt_fail_memory(err) : PT_OK;
}

void pt_new_files_note(struct pt_installs *installs,
                       struct pt_install *install, const char *first,
                       const struct pt_strings *notes)
{
    install->note = first;
    for (size_t i = 0; i < notes->count && install->note; i++)
        install->note = pt_arena_printf(installs->arena, "%s; %s",
                                        install->note, notes->at[i]);
}
