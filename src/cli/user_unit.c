#include "cli/user_unit.h"

#include "base/file.h"
#include "base/spawn.h"
#include "base/text.h"
#include "cli/page.h"
#include "cli/remembered.h"
#include "model/place.h"
#include "resolve/profiles.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { UNIT_MAX = 64 * 1024 };

#define UNIT "portolan-watch.service"

/* What a unit that we wrote begins with. */
static const char mark[] = "# Written by portolan";

/* ---- its text ---- */

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || strchr("_-+=:,./@", c);
}

/* systemd.service(5), systemd.syntax(7).  A '$' stands for itself where no
 * variables are looked for. */
static void add_word(struct pt_buf *out, const char *word, bool has_variables)
{
    bool needs_quotes = !*word;

    for (const char *at = word; *at; at++)
        needs_quotes |= !is_plain(*at);
    if (needs_quotes)
        pt_buf_putc(out, '"');
    for (const char *at = word; *at; at++) {
        if (*at == '"' || *at == '\\')
            pt_buf_putc(out, '\\');
        if (*at == '%' || (*at == '$' && has_variables))
            pt_buf_putc(out, *at);
        pt_buf_putc(out, *at);
    }
    if (needs_quotes)
        pt_buf_putc(out, '"');
}

static void add_command(struct pt_buf *out, const struct pt_strings *words)
{
    for (size_t i = 0; i < words->count; i++) {
        if (i)
            pt_buf_putc(out, ' ');
        add_word(out, words->at[i], i > 0);
    }
}

static void add_line(struct pt_buf *out, struct pt_slice line,
                     const struct pt_strings *words,
                     const struct pt_strings *environment)
{
    const char *exec = pt_slice_find(line, "@exec@");

    if (exec) {
        pt_buf_add(out, line.at, (size_t)(exec - line.at));
        add_command(out, words);
        pt_buf_putc(out, '\n');
    } else if (pt_slice_is(line, "@environment@")) {
        for (size_t i = 0; i < environment->count; i++) {
            pt_buf_puts(out, "Environment=");
            add_word(out, environment->at[i], false);
            pt_buf_putc(out, '\n');
        }
    } else {
        pt_buf_add(out, line.at, line.len);
        pt_buf_putc(out, '\n');
    }
}

static bool are_lines(const struct pt_strings *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (!pt_is_line(pt_slice_of(list->at[i])))
            return false;
    return true;
}

enum pt_status pt_user_unit_fill(struct pt_slice template,
                                 const struct pt_strings *words,
                                 const struct pt_strings *environment,
                                 struct pt_buf *out, struct pt_error *err)
{
    struct pt_slice line;

    if (!are_lines(words) || !are_lines(environment))
        return pt_fail(err, PT_CANNOT_EXPRESS, "use paths without them",
                       "a unit cannot hold control characters, or what is "
                       "not UTF-8");
    while (pt_next_line(&template, &line))
        add_line(out, line, words, environment);
    return pt_buf_failed(out) ? pt_fail_memory(err) : PT_OK;
}

/* ---- this one ---- */

struct unit {
    const struct pt_call *call;
    struct pt_place place;
    const char *folder;
    const char *path;
    struct pt_buf text;
    struct pt_buf there; /* what is there; empty: nothing */
};

/* This program, and what it is to be asked. */
static enum pt_status list_words(struct unit *u, struct pt_strings *words,
                                 struct pt_error *err)
{
    struct pt_arena *arena = u->call->arena;
    const struct pt_options *options = &u->call->options;
    const char *self = pt_path_real(arena, "/proc/self/exe");

    if (!self)
        return pt_fail_memory(err);
    if (pt_strings_add(arena, words, self) &&
        pt_strings_add(arena, words, "watch") &&
        (!options->json || pt_strings_add(arena, words, "--json")) &&
        (!options->defer || pt_strings_add(arena, words, "--defer")) &&
        pt_remember_options(arena, options, NULL, words))
        return PT_OK;
    return pt_fail_memory(err);
}

static bool add_variable(struct pt_arena *arena, const char *name,
                         const char *value, struct pt_strings *environment)
{
    const char *text;

    if (!value || !*value)
        return true;
    text = pt_arena_printf(arena, "%s=%s", name, value);
    return text && pt_strings_add(arena, environment, text);
}

/* What says here where files lie is not known to the user's session, which has
 * another working directory.  Relative ones of XDG are ignored everywhere. */
static bool list_environment(struct pt_arena *arena,
                             struct pt_strings *environment)
{
    static const char *const names[] = {"XDG_CONFIG_HOME", "XDG_DATA_HOME",
                                        "XDG_CACHE_HOME", "XDG_STATE_HOME"};
    const char *profiles = getenv("PORTOLAN_PROFILES");

    if (profiles && *profiles && *profiles != '/') {
        profiles = pt_path_real(arena, profiles);
        if (!profiles)
            return false;
    }
    if (!add_variable(arena, "PORTOLAN_PROFILES", profiles, environment))
        return false;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (!add_variable(arena, names[i], getenv(names[i]), environment))
            return false;
    return true;
}

static enum pt_status make_text(struct unit *u, struct pt_error *err)
{
    PT_BUF struct pt_buf template = {.max = UNIT_MAX};
    struct pt_arena *arena = u->call->arena;
    struct pt_strings words = {0};
    struct pt_strings environment = {0};
    const char *profiles = u->call->io->profiles_dir
                               ? u->call->io->profiles_dir
                               : pt_profiles_dir(arena);
    const char *path =
        profiles ? pt_arena_printf(arena, "%s/systemd/" UNIT, profiles) : NULL;
    enum pt_status status;

    if (!path || !list_environment(arena, &environment))
        return pt_fail_memory(err);
    status = pt_file_read(path, &template, err);
    if (status == PT_OK)
        status = list_words(u, &words, err);
    if (status == PT_OK)
        status = pt_user_unit_fill(pt_slice(template.at, template.len), &words,
                                   &environment, &u->text, err);
    return status == PT_NOTHING ? PT_CANNOT_WRITE : status;
}

static bool is_ours(const struct unit *u)
{
    return pt_has_prefix(pt_buf_text(&u->there), mark);
}

static enum pt_status find(struct unit *u, struct pt_error *err)
{
    struct pt_arena *arena = u->call->arena;
    enum pt_status status;

    if (!pt_place_from_environment(arena, &u->place))
        return pt_fail(err, PT_CANNOT_WRITE, "set HOME",
                       "this user has no home directory");
    if (!pt_is(u->place.os, "linux"))
        return pt_fail(err, PT_BAD_INPUT,
                       "run 'portolan update' once a bridge has moved",
                       "'watch' is not to be had on this system");
    u->folder = pt_arena_printf(arena, "%s/systemd/user", u->place.config);
    u->path = pt_arena_printf(arena, "%s/systemd/user/" UNIT, u->place.config);
    if (!u->folder || !u->path)
        return pt_fail_memory(err);
    status = pt_file_read(u->path, &u->there, err);
    if (status != PT_OK && status != PT_NOTHING)
        return status;
    if (u->there.len && !is_ours(u) && !u->call->options.force)
        return pt_fail(err, PT_BAD_INPUT, "--force passes over that",
                       "'%s' was written by somebody else", u->path);
    return PT_OK;
}

/* Is there a session to speak to? */
static bool is_reloaded(void)
{
    static const char *const words[] = {"systemctl", "--user", "daemon-reload",
                                        NULL};

    return !pt_spawn(words, true);
}

static void say(const struct pt_call *call, const char *text, const char *path)
{
    struct pt_page page = pt_page_err(call->io);

    pt_page_putf(&page, PT_NORMAL, "%s%s", text, path);
    pt_page_end_line(&page);
}

static enum pt_status start(const struct unit *u, struct pt_error *err)
{
    static const char *const enable[] = {"systemctl", "--user", "enable", UNIT,
                                         NULL};
    static const char *const restart[] = {"systemctl", "--user", "restart",
                                          UNIT, NULL};

    if (!is_reloaded()) {
        say(u->call, "no session of systemd answers; once you have one, run:",
            "");
        say(u->call, "  systemctl --user daemon-reload", "");
        say(u->call, "  systemctl --user enable --now ", UNIT);
        return PT_OK;
    }
    if (pt_spawn(enable, true) || pt_spawn(restart, true))
        return pt_fail(err, PT_CANNOT_WRITE,
                       "'systemctl --user status " UNIT "' says more",
                       "systemd did not start " UNIT);
    say(u->call, UNIT " runs, now and after every login", "");
    return PT_OK;
}

static enum pt_status install(struct unit *u, struct pt_error *err)
{
    enum pt_status status = find(u, err);

    if (status == PT_OK)
        status = make_text(u, err);
    if (status != PT_OK)
        return status;
    if (u->call->options.dry_run) {
        fwrite(u->text.at, 1, u->text.len, u->call->io->out);
        return PT_OK;
    }
    status = pt_make_dirs(u->folder, err);
    if (status == PT_OK)
        status = pt_file_write(u->path, u->text.at, u->text.len, err);
    if (status != PT_OK)
        return status;
    say(u->call, "wrote ", u->path);
    return start(u, err);
}

static void free_unit(struct unit *u)
{
    pt_buf_free(&u->text);
    pt_buf_free(&u->there);
}

enum pt_status pt_user_unit_install(const struct pt_call *call,
                                    struct pt_error *err)
{
    struct unit u = {.call = call, .there = {.max = UNIT_MAX}};
    enum pt_status status = install(&u, err);

    free_unit(&u);
    return status;
}

static enum pt_status uninstall(struct unit *u, struct pt_error *err)
{
    static const char *const disable[] = {"systemctl", "--user", "disable",
                                          "--now", UNIT, NULL};
    enum pt_status status = find(u, err);

    if (status != PT_OK)
        return status;
    if (!u->there.len)
        return pt_fail(err, PT_NOTHING, NULL, "there is no '%s'", u->path);
    if (u->call->options.dry_run) {
        say(u->call, "would remove ", u->path);
        return PT_OK;
    }
    (void)pt_spawn(disable, true); /* no session: it does not run either */
    if (unlink(u->path))
        return pt_fail(err, PT_CANNOT_WRITE, NULL, "cannot remove '%s': %s",
                       u->path, strerror(errno));
    (void)is_reloaded();
    say(u->call, "removed ", u->path);
    return PT_OK;
}

enum pt_status pt_user_unit_uninstall(const struct pt_call *call,
                                      struct pt_error *err)
{
    struct unit u = {.call = call, .there = {.max = UNIT_MAX}};
    enum pt_status status = uninstall(&u, err);

    free_unit(&u);
    return status;
}
