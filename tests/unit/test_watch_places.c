/* test_watch_places.c - what portolan's own files say is to be watched. */
#include "cli/watch_places.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char manifest[] =
    "{\"portolan\": 1,"
    " \"written\": [{\"client\": \"text\", \"addresses\": [\"a@x.example\"],"
    "   \"options\": [\"--ispdb\", \"%s/written\"],"
    "   \"files\": [{\"path\": \"%s/a.txt\", \"sha256\":"
    "     \"00000000000000000000000000000000"
    "00000000000000000000000000000000\"}]}],"
    " \"set_up\": [{\"client\": \"mutt\", \"where\": \"%s/muttrc\","
    "   \"address\": \"b@x.example\","
    "   \"options\": [\"--ispdb\", \"%s/set-up\"]},"
    "  {\"client\": \"mutt\", \"where\": \"%s/muttrc\","
    "   \"address\": \"c@x.example\", \"options\": [\"--gone\"]}]}";

static bool has(const struct pt_watch_places *places, const char *path)
{
    for (size_t i = 0; i < places->count; i++)
        if (pt_is(places->at[i].path, path))
            return true;
    return false;
}

static bool write_manifest(const char *home)
{
    FILE *file = fopen("portolan/manifest.json", "w");

    if (!file)
        return false;
    fprintf(file, manifest, home, home, home, home, home);
    return !fclose(file);
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    char home[] = "/tmp/portolan-places-XXXXXX";
    struct pt_io io = {.profiles_dir = home};
    struct pt_call call = {.arena = arena, .io = &io};
    struct pt_place place;
    struct pt_strings held = {0};
    struct pt_watch_places places;

    if (!mkdtemp(home) || chdir(home) || mkdir("portolan", 0700) ||
        mkdir("written", 0700) || mkdir("set-up", 0700) ||
        !write_manifest(home))
        return 1;
    place = (struct pt_place){.os = "linux",
                              .home = home,
                              .config = home,
                              .data = home,
                              .cache = home,
                              .state = home};
    pt_strings_add(arena, &held, "/x/.parentlock");
    OK(pt_watch_places(arena, &call, &place, &held, &places),
       "places can be listed");
    OK(has(&places, pt_arena_printf(arena, "%s/written", home)),
       "what a file was made from is watched");
    OK(has(&places, pt_arena_printf(arena, "%s/set-up", home)),
       "and what an account was set up from, beside one that says nothing");
    OK(has(&places, "/x/.parentlock"), "a program that runs is watched");
    unlink("portolan/manifest.json");
    rmdir("portolan");
    rmdir("written");
    rmdir("set-up");
    rmdir(home);
    return tap_done();
}
