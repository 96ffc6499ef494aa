#include "base/text.h"
#include "model/place.h"
#include "tests/oom/alloc.h"
#include "tests/tap.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

enum { SENTENCE = 256, FIRST_BLOCK = 4096 };

/* ---- templates ---- */

static const struct pt_place here = {
    .os = "linux",
    .home = "/home/ann",
    .config = "/home/ann/.config",
    .data = "/data",
    .cache = "/home/ann/${data}", /* is not looked at again */
};

static const struct {
    const char *template;
    const char *want; /* NULL: refused */
} templates[] = {
    {"${home}/.davmail.properties", "/home/ann/.davmail.properties"},
    {"${config}", "/home/ann/.config"},
    {"a${data}b${home}c", "a/datab/home/annc"},
    {"${data}${data}", "/data/data"},
    {"${cache}", "/home/ann/${data}"},
    {"/etc/davmail.properties", "/etc/davmail.properties"},
    {"", ""},
    {"$home {data} $", "$home {data} $"},
    {"$${data}", "$/data"},
    {"${state}", NULL}, /* this place has none */
    {"${nothing}", NULL},
    {"${}", NULL},
    {"${HOME}", NULL},
    {"${home }", NULL},
    {"${${home}}", NULL},
    {"${data}/${home", NULL},
};

static void test_templates(void)
{
    char what[SENTENCE];

    for (size_t i = 0; i < sizeof(templates) / sizeof(*templates); i++) {
        PT_ARENA struct pt_arena *arena = pt_arena_new();

        snprintf(what, sizeof(what), "'%s' is %s", templates[i].template,
                 templates[i].want ? "a place" : "no place");
        IS(pt_place_expand(arena, &here, templates[i].template),
           templates[i].want, what);
    }
}

static void test_no_memory(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();

    pt_oom_fail_at(1);
    OK(!pt_place_expand(arena, &here, "${home}") && pt_arena_failed(arena),
       "without memory there is no place");
    pt_oom_fail_at(0);
}

/* ---- the environment ---- */

static const char *const variables[] = {
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_CACHE_HOME",
    "XDG_STATE_HOME",
};

static void set_all(const char *value)
{
    for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++)
        if (value)
            setenv(variables[i], value, 1);
        else
            unsetenv(variables[i]);
}

static void check_below_home(const char *value)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_place place = {0};

    set_all(value);
    OK(pt_place_from_environment(arena, &place), "the user has a home");
    IS(place.home, "/home/ann", "where HOME says");
    IS(place.config, "/home/ann/.config", "with settings in .config");
    IS(place.data, "/home/ann/.local/share", "data in .local/share");
    IS(place.cache, "/home/ann/.cache", "a cache in .cache");
    IS(place.state, "/home/ann/.local/state", "state in .local/state");
    OK(place.uid == getuid(), "and is who runs this");
}

static void test_variables(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_place place = {0};

    setenv("HOME", "/home/ann", 1);
    check_below_home(NULL);
    check_below_home("");
    check_below_home("relative/is/ignored");
    set_all("/elsewhere");
    setenv("XDG_CACHE_HOME", "/cache", 1);
    OK(pt_place_from_environment(arena, &place) &&
           pt_is(place.config, "/elsewhere") &&
           pt_is(place.data, "/elsewhere") && pt_is(place.cache, "/cache") &&
           pt_is(place.state, "/elsewhere"),
       "the XDG variables say where else, each for itself");
    setenv("HOME", "/home/bea", 1);
    IS(place.home, "/home/ann", "what was found does not change with them");
    setenv("HOME", "/home/ann//", 1);
    set_all("/elsewhere/");
    OK(pt_place_from_environment(arena, &place), "slashes at the end are fine");
    IS(place.home, "/home/ann", "those of the home directory are dropped");
    IS(place.config, "/elsewhere", "and those of the variables");
    set_all("/");
    OK(pt_place_from_environment(arena, &place) && pt_is(place.config, "/"),
       "the root is its slash");
}

/* Without HOME the account's own home counts; an account may have none. */
static void test_no_home(const char *home)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_place place = {.home = "untouched"};
    const struct passwd *user = getpwuid(getuid());

    if (home)
        setenv("HOME", home, 1);
    else
        unsetenv("HOME");
    if (user && user->pw_dir[0] == '/') {
        OK(pt_place_from_environment(arena, &place), "there is another home");
        IS(place.home, user->pw_dir, "that of the account");
    } else {
        OK(!pt_place_from_environment(arena, &place), "there is no home");
        IS(place.home, "untouched", "and nothing is returned");
    }
}

static void test_environment_without_memory(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_place place = {.home = "untouched"};

    setenv("HOME", "/home/ann", 1);
    pt_oom_fail_at(1);
    OK(!pt_place_from_environment(arena, &place) &&
           pt_is(place.home, "untouched") && pt_arena_failed(arena),
       "without memory nothing is returned");
    pt_oom_fail_at(0);
    pt_arena_alloc(arena, FIRST_BLOCK - 64);
    pt_oom_fail_at(1);
    OK(!pt_place_from_environment(arena, &place) &&
           pt_is(place.home, "untouched"),
       "nor with too little of it");
    pt_oom_fail_at(0);
}

static void test_environment(void)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_place place = {.os = ""};

    setenv("HOME", "/home/ann", 1);
    OK(pt_place_from_environment(arena, &place), "this system is known");
    if (!pt_is(place.os, "linux")) {
        printf("ok %d - XDG variables # SKIP not on %s\n", ++tap_count,
               place.os);
        return;
    }
    test_variables();
    test_no_home(NULL);
    test_no_home("relative");
    test_environment_without_memory();
}

int main(void)
{
    test_templates();
    test_no_memory();
    test_environment();
    return tap_done();
}
