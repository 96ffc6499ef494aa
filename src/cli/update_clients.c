/* update_clients.c - accounts of mail programs set up on this machine that
 * have a bridge's servers: given the ports the bridge has now.
 *
 * A server of this machine is a bridge's when the account's address leads to
 * that bridge, as `portolan find` has it, and the login is the bridge's.
 */
#include "base/diff.h"
#include "base/file.h"
#include "cli/find_stream.h"
#include "cli/updating.h"
#include "client/client.h"

#include <string.h>

enum { TIMEOUT_MS = 5000 };

/* An address that a client has, and what was found for it. */
struct account {
    const char *address;
    const struct pt_settings *settings; /* NULL: it is no address */
};

struct clients {
    struct pt_updating *updating;
    struct pt_installs installs;
    struct pt_strings addresses;
    struct account *accounts; /* of addresses */
    size_t account_count;
    bool is_spoilt; /* the set-up at hand: it could be changed in part only */
};

/* ---- whose accounts there are ---- */

static const char *address_of(const struct pt_slot *slot)
{
    if (slot->address)
        return slot->address;
    return slot->login && strchr(slot->login, '@') ? slot->login : NULL;
}

/* Of servers of this machine alone. */
static enum pt_status gather(struct clients *c, struct pt_error *err)
{
    struct pt_arena *arena = c->updating->call->arena;

    for (size_t i = 0; i < c->installs.count; i++)
        for (size_t j = 0; j < c->installs.at[i]->slot_count; j++) {
            const struct pt_slot *slot = &c->installs.at[i]->slots[j];
            const char *address = address_of(slot);
            struct pt_address parsed;

            if (!slot->host || !pt_is_loopback(slot->host) || !address ||
                pt_strings_have_nocase(&c->addresses, address) ||
                pt_address_parse(arena, address, &parsed, NULL) != PT_OK)
                continue;
            if (!pt_strings_add(arena, &c->addresses, address))
                return pt_fail_memory(err);
        }
    return PT_OK;
}

static enum pt_status add_account(void *ctx, const struct pt_stream_item *item,
                                  struct pt_error *err)
{
    struct clients *c = ctx;
    struct account *more = pt_arena_grow(
        c->updating->call->arena, c->accounts, c->account_count, sizeof(*more));

    if (!more)
        return pt_fail_memory(err);
    c->accounts = more;
    more[c->account_count] = (struct account){
        .address = c->addresses.at[c->account_count],
        .settings = item->err.status == PT_OK ? item->settings : NULL};
    c->account_count++;
    return item->err.status == PT_NO_MEMORY ? pt_fail_memory(err) : PT_OK;
}

static enum pt_status look_up(struct clients *c, struct pt_error *err)
{
    if (!c->addresses.count)
        return PT_OK;
    return pt_find_stream(
        &(struct pt_stream_setup){.call = c->updating->call,
                                  .texts = &c->addresses,
                                  .arena = c->updating->call->arena,
                                  .timeout_ms = TIMEOUT_MS,
                                  .put = add_account,
                                  .ctx = c},
        err);
}

/* ---- what one account needs ---- */

static bool is_of(const struct pt_slot *slot, const struct account *account)
{
    return slot->host && pt_is_loopback(slot->host) &&
           pt_is_nocase(address_of(slot), account->address);
}

/* The bridge's server that this slot stands for, or NULL: it is another's. */
static const struct pt_server *server_for(const struct account *account,
                                          const struct pt_slot *slot)
{
    const struct pt_server *server =
        account->settings ? pt_chosen(account->settings, slot->service) : NULL;

    if (!server || !server->bridge || server->last_known)
        return NULL;
    return !slot->login ||
                   pt_is_nocase(slot->login,
                                pt_login(account->settings, server)) ||
                   pt_is_nocase(slot->login, account->address)
               ? server
               : NULL;
}

static bool add_port(struct pt_arena *arena, struct pt_repair *repair,
                     const struct pt_slot *slot, const struct pt_server *server)
{
    return slot->port == server->port ||
           pt_repair_add(arena, repair,
                         pt_arena_printf(arena, "%s port",
                                         pt_service_name(slot->service)),
                         pt_arena_printf(arena, "%u", slot->port),
                         pt_arena_printf(arena, "%u", server->port));
}

static bool add_security(struct pt_arena *arena, struct pt_repair *repair,
                         const struct pt_slot *slot,
                         const struct pt_server *server)
{
    return slot->security == server->security ||
           pt_repair_add(arena, repair,
                         pt_arena_printf(arena, "%s security",
                                         pt_service_name(slot->service)),
                         pt_security_name(slot->security),
                         pt_security_name(server->security));
}

static bool is_new_certificate(const struct pt_slot *slot,
                               const struct pt_server *server)
{
    return slot->pinned && server->certificate &&
           !pt_is_nocase(slot->pinned, server->certificate->sha256);
}

static bool add_certificate(struct pt_arena *arena, struct pt_repair *repair,
                            const struct pt_slot *slot,
                            const struct pt_server *server)
{
    return !is_new_certificate(slot, server) ||
           pt_repair_add(arena, repair,
                         pt_arena_printf(arena, "%s certificate",
                                         pt_service_name(slot->service)),
                         slot->pinned, server->certificate->sha256);
}

/* Compare every slot of the account; false: no memory. */
static bool compare(struct clients *c, const struct pt_install *install,
                    const struct account *account, struct pt_repair *repair,
                    bool *ret_theirs, bool *ret_certificate)
{
    struct pt_arena *arena = c->updating->call->arena;

    for (size_t i = 0; i < install->slot_count; i++) {
        const struct pt_slot *slot = &install->slots[i];
        const struct pt_server *server =
            is_of(slot, account) ? server_for(account, slot) : NULL;

        if (!server)
            continue;
        *ret_theirs = true;
        *ret_certificate |= is_new_certificate(slot, server);
        if (!add_port(arena, repair, slot, server) ||
            !add_security(arena, repair, slot, server) ||
            !add_certificate(arena, repair, slot, server))
            return false;
    }
    return true;
}

static enum pt_status patch(struct pt_install *install,
                            const struct account *account,
                            struct pt_error *err)
{
    enum pt_status status = PT_OK;

    for (size_t i = 0; i < install->slot_count && status == PT_OK; i++) {
        const struct pt_slot *slot = &install->slots[i];
        const struct pt_server *server =
            is_of(slot, account) ? server_for(account, slot) : NULL;

        if (server)
            status = install->client->patch(install, slot, server, err);
    }
    return status;
}

/* ---- one account of one set-up ---- */

static enum pt_status end(struct clients *c, struct pt_repair *repair,
                          enum pt_repaired outcome, const char *todo,
                          struct pt_error *err)
{
    return pt_repair_end(c->updating, repair, outcome, todo)
               ? PT_OK
               : pt_fail_memory(err);
}

/* What stands in the way of any change, or NULL. */
static const char *find_obstacle(const struct clients *c,
                                 const struct pt_install *install,
                                 bool certificate)
{
    if (install->refused)
        return install->refused;
    if (certificate && !c->updating->call->options.accept_certificate)
        return "the bridge has another certificate than the one trusted here: "
               "if you renewed it, add --accept-new-certificate";
    return NULL;
}

static enum pt_status change(struct clients *c, struct pt_install *install,
                             const struct account *account,
                             struct pt_repair *repair, bool certificate,
                             struct pt_error *err)
{
    const char *obstacle = find_obstacle(c, install, certificate);
    struct pt_error why = {0};
    enum pt_status status;

    if (!repair->difference_count)
        return end(c, repair, PT_REPAIR_CURRENT, NULL, err);
    if (obstacle)
        return end(c, repair, PT_REPAIR_REFUSED, obstacle, err);
    if (install->is_running)
        return end(c, repair, PT_REPAIR_BUSY,
                   "close it, and run 'portolan update' again", err);
    status = patch(install, account, &why);
    if (status == PT_NO_MEMORY)
        return pt_fail_memory(err);
    c->is_spoilt |= status != PT_OK;
    return status == PT_OK
               ? end(c, repair, PT_REPAIR_UPDATED, install->note, err)
               : end(c, repair, PT_REPAIR_REFUSED, why.text, err);
}

static enum pt_status repair_account(struct clients *c,
                                     struct pt_install *install,
                                     const struct account *account,
                                     struct pt_error *err)
{
    struct pt_repair compared = {0};
    struct pt_repair *repair;
    bool theirs = false;
    bool certificate = false;

    if (!compare(c, install, account, &compared, &theirs, &certificate))
        return pt_fail_memory(err);
    if (!theirs)
        return PT_OK;
    repair = pt_updating_add(c->updating, install->client->name,
                             install->where, account->address);
    if (!repair)
        return pt_fail_memory(err);
    repair->differences = compared.differences;
    repair->difference_count = compared.difference_count;
    return change(c, install, account, repair, certificate, err);
}

/* ---- one set-up ---- */

static enum pt_status show_change(struct clients *c,
                                  const struct pt_install *install,
                                  struct pt_repair *repair,
                                  struct pt_error *err)
{
    PT_BUF struct pt_buf diff = {0};

    for (size_t i = 0; i < install->file_count; i++) {
        const struct pt_client_file *file = &install->files[i];

        if (file->is_changed &&
            !pt_diff(file->is_there ? file->path : "/dev/null",
                     pt_slice(file->before.at, file->before.len), file->path,
                     pt_slice(file->after.at, file->after.len), &diff))
            return pt_fail_memory(err);
    }
    repair->diff = pt_arena_strdup(c->updating->call->arena,
                                   pt_buf_text(&diff));
    return repair->diff ? PT_OK : pt_fail_memory(err);
}

/* Two clients may name one certificate: the other has changed it already. */
static bool is_done(const struct pt_client_file *file)
{
    PT_BUF struct pt_buf now = {.max = file->before.max};

    return pt_file_read(file->path, &now, NULL) == PT_OK &&
           now.len == file->after.len &&
           !memcmp(pt_buf_text(&now), pt_buf_text(&file->after), now.len);
}

/* What would have been changed is not, for this reason.  False: no memory. */
static bool take_back(struct clients *c, size_t first,
                      enum pt_repaired outcome, const char *why)
{
    struct pt_updating *updating = c->updating;

    for (size_t i = first; i < updating->repair_count; i++)
        if (updating->repairs[i].outcome == PT_REPAIR_UPDATED &&
            !pt_repair_end(updating, &updating->repairs[i], outcome, why))
            return false;
    return true;
}

static enum pt_status put_files(struct clients *c,
                                const struct pt_install *install,
                                struct pt_error *err)
{
    struct pt_change changes[PT_CLIENT_FILES_MAX];
    size_t count = 0;

    for (size_t i = 0; i < install->file_count; i++) {
        const struct pt_client_file *file = &install->files[i];

        if (pt_buf_failed(&file->after))
            return pt_fail_memory(err);
        if (!file->is_changed || is_done(file))
            continue;
        changes[count++] = (struct pt_change){.path = file->path,
                                              .before = &file->before,
                                              .is_new = !file->is_there,
                                              .after = &file->after};
    }
    return count ? pt_change_files(c->updating->run, install->client->name,
                                 install->where, changes, count, err)
                 : PT_OK;
}

/* All accounts of it are changed, or none is. */
static enum pt_status repair_install(struct clients *c,
                                     struct pt_install *install,
                                     struct pt_error *err)
{
    struct pt_updating *updating = c->updating;
    size_t first = updating->repair_count;
    struct pt_error why = {0};
    enum pt_status status = PT_OK;
    bool changes = false;

    c->is_spoilt = false;
    for (size_t i = 0; i < c->account_count && status == PT_OK; i++)
        status = repair_account(c, install, &c->accounts[i], err);
    for (size_t i = first; i < updating->repair_count; i++)
        changes |= updating->repairs[i].outcome == PT_REPAIR_UPDATED;
    if (status != PT_OK || !changes)
        return status;
    if (c->is_spoilt)
        return take_back(c, first, PT_REPAIR_REFUSED,
                         "another account of this program cannot be changed")
                   ? PT_OK
                   : pt_fail_memory(err);
    if (!updating->run)
        return show_change(c, install, &updating->repairs[first], err);
    status = put_files(c, install, &why);
    if (status == PT_OK || status == PT_NO_MEMORY)
        return status == PT_OK ? PT_OK : pt_fail_memory(err);
    return take_back(c, first,
                     status == PT_BUSY ? PT_REPAIR_REFUSED : PT_REPAIR_FAILED,
                     why.text)
               ? PT_OK
               : pt_fail_memory(err);
}

/* Clients have a server of this machine, and no bridge is there for it. */
static enum pt_status tell_bridgeless(struct clients *c, struct pt_error *err)
{
    struct pt_updating *updating = c->updating;

    for (size_t i = 0; i < c->account_count; i++) {
        const struct pt_settings *settings = c->accounts[i].settings;
        struct pt_repair *repair;

        if (!settings || settings->status != PT_FIND_NEEDS_BRIDGE)
            continue;
        repair = pt_updating_add(updating,
                                 settings->bridge.name ? settings->bridge.name
                                                       : "bridge",
                                 settings->bridge.title
                                     ? settings->bridge.title
                                     : "a mail bridge on this machine",
                                 c->accounts[i].address);
        if (!repair ||
            !pt_repair_end(updating, repair, PT_REPAIR_REFUSED,
                           settings->hints.count
                               ? settings->hints.at[0]
                               : "start the bridge, and run 'portolan "
                                 "update' again"))
            return pt_fail_memory(err);
        if (updating->worst != PT_BUSY)
            updating->worst = PT_NEEDS_BRIDGE;
    }
    return PT_OK;
}

enum pt_status pt_update_clients(struct pt_updating *updating,
                                 struct pt_error *err)
{
    struct clients c = {.updating = updating,
                        .installs = {.arena = updating->call->arena}};
    enum pt_status status =
        pt_clients_find(&updating->place, &c.installs, err);

    if (status == PT_OK)
        status = gather(&c, err);
    if (status == PT_OK)
        status = look_up(&c, err);
    for (size_t i = 0; i < c.installs.count && status == PT_OK; i++)
        status = repair_install(&c, c.installs.at[i], err);
    if (status == PT_OK)
        status = tell_bridgeless(&c, err);
    pt_installs_free(&c.installs);
    return status;
}
