#include "serve/publish_list.h"

#include "base/public.h"

#include <string.h>

static enum pt_status fail(struct pt_slice line, struct pt_error *err)
{
    char shown[80];

    pt_make_printable(line, shown, sizeof(shown));
    return pt_fail(err, PT_BAD_INPUT, NULL,
                   "the line '%s' is no digest and a path", shown);
}

static bool is_digest(struct pt_slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!memchr("0123456789abcdef", text.at[i], 16))
            return false;
    return text.len == PT_SHA256_CHARS - 1;
}

/* "DIGEST *PATH" */
static enum pt_status read_line(struct pt_arena *arena, struct pt_slice line,
                                struct pt_publish_list *list,
                                struct pt_error *err)
{
    enum { DIGEST = PT_SHA256_CHARS - 1, PREFIX = DIGEST + 2 };
    char sha256[PT_SHA256_CHARS];
    const char *path;

    if (line.len <= PREFIX || !is_digest(pt_slice(line.at, DIGEST)) ||
        memcmp(line.at + DIGEST, " *", 2) != 0 ||
        !pt_is_line(pt_slice(line.at + PREFIX, line.len - PREFIX)) ||
        list->count == PT_PUBLISH_MARKS_MAX)
        return fail(line, err);
    path = pt_arena_strndup(arena, line.at + PREFIX, line.len - PREFIX);
    if (!path)
        return pt_fail_memory(err);
    if (!pt_public_path_ok(path))
        return fail(line, err);
    memcpy(sha256, line.at, DIGEST);
    sha256[DIGEST] = '\0';
    return pt_publish_list_add(arena, list, path, sha256)
               ? PT_OK
               : pt_fail_memory(err);
}

enum pt_status pt_publish_list_read(struct pt_arena *arena,
                                    struct pt_slice text,
                                    struct pt_publish_list *ret_list,
                                    struct pt_error *err)
{
    struct pt_publish_list list = {0};
    struct pt_slice line;

    while (pt_next_line(&text, &line)) {
        enum pt_status status = read_line(arena, line, &list, err);

        if (status != PT_OK)
            return status;
    }
    *ret_list = list;
    return PT_OK;
}

bool pt_publish_list_add(struct pt_arena *arena, struct pt_publish_list *list,
                         const char *path, const char *sha256)
{
    struct pt_publish_mark *more;

    if (pt_publish_list_has(list, path, sha256))
        return true;
    more = pt_arena_grow(arena, list->at, list->count, sizeof(*more));
    if (!more)
        return false;
    list->at = more;
    more += list->count++;
    more->path = path;
    memcpy(more->sha256, sha256, PT_SHA256_CHARS);
    return true;
}

bool pt_publish_list_has(const struct pt_publish_list *list, const char *path,
                         const char *sha256)
{
    for (size_t i = 0; i < list->count; i++)
        if (pt_is(list->at[i].path, path) &&
            (!sha256 || pt_is(list->at[i].sha256, sha256)))
            return true;
    return false;
}

void pt_publish_list_put(const struct pt_publish_list *list,
                         struct pt_buf *out)
{
    for (size_t i = 0; i < list->count; i++)
        pt_buf_printf(out, "%s *%s\n", list->at[i].sha256, list->at[i].path);
}
