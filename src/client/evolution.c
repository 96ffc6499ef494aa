/* evolution.c - the .source files of Evolution's accounts: one receives, one
 * sends, and one knows the address. */
#include "client/keyfile_server.h"
#include "client/new_files.h"
#include "net/session_bus.h"

#include <string.h>

static const char FLATPAK[] = "org.gnome.Evolution";

/* CamelNetworkSecurityMethod, by its nicknames. */
static const char *const securities[] = {
    [PT_SECURITY_UNKNOWN] = "starttls-on-standard-port",
    [PT_TLS] = "ssl-on-alternate-port",
    [PT_STARTTLS] = "starttls-on-standard-port",
    [PT_PLAIN] = "none",
};

static const struct pt_keyfile_server keys = {
    "Authentication", "Host", "Port", "Security", "Method", securities,
};

static const struct {
    const char *group;
    const char *backend;
    enum pt_service service;
} kinds[] = {
    {"Mail Account", "imapx", PT_IMAP},
    {"Mail Account", "imap", PT_IMAP},
    {"Mail Account", "pop", PT_POP3},
    {"Mail Transport", "smtp", PT_SUBMISSION},
};

struct source {
    const char *path;
    const char *uid; /* the file's name without ".source" */
    struct pt_edit_file file;
};

struct look {
    const struct pt_place *place;
    struct pt_installs *installs;
    struct pt_install *install;
    const char *dir;
    struct source *sources;
    size_t count;
};

static const char *text_in(const struct look *look, const struct source *of,
                           const char *group, const char *key)
{
    return pt_edit_value(look->installs->arena, &of->file,
                         pt_edit_line_in(&of->file, group, key));
}

static void read_source(struct look *look, const char *name)
{
    struct pt_arena *arena = look->installs->arena;
    struct source source = {
        .path = pt_arena_printf(arena, "%s/%s", look->dir, name),
        .uid = pt_arena_strndup(arena, name,
                                strlen(name) - strlen(".source")),
    };
    struct source *more;

    if (!pt_text_keyfile(arena, look->place, source.path, &source.file))
        return;
    more = pt_arena_grow(arena, look->sources, look->count, sizeof(*more));
    if (!more)
        return;
    more[look->count++] = source;
    look->sources = more;
}

/* Its identity is named by who receives, and names who sends. */
static const char *address_of(const struct look *look,
                              const struct source *source)
{
    const char *identity =
        text_in(look, source, "Mail Account", "IdentityUid");

    for (size_t i = 0; i < look->count; i++) {
        const struct source *at = &look->sources[i];

        if (pt_is(at->uid, identity) ||
            pt_is(text_in(look, at, "Mail Submission", "TransportUid"),
                  source->uid))
            return pt_text_address(
                look->installs->arena,
                text_in(look, at, "Mail Identity", "Address"));
    }
    return NULL;
}

static bool read_service(const struct look *look, const struct source *source,
                         enum pt_service *ret_service)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        if (pt_is(text_in(look, source, kinds[i].group, "BackendName"),
                  kinds[i].backend)) {
            *ret_service = kinds[i].service;
            return true;
        }
    return false;
}

static void add_slot(struct look *look, const struct source *source,
                     struct pt_slot found)
{
    struct pt_slot *slot;
    int index;

    if (!look->install)
        look->install =
            pt_install_add(look->installs, &pt_client_evolution, look->dir);
    if (!look->install)
        return;
    index = pt_text_also(look->installs, look->install, source->path);
    slot = index < 0 ? NULL : pt_slot_add(look->installs, look->install);
    if (!slot)
        return;
    found.login = text_in(look, source, keys.group, "User");
    found.address = address_of(look, source);
    found.at = (size_t)index;
    *slot = found;
}

/* There may be more of them than one set-up holds: those of this machine come
 * first. */
static void add_slots(struct look *look, bool is_here)
{
    for (size_t i = 0; i < look->count; i++) {
        struct pt_slot found = {0};

        if (read_service(look, &look->sources[i], &found.service) &&
            pt_keyfile_server_read(look->installs->arena,
                                   &look->sources[i].file, &keys, &found) &&
            pt_is_loopback(found.host) == is_here)
            add_slot(look, &look->sources[i], found);
    }
}

static const char *sources_of(struct pt_arena *arena,
                              const struct pt_text_root *root)
{
    return pt_arena_printf(arena, "%s/evolution/sources", root->config);
}

static void find_below(struct look *look, const struct pt_text_root *root)
{
    struct pt_arena *arena = look->installs->arena;
    struct pt_strings names;

    look->dir = sources_of(arena, root);
    names = pt_text_list(arena, look->dir);
    look->install = NULL;
    look->count = 0;
    look->sources = NULL;
    for (size_t i = 0; i < names.count; i++)
        if (pt_has_suffix(names.at[i], ".source"))
            read_source(look, names.at[i]);
    add_slots(look, true);
    add_slots(look, false);
}

static enum pt_status find_evolution(const struct pt_place *place,
                                     struct pt_installs *installs,
                                     struct pt_error *err)
{
    struct look look = {.place = place, .installs = installs};
    struct pt_text_root roots[PT_TEXT_ROOTS];

    pt_text_roots(installs->arena, place, FLATPAK, roots);
    for (size_t i = 0; i < PT_TEXT_ROOTS; i++)
        find_below(&look, &roots[i]);
    return pt_arena_failed(installs->arena) ? pt_fail_memory(err) : PT_OK;
}

static enum pt_status begin_evolution(const struct pt_place *place,
                                      struct pt_installs *installs,
                                      struct pt_error *err)
{
    struct pt_text_root root =
        pt_new_files_root(installs->arena, place, FLATPAK, "evolution");
    const char *dir = sources_of(installs->arena, &root);

    return pt_install_add(installs, &pt_client_evolution, dir)
               ? PT_OK
               : pt_fail_memory(err);
}

/* ---- changing ---- */

/* Evolution looks at its folder and takes what is new within seconds.  Which
 * certificates it trusts it keeps in a database of its own. */
static enum pt_status patch_evolution(struct pt_install *install,
                                      const struct pt_slot *slot,
                                      const struct pt_server *server,
                                      struct pt_error *err)
{
    if (server->certificate)
        install->note = "should Evolution ask about the bridge's certificate, "
                        "accept it permanently if it has the fingerprint "
                        "that 'portolan bridges' shows";
    return pt_keyfile_server_put(&install->files[slot->at], &keys, server,
                                 err);
}

/* Files beside others: whatever there is of other accounts is not touched. */
static enum pt_status add_evolution(struct pt_installs *installs,
                                    struct pt_install *install,
                                    const struct pt_settings *account,
                                    struct pt_error *err)
{
    PT_OUTPUT struct pt_output out = {.arena = installs->arena};
    enum pt_status status =
        pt_new_files_write(install, account, install->where, &out, err);

    for (size_t i = 0; i < out.file_count && status == PT_OK; i++)
        status = pt_new_files_add(
            installs, install,
            pt_arena_printf(installs->arena, "%s/%s", install->where,
                            out.files[i]->name),
            &out.files[i]->bytes, err);
    if (status == PT_OK)
        pt_new_files_note(installs, install,
                          "Evolution asks for the password once to receive "
                          "and once to send",
                          &out.notes);
    if (status == PT_OK && pt_arena_failed(installs->arena))
        return pt_fail_memory(err);
    return status;
}

/* That of 3.46 finds out by itself, three seconds later; earlier ones saw
 * nothing but new files, and those that went. */
static enum pt_status reload_evolution(const struct pt_install *install,
                                       struct pt_error *err)
{
    struct pt_error why = {0};
    enum pt_status status = pt_bus_reload_sources(&why);

    (void)install;
    if (status == PT_OK || status == PT_NOTHING)
        return PT_OK;
    return pt_fail(err, status, why.hint,
                   "should Evolution not have it in some seconds, log out and "
                   "in again (it could not be told: %s)",
                   why.text);
}

const struct pt_client pt_client_evolution = {
    .name = "evolution",
    .title = "Evolution",
    .programs = "evolution",
    .services = 1 << PT_IMAP | 1 << PT_POP3 | 1 << PT_SUBMISSION,
    .find = find_evolution,
    .begin = begin_evolution,
    .patch = patch_evolution,
    .add = add_evolution,
    .reload = reload_evolution,
};
