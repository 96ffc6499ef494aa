/* update_written.c - the files that portolan has written, made anew from what
 * is found now.
 *
 * A file is replaced only while it is as we left it; one that somebody has
 * removed stays away.
 */
#include "base/base64.h"
#include "base/diff.h"
#include "base/file.h"
#include "cli/remembered.h"
#include "cli/updating.h"
#include "cli/write_make.h"
#include "client/client.h"
#include "client/kept.h"
#include "format/fingerprint.h"

#include <string.h>

/* A line of base64, in PEM and in property lists. */
enum { LINE_BYTES = 48 };

/* Entries of the same addresses and options share one search. */
struct search {
    const struct pt_written *first;
    struct pt_call call;
    struct pt_writing writing;
    struct pt_error why; /* PT_OK: the accounts are found */
};

struct rewriting {
    struct pt_updating *updating;
    struct pt_manifest manifest;
    struct pt_strings theirs; /* files of clients set up here, real paths */
    struct search **searches;
    size_t search_count;
    struct pt_written *done; /* with their new digests */
    size_t done_count;
};

/* One entry's files, before and after. */
struct entry {
    const struct pt_written *written;
    struct pt_sheet sheet;
    const char *paths[PT_FILES_MAX];
    struct pt_buf before[PT_FILES_MAX];
    bool is_new[PT_FILES_MAX];
    bool is_changed[PT_FILES_MAX];
    bool is_foreign; /* somebody else changed one of them */
    bool is_trusting; /* of a certificate that they did not name before */
    bool is_found; /* which bridge is meant, the addresses alone tell */
};

/* ---- searches ---- */

static enum pt_status begin_search(struct rewriting *r,
                                   const struct pt_written *written,
                                   struct search **ret_search,
                                   struct pt_error *err)
{
    struct pt_arena *arena = r->updating->call->arena;
    struct search *search = pt_arena_alloc(arena, sizeof(*search));
    struct search **more = pt_arena_grow(arena, r->searches, r->search_count,
                                         sizeof(*more));
    enum pt_status status;

    if (!search || !more)
        return pt_fail_memory(err);
    r->searches = more;
    more[r->search_count++] = search;
    search->first = written;
    status = pt_remembered_call(r->updating->call, &written->options,
                                &search->call, &search->why);
    search->writing = (struct pt_writing){.call = &search->call,
                                          .addresses = written->addresses,
                                          .output = ""};
    if (status == PT_OK)
        status = pt_write_look_up(&search->writing, &search->why);
    if (status == PT_NO_MEMORY)
        return pt_fail_memory(err);
    search->why.status = status;
    *ret_search = search;
    return PT_OK;
}

static enum pt_status search_for(struct rewriting *r,
                                 const struct pt_written *written,
                                 struct search **ret_search,
                                 struct pt_error *err)
{
    for (size_t i = 0; i < r->search_count; i++) {
        const struct pt_written *first = r->searches[i]->first;

        if (pt_strings_are_same(&first->addresses, &written->addresses) &&
            pt_strings_are_same(&first->options, &written->options)) {
            *ret_search = r->searches[i];
            return PT_OK;
        }
    }
    return begin_search(r, written, ret_search, err);
}

/* ---- files ---- */

static const char *folder_of(struct pt_arena *arena, const char *path,
                             size_t less)
{
    return pt_arena_strndup(arena, path, strlen(path) - less);
}

/* Where the first file lies, the others lie too: beside it, or, where names
 * count, in the folder that its name begins in. */
static bool choose_paths(struct pt_arena *arena, struct entry *e)
{
    const char *first = e->written->files[0].path;
    const char *name = e->sheet.made.files[0]->name;
    const char *folder =
        e->sheet.writer->keeps_names && pt_has_suffix(first, name)
            ? folder_of(arena, first, strlen(name))
            : folder_of(arena, first, strlen(strrchr(first, '/') + 1));

    e->paths[0] = first;
    for (size_t i = 1; folder && i < e->sheet.made.file_count; i++)
        e->paths[i] = pt_arena_printf(arena, "%s%s", folder,
                                      e->sheet.made.files[i]->name);
    return !pt_arena_failed(arena);
}

static bool is_as_left(const struct pt_manifest *manifest, const char *path,
                       const struct pt_buf *bytes)
{
    const char *known = pt_manifest_digest(manifest, path);
    char digest[PT_SHA256_CHARS];

    return known && pt_sha256(pt_slice(bytes->at, bytes->len), digest) &&
           pt_is(known, digest);
}

static enum pt_status read_files(struct rewriting *r, struct entry *e,
                                 struct pt_error *err)
{
    for (size_t i = 0; i < e->sheet.made.file_count; i++) {
        const struct pt_buf *new = &e->sheet.made.files[i]->bytes;
        struct pt_buf *old = &e->before[i];
        enum pt_status status = pt_file_read(e->paths[i], old, err);

        if (status != PT_OK && status != PT_NOTHING)
            return status;
        e->is_new[i] = status == PT_NOTHING;
        e->is_changed[i] =
            e->is_new[i] || old->len != new->len ||
            memcmp(pt_buf_text(old), pt_buf_text(new), old->len) != 0;
        e->is_foreign |= e->is_changed[i] && !e->is_new[i] &&
                         !is_as_left(&r->manifest, e->paths[i], old);
    }
    return PT_OK;
}

static enum pt_status show_change(struct rewriting *r, const struct entry *e,
                                  struct pt_repair *repair,
                                  struct pt_error *err)
{
    PT_BUF struct pt_buf diff = {0};

    for (size_t i = 0; i < e->sheet.made.file_count; i++) {
        const struct pt_buf *old = &e->before[i];
        const struct pt_buf *new = &e->sheet.made.files[i]->bytes;

        if (!e->is_changed[i])
            continue;
        if (memchr(pt_buf_text(old), '\0', old->len) ||
            memchr(pt_buf_text(new), '\0', new->len))
            pt_buf_printf(&diff, "Binary files %s differ\n", e->paths[i]);
        else if (!pt_diff(e->is_new[i] ? "/dev/null" : e->paths[i],
                          pt_slice(old->at, old->len), e->paths[i],
                          pt_slice(new->at, new->len), &diff))
            return pt_fail_memory(err);
    }
    repair->diff =
        pt_arena_strdup(r->updating->call->arena, pt_buf_text(&diff));
    return repair->diff ? PT_OK : pt_fail_memory(err);
}

static enum pt_status put_files(struct rewriting *r, const struct entry *e,
                                struct pt_error *err)
{
    struct pt_change changes[PT_FILES_MAX];
    size_t count = 0;

    for (size_t i = 0; i < e->sheet.made.file_count; i++)
        if (e->is_changed[i])
            changes[count++] = (struct pt_change){
                .path = e->paths[i],
                .before = &e->before[i],
                .is_new = e->is_new[i],
                .after = &e->sheet.made.files[i]->bytes};
    return pt_change_files(r->updating->run, e->written->client, e->paths[0],
                         changes, count, err);
}

/* As they are from now on. */
static bool note_done(struct rewriting *r, const struct entry *e)
{
    struct pt_arena *arena = r->updating->call->arena;
    size_t count = e->sheet.made.file_count;
    struct pt_written_file *files =
        pt_arena_alloc(arena, count * sizeof(*files) + 1);
    struct pt_written *more =
        pt_arena_grow(arena, r->done, r->done_count, sizeof(*more));

    for (size_t i = 0; files && i < count; i++) {
        const struct pt_buf *bytes = &e->sheet.made.files[i]->bytes;
        char digest[PT_SHA256_CHARS];

        if (!pt_sha256(pt_slice(bytes->at, bytes->len), digest))
            return false;
        files[i].path = e->paths[i];
        files[i].sha256 = pt_arena_strdup(arena, digest);
    }
    if (!more || pt_arena_failed(arena))
        return false;
    r->done = more;
    more += r->done_count++;
    *more = *e->written;
    more->files = files;
    more->file_count = count;
    return true;
}

/* ---- whom they trust ---- */

/* As the writers spell it: what stands for it in any file that trusts it. */
static bool spell(struct pt_arena *arena,
                  const struct pt_certificate *certificate,
                  struct pt_strings *ret_spellings)
{
    PT_BUF struct pt_buf line = {0};
    char print[PT_FINGERPRINT_CHARS];
    size_t lines = certificate->der_len / LINE_BYTES;

    pt_fingerprint(certificate, print);
    if (lines) /* the last is of its signature */
        pt_base64_add(&line,
                      pt_slice((const char *)certificate->der +
                                   (lines - 1) * LINE_BYTES,
                               LINE_BYTES));
    return !pt_buf_failed(&line) &&
           pt_strings_add(arena, ret_spellings, certificate->sha256) &&
           pt_strings_add(arena, ret_spellings, print) &&
           (!lines ||
            pt_strings_add(arena, ret_spellings, pt_buf_text(&line)));
}

static bool has_any(const struct pt_buf *bytes,
                    const struct pt_strings *spellings)
{
    for (size_t i = 0; i < spellings->count; i++)
        if (pt_slice_find(pt_slice(pt_buf_text(bytes), bytes->len),
                          spellings->at[i]))
            return true;
    return false;
}

/* Would the files trust a certificate that they do not trust now?  False: no
 * memory. */
static bool find_new_certificate(struct pt_arena *arena, struct entry *e,
                                 const struct pt_server *server)
{
    struct pt_strings spellings = {0};
    bool before = false;
    bool after = false;

    if (!server->chosen || !server->certificate)
        return true;
    if (!spell(arena, server->certificate, &spellings))
        return false;
    for (size_t i = 0; i < e->sheet.made.file_count; i++) {
        before |= has_any(&e->before[i], &spellings);
        after |= has_any(&e->sheet.made.files[i]->bytes, &spellings);
    }
    e->is_trusting |= after && !before;
    return true;
}

static bool find_new_certificates(struct pt_arena *arena, struct entry *e)
{
    for (size_t i = 0; i < e->sheet.count; i++)
        for (size_t j = 0; j < e->sheet.accounts[i].server_count; j++)
            if (!find_new_certificate(arena, e,
                                      &e->sheet.accounts[i].servers[j]))
                return false;
    return true;
}

/* ---- one entry ---- */

static enum pt_status end(struct rewriting *r, struct pt_repair *repair,
                          enum pt_repaired outcome, const char *todo,
                          struct pt_error *err)
{
    return pt_repair_end(r->updating, repair, outcome, todo)
               ? PT_OK
               : pt_fail_memory(err);
}

static enum pt_status fail(struct rewriting *r, struct pt_repair *repair,
                           enum pt_repaired outcome,
                           const struct pt_error *why, struct pt_error *err)
{
    const char *reason = pt_repair_reason(r->updating->call->arena, why);

    return reason ? end(r, repair, outcome, reason, err)
                  : pt_fail_memory(err);
}

static enum pt_status replace(struct rewriting *r, struct entry *e,
                              struct pt_repair *repair, struct pt_error *err)
{
    const struct pt_writer *writer = e->sheet.writer;
    struct pt_error why = {0};
    enum pt_status status = PT_OK;

    if (!r->updating->run || e->is_foreign)
        status = show_change(r, e, repair, err);
    if (status != PT_OK)
        return status;
    if (e->is_foreign && !r->updating->call->options.force)
        return end(r, repair, PT_REPAIR_REFUSED,
                   "somebody else has changed it since: --force replaces it, "
                   "and 'portolan undo' puts it back",
                   err);
    if (e->is_trusting && !r->updating->call->options.accept_certificate)
        return end(r, repair, PT_REPAIR_REFUSED,
                   "the bridge has another certificate than the one that this "
                   "file names: if you renewed it, add "
                   "--accept-new-certificate",
                   err);
    if (r->updating->run)
        status = put_files(r, e, &why);
    if (status == PT_NO_MEMORY)
        return pt_fail_memory(err);
    if (status != PT_OK)
        return fail(r, repair, PT_REPAIR_FAILED, &why, err);
    if (r->updating->run && !note_done(r, e))
        return pt_fail_memory(err);
    return writer->is_imported
               ? end(r, repair, PT_REPAIR_MANUAL, writer->import, err)
               : end(r, repair, PT_REPAIR_UPDATED, NULL, err);
}

/* Its client is looked at by itself (update_clients.c), with more care: lines
 * here and there, and no new certificate unasked.  Where only the options tell
 * which bridge is meant, that cannot be; a file as we left it is replaced. */
static bool is_left_to_client(const struct rewriting *r, const struct entry *e)
{
    return pt_strings_have(&r->theirs, e->paths[0]) &&
           (e->is_found || e->is_foreign);
}

static bool is_found(const struct search *search)
{
    const struct pt_writing *writing = &search->writing;

    for (size_t i = 0; i < writing->account_count; i++)
        if (!writing->accounts[i].bridge.name)
            return false;
    return !search->call.options.bridge;
}

static enum pt_status settle(struct rewriting *r, struct entry *e,
                             struct pt_repair *repair, struct pt_error *err)
{
    struct pt_error why = {0};
    enum pt_status status = read_files(r, e, &why);
    bool changed = false;

    if (status == PT_NO_MEMORY)
        return pt_fail_memory(err);
    if (status != PT_OK)
        return fail(r, repair, PT_REPAIR_FAILED, &why, err);
    if (is_left_to_client(r, e)) {
        r->updating->repair_count--;
        return PT_OK;
    }
    for (size_t i = 0; i < e->sheet.made.file_count; i++)
        changed |= e->is_changed[i];
    if (changed && !find_new_certificates(r->updating->call->arena, e))
        return pt_fail_memory(err);
    return changed ? replace(r, e, repair, err)
                   : end(r, repair, PT_REPAIR_CURRENT, NULL, err);
}

static enum pt_status make(struct rewriting *r, struct search *search,
                           struct entry *e, struct pt_repair *repair,
                           struct pt_error *err)
{
    struct pt_arena *arena = r->updating->call->arena;
    const char *first = e->written->files[0].path;
    struct pt_error why = {0};
    enum pt_status status;

    e->sheet.accounts = search->writing.accounts;
    e->sheet.count = search->writing.account_count;
    e->is_found = is_found(search);
    e->sheet.made = (struct pt_output){.arena = arena};
    e->sheet.dir = folder_of(arena, first, strlen(strrchr(first, '/')));
    status = pt_write_make(&search->writing, &e->sheet, &why);
    if (status == PT_NO_MEMORY || !choose_paths(arena, e))
        return pt_fail_memory(err);
    return status == PT_OK ? settle(r, e, repair, err)
                           : fail(r, repair, PT_REPAIR_REFUSED, &why, err);
}

static enum pt_status rewrite(struct rewriting *r,
                              const struct pt_written *written,
                              struct entry *e, struct pt_error *err)
{
    struct pt_arena *arena = r->updating->call->arena;
    struct search *search = NULL;
    struct pt_repair *repair;
    const char *account = "";
    enum pt_status status = search_for(r, written, &search, err);

    if (status != PT_OK)
        return status;
    for (size_t i = 0; account && i < written->addresses.count; i++)
        account = pt_arena_printf(arena, "%s%s%s", account, i ? ", " : "",
                                  written->addresses.at[i]);
    repair = pt_updating_add(r->updating, written->client,
                             written->files[0].path, account);
    if (!repair)
        return pt_fail_memory(err);
    if (search->writing.account_count)
        repair->bridge = search->writing.accounts[0].bridge.name;
    if (search->why.status != PT_OK)
        return fail(r, repair, PT_REPAIR_REFUSED, &search->why, err);
    return make(r, search, e, repair, err);
}

static bool is_there(const char *path)
{
    PT_BUF struct pt_buf bytes = {0};
    enum pt_status status = pt_file_read(path, &bytes, NULL);

    return status != PT_NOTHING;
}

static enum pt_status rewrite_one(struct rewriting *r,
                                  const struct pt_written *written,
                                  struct pt_error *err)
{
    struct entry *e;
    enum pt_status status;

    if (!pt_writer_named(written->client) ||
        !is_there(written->files[0].path))
        return PT_OK;
    e = pt_arena_alloc(r->updating->call->arena, sizeof(*e));
    if (!e)
        return pt_fail_memory(err);
    e->written = written;
    e->sheet.writer = pt_writer_named(written->client);
    status = rewrite(r, written, e, err);
    for (size_t i = 0; i < PT_FILES_MAX; i++)
        pt_buf_free(&e->before[i]);
    pt_output_free(&e->sheet.made);
    return status;
}

static enum pt_status find_theirs(struct rewriting *r, struct pt_error *err)
{
    struct pt_arena *arena = r->updating->call->arena;
    struct pt_installs installs = {.arena = arena};
    enum pt_status status =
        pt_clients_find(&r->updating->place, &installs, err);

    for (size_t i = 0; i < installs.count; i++)
        for (size_t j = 0; j < installs.at[i]->file_count; j++) {
            const char *real =
                pt_path_real(arena, installs.at[i]->files[j].path);

            if (real && !pt_strings_add(arena, &r->theirs, real))
                status = pt_fail_memory(err);
        }
    pt_installs_free(&installs);
    return status;
}

enum pt_status pt_update_written(struct pt_updating *updating,
                                 struct pt_error *err)
{
    struct rewriting r = {.updating = updating};
    struct pt_arena *arena = updating->call->arena;
    enum pt_status status =
        pt_kept_load(arena, &updating->place, &r.manifest, err);

    if (status == PT_OK && r.manifest.count)
        status = find_theirs(&r, err);
    for (size_t i = 0; i < r.manifest.count && status == PT_OK; i++)
        status = rewrite_one(&r, &r.manifest.written[i], err);
    for (size_t i = 0; i < r.search_count; i++)
        pt_buf_free(&r.searches[i]->writing.registry);
    if (status == PT_OK && r.done_count)
        status = pt_kept_add(arena, &updating->place, r.done, r.done_count,
                             err);
    return status;
}
