/* update_clients.c - the accounts of mail programs on this machine that have a
 * bridge's servers: given the ports the bridge has now.
 */
#include "cli/find_stream.h"
#include "cli/update_install.h"

enum { TIMEOUT_MS = 5000 };

struct clients {
    struct pt_updating *updating;
    struct pt_installs installs;
    struct pt_strings addresses;
    struct pt_wanted *accounts; /* of addresses */
    size_t account_count;
};

/* ---- whose accounts there are ---- */

/* Of servers of this machine alone. */
static enum pt_status gather(struct clients *c, struct pt_error *err)
{
    struct pt_arena *arena = c->updating->call->arena;

    for (size_t i = 0; i < c->installs.count; i++)
        for (size_t j = 0; j < c->installs.at[i]->slot_count; j++) {
            const struct pt_slot *slot = &c->installs.at[i]->slots[j];
            const char *address = pt_slot_address(slot);
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
    struct pt_wanted *more =
        pt_arena_grow(c->updating->call->arena, c->accounts, c->account_count,
                      sizeof(*more));

    if (!more)
        return pt_fail_memory(err);
    c->accounts = more;
    more[c->account_count] = (struct pt_wanted){
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
    enum pt_status status = pt_update_find(updating, &c.installs, err);

    if (status == PT_OK)
        status = gather(&c, err);
    if (status == PT_OK)
        status = look_up(&c, err);
    for (size_t i = 0; i < c.installs.count && status == PT_OK; i++)
        status = pt_update_install(updating, c.installs.at[i], c.accounts,
                                   c.account_count, err);
    if (status == PT_OK)
        status = tell_bridgeless(&c, err);
    pt_installs_free(&c.installs);
    return status;
}
