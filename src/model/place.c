#include "model/place.h"

#include "base/text.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where each system keeps such files: a variable that may say so, else below
 * the home directory.  The XDG Base Directory specification; Apple's and
 * Microsoft's guides; Go's os.UserConfigDir(), which most bridges use. */
struct rule {
    const char *variable;
    const char *below;
};

/* An absolute path has the character ROOT at ROOT_AT. */
#if defined(__APPLE__)
enum { ROOT_AT = 0, ROOT = '/' };
static const char system_name[] = "macos";
static const char home_variable[] = "HOME";
static const struct rule rules[] = {
    {NULL, "Library/Application Support"},
    {NULL, "Library/Application Support"},
    {NULL, "Library/Caches"},
    {NULL, "Library/Application Support"},
};
#elif defined(_WIN32)
enum { ROOT_AT = 1, ROOT = ':' };
static const char system_name[] = "windows";
static const char home_variable[] = "USERPROFILE";
static const struct rule rules[] = {
    {"APPDATA", "AppData/Roaming"},
    {"APPDATA", "AppData/Roaming"},
    {"LOCALAPPDATA", "AppData/Local"},
    {"LOCALAPPDATA", "AppData/Local"},
};
#else
enum { ROOT_AT = 0, ROOT = '/' };
static const char system_name[] = "linux";
static const char home_variable[] = "HOME";
static const struct rule rules[] = {
    {"XDG_CONFIG_HOME", ".config"},
    {"XDG_DATA_HOME", ".local/share"},
    {"XDG_CACHE_HOME", ".cache"},
    {"XDG_STATE_HOME", ".local/state"},
};
#endif

enum { CONFIG, DATA, CACHE, STATE }; /* the rows */

static bool is_absolute(const char *path)
{
    return path && path[0] && path[ROOT_AT] == ROOT;
}

static const char *find_home(void)
{
    const char *home = getenv(home_variable);
    const struct passwd *user;

    if (is_absolute(home))
        return home;
    user = getpwuid(getuid());
    return user && is_absolute(user->pw_dir) ? user->pw_dir : NULL;
}

/* Without slashes at its end: what lies below it is spelt in one way. */
static const char *keep_path(struct pt_arena *arena, const char *path)
{
    size_t len = strlen(path);

    while (len > 1 && path[len - 1] == '/')
        len--;
    return pt_arena_strndup(arena, path, len);
}

/* A relative path in the variable is to be ignored (XDG). */
static const char *find_dir(struct pt_arena *arena, const char *home,
                            const struct rule *rule)
{
    const char *value = rule->variable ? getenv(rule->variable) : NULL;

    if (is_absolute(value))
        return keep_path(arena, value);
    return pt_arena_printf(arena, "%s/%s", home, rule->below);
}

bool pt_place_from_environment(struct pt_arena *arena,
                               struct pt_place *ret_place)
{
    const char *home = find_home();
    struct pt_place place = {.os = system_name, .uid = (uint32_t)getuid()};

    if (!home)
        return false;
    place.home = keep_path(arena, home);
    if (!place.home)
        return false;
    place.config = find_dir(arena, place.home, &rules[CONFIG]);
    place.data = find_dir(arena, place.home, &rules[DATA]);
    place.cache = find_dir(arena, place.home, &rules[CACHE]);
    place.state = find_dir(arena, place.home, &rules[STATE]);
    if (!place.config || !place.data || !place.cache || !place.state)
        return false;
    *ret_place = place;
    return true;
}

static const char *value_of(const struct pt_place *place, struct pt_slice name)
{
    const struct {
        const char *name;
        const char *value;
    } values[] = {
        {"home", place->home},   {"config", place->config},
        {"data", place->data},   {"cache", place->cache},
        {"state", place->state},
    };

    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
        if (pt_slice_is(name, values[i].name))
            return values[i].value;
    return NULL;
}

const char *pt_place_expand(struct pt_arena *arena,
                            const struct pt_place *place, const char *template)
{
    const char *text = "";
    const char *at = template;

    while (text && *at) {
        const char *dollar = strstr(at, "${");
        const char *end = dollar ? strchr(dollar, '}') : NULL;
        const char *value;

        if (!dollar)
            return pt_arena_printf(arena, "%s%s", text, at);
        if (!end)
            return NULL;
        value = value_of(place, pt_slice(dollar + 2,
                                         (size_t)(end - dollar - 2)));
        if (!value)
            return NULL;
        text = pt_arena_printf(arena, "%s%.*s%s", text, (int)(dollar - at), at,
                               value);
        at = end + 1;
    }
    return text;
}
