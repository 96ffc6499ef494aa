#include "cli/update_install.h"

#include "cli/verified.h"

#include <string.h>

/* One account of the set-up at hand. */
struct fitting {
    struct pt_updating *updating;
    struct pt_install *install;
    const struct pt_wanted *wanted;
    struct pt_repair *repair;
    bool is_there;        /* the set-up has it */
    bool is_replaced;     /* the server's certificate is another by now */
    bool is_beyond_reach; /* the set-up cannot have it so */
};

enum pt_status pt_update_find(const struct pt_updating *updating,
                              struct pt_installs *installs,
                              struct pt_error *err)
{
    const char *profile = updating->call->options.profile;

    return profile ? pt_client_thunderbird.find_at(&updating->place, profile,
                                                   installs, err)
                   : pt_clients_find(&updating->place, installs, err);
}

/* ---- what one account needs ---- */

const char *pt_slot_address(const struct pt_slot *slot)
{
    if (slot->address)
        return slot->address;
    return slot->login && strchr(slot->login, '@') ? slot->login : NULL;
}

static bool is_same_host(const struct pt_wanted *wanted,
                         const struct pt_slot *slot,
                         const struct pt_server *server)
{
    return server->bridge ? pt_is_loopback(slot->host) && !server->last_known
                          : wanted->is_set_up && server->host &&
                                pt_is_nocase(slot->host, server->host);
}

const struct pt_server *pt_server_for(const struct pt_wanted *wanted,
                                      const struct pt_slot *slot)
{
    const struct pt_server *server =
        wanted->settings ? pt_chosen(wanted->settings, slot->service) : NULL;

    if (!server || !slot->host || !is_same_host(wanted, slot, server) ||
        !pt_is_nocase(pt_slot_address(slot), wanted->address))
        return NULL;
    return !slot->login ||
                   pt_is_nocase(slot->login,
                                pt_login(wanted->settings, server)) ||
                   pt_is_nocase(slot->login, wanted->address)
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

/* Its client would ask a person about it. */
static bool is_unpinned(const struct pt_client *client,
                        const struct pt_slot *slot,
                        const struct pt_server *server)
{
    return client->must_pin && !slot->pinned && server->bridge &&
           server->certificate && server->security != PT_PLAIN;
}

static bool add_certificate(struct pt_arena *arena, struct pt_repair *repair,
                            const struct pt_client *client,
                            const struct pt_slot *slot,
                            const struct pt_server *server)
{
    return (!is_new_certificate(slot, server) &&
            !is_unpinned(client, slot, server)) ||
           pt_repair_add(arena, repair,
                         pt_arena_printf(arena, "%s certificate",
                                         pt_service_name(slot->service)),
                         slot->pinned ? slot->pinned : "none",
                         server->certificate->sha256);
}

/* Compare every slot of the account; false: no memory. */
static bool compare(struct fitting *f, struct pt_repair *repair)
{
    struct pt_arena *arena = f->updating->call->arena;

    for (size_t i = 0; i < f->install->slot_count; i++) {
        const struct pt_slot *slot = &f->install->slots[i];
        const struct pt_server *server = pt_server_for(f->wanted, slot);

        if (!server)
            continue;
        f->is_there = true;
        f->is_replaced |= is_new_certificate(slot, server);
        if (!add_port(arena, repair, slot, server) ||
            !add_security(arena, repair, slot, server) ||
            !add_certificate(arena, repair, f->install->client, slot, server))
            return false;
    }
    return true;
}

static enum pt_status patch(const struct fitting *f, struct pt_error *err)
{
    enum pt_status status = PT_OK;

    for (size_t i = 0; i < f->install->slot_count && status == PT_OK; i++) {
        const struct pt_slot *slot = &f->install->slots[i];
        const struct pt_server *server = pt_server_for(f->wanted, slot);

        if (server)
            status = f->install->client->patch(f->install, slot, server, err);
    }
    return status;
}

/* ---- one account ---- */

static bool end(const struct fitting *f, enum pt_repaired outcome,
                const char *todo)
{
    return pt_repair_end(f->updating, f->repair, outcome, todo);
}

/* A client that runs would overwrite what is changed; some take changes at
 * their next start. */
static bool is_busy(const struct fitting *f)
{
    if (f->install->is_running && f->install->client->can_defer &&
        f->updating->call->options.defer)
        f->install->is_deferred = true;
    return f->install->is_running && !f->install->is_deferred;
}

/* One of its servers is not what it should be: why; or NULL. */
static const char *find_unproven(const struct fitting *f)
{
    const char *why = NULL;

    for (size_t i = 0; i < f->install->slot_count && !why; i++) {
        const struct pt_server *server =
            pt_server_for(f->wanted, &f->install->slots[i]);

        if (server)
            why = pt_verified_objection(f->updating->call->arena, server);
    }
    return why;
}

/* False: no memory. */
static bool change(struct fitting *f)
{
    struct pt_error why = {0};
    const char *reason;
    enum pt_status status;

    if (!f->repair->difference_count)
        return end(f, PT_REPAIR_CURRENT, NULL);
    if (f->install->refused)
        return end(f, PT_REPAIR_REFUSED, f->install->refused);
    if (f->is_replaced && !f->updating->call->options.accept_certificate)
        return end(f, PT_REPAIR_REFUSED,
                   "the bridge has another certificate than the one trusted "
                   "here: if you renewed it, add --accept-new-certificate");
    if (is_busy(f))
        return end(f, PT_REPAIR_BUSY,
                   f->install->client->can_defer
                       ? "close it, and run 'portolan update' again; or "
                         "'portolan update --defer' has it take the changes "
                         "at its next start"
                       : "close it, and run 'portolan update' again");
    reason = find_unproven(f);
    if (reason)
        return end(f, PT_REPAIR_REFUSED, reason);
    status = patch(f, &why);
    f->is_beyond_reach = status != PT_OK;
    if (status == PT_OK)
        return end(f, PT_REPAIR_UPDATED, f->install->note);
    reason = pt_repair_reason(f->updating->call->arena, &why);
    return status != PT_NO_MEMORY && reason &&
           end(f, PT_REPAIR_REFUSED, reason);
}

/* False: no memory. */
static bool fit(struct fitting *f)
{
    struct pt_repair compared = {0};

    if (!compare(f, &compared))
        return false;
    if (!f->is_there)
        return true;
    f->repair = pt_updating_add(f->updating, f->install->client->name,
                                f->install->where, f->wanted->address);
    if (!f->repair)
        return false;
    f->repair->bridge = f->wanted->settings->bridge.name;
    if (f->install->is_running &&
        (compared.difference_count || f->install->has_leftover))
        f->repair->held =
            pt_arena_strdup(f->updating->call->arena, f->install->held);
    f->repair->differences = compared.differences;
    f->repair->difference_count = compared.difference_count;
    return change(f);
}

/* ---- all accounts ---- */

/* What was deferred is taken, or no more wanted.  False: no memory. */
static bool tidy(struct pt_updating *updating, struct pt_install *install)
{
    struct pt_arena *arena = updating->call->arena;
    struct pt_repair *repair;

    if (!install->has_leftover || install->is_running || install->refused)
        return true;
    repair = pt_updating_add(updating, install->client->name, install->where,
                             NULL);
    return repair && install->client->tidy(install, NULL) == PT_OK &&
           pt_repair_add(arena, repair, "deferred changes", "waiting",
                         "taken") &&
           pt_repair_end(updating, repair, PT_REPAIR_UPDATED, NULL);
}

static bool is_changed(const struct pt_install *install)
{
    for (size_t i = 0; i < install->file_count; i++)
        if (install->files[i].is_changed)
            return true;
    return false;
}

enum pt_status pt_update_install(struct pt_updating *updating,
                                 struct pt_install *install,
                                 const struct pt_wanted *wanted, size_t count,
                                 struct pt_error *err)
{
    size_t first = updating->repair_count;
    bool is_spoilt = false;

    for (size_t i = 0; i < count; i++) {
        struct fitting f = {.updating = updating,
                            .install = install,
                            .wanted = &wanted[i]};

        if (!fit(&f))
            return pt_fail_memory(err);
        is_spoilt |= f.is_beyond_reach;
    }
    if (is_spoilt)
        return pt_update_take_back(updating, first, PT_REPAIR_REFUSED,
                                   "another account of this program cannot "
                                   "be changed")
                   ? PT_OK
                   : pt_fail_memory(err);
    if (!tidy(updating, install))
        return pt_fail_memory(err);
    return is_changed(install) ? pt_update_put(updating, install, first, err)
                               : PT_OK;
}
