#include "resolve/kinds.h"

#include "base/file.h"
#include "format/bridgekind.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    KINDS_MAX = 64,
    NAMES_MAX = 1024, /* looked at in one directory */
    KIND_FILE_MAX = 64 * 1024,
    PATH_ROOM = 4096,
};

static const char suffix[] = ".json";

struct loading {
    struct pt_arena *arena;
    struct pt_bridge_kind *kinds;
    size_t count;
    struct pt_strings *problems;
};

/* ---- where the profiles are ---- */

/* The directory of the running program; only Linux tells. */
static const char *program_dir(char path[PATH_ROOM])
{
    ssize_t len = readlink("/proc/self/exe", path, PATH_ROOM);
    char *slash;

    if (len <= 0 || len == PATH_ROOM)
        return NULL;
    path[len] = '\0';
    slash = strrchr(path, '/');
    if (!slash)
        return NULL;
    *slash = '\0';
    return path;
}

/* "DIR/src/portolan", or libtool's "DIR/src/.libs/portolan", was built and not
 * installed: its profiles are in "DIR/profiles". */
static const char *beside_program(struct pt_arena *arena)
{
    static const char *const built[] = {"/src", "/src/.libs"};
    char path[PATH_ROOM];
    const char *dir = program_dir(path);
    const char *bridges;

    for (size_t i = 0; dir && i < sizeof(built) / sizeof(*built); i++) {
        if (!pt_has_suffix(dir, built[i]))
            continue;
        bridges = pt_arena_printf(arena, "%.*s/profiles/bridges",
                                  (int)(strlen(dir) - strlen(built[i])), dir);
        if (bridges && !access(bridges, R_OK))
            return pt_arena_strndup(arena, bridges,
                                    strlen(bridges) - strlen("/bridges"));
    }
    return NULL;
}

const char *pt_profiles_dir(struct pt_arena *arena)
{
    const char *named = getenv("PORTOLAN_PROFILES");
    const char *beside;

    if (named && *named)
        return pt_arena_strdup(arena, named);
    beside = beside_program(arena);
    if (pt_arena_failed(arena))
        return NULL;
    return beside ? beside : PT_PROFILES_DIR;
}

/* ---- one directory ---- */

static void complain(struct loading *l, const char *path, const char *why)
{
    const char *text =
        pt_arena_printf(l->arena, "passed over '%s': %s", path, why);

    if (text)
        pt_strings_add(l->arena, l->problems, text);
}

static bool is_profile(const char *name)
{
    return name[0] != '.' && pt_has_suffix(name, suffix);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of the profiles of a directory, in order. */
static struct pt_strings list_profiles(struct loading *l, const char *dir)
{
    struct pt_strings names = {0};
    DIR *stream = opendir(dir);
    const struct dirent *entry;

    if (!stream && errno != ENOENT)
        complain(l, dir, strerror(errno));
    if (!stream)
        return names;
    while (names.count < NAMES_MAX && (entry = readdir(stream)))
        if (is_profile(entry->d_name) &&
            !pt_strings_add(l->arena, &names, entry->d_name))
            break;
    closedir(stream);
    if (names.count)
        qsort(names.at, names.count, sizeof(*names.at), by_name);
    return names;
}

/* ---- one file ---- */

/* The kind of this name, which the new one replaces; or a new place. */
static struct pt_bridge_kind *place_for(struct loading *l, const char *name)
{
    struct pt_bridge_kind *more;

    for (size_t i = 0; i < l->count; i++)
        if (pt_is(l->kinds[i].name, name))
            return &l->kinds[i];
    more = pt_arena_grow(l->arena, l->kinds, l->count, sizeof(*more));
    if (!more)
        return NULL;
    l->kinds = more;
    return &more[l->count++];
}

/* A profile is found, and replaced, by the name of its file. */
static enum pt_status read_kind(struct loading *l, const char *path,
                                const char *file, struct pt_bridge_kind *kind,
                                struct pt_error *err)
{
    PT_BUF struct pt_buf text = {.max = KIND_FILE_MAX};
    enum pt_status status = pt_file_read(path, &text, err);

    if (status == PT_OK)
        status = pt_bridge_kind_read(l->arena, pt_slice(text.at, text.len),
                                     kind, err);
    if (status == PT_OK &&
        !pt_slice_is(pt_slice(file, strlen(file) - strlen(suffix)), kind->name))
        return pt_fail(err, PT_BAD_INPUT, NULL,
                       "it names itself '%s', and its file does not",
                       kind->name);
    return status;
}

/* False: no memory. */
static bool load_file(struct loading *l, const char *dir, const char *file)
{
    const char *path = pt_arena_printf(l->arena, "%s/%s", dir, file);
    struct pt_bridge_kind kind = {0};
    struct pt_bridge_kind *place;
    struct pt_error err = {0};
    enum pt_status status =
        path ? read_kind(l, path, file, &kind, &err) : PT_NO_MEMORY;

    if (status == PT_NO_MEMORY)
        return false;
    if (status != PT_OK) {
        complain(l, path, err.text);
        return true;
    }
    place = place_for(l, kind.name);
    if (place)
        *place = kind;
    return place;
}

static bool load_dir(struct loading *l, const char *dir)
{
    struct pt_strings names = list_profiles(l, dir);

    for (size_t i = 0; i < names.count; i++) {
        if (i == KINDS_MAX) {
            complain(l, dir, "more than 64 profiles are in it");
            break;
        }
        if (!load_file(l, dir, names.at[i]))
            return false;
    }
    return !pt_arena_failed(l->arena);
}

enum pt_status pt_kinds_load(struct pt_arena *arena, const char *profiles_dir,
                             const struct pt_place *place,
                             struct pt_bridge_kind **ret_kinds,
                             size_t *ret_count, struct pt_strings *problems,
                             struct pt_error *err)
{
    struct loading l = {.arena = arena, .problems = problems};
    const char *ours = pt_arena_printf(arena, "%s/bridges", profiles_dir);
    const char *users =
        place->config
            ? pt_arena_printf(arena, "%s/portolan/bridges", place->config)
            : NULL;

    if (pt_arena_failed(arena) || !load_dir(&l, ours) ||
        (users && !load_dir(&l, users)))
        return pt_fail_memory(err);
    if (!l.count)
        return pt_fail(err, PT_BAD_INPUT,
                       "install portolan, or name its profiles with "
                       "PORTOLAN_PROFILES",
                       "no bridge is known: nothing usable in '%s/bridges'",
                       profiles_dir);
    *ret_kinds = l.kinds;
    *ret_count = l.count;
    return PT_OK;
}
