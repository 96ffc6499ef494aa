/* thunderbird.c - the profiles of Thunderbird: prefs.js, user.js, and
 * cert_override.txt with the certificates it takes.
 */
#include "client/thunderbird.h"

#include "base/file.h"
#include "format/profiles_ini.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { INI_MAX_BYTES = 256 * 1024, PATH_SHOWN = 256 };

static const struct {
    const char *os;
    const char *folder;
} roots[] = {
    {"linux", "${home}/.thunderbird"},
    {"linux", "${home}/.icedove"},
    {"linux", "${home}/snap/thunderbird/common/.thunderbird"},
    {"linux", "${home}/.var/app/org.mozilla.Thunderbird/.thunderbird"},
    {"linux", "${home}/.var/app/org.mozilla.thunderbird/.thunderbird"},
    {"macos", "${home}/Library/Thunderbird"},
    {"windows", "${config}/Thunderbird"},
};

/* Where the Microsoft Store's lies: in one of many folders. */
static const char store_apps[] = "${cache}/Packages";
static const char store_root[] = "LocalCache/Roaming/Thunderbird";

/* What is there when it is installed otherwise than by Snap or Flatpak. */
static const char *const programs[] = {
    "${home}/thunderbird/application.ini",
    "/usr/lib/thunderbird/application.ini",
    "/usr/lib64/thunderbird/application.ini",
    "/opt/thunderbird/application.ini",
};

/* The first profile of a user, as Thunderbird lists it. */
static const char new_profile[] = "portolan.default";
static const char new_profiles[] = "[Profile0]\n"
                                   "Name=default\n"
                                   "IsRelative=1\n"
                                   "Path=portolan.default\n"
                                   "Default=1\n"
                                   "\n"
                                   "[General]\n"
                                   "StartWithLastProfile=1\n"
                                   "Version=2\n";
/* Of a profile that it has not made Thunderbird thinks that it is another
 * installation's, unless there is this file, and it names none (measured,
 * 153). */
static const char new_compatibility[] = "[Compatibility]\n";

/* ---- finding ---- */

/* It holds a lock on .parentlock while it runs; the link "lock" stays behind
 * (measured, 153).  On Windows it lets nobody else open parent.lock. */
static bool is_locked(const struct pt_place *place, const char *path)
{
    bool is_windows = pt_is(place->os, "windows");
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    bool is_free;
    int fd;

    if (!path)
        return true;
    fd = open(path, (is_windows ? O_RDWR : O_RDONLY) | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return errno != ENOENT;
    is_free = is_windows ||
              (!fcntl(fd, F_GETLK, &lock) && lock.l_type == F_UNLCK);
    close(fd);
    return !is_free;
}

static void add_profile(const struct pt_place *place,
                        struct pt_installs *installs, const char *folder)
{
    static const char *const names[] = {"prefs.js", "user.js",
                                        "cert_override.txt"};
    struct pt_install *install =
        pt_install_add(installs, &pt_client_thunderbird, folder);

    if (!install)
        return;
    for (size_t i = 0; i < PT_TB_FILES; i++) {
        const char *path =
            pt_arena_printf(installs->arena, "%s/%s", folder, names[i]);

        if (!path || pt_install_read(installs, install, path) < 0)
            return;
    }
    install->held = pt_arena_printf(
        installs->arena, "%s/%s", folder,
        pt_is(place->os, "windows") ? "parent.lock" : ".parentlock");
    install->is_running = is_locked(place, install->held);
    install->has_leftover =
        !install->is_running &&
        pt_tb_has_deferred(&install->files[PT_TB_USER]);
    pt_tb_fill_slots(installs, install);
}

/* What cannot be read names no profiles. */
static void read_ini(struct pt_arena *arena, const char *root, const char *name,
                     struct pt_profiles *profiles)
{
    PT_BUF struct pt_buf bytes = {.max = INI_MAX_BYTES};
    const char *path = pt_arena_printf(arena, "%s/%s", root, name);
    enum pt_status status = path ? pt_file_read(path, &bytes, NULL)
                                 : PT_NO_MEMORY;

    if (status == PT_NO_MEMORY)
        pt_arena_fail(arena);
    if (status == PT_OK)
        pt_profiles_read(arena, pt_slice(bytes.at, bytes.len), root,
                         profiles);
}

static bool is_folder(const char *path)
{
    struct stat st;

    return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* Those that are there, each once. */
static void add_profiles(const struct pt_place *place,
                         struct pt_installs *installs,
                         const struct pt_strings *folders,
                         struct pt_strings *seen)
{
    for (size_t i = 0; i < folders->count; i++) {
        const char *real = pt_path_real(installs->arena, folders->at[i]);

        if (!real || !is_folder(real) || pt_strings_have(seen, real))
            continue;
        pt_strings_add(installs->arena, seen, real);
        add_profile(place, installs, real);
    }
}

static void find_below(const struct pt_place *place,
                       struct pt_installs *installs, const char *root,
                       struct pt_strings *seen)
{
    struct pt_profiles profiles = {0};

    if (!root)
        return;
    read_ini(installs->arena, root, "profiles.ini", &profiles);
    read_ini(installs->arena, root, "installs.ini", &profiles);
    add_profiles(place, installs, &profiles.of_programs, seen);
    add_profiles(place, installs, &profiles.standard, seen);
    add_profiles(place, installs, &profiles.others, seen);
}

static void find_in_store(const struct pt_place *place,
                          struct pt_installs *installs,
                          struct pt_strings *seen)
{
    struct pt_arena *arena = installs->arena;
    const char *dir = pt_place_expand(arena, place, store_apps);
    struct pt_strings names = {0};

    if (dir)
        names = pt_text_list(arena, dir);
    for (size_t i = 0; i < names.count; i++)
        if (strstr(names.at[i], "Thunderbird"))
            find_below(place, installs,
                       pt_arena_printf(arena, "%s/%s/%s", dir, names.at[i],
                                       store_root),
                       seen);
}

static enum pt_status find(const struct pt_place *place,
                           struct pt_installs *installs, struct pt_error *err)
{
    struct pt_arena *arena = installs->arena;
    struct pt_strings seen = {0};

    for (size_t i = 0; i < sizeof(roots) / sizeof(*roots); i++)
        if (pt_is(place->os, roots[i].os))
            find_below(place, installs,
                       pt_place_expand(arena, place, roots[i].folder), &seen);
    if (pt_is(place->os, "windows"))
        find_in_store(place, installs, &seen);
    return pt_arena_failed(arena) ? pt_fail_memory(err) : PT_OK;
}

/* ---- one that is named, and one that is new ---- */

/* It can be read, and nothing is in it. */
static bool is_empty(const char *folder)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry = NULL;

    if (!dir)
        return false;
    do
        entry = readdir(dir);
    while (entry && (pt_is(entry->d_name, ".") || pt_is(entry->d_name, "..")));
    closedir(dir);
    return !entry;
}

static enum pt_status find_at(const struct pt_place *place, const char *folder,
                              struct pt_installs *installs,
                              struct pt_error *err)
{
    struct pt_arena *arena = installs->arena;
    const char *real = pt_path_real(arena, folder);
    const char *prefs = pt_arena_printf(arena, "%s/prefs.js", real ? real : "");
    char shown[PATH_SHOWN];

    if (!real || !prefs)
        return pt_fail_memory(err);
    pt_make_printable(pt_slice_of(folder), shown, sizeof(shown));
    if (!is_folder(real))
        return pt_fail(err, PT_BAD_INPUT,
                       "give the folder that Thunderbird names under Help, "
                       "Troubleshooting Information",
                       "there is no folder '%s'", shown);
    if (access(prefs, F_OK) && !is_empty(real))
        return pt_fail(err, PT_BAD_INPUT,
                       "give the folder that Thunderbird names under Help, "
                       "Troubleshooting Information, or an empty one",
                       "'%s' is no profile of Thunderbird: it has no prefs.js",
                       shown);
    add_profile(place, installs, real);
    return pt_arena_failed(arena) ? pt_fail_memory(err) : PT_OK;
}

static bool is_installed(struct pt_arena *arena, const struct pt_place *place)
{
    for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
        const char *mark = pt_place_expand(arena, place, programs[i]);

        if (mark && !access(mark, F_OK))
            return true;
    }
    return false;
}

static void add_new_file(struct pt_installs *installs,
                         struct pt_install *install, const char *path,
                         const char *text)
{
    int index = path ? pt_install_read(installs, install, path) : -1;

    if (index < 0 || !text)
        return;
    if (install->files[index].is_there)
        install->refused = "its profiles are gone: start Thunderbird once";
    else
        pt_buf_puts(pt_client_file_edit(&install->files[index]), text);
}

static enum pt_status begin(const struct pt_place *place,
                            struct pt_installs *installs, struct pt_error *err)
{
    struct pt_arena *arena = installs->arena;
    const char *root = pt_place_expand(arena, place, roots[0].folder);
    const char *folder =
        root ? pt_arena_printf(arena, "%s/%s", root, new_profile) : NULL;
    struct pt_install *install;

    if (!folder)
        return pt_fail_memory(err);
    if (!pt_is(place->os, roots[0].os) || !is_installed(arena, place))
        return PT_OK;
    add_profile(place, installs, folder);
    install = installs->count ? installs->at[installs->count - 1] : NULL;
    if (!install)
        return pt_fail_memory(err);
    add_new_file(installs, install,
                 pt_arena_printf(arena, "%s/profiles.ini", root),
                 new_profiles);
    add_new_file(installs, install,
                 pt_arena_printf(arena, "%s/compatibility.ini", folder),
                 new_compatibility);
    return pt_arena_failed(arena) ? pt_fail_memory(err) : PT_OK;
}

static bool has_started(const struct pt_place *place,
                        const struct pt_install *install)
{
    return install->held && is_locked(place, install->held);
}

const struct pt_client pt_client_thunderbird = {
    .name = "thunderbird",
    .title = "Thunderbird",
    .programs = "thunderbird",
    .services = 1 << PT_IMAP | 1 << PT_POP3 | 1 << PT_SUBMISSION,
    .can_defer = true,
    .must_pin = true,
    .find = find,
    .find_at = find_at,
    .begin = begin,
    .patch = pt_tb_patch,
    .has_started = has_started,
    .add = pt_tb_add,
    .tidy = pt_tb_tidy,
};
