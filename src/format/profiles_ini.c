#include "format/profiles_ini.h"

#include <string.h>

/* What one section says. */
struct section {
    struct pt_slice path;
    struct pt_slice value_default;
    bool is_absolute;
};

/* "/home", "C:\Users" */
static bool is_absolute(struct pt_slice path)
{
    return path.at[0] == '/' || (path.len > 1 && path.at[1] == ':');
}

/* A section is over: its profile is one more. */
static void take(struct pt_arena *arena, struct section *section,
                 const char *root, struct pt_profiles *profiles)
{
    struct section was = *section;
    struct pt_slice path = was.path.len ? was.path : was.value_default;
    struct pt_strings *folders = &profiles->others;
    const char *folder;

    *section = (struct section){0};
    if (!was.path.len)
        folders = &profiles->of_programs;
    else if (pt_slice_is(was.value_default, "1"))
        folders = &profiles->standard;
    if (!path.len || folders->count == PT_PROFILES_MAX ||
        memchr(path.at, '\0', path.len))
        return;
    folder = was.is_absolute || is_absolute(path)
                 ? pt_arena_strndup(arena, path.at, path.len)
                 : pt_arena_printf(arena, "%s/%.*s", root, (int)path.len,
                                   path.at);
    if (folder && !pt_strings_have(folders, folder))
        pt_strings_add(arena, folders, folder);
}

/* [ProfileN] has Path, IsRelative and perhaps Default=1; the section of an
 * installation has the path as Default. */
static void take_pair(struct section *section, struct pt_slice line)
{
    const char *mark = memchr(line.at, '=', line.len);
    struct pt_slice key;
    struct pt_slice value;

    if (!mark)
        return;
    key = pt_slice(line.at, (size_t)(mark - line.at));
    value = pt_slice(mark + 1, line.len - key.len - 1);
    if (pt_slice_is(key, "Path"))
        section->path = value;
    else if (pt_slice_is(key, "IsRelative"))
        section->is_absolute = pt_slice_is(value, "0");
    else if (pt_slice_is(key, "Default"))
        section->value_default = value;
}

void pt_profiles_read(struct pt_arena *arena, struct pt_slice bytes,
                      const char *root, struct pt_profiles *profiles)
{
    struct section section = {0};
    struct pt_slice line;

    while (pt_next_line(&bytes, &line)) {
        if (line.len && line.at[0] == '[')
            take(arena, &section, root, profiles);
        else
            take_pair(&section, line);
    }
    take(arena, &section, root, profiles);
}
