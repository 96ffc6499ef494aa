#include "cli/watch_places.h"

#include "base/file.h"
#include "base/text.h"
#include "cli/remembered.h"
#include "client/kept.h"
#include "format/reader.h"
#include "resolve/kinds.h"
#include "resolve/profiles.h"
#include "source/bridge_rounds.h"

#include <string.h>
#include <sys/stat.h>

enum { PLACES_MAX = 1024 };

struct survey {
    struct pt_arena *arena;
    const struct pt_call *call;
    const struct pt_place *place;
    struct pt_watch_places places;
};

static bool is_listed(const struct pt_watch_places *places, const char *path,
                      const char *name)
{
    for (size_t i = 0; i < places->count; i++)
        if (pt_is(places->at[i].path, path) && pt_is(places->at[i].name, name))
            return true;
    return false;
}

static void add(struct survey *s, const char *path, const char *name,
                bool is_file)
{
    struct pt_watched *more;

    if (!path || *path != '/' || s->places.count == PLACES_MAX ||
        is_listed(&s->places, path, name))
        return;
    more = pt_arena_grow(s->arena, s->places.at, s->places.count,
                         sizeof(*more));
    if (!more)
        return;
    s->places.at = more;
    more[s->places.count++] =
        (struct pt_watched){.path = path, .name = name, .is_file = is_file};
}

/* Folders that everybody writes into: there the name counts. */
static bool is_shared(const struct survey *s, const char *folder)
{
    const struct pt_place *place = s->place;
    size_t len = strlen(place->home);

    return pt_is(folder, place->home) || pt_is(folder, place->config) ||
           pt_is(folder, place->data) || pt_is(folder, place->cache) ||
           pt_is(folder, place->state) ||
           (strncmp(folder, place->home, len) != 0 || folder[len] != '/');
}

/* A file: beside it lies what else may tell of a change. */
static void add_file(struct survey *s, const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;
    const char *folder;

    if (!slash || !slash[1])
        return;
    folder = pt_arena_strndup(s->arena, path,
                              slash > path ? (size_t)(slash - path) : 1);
    if (folder)
        add(s, folder, is_shared(s, folder) ? slash + 1 : NULL, false);
}

/* ---- bridges ---- */

static void add_bridge_place(struct survey *s,
                             const struct pt_bridge_place *bridge_place)
{
    const struct pt_reader *reader = pt_reader_named(bridge_place->reader);
    const char *path;

    if (!bridge_place->path || !reader ||
        !pt_bridge_place_is_here(bridge_place, s->place))
        return;
    path = pt_place_expand(s->arena, s->place, bridge_place->path);
    if (reader->input == PT_READS_LOG)
        add(s, path, NULL, false);
    else
        add_file(s, path);
    for (size_t i = 0; i < bridge_place->unless.count; i++)
        add_file(s, pt_place_expand(s->arena, s->place,
                                    bridge_place->unless.at[i]));
}

static void add_bridges(struct survey *s)
{
    const char *dir = s->call->io->profiles_dir;
    struct pt_strings problems = {0};
    struct pt_bridge_kind *kinds = NULL;
    size_t count = 0;

    if (!dir)
        dir = pt_profiles_dir(s->arena);
    if (!dir || pt_kinds_load(s->arena, dir, s->place, &kinds, &count,
                              &problems, NULL) != PT_OK)
        return;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < kinds[i].place_count; j++)
            add_bridge_place(s, &kinds[i].places[j]);
}

/* ---- portolan's own ---- */

/* The files and folders that the settings were made from. */
static void add_sources(struct survey *s, const struct pt_options *options)
{
    for (size_t i = 0; i < options->said_count; i++) {
        const struct pt_said *said = &options->said[i];
        struct stat st;

        if (!said->row || !(said->row->is & PT_IS_PATH) || !said->value ||
            said->value[0] != '/')
            continue;
        if (!stat(said->value, &st) && S_ISDIR(st.st_mode))
            add(s, pt_path_real(s->arena, said->value), NULL, false);
        else
            add_file(s, pt_path_real(s->arena, said->value));
    }
}

static void add_remembered(struct survey *s, const struct pt_strings *options)
{
    struct pt_call call;

    if (pt_remembered_call(s->call, options, &call, NULL) == PT_OK)
        add_sources(s, &call.options);
}

static void add_kept(struct survey *s)
{
    struct pt_manifest manifest = {0};

    if (pt_kept_load(s->arena, s->place, &manifest, NULL) != PT_OK)
        return;
    for (size_t i = 0; i < manifest.count; i++)
        add_remembered(s, &manifest.written[i].options);
    for (size_t i = 0; i < manifest.set_up_count; i++)
        add_remembered(s, &manifest.set_up[i].options);
}

static void add_own(struct survey *s)
{
    static const char *const folders[] = {
        "${config}/portolan/bridges", "${config}/portolan/providers",
        "${config}/portolan/domains", "/etc/portolan/domains"};

    add(s, pt_place_expand(s->arena, s->place, "${state}/portolan"),
        "manifest.json", false);
    for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
        add(s, pt_place_expand(s->arena, s->place, folders[i]), NULL, false);
}

bool pt_watch_places(struct pt_arena *arena, const struct pt_call *call,
                     const struct pt_place *place,
                     const struct pt_strings *held,
                     struct pt_watch_places *ret_places)
{
    struct pt_call own = *call;
    struct survey s = {.arena = arena, .call = &own, .place = place};

    own.arena = arena;
    add_bridges(&s);
    add_own(&s);
    add_kept(&s);
    add_sources(&s, &call->options);
    for (size_t i = 0; i < held->count; i++)
        add(&s, held->at[i], NULL, true);
    *ret_places = s.places;
    return !pt_arena_failed(arena);
}
