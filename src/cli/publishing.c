/* publishing.c - files into place, and no file twice.
 *
 * What is known of several domains at once is put into place together, because
 * to see it safely on the disk takes as long for one as for all of them.
 *
 * Before anything is put into place, a list of how it will look, and how what
 * it replaces looks, is: whenever we are stopped, all that is ours is known as
 * ours.
 */
#include "cli/publishing.h"

#include "base/diff.h"
#include "serve/publish_list.h"

enum { FILE_MAX = 1024 * 1024 };

#define LISTS ".portolan-publish/list/"

/* A domain that is settled, but for its files. */
struct pt_publish_pending {
    struct pt_publish_report report; /* comes first: see pending_of() */
    struct pt_publish_pending *next;
    const char *list_path;
    struct pt_publish_list left; /* what is ours once what is gone is gone */
    bool has_gone;               /* the list has to forget something */
};

/* One domain's files, as they are looked at. */
struct work {
    struct pt_publishing *p;
    struct pt_arena *arena;
    const struct pt_publish_files *files;
    const char *list_path;
    struct pt_publish_list had;  /* what we have written, as we left it */
    struct pt_publish_list next; /* what will be ours */
    struct pt_publish_report *report;
    bool has_changes;
};

static bool is_open(const struct pt_publishing *p)
{
    return p->tree.fd >= 0;
}

/* What was there stays, or is for the next run. */
static void fail_report(struct pt_publish_report *report)
{
    report->outcome = PT_PUBLISHED_FAILED;
    report->change_count = 0;
}

/* ---- what is there ---- */

static enum pt_status load_list(struct work *w, struct pt_error *err)
{
    PT_BUF struct pt_buf text = {.max = PT_PUBLISH_LIST_MAX};
    struct pt_error why = {0};
    enum pt_status status;
    const char *kept;

    if (!is_open(w->p))
        return PT_OK;
    status = pt_public_read(&w->p->tree, w->list_path, &text, err);
    if (status != PT_OK)
        return status == PT_NOTHING ? PT_OK : status;
    kept = pt_arena_strndup(w->arena, pt_buf_text(&text), text.len);
    if (!kept)
        return pt_fail_memory(err);
    status = pt_publish_list_read(w->arena, pt_slice(kept, text.len), &w->had,
                                  &why);
    if (status == PT_BAD_INPUT)
        return pt_fail(err, PT_CANNOT_WRITE,
                       "remove it, and look what else has changed there",
                       "'%s/%s' cannot be used: %s", w->p->root, w->list_path,
                       why.text);
    return status == PT_OK ? PT_OK : pt_fail_memory(err);
}

/* PT_NOTHING: nothing is there. */
static enum pt_status read_there(const struct work *w, const char *path,
                                 struct pt_buf *bytes,
                                 char sha256[PT_SHA256_CHARS],
                                 struct pt_error *err)
{
    enum pt_status status = PT_NOTHING;

    if (is_open(w->p))
        status = pt_public_read(&w->p->tree, path, bytes, err);
    if (status == PT_OK &&
        !pt_sha256(pt_slice(pt_buf_text(bytes), bytes->len), sha256))
        return pt_fail_memory(err);
    return status;
}

/* ---- what is to be done ---- */

static const char *diff_of(struct work *w, const char *path,
                           const struct pt_buf *before, struct pt_slice after)
{
    PT_BUF struct pt_buf diff = {0};
    const char *shown =
        pt_arena_printf(w->arena, "%s/%s", w->p->call->options.output, path);

    if (!w->p->call->options.dry_run)
        return NULL;
    if (!shown ||
        !pt_diff(before->at ? shown : "/dev/null",
                 pt_slice(pt_buf_text(before), before->len),
                 after.at ? shown : "/dev/null", after, &diff) ||
        pt_buf_failed(&diff)) {
        pt_arena_fail(w->arena);
        return NULL;
    }
    return pt_arena_strdup(w->arena, pt_buf_text(&diff));
}

static void note_change(struct work *w, struct pt_publish_change change)
{
    struct pt_publish_report *report = w->report;
    struct pt_publish_change *more =
        pt_arena_grow(w->arena, report->changes, report->change_count,
                      sizeof(*more));

    if (!more)
        return;
    report->changes = more;
    more[report->change_count++] = change;
}

static enum pt_status fail_foreign(const struct work *w, const char *path,
                                   struct pt_error *err)
{
    return pt_fail(err, PT_CANNOT_WRITE, "--force replaces it",
                   "'%s/%s' is not as portolan has left it, and stays so",
                   w->p->root, path);
}

static enum pt_status look_at_file(struct work *w,
                                   const struct pt_publish_file *file,
                                   struct pt_error *err)
{
    PT_BUF struct pt_buf there = {.max = FILE_MAX};
    struct pt_publish_change change = {.path = file->path};
    char is[PT_SHA256_CHARS];
    char will[PT_SHA256_CHARS];
    enum pt_status status = read_there(w, file->path, &there, is, err);

    if (status != PT_OK && status != PT_NOTHING)
        return status;
    if (!pt_sha256(file->bytes, will))
        return pt_fail_memory(err);
    if (status == PT_NOTHING)
        change.act = PT_PUBLISH_NEW;
    else if (!pt_is(is, will))
        change.act = PT_PUBLISH_CHANGED;
    if (change.act == PT_PUBLISH_CHANGED &&
        !pt_publish_list_has(&w->had, file->path, is) &&
        !w->p->call->options.force)
        return fail_foreign(w, file->path, err);
    change.path = pt_arena_strdup(w->arena, file->path);
    if (!change.path)
        return pt_fail_memory(err);
    pt_publish_list_add(w->arena, &w->next, change.path, will);
    if (change.act == PT_PUBLISH_CHANGED)
        pt_publish_list_add(w->arena, &w->next, change.path, is);
    if (change.act == PT_PUBLISH_SAME)
        return PT_OK;
    change.diff = diff_of(w, file->path, &there, file->bytes);
    note_change(w, change);
    return PT_OK;
}

static bool is_still_wanted(const struct work *w, const char *path)
{
    for (size_t i = 0; i < w->files->count; i++)
        if (pt_is(w->files->at[i].path, path))
            return true;
    return false;
}

/* What the domain had and has no more.  What somebody has changed since is his
 * now, and stays. */
static enum pt_status look_at_mark(struct work *w,
                                   const struct pt_publish_mark *mark,
                                   struct pt_error *err)
{
    PT_BUF struct pt_buf there = {.max = FILE_MAX};
    char is[PT_SHA256_CHARS];
    enum pt_status status;

    if (is_still_wanted(w, mark->path))
        return PT_OK;
    w->has_changes = true; /* the list is, in any case */
    status = read_there(w, mark->path, &there, is, err);
    if (status == PT_NO_MEMORY)
        return status;
    if (status != PT_OK || !pt_is(is, mark->sha256))
        return PT_OK;
    pt_publish_list_add(w->arena, &w->next, mark->path, is);
    note_change(w, (struct pt_publish_change){
                       .path = mark->path,
                       .act = PT_PUBLISH_GONE,
                       .diff = diff_of(w, mark->path, &there,
                                       pt_slice(NULL, 0))});
    return PT_OK;
}

/* A list that knows all that it has to know is left as it is. */
static bool is_list_whole(const struct work *w)
{
    for (size_t i = 0; i < w->next.count; i++)
        if (!pt_publish_list_has(&w->had, w->next.at[i].path,
                                 w->next.at[i].sha256))
            return false;
    return true;
}

static enum pt_status look(struct work *w, struct pt_error *err)
{
    enum pt_status status = load_list(w, err);

    for (size_t i = 0; status == PT_OK && i < w->files->count; i++)
        status = look_at_file(w, &w->files->at[i], err);
    for (size_t i = 0; status == PT_OK && i < w->had.count; i++)
        status = look_at_mark(w, &w->had.at[i], err);
    if (status != PT_OK)
        return status;
    if (pt_arena_failed(w->arena))
        return pt_fail_memory(err);
    w->has_changes |= w->report->change_count > 0 || !is_list_whole(w);
    return PT_OK;
}

/* ---- doing it ---- */

static enum pt_status stage_list(struct pt_publishing *p,
                                 const struct pt_publish_pending *pending,
                                 const struct pt_publish_list *list,
                                 struct pt_error *err)
{
    PT_BUF struct pt_buf text = {0};

    pt_publish_list_put(list, &text);
    if (pt_buf_failed(&text))
        return pt_fail_memory(err);
    return pt_public_stage(&p->tree, pending, pending->list_path,
                           pt_slice(pt_buf_text(&text), text.len), err);
}

static const struct pt_publish_file *file_at(const struct work *w,
                                             const char *path)
{
    for (size_t i = 0; i < w->files->count; i++)
        if (pt_is(w->files->at[i].path, path))
            return &w->files->at[i];
    return NULL;
}

static enum pt_status stage_files(struct work *w,
                                  struct pt_publish_pending *pending,
                                  struct pt_error *err)
{
    const struct pt_publish_report *report = w->report;
    struct pt_public *tree = &w->p->tree;
    enum pt_status status = PT_OK;

    if (!is_list_whole(w))
        status = stage_list(w->p, pending, &w->next, err);
    for (size_t i = 0; status == PT_OK && i < report->change_count; i++) {
        const struct pt_publish_file *file =
            file_at(w, report->changes[i].path);

        if (file)
            status =
                pt_public_stage(tree, pending, file->path, file->bytes, err);
    }
    if (status != PT_OK)
        pt_public_drop(tree, pending);
    return status;
}

/* What is gone need not be known any more, once it is. */
static enum pt_status note_gone(const struct work *w,
                                struct pt_publish_pending *pending,
                                struct pt_error *err)
{
    for (size_t i = 0; i < w->had.count; i++)
        pending->has_gone |= !is_still_wanted(w, w->had.at[i].path);
    for (size_t i = 0; pending->has_gone && i < w->next.count; i++)
        if (is_still_wanted(w, w->next.at[i].path) &&
            !pt_publish_list_add(w->arena, &pending->left, w->next.at[i].path,
                                 w->next.at[i].sha256))
            return pt_fail_memory(err);
    return PT_OK;
}

static enum pt_status stage(struct work *w,
                            struct pt_publish_pending *pending,
                            struct pt_error *err)
{
    enum pt_status status;

    if (!w->has_changes || w->p->call->options.dry_run)
        return PT_OK;
    pending->list_path = w->list_path;
    status = note_gone(w, pending, err);
    return status == PT_OK ? stage_files(w, pending, err) : status;
}

static enum pt_status check_grade(const struct work *w,
                                  enum pt_publish_grade grade,
                                  struct pt_error *err)
{
    if (grade == PT_PUBLISH_WHOLE || !w->had.count || !w->has_changes)
        return PT_OK;
    return pt_fail(err, PT_UNREACHABLE,
                   "'portolan find --explain' tells which; --skip SOURCE does "
                   "without one",
                   "%s stays as it was: sources that might know better could "
                   "not be asked",
                   w->report->domain);
}

/* ---- what is pending ---- */

static struct pt_publish_pending *pending_of(struct pt_publish_report *report)
{
    return (struct pt_publish_pending *)report;
}

struct pt_publish_report *pt_publishing_report(struct pt_publishing *p,
                                               const char *domain)
{
    struct pt_publish_pending *pending;

    if (!p->arena) {
        p->arena = pt_arena_new();
        p->last = &p->pending;
    }
    pending = p->arena ? pt_arena_alloc(p->arena, sizeof(*pending)) : NULL;
    if (!pending)
        return NULL;
    pending->report.domain = pt_arena_strdup(p->arena, domain);
    if (pt_arena_failed(p->arena))
        return NULL;
    *p->last = pending;
    p->last = &pending->next;
    p->pending_count++;
    return &pending->report;
}

bool pt_publishing_awaits(const struct pt_publishing *p, const char *domain)
{
    for (const struct pt_publish_pending *at = p->pending; at; at = at->next)
        if (at->report.domain && pt_is(at->report.domain, domain))
            return true;
    return false;
}

enum pt_status pt_publishing_put(struct pt_publishing *p, const char *name,
                                 const struct pt_publish_files *files,
                                 enum pt_publish_grade grade,
                                 struct pt_publish_report *report,
                                 struct pt_error *err)
{
    struct work w = {.p = p,
                     .arena = p->arena,
                     .files = files,
                     .list_path = pt_arena_printf(p->arena, LISTS "%s", name),
                     .report = report};
    enum pt_status status =
        w.list_path ? look(&w, &report->why) : pt_fail_memory(err);

    if (status == PT_OK)
        status = check_grade(&w, grade, &report->why);
    if (status == PT_OK)
        status = stage(&w, pending_of(report), &report->why);
    if (status == PT_NO_MEMORY)
        return pt_fail_memory(err);
    report->files = files->count;
    report->outcome = w.has_changes ? PT_PUBLISHED : PT_PUBLISHED_CURRENT;
    if (status != PT_OK)
        fail_report(report);
    return PT_OK;
}

static void on_failed(void *ctx, const void *owner, const struct pt_error *err)
{
    struct pt_publishing *p = ctx;

    for (struct pt_publish_pending *at = p->pending; at; at = at->next)
        if (at == owner && at->report.why.status == PT_OK) {
            at->report.why = *err;
            fail_report(&at->report);
        }
}

static enum pt_status remove_gone(struct pt_publishing *p,
                                  struct pt_publish_pending *pending,
                                  struct pt_error *err)
{
    struct pt_publish_report *report = &pending->report;
    enum pt_status status = PT_OK;

    for (size_t i = 0; status == PT_OK && i < report->change_count; i++)
        if (report->changes[i].act == PT_PUBLISH_GONE)
            status = pt_public_remove(&p->tree, report->changes[i].path,
                                      &report->why);
    if (status == PT_OK)
        status = stage_list(p, pending, &pending->left, &report->why);
    if (status == PT_NO_MEMORY)
        return pt_fail_memory(err);
    if (status != PT_OK)
        fail_report(report);
    return PT_OK;
}

static enum pt_status put_into_place(struct pt_publishing *p,
                                     struct pt_error *err)
{
    enum pt_status status = PT_OK;

    if (!is_open(p) || p->call->options.dry_run)
        return PT_OK;
    pt_public_settle(&p->tree, on_failed, p);
    for (struct pt_publish_pending *at = p->pending; at && status == PT_OK;
         at = at->next)
        if (at->has_gone && at->report.why.status == PT_OK)
            status = remove_gone(p, at, err);
    pt_public_settle(&p->tree, on_failed, p);
    return status;
}

enum pt_status pt_publishing_flush(struct pt_publishing *p,
                                   struct pt_error *err)
{
    enum pt_status status = put_into_place(p, err);

    for (struct pt_publish_pending *at = p->pending; at && status == PT_OK;
         at = at->next)
        status = pt_publish_tell(p, &at->report, err);
    pt_publishing_drop(p);
    return status;
}

void pt_publishing_drop(struct pt_publishing *p)
{
    pt_arena_free(p->arena);
    p->arena = NULL;
    p->pending = NULL;
    p->pending_count = 0;
}

bool pt_publishing_has(const struct pt_publishing *p, const char *name)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    PT_BUF struct pt_buf text = {.max = PT_PUBLISH_LIST_MAX};
    const char *path =
        arena ? pt_arena_printf(arena, LISTS "%s", name) : NULL;

    return path && is_open(p) &&
           pt_public_read(&p->tree, path, &text, NULL) == PT_OK;
}
