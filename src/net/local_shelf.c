/* local_shelf.c - a directory of autoconfig files, each for many domains. */
#include "net/local.h"

#include "base/arena.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* Characters of an element <domain> that are looked at: a name has 253. */
enum { ENTRIES_MAX = 64 * 1024, ELEMENT_MAX = 1024 };

/* ---- is the domain in this file? ---- */

static struct pt_slice begin_at(struct pt_slice s, const char *at)
{
    return pt_slice(at, s.len - (size_t)(at - s.at));
}

/* Behind the first of these, or at the end. */
static struct pt_slice skip_past(struct pt_slice s, const char *text)
{
    const char *at = pt_slice_find(s, text);

    return begin_at(s, at ? at + strlen(text) : s.at + s.len);
}

/* rest begins behind "<domain". */
static bool is_domain(struct pt_slice rest, const char *domain)
{
    const char *end;

    if (!rest.len || !strchr(" \t\r\n>", *rest.at))
        return false;
    if (rest.len > ELEMENT_MAX)
        rest.len = ELEMENT_MAX;
    rest = skip_past(rest, ">");
    end = pt_slice_find(rest, "<");
    if (!end)
        return false;
    rest = pt_trim(pt_slice(rest.at, (size_t)(end - rest.at)));
    return rest.len == strlen(domain) &&
           !strncasecmp(rest.at, domain, rest.len);
}

bool pt_shelf_has(struct pt_slice xml, const char *domain)
{
    static const char element[] = "<domain";
    const char *at;

    while ((at = pt_slice_find(xml, "<"))) {
        xml = begin_at(xml, at);
        if (pt_slice_has_prefix(xml, element) &&
            is_domain(skip_past(xml, element), domain))
            return true;
        xml = skip_past(xml, pt_slice_has_prefix(xml, "<!--") ? "-->" : "<");
    }
    return false;
}

/* ---- which file is it? ---- */

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_candidate(const char *name)
{
    return pt_has_suffix(name, ".xml") && pt_is_printable(pt_slice_of(name));
}

/* In name order.  False: there are too many. */
static bool list_files(struct pt_arena *arena, DIR *dir,
                       struct pt_strings *names)
{
    const struct dirent *entry;
    int seen = 0;

    while ((entry = readdir(dir))) {
        bool wanted = is_candidate(entry->d_name);

        if (++seen == ENTRIES_MAX || (wanted && names->count == PT_SHELF_FILES))
            return false;
        if (wanted)
            pt_strings_add(arena, names, entry->d_name);
    }
    if (names->count)
        qsort(names->at, names->count, sizeof(*names->at), compare);
    return true;
}

/* False: this is not it, or cannot be read. */
static bool take_file(const struct pt_ask *ask, int dir, const char *name,
                      struct pt_reply *reply)
{
    struct pt_reply file = {.body.max = PT_FILE_MAX};
    off_t size;
    int fd = pt_open_regular(dir, name, &size, &file);
    bool found;

    if (fd < 0)
        return false;
    pt_read_whole(fd, &file);
    close(fd);
    found = file.status == PT_ANSWER_OK && !pt_buf_failed(&file.body) &&
            pt_shelf_has(pt_slice(file.body.at, file.body.len), ask->within);
    reply->body.oom |= file.body.oom;
    if (found) {
        reply->status = PT_ANSWER_OK;
        pt_buf_printf(&reply->body, "# %s\n", name);
        pt_buf_add(&reply->body, file.body.at, file.body.len);
    }
    pt_buf_free(&file.body);
    return found;
}

static void search(const struct pt_ask *ask, DIR *dir, struct pt_reply *reply)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_strings names = {0};
    bool listed = arena && list_files(arena, dir, &names);

    if (!arena || pt_arena_failed(arena)) {
        reply->body.oom = true;
        return;
    }
    if (!listed) {
        pt_reply_fail(reply, "there are more than %d files", PT_SHELF_FILES);
        return;
    }
    reply->body.max += NAME_MAX + sizeof("# \n");
    for (size_t i = 0; i < names.count; i++)
        if (take_file(ask, dirfd(dir), names.at[i], reply))
            return;
    pt_reply_absent(reply);
}

void pt_local_shelf(const struct pt_ask *ask, struct pt_reply *reply)
{
    int fd = open(ask->what, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);

    if (!dir) {
        pt_reply_errno(reply);
        if (fd >= 0)
            close(fd);
        return;
    }
    search(ask, dir, reply);
    closedir(dir);
}
