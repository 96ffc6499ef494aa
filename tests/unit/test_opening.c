#include "cli/opening.h"
#include "tests/tap.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *joined(const char *os, unsigned release,
                          const char *media_type)
{
    static char text[512];
    const char *words[PT_OPENING_WORDS];

    pt_opening(os, release, media_type, "/home/ann/a b", words);
    *text = '\0';
    for (size_t i = 0; words[i]; i++) {
        strcat(text, i ? "|" : "");
        strcat(text, words[i]);
    }
    return text;
}

static void test_words(void)
{
    static const char profile[] = "application/x-apple-aspen-config";

    IS(joined("linux", 6, "image/svg+xml"), "xdg-open|/home/ann/a b",
       "on Linux the desktop opens it");
    IS(joined("windows", 10, "text/plain"), "explorer|/home/ann/a b",
       "on Windows the Explorer does");
    IS(joined("macos", 23, "text/plain"), "open|/home/ann/a b",
       "on a Mac 'open' does");
    IS(joined("macos", 22, profile),
       "open|x-apple.systempreferences:"
       "com.apple.preferences.configurationprofiles|/home/ann/a b",
       "a profile is opened beside its pane of System Settings");
    IS(joined("macos", 21, profile),
       "open|/System/Library/PreferencePanes/Profiles.prefPane|/home/ann/a b",
       "before macOS 13 the pane has another name");
}

/* A program of this name on PATH, that says how it was called. */
static void make_opener(const char *dir, int status)
{
    char path[256];
    FILE *file;

    snprintf(path, sizeof(path), "%s/xdg-open", dir);
    file = fopen(path, "w");
    fprintf(file, "#!/bin/sh\nprintf '%%s' \"$#:$1\" >'%s/said'\nexit %d\n",
            dir, status);
    fclose(file);
    chmod(path, 0700);
}

static void test_run(struct pt_arena *arena)
{
    char dir[] = "/tmp/portolan-opening-XXXXXX";
    char said[64] = "";
    char path[256];
    struct pt_error err = {0};
    FILE *file;

    if (!mkdtemp(dir))
        abort();
    setenv("PATH", dir, 1);
    OK(pt_open_file(arena, "text/plain", "/x y", &err) == PT_CANNOT_WRITE &&
           strstr(err.text, "xdg-open"),
       "who opens files may not be there: that is said");
    setenv("PATH", "/bin:/usr/bin", 1);
    make_opener(dir, 0);
    snprintf(path, sizeof(path), "%s:/bin:/usr/bin", dir);
    setenv("PATH", path, 1);
    OK(pt_open_file(arena, "text/plain", "/x y", &err) == PT_OK,
       "it opens the file");
    snprintf(path, sizeof(path), "%s/said", dir);
    file = fopen(path, "r");
    if (!file || !fgets(said, sizeof(said), file))
        *said = '\0';
    if (file)
        fclose(file);
    IS(said, "1:/x y", "the path is one word");
    make_opener(dir, 3);
    OK(pt_open_file(arena, "text/plain", "/x y", &err) == PT_CANNOT_WRITE &&
           *err.hint,
       "it may say no: that is said too");
    unlink(path);
    snprintf(path, sizeof(path), "%s/xdg-open", dir);
    unlink(path);
    rmdir(dir);
}

int main(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    test_words();
    test_run(arena);
    return tap_done();
}
