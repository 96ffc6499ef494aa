#include "resolve/profiles.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PROFILES_MAX = 256, /* read of one directory */
    NAMES_MAX = 1024,   /* looked at in one directory */
    PROFILE_FILE_MAX = 64 * 1024,
    PATH_ROOM = 4096,
};

static const char suffix[] = ".json";

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

static void complain(struct pt_profiles *p, const char *path, const char *why)
{
    const char *text =
        pt_arena_printf(p->arena, "passed over '%s': %s", path, why);

    if (text)
        pt_strings_add(p->arena, p->problems, text);
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
static struct pt_strings list_profiles(struct pt_profiles *p, const char *dir)
{
    struct pt_strings names = {0};
    DIR *stream = opendir(dir);
    const struct dirent *entry;

    if (!stream && errno != ENOENT)
        complain(p, dir, strerror(errno));
    if (!stream)
        return names;
    while (names.count < NAMES_MAX && (entry = readdir(stream)))
        if (is_profile(entry->d_name) &&
            !pt_strings_add(p->arena, &names, entry->d_name))
            break;
    closedir(stream);
    if (names.count)
        qsort(names.at, names.count, sizeof(*names.at), by_name);
    return names;
}

/* ---- one file ---- */

static const char *name_of(const void *profile)
{
    return *(const char *const *)profile;
}

/* The profile of this name, which the new one replaces; or a new place. */
static void *place_for(struct pt_profiles *p, const char *name)
{
    size_t size = p->shelf->size;
    char *more;

    for (size_t i = 0; i < p->count; i++)
        if (pt_is(name_of((char *)p->at + i * size), name))
            return (char *)p->at + i * size;
    more = pt_arena_grow(p->arena, p->at, p->count, size);
    if (!more)
        return NULL;
    p->at = more;
    return more + p->count++ * size;
}

/* A profile is found, and replaced, by the name of its file. */
static enum pt_status read_profile(struct pt_profiles *p, const char *path,
                                   const char *file, void *profile,
                                   struct pt_error *err)
{
    PT_BUF struct pt_buf text = {.max = PROFILE_FILE_MAX};
    enum pt_status status = pt_file_read(path, &text, err);

    if (status == PT_OK)
        status = p->shelf->read(p->arena, pt_slice(text.at, text.len), profile,
                                err);
    if (status == PT_OK && !pt_slice_is(pt_slice(file, strlen(file) -
                                                           strlen(suffix)),
                                        name_of(profile)))
        return pt_fail(err, PT_BAD_INPUT, NULL,
                       "it names itself '%s', and its file does not",
                       name_of(profile));
    return status;
}

/* False: no memory. */
static bool load_file(struct pt_profiles *p, const char *dir, const char *file)
{
    const char *path = pt_arena_printf(p->arena, "%s/%s", dir, file);
    void *profile = pt_arena_alloc(p->arena, p->shelf->size);
    struct pt_error err = {0};
    enum pt_status status = path && profile
                                ? read_profile(p, path, file, profile, &err)
                                : PT_NO_MEMORY;
    void *place;

    if (status == PT_NO_MEMORY)
        return false;
    if (status != PT_OK) {
        complain(p, path, err.text);
        return true;
    }
    place = place_for(p, name_of(profile));
    if (place)
        memcpy(place, profile, p->shelf->size);
    return place;
}

static bool load_dir(struct pt_profiles *p, const char *dir)
{
    struct pt_strings names = list_profiles(p, dir);

    for (size_t i = 0; i < names.count; i++) {
        if (i == PROFILES_MAX) {
            complain(p, dir, "more than 256 profiles are in it");
            break;
        }
        if (!load_file(p, dir, names.at[i]))
            return false;
    }
    return !pt_arena_failed(p->arena);
}

bool pt_profiles_load(struct pt_profiles *profiles, const char *profiles_dir,
                      const struct pt_place *place)
{
    struct pt_arena *arena = profiles->arena;
    const char *ours =
        pt_arena_printf(arena, "%s/%s", profiles_dir, profiles->shelf->dir);
    const char *users = place->config
                            ? pt_arena_printf(arena, "%s/portolan/%s",
                                              place->config,
                                              profiles->shelf->dir)
                            : NULL;

    return !pt_arena_failed(arena) && load_dir(profiles, ours) &&
           (!users || load_dir(profiles, users));
}
