#include "cli/opening.h"

#include "base/spawn.h"
#include "base/text.h"
#include "model/place.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

enum { MACOS_13 = 22 };

/* Who opens files; on a Mac, also where a profile is confirmed. */
static const char profile[] = "application/x-apple-aspen-config";
static const char pane[] = "x-apple.systempreferences:"
                           "com.apple.preferences.configurationprofiles";
static const char old_pane[] =
    "/System/Library/PreferencePanes/Profiles.prefPane";

static const struct {
    const char *os;
    const char *program;
} openers[] = {
    {"macos", "open"},
    {"windows", "explorer"},
    {"linux", "xdg-open"}, /* and all its kin: it stands last */
};

static const char *opener_of(const char *os)
{
    size_t i = 0;

    while (i + 1 < sizeof(openers) / sizeof(*openers) &&
           !pt_is(openers[i].os, os))
        i++;
    return openers[i].program;
}

void pt_opening(const char *os, unsigned release, const char *media_type,
                const char *path, const char *words[PT_OPENING_WORDS])
{
    bool confirmed = pt_is(os, "macos") && pt_is(media_type, profile);
    size_t n = 0;

    words[n++] = opener_of(os);
    if (confirmed)
        words[n++] = release >= MACOS_13 ? pane : old_pane;
    words[n++] = path;
    words[n] = NULL;
}

static unsigned release_of_system(void)
{
    struct utsname about;
    unsigned release = 0;

    if (!uname(&about) && sscanf(about.release, "%u", &release) != 1)
        release = 0;
    return release;
}

enum pt_status pt_open_file(struct pt_arena *arena, const char *media_type,
                            const char *path, struct pt_error *err)
{
    const char *words[PT_OPENING_WORDS] = {0};
    struct pt_place place = {.os = "linux"};
    int failed;

    pt_place_from_environment(arena, &place);
    pt_opening(place.os, release_of_system(), media_type, path, words);
    failed = pt_spawn(words, false);
    if (!failed)
        return PT_OK;
    return pt_fail(err, PT_CANNOT_WRITE, "open the file by hand",
                   "cannot open '%s': %s%s%s", path, words[0],
                   failed == PT_SPAWN_REFUSED ? " did not do it" : ": ",
                   failed == PT_SPAWN_REFUSED ? "" : strerror(failed));
}
