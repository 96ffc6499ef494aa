#include "client/text_add.h"

#include "base/file.h"
#include "client/text_files.h"
#include "format/edit_lines.h"
#include "writer/account_name.h"

#include <string.h>

enum { FOLDERS_MAX = 64, PIN_MAX = 64 * 1024 };

enum pt_status pt_text_begin(struct pt_installs *installs,
                             const struct pt_client *client, const char *path,
                             struct pt_error *err)
{
    struct pt_install *install =
        path ? pt_install_add(installs, client, path) : NULL;

    if (!install || pt_install_read(installs, install, path) < 0)
        return pt_fail_memory(err);
    return PT_OK;
}

/* "~/.muttrc" is hidden among others, and so is isync's new file. */
static const char *folder_of(struct pt_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t len = slash ? (size_t)(slash - path) : 0;

    if (pt_has_suffix(name, "rc") && (*name == '.' || pt_is(name, "isyncrc")))
        len = strlen(path) - strlen("rc");
    return pt_arena_strndup(arena, path, len);
}

struct pt_text_job pt_text_job(struct pt_installs *installs,
                               struct pt_install *install,
                               const struct pt_settings *account,
                               const char *path)
{
    return (struct pt_text_job){
        .installs = installs,
        .install = install,
        .job = {.arena = installs->arena,
                .accounts = account,
                .count = 1,
                .dir = folder_of(installs->arena, path)},
    };
}

const char *pt_text_name(struct pt_arena *arena,
                         const struct pt_settings *account,
                         bool (*is_taken)(const void *names, const char *name),
                         const void *names)
{
    const char *first = pt_account_name(arena, account);
    const char *name = first;

    for (size_t nth = 2; name && is_taken(names, name); nth++)
        name = pt_arena_printf(arena, "%s-%zu", first, nth);
    return name;
}

void pt_text_note(struct pt_installs *installs, struct pt_install *install,
                  const char *note)
{
    if (!note)
        return;
    install->note = install->note
                        ? pt_arena_printf(installs->arena, "%s\n%s",
                                          install->note, note)
                        : pt_arena_strdup(installs->arena, note);
}

/* ---- certificates ---- */

enum presence { IS_ABSENT, IS_SAME, IS_OTHER };

static const struct pt_client_file *file_at(const struct pt_install *install,
                                            const char *path)
{
    for (size_t i = 0; i < install->file_count; i++)
        if (pt_is(install->files[i].path, path))
            return &install->files[i];
    return NULL;
}

/* What cannot be read is another's. */
static enum presence look_at(const struct pt_install *install,
                             const char *path, const struct pt_buf *wanted)
{
    PT_BUF struct pt_buf bytes = {.max = PIN_MAX};
    const struct pt_client_file *file = file_at(install, path);
    struct pt_slice now;
    enum pt_status status;

    if (file) {
        now = pt_text_now(file);
    } else {
        status = pt_file_read(path, &bytes, NULL);
        if (status != PT_OK)
            return status == PT_NOTHING ? IS_ABSENT : IS_OTHER;
        now = pt_slice(pt_buf_text(&bytes), bytes.len);
    }
    return now.len == wanted->len &&
                   !memcmp(now.at, pt_buf_text(wanted), now.len)
               ? IS_SAME
               : IS_OTHER;
}

/* Of files that the first one names, or NULL. */
static const char *pin_path(const struct pt_job *job,
                            const struct pt_output *out, size_t nth)
{
    return nth && !out->files[nth]->is_extra
               ? pt_arena_printf(job->arena, "%s/%s", job->dir,
                                 out->files[nth]->name)
               : NULL;
}

static bool has_room(const struct pt_text_job *job,
                     const struct pt_output *out)
{
    for (size_t i = 0; i < out->file_count; i++) {
        const char *path = pin_path(&job->job, out, i);

        if (path &&
            look_at(job->install, path, &out->files[i]->bytes) == IS_OTHER)
            return false;
    }
    return true;
}

static void put_pin(const struct pt_text_job *job, const char *path,
                    const struct pt_buf *pem)
{
    struct pt_install *install = job->install;
    struct pt_arena *arena = job->installs->arena;
    struct pt_buf *bytes;
    int index;

    pt_text_note(job->installs, install,
                 pt_arena_printf(arena, "the certificate it trusts is in %s",
                                 path));
    if (look_at(install, path, pem) == IS_SAME)
        return;
    index = pt_install_read(job->installs, install, path);
    if (index < 0)
        return;
    bytes = pt_client_file_edit(&install->files[index]);
    pt_buf_add(bytes, pem->at, pem->len);
    if (pt_buf_failed(bytes))
        pt_arena_fail(arena);
}

/* ---- what the writer makes ---- */

static void take_text(const struct pt_text_job *job,
                      const struct pt_output *out, struct pt_buf *ret_text)
{
    for (size_t i = 0; i < out->file_count; i++)
        if (job->extra ? pt_is(out->files[i]->name, job->extra) : !i)
            pt_buf_add(ret_text, out->files[i]->bytes.at,
                       out->files[i]->bytes.len);
}

static enum pt_status take_all(const struct pt_text_job *job,
                               const struct pt_output *out,
                               struct pt_buf *ret_text, struct pt_error *err)
{
    take_text(job, out, ret_text);
    for (size_t i = 0; i < out->notes.count; i++)
        pt_text_note(job->installs, job->install, out->notes.at[i]);
    for (size_t i = 0; i < out->file_count; i++) {
        const char *path = pin_path(&job->job, out, i);

        if (path)
            put_pin(job, path, &out->files[i]->bytes);
    }
    return pt_arena_failed(job->installs->arena) || pt_buf_failed(ret_text)
               ? pt_fail_memory(err)
               : PT_OK;
}

enum pt_status pt_text_write(const struct pt_text_job *job,
                             struct pt_buf *ret_text, struct pt_error *err)
{
    struct pt_arena *arena = job->installs->arena;
    const struct pt_writer *writer =
        pt_writer_named(job->install->client->name);
    struct pt_text_job now = *job;

    for (size_t nth = 2; nth < FOLDERS_MAX && !pt_arena_failed(arena); nth++) {
        PT_OUTPUT struct pt_output out = {.arena = arena};
        enum pt_status status = pt_write(writer, &now.job, &out, err);

        if (status != PT_OK)
            return status;
        if (has_room(&now, &out))
            return take_all(&now, &out, ret_text, err);
        now.job.dir = pt_arena_printf(arena, "%s/%zu", job->job.dir, nth);
    }
    if (pt_arena_failed(arena))
        return pt_fail_memory(err);
    return pt_fail(err, PT_CANNOT_EXPRESS,
                   "take away those you do not need",
                   "'%s' has too many files with other certificates",
                   job->job.dir);
}

enum pt_status pt_text_append(struct pt_client_file *file,
                              const struct pt_buf *text, struct pt_error *err)
{
    struct pt_buf *bytes = pt_client_file_edit(file);

    if (!pt_buf_failed(bytes))
        pt_edit_append(bytes, pt_buf_text(text));
    return pt_buf_failed(bytes) ? pt_fail_memory(err) : PT_OK;
}

enum pt_status pt_text_add(const struct pt_text_job *job,
                           struct pt_client_file *file, struct pt_error *err)
{
    PT_BUF struct pt_buf text = {0};
    enum pt_status status = pt_text_write(job, &text, err);

    return status == PT_OK ? pt_text_append(file, &text, err) : status;
}
