/* folder_watch_linux.c - Linux: inotify(7).
 *
 * A folder's own watch stays with it when a folder above it is moved, so those
 * above it are watched as well, for the name of the next one on the way down.
 */
#include "net/folder_watch.h"

#include "base/arena.h"
#include "base/text.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum { NODES_MAX = 4096, CHUNK = 16 * 1024, CHUNKS_MAX = 256 };

/* No IN_MODIFY: a log grows all the time.  No IN_CLOSE_NOWRITE: whoever looks
 * at a file would be told of himself. */
static const uint32_t of_way = IN_ONLYDIR | IN_CREATE | IN_DELETE |
                               IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF |
                               IN_MOVE_SELF;
static const uint32_t of_folder = of_way | IN_CLOSE_WRITE;
static const uint32_t of_file = IN_CLOSE_WRITE | IN_DELETE_SELF | IN_MOVE_SELF;
static const uint32_t of_itself =
    IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT;

/* What the kernel watches for us; one watch may have several paths. */
struct node {
    const char *path;
    int wd;
};

/* All that pt_folder_watch_set() was given, and what came of it. */
struct list {
    struct pt_arena *arena;
    struct pt_watched *watched;
    size_t watched_count;
    struct node *nodes;
    size_t node_count;
};

struct pt_folder_watch {
    int fd;
    char *top;
    struct list list;
};

enum pt_status pt_folder_watch_new(const char *top,
                                   struct pt_folder_watch **ret_watch,
                                   struct pt_error *err)
{
    struct pt_folder_watch *watch = calloc(1, sizeof(*watch));

    if (!watch)
        return pt_fail_memory(err);
    watch->top = strdup(top);
    watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (watch->fd >= 0 && watch->top) {
        *ret_watch = watch;
        return PT_OK;
    }
    if (watch->fd < 0)
        pt_fail(err, PT_CANNOT_WRITE, "raise fs.inotify.max_user_instances",
                "the system watches no folders: %s", strerror(errno));
    else
        pt_fail_memory(err);
    pt_folder_watch_free(watch);
    return err ? err->status : PT_CANNOT_WRITE;
}

void pt_folder_watch_free(struct pt_folder_watch *watch)
{
    if (!watch)
        return;
    if (watch->fd >= 0)
        close(watch->fd);
    pt_arena_free(watch->list.arena);
    free(watch->top);
    free(watch);
}

int pt_folder_watch_fd(const struct pt_folder_watch *watch)
{
    return watch->fd;
}

/* ---- what is watched ---- */

/* Is it folder, or below it?  *ret_rest is what follows. */
static bool is_within(const char *path, const char *folder,
                      const char **ret_rest)
{
    size_t len = strlen(folder);

    while (len && folder[len - 1] == '/')
        len--;
    *ret_rest = path + len;
    return !strncmp(path, folder, len) && (!path[len] || path[len] == '/');
}

static bool is_missing(int code)
{
    return code == ENOENT || code == ENOTDIR || code == EACCES ||
           code == ELOOP || code == ENAMETOOLONG;
}

/* False: it is not there, or errno is another. */
static bool add_node(struct pt_folder_watch *watch, const char *path,
                     uint32_t mask)
{
    struct list *list = &watch->list;
    struct node *more;
    int wd;

    if (list->node_count == NODES_MAX) {
        errno = ENOSPC;
        return false;
    }
    wd = inotify_add_watch(watch->fd, path, mask | IN_MASK_ADD);
    if (wd < 0)
        return false;
    for (size_t i = 0; i < list->node_count; i++)
        if (list->nodes[i].wd == wd && pt_is(list->nodes[i].path, path))
            return true;
    more = pt_arena_grow(list->arena, list->nodes, list->node_count,
                         sizeof(*more));
    if (!more) {
        errno = ENOMEM;
        return false;
    }
    list->nodes = more;
    more[list->node_count++] = (struct node){.path = path, .wd = wd};
    return true;
}

static const char *parent_of(struct pt_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash || !slash[1])
        return NULL;
    return pt_arena_strndup(arena, path,
                            slash > path ? (size_t)(slash - path) : 1);
}

/* The folder, and the way to it, from above: what appears below a folder that
 * is watched by then is told.  False: errno says why. */
static bool cover(struct pt_folder_watch *watch, const char *path,
                  uint32_t mask)
{
    const char *rest;
    bool is_below = is_within(path, watch->top, &rest) && *rest;
    const char *parent = parent_of(watch->list.arena, path);

    if (is_below && parent && !cover(watch, parent, of_way))
        return false;
    if (add_node(watch, path, mask))
        return true;
    if (!is_missing(errno))
        return false;
    if (is_below || !parent)
        return true;
    return cover(watch, parent, of_way) &&
           (add_node(watch, path, mask) || is_missing(errno));
}

static bool cover_all(struct pt_folder_watch *watch)
{
    for (size_t i = 0; i < watch->list.watched_count; i++) {
        const struct pt_watched *watched = &watch->list.watched[i];

        if (watched->is_file) {
            if (!add_node(watch, watched->path, of_file) && !is_missing(errno))
                return false;
        } else if (!cover(watch, watched->path, of_folder)) {
            return false;
        }
    }
    return true;
}

static bool has_wd(const struct list *list, int wd)
{
    for (size_t i = 0; i < list->node_count; i++)
        if (list->nodes[i].wd == wd)
            return true;
    return false;
}

static bool copy_list(struct list *list, const struct pt_watched *from,
                      size_t count)
{
    list->arena = pt_arena_new();
    if (!list->arena)
        return false;
    list->watched =
        pt_arena_alloc(list->arena, count * sizeof(*list->watched) + 1);
    for (size_t i = 0; list->watched && i < count; i++)
        list->watched[i] = (struct pt_watched){
            .path = pt_arena_strdup(list->arena, from[i].path),
            .name = pt_arena_strdup(list->arena, from[i].name),
            .is_file = from[i].is_file};
    list->watched_count = count;
    return !pt_arena_failed(list->arena);
}

enum pt_status pt_folder_watch_set(struct pt_folder_watch *watch,
                                   const struct pt_watched *list, size_t count,
                                   struct pt_error *err)
{
    struct list old = watch->list;
    bool is_covered;
    int code;

    watch->list = (struct list){0};
    if (!copy_list(&watch->list, list, count)) {
        pt_arena_free(watch->list.arena);
        watch->list = old;
        return pt_fail_memory(err);
    }
    is_covered = cover_all(watch);
    code = errno;
    for (size_t i = 0; i < old.node_count; i++)
        if (!has_wd(&watch->list, old.nodes[i].wd))
            inotify_rm_watch(watch->fd, old.nodes[i].wd);
    pt_arena_free(old.arena);
    if (is_covered)
        return PT_OK;
    return code == ENOMEM
               ? pt_fail_memory(err)
               : pt_fail(err, PT_CANNOT_WRITE,
                         "raise fs.inotify.max_user_watches",
                         "not all folders can be watched: %s", strerror(code));
}

/* ---- what is told ---- */

struct news {
    bool is_wanted;
    bool is_stale; /* other folders are there than before */
};

static void hear_name(const struct list *list, const struct node *node,
                      const char *name, struct news *news)
{
    size_t len = strlen(name);

    for (size_t i = 0; i < list->watched_count; i++) {
        const struct pt_watched *watched = &list->watched[i];
        const char *rest;

        if (!is_within(watched->path, node->path, &rest))
            continue;
        if (!*rest) {
            news->is_wanted |= !watched->name || pt_is(watched->name, name);
        } else if (!strncmp(rest + 1, name, len) &&
                   (!rest[1 + len] || rest[1 + len] == '/')) {
            news->is_wanted = true;
            news->is_stale = true;
        }
    }
}

static void hear(const struct list *list, const struct inotify_event *event,
                 struct news *news)
{
    if (event->mask & IN_Q_OVERFLOW)
        *news = (struct news){.is_wanted = true, .is_stale = true};
    for (size_t i = 0; i < list->node_count; i++) {
        if (list->nodes[i].wd != event->wd)
            continue;
        if (event->mask & of_itself)
            *news = (struct news){.is_wanted = true, .is_stale = true};
        else
            hear_name(list, &list->nodes[i], event->len ? event->name : "",
                      news);
    }
}

static void hear_chunk(const struct list *list, const char *chunk, size_t len,
                       struct news *news)
{
    while (len >= sizeof(struct inotify_event)) {
        const struct inotify_event *event = (const void *)chunk;
        size_t size = sizeof(*event) + event->len;

        if (size > len)
            return;
        hear(list, event, news);
        chunk += size;
        len -= size;
    }
}

bool pt_folder_watch_read(struct pt_folder_watch *watch)
{
    _Alignas(struct inotify_event) char chunk[CHUNK];
    struct news news = {0};

    for (int i = 0; i < CHUNKS_MAX; i++) {
        ssize_t n = read(watch->fd, chunk, sizeof(chunk));

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        hear_chunk(&watch->list, chunk, (size_t)n, &news);
    }
    if (news.is_stale)
        (void)pt_folder_watch_set(watch, watch->list.watched,
                                  watch->list.watched_count, NULL);
    return news.is_wanted;
}
