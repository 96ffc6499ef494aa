/* geary.c - account_NN/geary.ini, and the certificate that Geary trusts for a
 * host, whatever the port. */
#include "client/keyfile_server.h"

#include <string.h>

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

static const char *pin_of(const struct look *look, const char *host)
{
    return strchr(host, '/')
               ? NULL
               : pt_arena_printf(look->installs->arena,
                                 "%s/geary/pinned-certs/%s.pem",
                                 look->root.data, host);
}

static void add_slot(struct look *look, size_t which)
{
    struct pt_arena *arena = look->installs->arena;
    struct pt_slot found = {.service = which == INCOMING ? PT_IMAP
                                                         : PT_SUBMISSION};
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
                 look->index * SERVERS + which, pin_of(look, found.host));
    *slot = found;
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
        look->install =
            pt_install_add(look->installs, &pt_client_geary, dir);
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

    pt_text_roots(installs->arena, place, "org.gnome.Geary", roots);
    for (size_t i = 0; i < PT_TEXT_ROOTS; i++) {
        look.root = roots[i];
        find_below(&look);
    }
    return pt_arena_failed(installs->arena) ? pt_fail_memory(err) : PT_OK;
}

/* ---- changing ---- */

static enum pt_status patch_geary(struct pt_install *install,
                                  const struct pt_slot *slot,
                                  const struct pt_server *server,
                                  struct pt_error *err)
{
    size_t nth = pt_text_nth(slot);
    enum pt_status status =
        pt_text_put_pin(pt_text_pin(install, slot), server, false, err);

    if (status != PT_OK)
        return status;
    install->note = "Geary takes it when it is started anew: quit it first";
    return pt_keyfile_server_put(&install->files[nth / SERVERS],
                                 &keys[nth % SERVERS], server, err);
}

const struct pt_client pt_client_geary = {
    .name = "geary",
    .title = "Geary",
    .services = 1 << PT_IMAP | 1 << PT_SUBMISSION,
    .find = find_geary,
    .patch = patch_geary,
};
