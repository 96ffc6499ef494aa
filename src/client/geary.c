/* geary.c - account_NN/geary.ini, and the certificate that Geary trusts for a
 * host, whatever the port. */
#include "client/keyfile_server.h"
#include "client/new_files.h"
#include "format/edit_pem.h"
#include "format/fingerprint.h"
#include "net/session_bus.h"
#include "writer/writers.h"

#include <stdio.h>
#include <string.h>

static const char FLATPAK[] = "org.gnome.Geary"; /* and its name on the bus */

enum { NUMBER_MAX = 9999 };

/* What is remembered of a set-up. */
struct own {
    const char *data; /* the folder of its certificates, and of its mail */
    bool may_run;     /* nobody could tell */
};

/* In the order of the slots. */
enum { INCOMING, OUTGOING, SERVERS };

static const char *const securities[] = {
    [PT_SECURITY_UNKNOWN] = "",
    [PT_TLS] = "transport",
    [PT_STARTTLS] = "start-tls",
    [PT_PLAIN] = "none",
};

static const struct pt_keyfile_server keys[SERVERS] = {
    [INCOMING] = {"Incoming", "host", "port", "Incoming",
                  "transport_security", securities},
    [OUTGOING] = {"Outgoing", "host", "port", "Outgoing",
                  "transport_security", securities},
};

/* ---- finding ---- */

struct look {
    const struct pt_place *place;
    struct pt_installs *installs;
    struct pt_text_root root;
    struct pt_install *install;
    struct pt_edit_file file; /* that is looked at */
    size_t index;             /* of it */
};

static const char *text_in(const struct look *look, const char *group,
                           const char *key)
{
    return pt_edit_value(look->installs->arena, &look->file,
                         pt_edit_line_in(&look->file, group, key));
}

/* "use-incoming" sends with the login that receives. */
static const char *login_of(const struct look *look, size_t which)
{
    const char *login = text_in(look, keys[which].group, "login");

    return login ? login : text_in(look, keys[INCOMING].group, "login");
}

static const char *pin_of(struct pt_arena *arena, const char *data,
                          const char *host)
{
    return strchr(host, '/')
               ? NULL
               : pt_arena_printf(arena, "%s/pinned-certs/%s.pem", data, host);
}

static void add_slot(struct look *look, size_t which)
{
    struct pt_arena *arena = look->installs->arena;
    struct pt_slot found = {.service = which == INCOMING ? PT_IMAP
                                                         : PT_SUBMISSION};
    const struct own *own = look->install->own;
    struct pt_slot *slot;

    if (!pt_keyfile_server_read(arena, &look->file, &keys[which], &found))
        return;
    slot = pt_slot_add(look->installs, look->install);
    if (!slot)
        return;
    found.login = login_of(look, which);
    found.address =
        pt_text_address(arena, text_in(look, "Account", "sender_mailboxes"));
    pt_text_mark(look->installs, look->install, &found,
                 look->index * SERVERS + which,
                 pin_of(arena, own->data, found.host));
    *slot = found;
}

/* It writes its files anew whenever an account's folders change. */
static void see_whether_running(struct pt_installs *installs,
                                struct pt_install *install, struct own *own)
{
    struct pt_error err = {0};
    enum pt_status status =
        pt_bus_is_owned(FLATPAK, &install->is_running, &err);

    if (status == PT_NO_MEMORY)
        pt_arena_fail(installs->arena);
    own->may_run = status == PT_UNREACHABLE;
}

static struct pt_install *add_install(struct pt_installs *installs,
                                      const struct pt_text_root *root)
{
    struct own *own = pt_arena_alloc(installs->arena, sizeof(*own));
    const char *dir =
        pt_arena_printf(installs->arena, "%s/geary", root->config);
    struct pt_install *install =
        own && dir ? pt_install_add(installs, &pt_client_geary, dir) : NULL;

    if (!install)
        return NULL;
    own->data = pt_arena_printf(installs->arena, "%s/geary", root->data);
    install->own = own;
    see_whether_running(installs, install, own);
    return install;
}

/* The certificates are those of all accounts: so is the set-up. */
static void find_account(struct look *look, const char *dir, const char *name)
{
    const char *path = pt_arena_printf(look->installs->arena,
                                       "%s/%s/geary.ini", dir, name);
    int index;

    if (!pt_text_keyfile(look->installs->arena, look->place, path,
                         &look->file))
        return;
    if (!look->install)
        look->install = add_install(look->installs, &look->root);
    if (!look->install)
        return;
    index = pt_text_also(look->installs, look->install, path);
    if (index < 0)
        return;
    look->index = (size_t)index;
    for (size_t i = 0; i < SERVERS; i++)
        add_slot(look, i);
}

static void find_below(struct look *look)
{
    const char *dir = pt_arena_printf(look->installs->arena, "%s/geary",
                                      look->root.config);
    struct pt_strings names = pt_text_list(look->installs->arena, dir);

    look->install = NULL;
    for (size_t i = 0; i < names.count; i++)
        if (pt_has_prefix(names.at[i], "account_"))
            find_account(look, dir, names.at[i]);
}

static enum pt_status find_geary(const struct pt_place *place,
                                 struct pt_installs *installs,
                                 struct pt_error *err)
{
    struct look look = {.place = place, .installs = installs};
    struct pt_text_root roots[PT_TEXT_ROOTS];

    pt_text_roots(installs->arena, place, FLATPAK, roots);
    for (size_t i = 0; i < PT_TEXT_ROOTS; i++) {
        look.root = roots[i];
        find_below(&look);
    }
    return pt_arena_failed(installs->arena) ? pt_fail_memory(err) : PT_OK;
}

static enum pt_status begin_geary(const struct pt_place *place,
                                  struct pt_installs *installs,
                                  struct pt_error *err)
{
    struct pt_text_root root =
        pt_new_files_root(installs->arena, place, FLATPAK, "geary");

    return add_install(installs, &root) ? PT_OK : pt_fail_memory(err);
}

/* ---- changing ---- */

static enum pt_status patch_geary(struct pt_install *install,
                                  const struct pt_slot *slot,
                                  const struct pt_server *server,
                                  struct pt_error *err)
{
    const struct own *own = install->own;
    size_t nth = pt_text_nth(slot);
    enum pt_status status =
        pt_text_put_pin(pt_text_pin(install, slot), server, false, err);

    if (status != PT_OK)
        return status;
    if (own->may_run)
        install->note = "should Geary run, quit it, and start it anew";
    return pt_keyfile_server_put(&install->files[nth / SERVERS],
                                 &keys[nth % SERVERS], server, err);
}

/* ---- adding ---- */

/* The folders of accounts, and of the mail of some that may be gone: a new
 * account would have it. */
static unsigned next_number(struct pt_arena *arena,
                            const struct pt_install *install)
{
    const struct own *own = install->own;
    const char *const dirs[] = {install->where, own->data};
    uint64_t last = 0;

    for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
        struct pt_strings names = pt_text_list(arena, dirs[i]);

        for (size_t j = 0; j < names.count; j++) {
            const char *name = names.at[j];
            uint64_t number;

            if (pt_has_prefix(name, "account_") &&
                pt_parse_uint(pt_slice_of(name + strlen("account_")),
                              NUMBER_MAX, &number) &&
                number > last)
                last = number;
        }
    }
    return (unsigned)last + 1;
}

static enum pt_status put_ordinal(struct pt_client_file *file,
                                  unsigned number, struct pt_error *err)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_edit_file lines;
    char text[16];
    const struct pt_pair said = {.key = "ordinal", .value = text};

    snprintf(text, sizeof(text), "%u", number);
    if (!arena ||
        !pt_edit_lines(arena, PT_EDIT_KEYFILE, pt_text_now(file), &lines))
        return pt_fail_memory(err);
    return pt_text_put_line(file, PT_EDIT_KEYFILE,
                            pt_edit_line_in(&lines, "Account", said.key),
                            NULL, &said, err);
}

/* The first file of the writer's. */
static enum pt_status add_account(struct pt_installs *installs,
                                  struct pt_install *install,
                                  const struct pt_buf *bytes,
                                  struct pt_error *err)
{
    unsigned number = next_number(installs->arena, install);
    enum pt_status status = pt_new_files_add(
        installs, install,
        pt_arena_printf(installs->arena, "%s/account_%02u/geary.ini",
                        install->where, number),
        bytes, err);

    return status == PT_OK
               ? put_ordinal(&install->files[install->file_count - 1], number,
                             err)
               : status;
}

/* What is trusted for a host may be another account's: it stays. */
static void note_other(struct pt_installs *installs,
                       const struct pt_install *install, struct pt_output *out,
                       const struct pt_client_file *file,
                       const struct pt_server *server)
{
    const struct own *own = install->own;
    char print[PT_FINGERPRINT_CHARS];
    struct pt_span one;

    if (!server || !server->certificate ||
        !pt_is(file->path, pin_of(installs->arena, own->data, server->host)) ||
        pt_edit_pem(pt_text_now(file), server->certificate, &one) ==
            PT_PEM_TRUST)
        return;
    pt_fingerprint(server->certificate, print);
    pt_output_note(out, pt_arena_printf(installs->arena,
                                        "Geary has another certificate for "
                                        "%s, and asks about this one: trust "
                                        "it if its SHA-256 fingerprint is %s",
                                        server->host, print));
}

/* A further file of the writer's. */
static enum pt_status add_pin(struct pt_installs *installs,
                              struct pt_install *install,
                              const struct pt_settings *account,
                              struct pt_output *out, size_t i,
                              struct pt_error *err)
{
    const struct own *own = install->own;
    const char *path = pt_arena_printf(installs->arena, "%s/%s", own->data,
                                       out->files[i]->name);
    int there = pt_text_also(installs, install, path);

    if (there < 0)
        return pt_new_files_add(installs, install, path,
                                &out->files[i]->bytes, err);
    note_other(installs, install, out, &install->files[there],
               pt_chosen_incoming(account));
    note_other(installs, install, out, &install->files[there],
               pt_chosen(account, PT_SUBMISSION));
    return PT_OK;
}

static enum pt_status add_geary(struct pt_installs *installs,
                                struct pt_install *install,
                                const struct pt_settings *account,
                                struct pt_error *err)
{
    PT_OUTPUT struct pt_output out = {.arena = installs->arena};
    enum pt_status status =
        pt_new_files_write(install, account, install->where, &out, err);

    if (status == PT_OK)
        status = add_account(installs, install, &out.files[0]->bytes, err);
    for (size_t i = 1; i < out.file_count && status == PT_OK; i++)
        status = add_pin(installs, install, account, &out, i, err);
    if (status == PT_OK)
        pt_new_files_note(installs, install,
                          "Geary asks for the password when it is started",
                          &out.notes);
    if (status == PT_OK && pt_arena_failed(installs->arena))
        return pt_fail_memory(err);
    return status;
}

const struct pt_client pt_client_geary = {
    .name = "geary",
    .title = "Geary",
    .programs = "geary",
    .services = 1 << PT_IMAP | 1 << PT_SUBMISSION,
    .find = find_geary,
    .begin = begin_geary,
    .patch = patch_geary,
    .add = add_geary,
};
