#include "client/kept.h"

#include "base/file.h"

#include <unistd.h>

enum { MANY = 256 };

static const char *path_of(struct pt_arena *arena,
                           const struct pt_place *place, const char *name)
{
    return pt_arena_printf(arena, "%s/portolan/%s", place->state, name);
}

enum pt_status pt_kept_load(struct pt_arena *arena,
                            const struct pt_place *place,
                            struct pt_manifest *ret_manifest,
                            struct pt_error *err)
{
    PT_BUF struct pt_buf bytes = {.max = PT_MANIFEST_MAX};
    const char *path = path_of(arena, place, "manifest.json");
    struct pt_error why = {0};
    enum pt_status status;

    if (!path)
        return pt_fail_memory(err);
    status = pt_file_read(path, &bytes, &why);
    if (status == PT_NOTHING) {
        *ret_manifest = (struct pt_manifest){0};
        return PT_OK;
    }
    if (status == PT_OK)
        status = pt_manifest_read(arena, pt_slice(bytes.at, bytes.len),
                                  ret_manifest, &why);
    if (status == PT_BAD_INPUT)
        return pt_fail(err, status, why.hint, "'%s' cannot be used: %s", path,
                       why.text);
    if (status != PT_OK && err)
        *err = why;
    return status;
}

/* Of files that are gone nothing needs to be known.  They may be on a disk
 * that is not there at the moment: only when there are many are they
 * forgotten. */
static void forget_gone(struct pt_manifest *manifest)
{
    size_t kept = 0;

    if (manifest->count < MANY)
        return;
    for (size_t i = 0; i < manifest->count; i++)
        if (!access(manifest->written[i].files[0].path, F_OK))
            manifest->written[kept++] = manifest->written[i];
    manifest->count = kept;
}

/* What is to be remembered besides. */
struct adding {
    const struct pt_written *written;
    size_t count;
    const struct pt_set_up *set_up; /* or NULL */
};

static enum pt_status add_all(struct pt_arena *arena,
                              const struct pt_place *place,
                              const struct adding *adding,
                              struct pt_error *err)
{
    PT_BUF struct pt_buf bytes = {.max = PT_MANIFEST_MAX};
    struct pt_manifest manifest = {0};
    const char *path = path_of(arena, place, "manifest.json");
    enum pt_status status = pt_kept_load(arena, place, &manifest, err);

    if (status == PT_OK)
        forget_gone(&manifest);
    for (size_t i = 0; status == PT_OK && i < adding->count; i++)
        status = pt_manifest_add(arena, &manifest, &adding->written[i], err);
    if (status == PT_OK && adding->set_up)
        status =
            pt_manifest_add_set_up(arena, &manifest, adding->set_up, err);
    if (status == PT_OK)
        status = pt_manifest_write(&manifest, &bytes, err);
    if (status == PT_OK && (pt_buf_failed(&bytes) || !path))
        status = pt_fail_memory(err);
    return status == PT_OK ? pt_file_write(path, bytes.at, bytes.len, err)
                           : status;
}

static enum pt_status add(struct pt_arena *arena, const struct pt_place *place,
                          const struct adding *adding, struct pt_error *err)
{
    const char *dir = path_of(arena, place, "");
    const char *path = path_of(arena, place, "manifest.lock");
    enum pt_status status =
        dir && path ? pt_make_dirs(dir, err) : pt_fail_memory(err);
    int fd = -1;

    if (status == PT_OK)
        status = pt_file_lock(path, &fd, err);
    if (status != PT_OK)
        return status;
    status = add_all(arena, place, adding, err);
    close(fd);
    return status;
}

enum pt_status pt_kept_add(struct pt_arena *arena,
                           const struct pt_place *place,
                           const struct pt_written *written, size_t count,
                           struct pt_error *err)
{
    return add(arena, place,
               &(struct adding){.written = written, .count = count}, err);
}

enum pt_status pt_kept_add_set_up(struct pt_arena *arena,
                                  const struct pt_place *place,
                                  const struct pt_set_up *set_up,
                                  struct pt_error *err)
{
    return add(arena, place, &(struct adding){.set_up = set_up}, err);
}

static enum pt_status renew_file(struct pt_arena *arena,
                                 struct pt_written_file *file,
                                 struct pt_error *err)
{
    PT_BUF struct pt_buf bytes = {0};
    char digest[PT_SHA256_CHARS];
    enum pt_status status = pt_file_read(file->path, &bytes, err);

    if (status != PT_OK)
        return status == PT_NO_MEMORY ? status : PT_OK;
    if (!pt_sha256(pt_slice(bytes.at, bytes.len), digest))
        return pt_fail_memory(err);
    file->sha256 = pt_arena_strdup(arena, digest);
    return file->sha256 ? PT_OK : pt_fail_memory(err);
}

enum pt_status pt_kept_renew(struct pt_arena *arena,
                             const struct pt_place *place,
                             const struct pt_strings *paths,
                             struct pt_error *err)
{
    struct pt_manifest manifest = {0};
    enum pt_status status = pt_kept_load(arena, place, &manifest, err);

    for (size_t i = 0; i < manifest.count && status == PT_OK; i++) {
        struct pt_written *written = &manifest.written[i];

        for (size_t j = 0; j < written->file_count && status == PT_OK; j++)
            if (pt_strings_have(paths, written->files[j].path))
                status = renew_file(arena, &written->files[j], err);
    }
    return status == PT_OK && manifest.count
               ? pt_kept_add(arena, place, manifest.written, manifest.count,
                             err)
               : status;
}
