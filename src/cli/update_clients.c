/* update_clients.c - the accounts of mail programs on this machine that have a
 * bridge's servers: given the ports the bridge has now.
 */
#include "cli/find_stream.h"
#include "cli/remembered.h"
#include "cli/show.h"
#include "cli/update_install.h"
#include "client/kept.h"

enum { TIMEOUT_MS = 5000 };

struct clients {
    struct pt_updating *updating;
    struct pt_installs installs;
    struct pt_wanted *accounts;
    size_t account_count;
};

/* Addresses that are looked for in one way, side by side. */
struct search {
    struct clients *clients;
    struct pt_call call;
    struct pt_strings addresses;
    bool are_set_up;
    bool is_named; /* the bridge is, by --bridge: there must be such a one */
};

/* ---- looking for settings ---- */

/* The account of this address, a new one at the end if need be; NULL: no
 * memory. */
static struct pt_wanted *account_of(struct clients *c, const char *address)
{
    struct pt_arena *arena = c->updating->call->arena;
    struct pt_wanted *more;

    for (size_t i = 0; i < c->account_count; i++)
        if (pt_is_nocase(c->accounts[i].address, address))
            return &c->accounts[i];
    more = pt_arena_grow(arena, c->accounts, c->account_count, sizeof(*more));
    if (!more)
        return NULL;
    c->accounts = more;
    more += c->account_count++;
    *more = (struct pt_wanted){.address = pt_arena_strdup(arena, address)};
    return more->address ? more : NULL;
}

static enum pt_status add_account(void *ctx, const struct pt_stream_item *item,
                                  struct pt_error *err)
{
    struct search *search = ctx;
    struct pt_wanted *account = account_of(search->clients, item->text);

    if (!account || item->err.status == PT_NO_MEMORY)
        return pt_fail_memory(err);
    if (search->is_named && item->err.status == PT_BAD_INPUT) {
        *err = item->err;
        return err->status;
    }
    account->settings = item->err.status == PT_OK ? item->settings : NULL;
    account->is_set_up = search->are_set_up;
    return PT_OK;
}

static enum pt_status look_up(struct search *search, struct pt_error *err)
{
    if (!search->addresses.count)
        return PT_OK;
    return pt_find_stream(
        &(struct pt_stream_setup){.call = &search->call,
                                  .texts = &search->addresses,
                                  .arena = search->call.arena,
                                  .timeout_ms = TIMEOUT_MS,
                                  .put = add_account,
                                  .ctx = search},
        err);
}

static bool is_looked_up(const struct clients *c, const char *address)
{
    for (size_t i = 0; i < c->account_count; i++)
        if (pt_is_nocase(c->accounts[i].address, address))
            return true;
    return false;
}

/* ---- the accounts that portolan has set up ---- */

/* Is it still there? */
static bool has_address(const struct clients *c, const char *address)
{
    for (size_t i = 0; i < c->installs.count; i++)
        for (size_t j = 0; j < c->installs.at[i]->slot_count; j++)
            if (pt_is_nocase(pt_slot_address(&c->installs.at[i]->slots[j]),
                             address))
                return true;
    return false;
}

/* Another portolan may have remembered it. */
static bool note_unusable(const struct clients *c, const struct pt_set_up *at,
                          const struct pt_error *why)
{
    struct pt_arena *arena = c->updating->call->arena;

    return !has_address(c, at->address) ||
           pt_strings_add(arena, &c->updating->notes,
                          pt_arena_printf(arena,
                                          "the options that %s was set up "
                                          "with cannot be used: %s",
                                          at->address, why->text));
}

/* Of those from this one on, all that are looked for alike. */
static enum pt_status look_up_alike(struct clients *c,
                                    const struct pt_set_up *at, size_t count,
                                    struct pt_error *err)
{
    struct pt_arena *arena = c->updating->call->arena;
    struct search search = {.clients = c, .are_set_up = true};
    struct pt_error why = {0};
    enum pt_status status = pt_remembered_call(
        c->updating->call, &at->options, &search.call, &why);

    if (status == PT_BAD_INPUT && note_unusable(c, at, &why))
        return PT_OK;
    if (status != PT_OK)
        return pt_fail_memory(err);
    for (size_t i = 0; i < count && status == PT_OK; i++)
        if (pt_strings_are_same(&at[i].options, &at->options) &&
            has_address(c, at[i].address) &&
            !is_looked_up(c, at[i].address) &&
            !pt_strings_have_nocase(&search.addresses, at[i].address) &&
            !pt_strings_add(arena, &search.addresses, at[i].address))
            status = pt_fail_memory(err);
    return status == PT_OK ? look_up(&search, err) : status;
}

static enum pt_status look_up_set_up(struct clients *c, struct pt_error *err)
{
    struct pt_manifest manifest = {0};
    enum pt_status status =
        pt_kept_load(c->updating->call->arena, &c->updating->place, &manifest,
                     err);

    for (size_t i = 0; i < manifest.set_up_count && status == PT_OK; i++)
        status = look_up_alike(c, &manifest.set_up[i],
                               manifest.set_up_count - i, err);
    return status;
}

/* ---- the accounts of bridges ---- */

/* Of servers of this machine alone. */
static enum pt_status look_up_bridged(struct clients *c, struct pt_error *err)
{
    struct pt_arena *arena = c->updating->call->arena;
    struct search search = {.clients = c, .call = *c->updating->call};

    if (!pt_is(search.call.options.bridge, "none"))
        search.call.options.bridge = NULL;
    for (size_t i = 0; i < c->installs.count; i++)
        for (size_t j = 0; j < c->installs.at[i]->slot_count; j++) {
            const struct pt_slot *slot = &c->installs.at[i]->slots[j];
            const char *address = pt_slot_address(slot);
            struct pt_address parsed;

            if (!slot->host || !pt_is_loopback(slot->host) || !address ||
                is_looked_up(c, address) ||
                pt_strings_have_nocase(&search.addresses, address) ||
                pt_address_parse(arena, address, &parsed, NULL) != PT_OK)
                continue;
            if (!pt_strings_add(arena, &search.addresses, address))
                return pt_fail_memory(err);
        }
    return look_up(&search, err);
}

static bool is_bridged(const struct pt_settings *settings)
{
    for (size_t i = 0; settings && i < settings->server_count; i++)
        if (settings->servers[i].bridge)
            return true;
    return false;
}

/* The bridge that --bridge names has the accounts that no other is known to
 * serve; not all there are. */
static enum pt_status look_up_by_bridge(struct clients *c, struct pt_error *err)
{
    const char *bridge = c->updating->call->options.bridge;
    struct search search = {
        .clients = c, .call = *c->updating->call, .is_named = true};

    if (!bridge || pt_is(bridge, "none"))
        return PT_OK;
    for (size_t i = 0; i < c->account_count; i++)
        if (!c->accounts[i].is_set_up && !is_bridged(c->accounts[i].settings) &&
            !pt_strings_add(c->updating->call->arena, &search.addresses,
                            c->accounts[i].address))
            return pt_fail_memory(err);
    return look_up(&search, err);
}

/* ---- the whole ---- */

static bool is_told(const struct pt_updating *updating, size_t first,
                    const char *address)
{
    for (size_t i = first; i < updating->repair_count; i++)
        if (pt_is(updating->repairs[i].account, address))
            return true;
    return false;
}

/* The first set-up that has it. */
static const struct pt_install *install_of(const struct clients *c,
                                           const char *address)
{
    for (size_t i = 0; i < c->installs.count; i++)
        for (size_t j = 0; j < c->installs.at[i]->slot_count; j++)
            if (pt_is_nocase(pt_slot_address(&c->installs.at[i]->slots[j]),
                             address))
                return c->installs.at[i];
    return NULL;
}

/* Clients have a server of this machine, and no bridge is there for it. */
static bool tell_bridgeless(struct pt_updating *updating,
                            const struct pt_wanted *account)
{
    const struct pt_bridge_use *bridge = &account->settings->bridge;
    const struct pt_strings *hints = &account->settings->hints;
    struct pt_repair *repair = pt_updating_add(
        updating, bridge->name ? bridge->name : "bridge",
        bridge->title ? bridge->title : "a mail bridge on this machine",
        account->address);

    if (!repair ||
        !pt_repair_end(updating, repair, PT_REPAIR_REFUSED,
                       hints->count ? hints->at[0]
                                    : "start the bridge, and run 'portolan "
                                      "update' again"))
        return false;
    if (updating->worst != PT_BUSY)
        updating->worst = PT_NEEDS_BRIDGE;
    return true;
}

static bool tell_unsure(struct clients *c, const struct pt_wanted *account)
{
    struct pt_updating *updating = c->updating;
    struct pt_arena *arena = updating->call->arena;
    const struct pt_install *install = install_of(c, account->address);
    const struct pt_strings *accepts = &account->settings->needs_accept;
    const char *hosts = pt_show_list(arena, accepts);
    const char *options = pt_show_accept(arena, accepts);
    enum pt_status worst = updating->worst;
    struct pt_repair *repair =
        install && options
            ? pt_updating_add(updating, install->client->name, install->where,
                              account->address)
            : NULL;

    if (!repair ||
        !pt_repair_end(updating, repair, PT_REPAIR_REFUSED,
                       pt_arena_printf(arena,
                                       "nobody we trust vouches for %s: if you "
                                       "do, add%s",
                                       hosts ? hosts : "its servers",
                                       options)))
        return false;
    updating->worst = worst > PT_UNSURE ? worst : PT_UNSURE;
    return true;
}

/* We have set it up, and its provider names another host by now. */
static bool tell_moved(struct clients *c, const struct pt_wanted *account)
{
    struct pt_arena *arena = c->updating->call->arena;
    const struct pt_install *install = install_of(c, account->address);
    const struct pt_server *server = pt_chosen_incoming(account->settings);
    struct pt_repair *repair;

    if (!install || !server)
        return true;
    repair = pt_updating_add(c->updating, install->client->name,
                             install->where, account->address);
    return repair &&
           pt_repair_end(
               c->updating, repair, PT_REPAIR_MANUAL,
               pt_arena_printf(arena,
                               "its provider has it at %s now: take the "
                               "account out there, and 'portolan setup %s %s' "
                               "adds it anew",
                               pt_show_offered(arena, server),
                               install->client->name, account->address));
}

/* What no set-up was changed for, and why.  False: no memory. */
static bool tell_untold(struct clients *c, const struct pt_wanted *account)
{
    struct pt_updating *updating = c->updating;
    struct pt_arena *arena = updating->call->arena;
    const struct pt_settings *settings = account->settings;

    if (settings && settings->status == PT_FIND_NEEDS_BRIDGE)
        return tell_bridgeless(updating, account);
    if (settings && settings->status == PT_FIND_UNSURE)
        return tell_unsure(c, account);
    if (settings && settings->status == PT_FIND_OK && account->is_set_up)
        return tell_moved(c, account);
    return pt_strings_add(
        arena, &updating->notes,
        pt_arena_printf(arena,
                        account->is_set_up
                            ? "nothing is known of %s now: its account stays "
                              "as it is"
                            : "%s has a server on this machine which is none "
                              "of a bridge known here: '--bridge NAME' names "
                              "it, if it is one",
                        account->address));
}

enum pt_status pt_update_clients(struct pt_updating *updating,
                                 struct pt_error *err)
{
    struct clients c = {.updating = updating,
                        .installs = {.arena = updating->call->arena}};
    size_t first = updating->repair_count;
    enum pt_status status = pt_update_find(updating, &c.installs, err);

    if (status == PT_OK)
        status = look_up_set_up(&c, err);
    if (status == PT_OK)
        status = look_up_bridged(&c, err);
    if (status == PT_OK)
        status = look_up_by_bridge(&c, err);
    for (size_t i = 0; i < c.installs.count && status == PT_OK; i++)
        status = pt_update_install(updating, c.installs.at[i], c.accounts,
                                   c.account_count, err);
    if (status == PT_OK)
        status = pt_update_prove(updating, first, c.accounts, c.account_count,
                                 err);
    for (size_t i = 0; i < c.account_count && status == PT_OK; i++)
        if (!is_told(updating, first, c.accounts[i].address) &&
            !tell_untold(&c, &c.accounts[i]))
            status = pt_fail_memory(err);
    pt_installs_free(&c.installs);
    return status;
}
