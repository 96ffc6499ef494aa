#include "cli/write_place.h"

#include "base/diff.h"
#include "base/file.h"
#include "cli/remembered.h"
#include "client/kept.h"

#include <string.h>
#include <sys/stat.h>

enum { KEPT_MOST = 1000, SHOWN_MAX = 1024 * 1024 };

/* ---- where ---- */

static const char *join(struct pt_arena *arena, const char *dir,
                        const char *name)
{
    if (pt_is(dir, "."))
        return name;
    return pt_arena_printf(arena, "%s%s%s", dir,
                           pt_has_suffix(dir, "/") ? "" : "/", name);
}

/* What comes before the last part of a path. */
static const char *parent_of(struct pt_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return ".";
    return slash == path ? "/"
                         : pt_arena_strndup(arena, path,
                                            (size_t)(slash - path));
}

enum pt_status pt_write_choose(const struct pt_writing *writing,
                               struct pt_sheet *sheet, struct pt_error *err)
{
    struct pt_arena *arena = writing->call->arena;
    const struct pt_writer *writer = sheet->writer;

    if (!writing->output)
        return PT_OK;
    if (!writing->to_dir)
        sheet->dir = parent_of(arena, writing->output);
    else if (writer && writer->folder && writing->writer_count > 1)
        sheet->dir = join(arena, writing->output, writer->folder);
    else
        sheet->dir = writing->output;
    return sheet->dir ? PT_OK : pt_fail_memory(err);
}

static enum pt_status choose_places(const struct pt_writing *writing,
                                    struct pt_sheet *sheet,
                                    struct pt_error *err)
{
    struct pt_arena *arena = writing->call->arena;
    size_t count = sheet->made.file_count;

    sheet->places = pt_arena_alloc(arena, count * sizeof(*sheet->places) + 1);
    for (size_t i = 0; sheet->places && i < count; i++) {
        struct pt_place_of_file *place = &sheet->places[i];

        place->path = !i && !writing->to_dir
                          ? writing->output
                          : join(arena, sheet->dir, sheet->made.files[i]->name);
        if (place->path)
            place->real = pt_path_real(arena, place->path);
        if (!pt_arena_failed(arena) && !place->real)
            return pt_fail(err, PT_CANNOT_WRITE, "go to another folder",
                           "cannot write '%s': the working directory is gone",
                           place->path);
    }
    return pt_arena_failed(arena) ? pt_fail_memory(err) : PT_OK;
}

static bool are_same(const struct pt_buf *a, const struct pt_buf *b)
{
    return a->len == b->len &&
           !memcmp(pt_buf_text(a), pt_buf_text(b), a->len);
}

/* By a file that says something else: those of two accounts of one domain may
 * be the same. */
static bool is_taken(const struct pt_writing *writing,
                     const struct pt_place_of_file *own,
                     const struct pt_buf *bytes)
{
    for (size_t i = 0; i < writing->sheet_count; i++) {
        const struct pt_sheet *sheet = &writing->sheets[i];

        for (size_t j = 0; sheet->places && j < sheet->made.file_count; j++)
            if (&sheet->places[j] == own)
                return false;
            else if (pt_is(sheet->places[j].real, own->real))
                return !are_same(&sheet->made.files[j]->bytes, bytes);
    }
    return false;
}

static enum pt_status check_places(const struct pt_writing *writing,
                                   const struct pt_sheet *sheet,
                                   struct pt_error *err)
{
    for (size_t i = 0; i < sheet->made.file_count; i++)
        if (is_taken(writing, &sheet->places[i],
                     &sheet->made.files[i]->bytes))
            return pt_fail(err, PT_CANNOT_EXPRESS,
                           "write them one after the other, each into a "
                           "folder of its own",
                           "two files would have the same name, '%s'",
                           sheet->places[i].path);
    return PT_OK;
}

/* ---- one file ---- */

static bool is_private(const char *path)
{
    struct stat about;

    return !stat(path, &about) && !(about.st_mode & (S_IRWXG | S_IRWXO));
}

/* What is there must be a file, also where nothing will be written. */
static enum pt_status read_old(const char *path, struct pt_buf *old,
                               bool *ret_there, struct pt_error *err)
{
    struct pt_error why = {0};
    enum pt_status status;
    struct stat about;

    *ret_there = !stat(path, &about);
    if (!*ret_there)
        return PT_OK;
    if (!S_ISREG(about.st_mode))
        return pt_fail(err, PT_CANNOT_WRITE,
                       "move it away, or name another file",
                       "cannot write '%s': it is not a file", path);
    status = pt_file_read(path, old, &why);
    if (status == PT_OK || status == PT_NO_MEMORY)
        return status == PT_OK ? status : pt_fail_memory(err);
    return pt_fail(err, PT_CANNOT_WRITE,
                   "move it away, or name another file",
                   "cannot keep what is there: %s", why.text);
}

/* A name beside it that is free. */
static const char *find_name(struct pt_arena *arena, const char *path)
{
    for (int i = 1; i < KEPT_MOST; i++) {
        const char *name = i == 1 ? pt_arena_printf(arena, "%s.bak", path)
                                  : pt_arena_printf(arena, "%s.bak%d", path, i);
        struct stat about;

        if (!name || lstat(name, &about))
            return name;
    }
    return NULL;
}

static enum pt_status keep_old(const struct pt_writing *writing,
                               struct pt_place_of_file *place,
                               const struct pt_buf *old, struct pt_error *err)
{
    struct pt_arena *arena = writing->call->arena;

    place->kept = find_name(arena, place->path);
    if (pt_arena_failed(arena))
        return pt_fail_memory(err);
    if (!place->kept)
        return pt_fail(err, PT_CANNOT_WRITE, "remove some of them",
                       "there are too many old copies of '%s'", place->path);
    if (writing->call->options.dry_run)
        return PT_OK;
    return pt_file_write(place->kept, pt_buf_text(old), old->len, err);
}

/* Did we write what is there? */
static bool is_ours(const struct pt_manifest *manifest,
                    const struct pt_place_of_file *place,
                    const struct pt_buf *old)
{
    const char *known = pt_manifest_digest(manifest, place->real);
    char digest[PT_SHA256_CHARS];

    return known && pt_sha256(pt_slice(old->at, old->len), digest) &&
           pt_is(known, digest);
}

/* A text that a person may want to see compared, line by line. */
static bool is_shown(const struct pt_buf *bytes)
{
    return bytes->len <= SHOWN_MAX &&
           !memchr(pt_buf_text(bytes), '\0', bytes->len);
}

static bool show_change(struct pt_arena *arena, struct pt_place_of_file *place,
                        const struct pt_buf *old, bool there,
                        const struct pt_buf *new)
{
    PT_BUF struct pt_buf diff = {0};

    if (!is_shown(old) || !is_shown(new))
        return true;
    if (!pt_diff(there ? place->path : "/dev/null",
                 pt_slice(old->at, old->len), place->path,
                 pt_slice(new->at, new->len), &diff))
        return false;
    place->diff = pt_arena_strdup(arena, pt_buf_text(&diff));
    return place->diff;
}

static enum pt_placed compare(bool there, const struct pt_buf *old,
                              const struct pt_buf *new)
{
    if (!there)
        return PT_PLACED_NEW;
    return are_same(old, new) ? PT_PLACED_CURRENT : PT_PLACED_CHANGED;
}

static enum pt_status put_file(const struct pt_writing *writing,
                               const struct pt_manifest *manifest,
                               struct pt_place_of_file *place,
                               const struct pt_file *file, struct pt_error *err)
{
    PT_BUF struct pt_buf old = {0};
    const struct pt_buf *new = &file->bytes;
    enum pt_placed outcome;
    bool there;
    enum pt_status status = read_old(place->path, &old, &there, err);

    if (status != PT_OK)
        return status;
    outcome = compare(there, &old, new);
    if (outcome == PT_PLACED_CHANGED && !is_ours(manifest, place, &old))
        status = keep_old(writing, place, &old, err);
    if (status != PT_OK)
        return status;
    if (!writing->call->options.dry_run) {
        if (outcome != PT_PLACED_CURRENT || !is_private(place->path))
            status = pt_file_write(place->path, pt_buf_text(new), new->len,
                                   err);
    } else if (outcome != PT_PLACED_CURRENT &&
               !show_change(writing->call->arena, place, &old, there, new)) {
        status = pt_fail_memory(err);
    }
    if (status == PT_OK)
        place->outcome = outcome;
    return status;
}

/* ---- all of them ---- */

/* The folders that a file's own name tells of. */
static enum pt_status make_folders(const struct pt_writing *writing,
                                   const struct pt_place_of_file *place,
                                   struct pt_error *err)
{
    const char *dir = parent_of(writing->call->arena, place->path);

    if (!dir)
        return pt_fail_memory(err);
    return pt_make_dirs(dir, err);
}

static enum pt_status put_files(const struct pt_writing *writing,
                                const struct pt_manifest *manifest,
                                struct pt_sheet *sheet, struct pt_error *err)
{
    enum pt_status status = PT_OK;

    for (size_t i = 0; status == PT_OK && i < sheet->made.file_count; i++) {
        struct pt_place_of_file *place = &sheet->places[i];

        if (writing->to_dir && !writing->call->options.dry_run)
            status = make_folders(writing, place, err);
        if (status == PT_OK)
            status = put_file(writing, manifest, place, sheet->made.files[i],
                              err);
    }
    sheet->is_placed = status == PT_OK;
    return status;
}

static bool needs_folder(const struct pt_sheet *sheet)
{
    for (size_t i = 1; i < sheet->made.file_count; i++)
        if (!sheet->made.files[i]->is_extra)
            return true;
    return false;
}

static enum pt_status print(const struct pt_writing *writing,
                            const struct pt_sheet *sheet, struct pt_error *err)
{
    const struct pt_buf *bytes = &sheet->made.files[0]->bytes;
    FILE *out = writing->call->io->out;

    if (needs_folder(sheet))
        return pt_fail(err, PT_BAD_INPUT, "name a folder for them: -o DIR",
                       "%s needs several files, which standard output cannot "
                       "hold",
                       sheet->writer->name);
    fwrite(pt_buf_text(bytes), 1, bytes->len, out);
    return fflush(out) || ferror(out) ? PT_CANNOT_WRITE : PT_OK;
}

/* ---- remembering ---- */

static bool describe(const struct pt_writing *writing,
                     const struct pt_sheet *sheet,
                     struct pt_written *ret_written)
{
    struct pt_arena *arena = writing->call->arena;
    struct pt_written w = {
        .client = sheet->writer ? sheet->writer->name : "index",
        .file_count = sheet->made.file_count,
        .files = pt_arena_alloc(arena, sheet->made.file_count *
                                               sizeof(*w.files) + 1),
    };

    for (size_t i = 0; i < sheet->count; i++)
        if (!pt_strings_add(arena, &w.addresses,
                            sheet->accounts[i].address.text))
            return false;
    if (!pt_remember_options(arena, &writing->call->options, sheet->writer,
                             &w.options))
        return false;
    for (size_t i = 0; w.files && i < w.file_count; i++) {
        const struct pt_buf *bytes = &sheet->made.files[i]->bytes;
        char digest[PT_SHA256_CHARS];

        if (!pt_sha256(pt_slice(bytes->at, bytes->len), digest))
            return false;
        w.files[i].path = sheet->places[i].real;
        w.files[i].sha256 = pt_arena_strdup(arena, digest);
    }
    *ret_written = w;
    return !pt_arena_failed(arena);
}

/* The files are there: that they cannot be remembered is told, and no more. */
static enum pt_status remember(struct pt_writing *writing,
                               const struct pt_place *place,
                               struct pt_error *err)
{
    struct pt_arena *arena = writing->call->arena;
    struct pt_written *written = pt_arena_alloc(
        arena, (writing->sheet_count + 1) * sizeof(*written));
    struct pt_error why = {0};
    size_t count = 0;
    bool described = written;

    for (size_t i = 0; described && i < writing->sheet_count; i++)
        if (writing->sheets[i].is_placed)
            described =
                describe(writing, &writing->sheets[i], &written[count++]);
    if (described && writing->index.is_placed)
        described = describe(writing, &writing->index, &written[count++]);
    if (!described)
        return pt_fail_memory(err);
    if (pt_kept_add(arena, place, written, count, &why) == PT_OK)
        return PT_OK;
    writing->unkept = pt_arena_strdup(arena, why.text);
    return writing->unkept ? PT_OK : pt_fail_memory(err);
}

/* A replay is a rehearsal: it leaves nothing to remember. */
static bool is_remembered(const struct pt_writing *writing)
{
    const struct pt_options *options = &writing->call->options;

    return writing->output && !options->replay && !options->dry_run;
}

/* ---- the whole ---- */

static enum pt_status place_all(struct pt_writing *writing,
                                const struct pt_manifest *manifest,
                                struct pt_error *err)
{
    enum pt_status status = PT_OK;

    for (size_t i = 0; status == PT_OK && i < writing->sheet_count; i++) {
        struct pt_sheet *sheet = &writing->sheets[i];

        if (sheet->left_out)
            continue;
        status = choose_places(writing, sheet, err);
        if (status == PT_OK)
            status = check_places(writing, sheet, err);
    }
    for (size_t i = 0; status == PT_OK && i < writing->sheet_count; i++)
        if (!writing->sheets[i].left_out)
            status = put_files(writing, manifest, &writing->sheets[i], err);
    if (status == PT_OK && writing->index.made.file_count)
        status = choose_places(writing, &writing->index, err);
    if (status == PT_OK && writing->index.places)
        status = put_files(writing, manifest, &writing->index, err);
    return status;
}

enum pt_status pt_write_place(struct pt_writing *writing, struct pt_error *err)
{
    struct pt_arena *arena = writing->call->arena;
    struct pt_manifest manifest = {0};
    struct pt_place place;
    struct pt_error why = {0};
    bool known = pt_place_from_environment(arena, &place);
    enum pt_status status;

    if (!writing->output)
        return print(writing, &writing->sheets[0], err);
    if (known && pt_kept_load(arena, &place, &manifest, &why) != PT_OK)
        writing->unkept = pt_arena_strdup(arena, why.text);
    if (!known)
        writing->unkept = "this user has no home directory";
    if (pt_arena_failed(arena))
        return pt_fail_memory(err);
    status = place_all(writing, &manifest, err);
    /* what was written before something failed is remembered, too */
    if (!is_remembered(writing))
        writing->unkept = NULL;
    else if (!writing->unkept && remember(writing, &place, &why) != PT_OK &&
             status == PT_OK)
        status = pt_fail_memory(err);
    return status;
}
