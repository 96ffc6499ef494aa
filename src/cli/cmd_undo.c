/* cmd_undo.c - portolan undo */
#include "cli/updating.h"
#include "client/client.h"
#include "client/kept.h"

static bool is_running(const struct pt_installs *installs,
                       const struct pt_undone *undone)
{
    for (size_t i = 0; i < installs->count; i++)
        if (installs->at[i]->is_running &&
            pt_is(installs->at[i]->where, undone->where))
            return true;
    return false;
}

/* Does one of the programs run that it is about?  Then nothing is undone. */
static enum pt_status find_busy(struct pt_updating *updating, bool *ret_busy,
                                struct pt_error *err)
{
    struct pt_arena *arena = updating->call->arena;
    struct pt_installs installs = {.arena = arena};
    struct pt_undone *undone;
    size_t count;
    enum pt_status status =
        pt_change_undo(updating->run, true, &undone, &count, err);

    if (status == PT_OK)
        status = pt_clients_find(&updating->place, &installs, err);
    for (size_t i = 0; status == PT_OK && i < count; i++) {
        struct pt_repair *repair;

        if (!is_running(&installs, &undone[i]))
            continue;
        *ret_busy = true;
        repair = pt_updating_add(updating, undone[i].client, undone[i].where,
                                 NULL);
        if (!repair ||
            !pt_repair_end(updating, repair, PT_REPAIR_BUSY,
                           "close it, and run 'portolan undo' again"))
            status = pt_fail_memory(err);
    }
    pt_installs_free(&installs);
    return status;
}

/* What a running client does not hear, a person can tell it: that, or NULL. */
static const char *reload(const struct pt_undone *undone, struct pt_error *why)
{
    const struct pt_client *client = pt_client_named(undone->client);
    const struct pt_install install = {.client = client,
                                       .where = undone->where};

    if (!client || !client->reload)
        return NULL;
    return client->reload(&install, why) == PT_OK ? NULL : why->text;
}

static enum pt_status tell_undone(struct pt_updating *updating,
                                  const struct pt_undone *undone,
                                  struct pt_error *err)
{
    struct pt_repair *repair =
        pt_updating_add(updating, undone->client, undone->where, NULL);
    enum pt_repaired outcome = PT_REPAIR_UPDATED;
    struct pt_error why = {0};
    const char *todo = NULL;

    if (undone->diff) {
        outcome = PT_REPAIR_REFUSED;
        todo = "somebody else has changed it since: see the difference, and "
               "put it right by hand";
    } else if (!updating->call->options.dry_run) {
        todo = reload(undone, &why);
    }
    if (!repair || !pt_repair_end(updating, repair, outcome, todo))
        return pt_fail_memory(err);
    repair->is_undone = true;
    repair->diff = undone->diff;
    return PT_OK;
}

static enum pt_status undo_all(struct pt_updating *updating,
                               struct pt_error *err)
{
    struct pt_arena *arena = updating->call->arena;
    struct pt_strings paths = {0};
    struct pt_undone *undone;
    size_t count;
    enum pt_status status =
        pt_change_undo(updating->run, updating->call->options.dry_run, &undone,
                    &count, err);

    for (size_t i = 0; status == PT_OK && i < count; i++) {
        status = tell_undone(updating, &undone[i], err);
        for (size_t j = 0; !undone[i].diff && j < undone[i].paths.count; j++)
            if (!pt_strings_add(arena, &paths, undone[i].paths.at[j]))
                status = pt_fail_memory(err);
    }
    return status == PT_OK && !updating->call->options.dry_run
               ? pt_kept_renew(arena, &updating->place, &paths, err)
               : status;
}

static enum pt_status begin(struct pt_updating *updating, struct pt_error *err)
{
    struct pt_arena *arena = updating->call->arena;
    enum pt_status status;

    if (!pt_place_from_environment(arena, &updating->place))
        return pt_fail(err, PT_CANNOT_WRITE, "set HOME",
                       "this user has no home directory");
    status = updating->call->options.dry_run
                 ? pt_change_rehearse(arena, &updating->place, &updating->run,
                                      err)
                 : pt_change_begin(arena, &updating->place, &updating->run,
                                   err);
    if (status == PT_OK)
        updating->notes = *pt_change_notes(updating->run);
    return status;
}

static enum pt_status run_undo(const struct pt_call *call, struct pt_error *err)
{
    struct pt_updating updating = {.call = call};
    bool busy = false;
    enum pt_status status = begin(&updating, err);

    if (status == PT_OK)
        status = find_busy(&updating, &busy, err);
    if (status == PT_OK && !busy)
        status = undo_all(&updating, err);
    pt_change_end(updating.run);
    if (status == PT_NOTHING && updating.notes.count)
        status = PT_OK; /* what was half done is undone */
    if (status == PT_OK)
        status = pt_update_tell(&updating, err);
    return status == PT_OK ? updating.worst : status;
}

const struct pt_command pt_cmd_undo = {
    .name = "undo",
    .bit = PT_ON_UNDO,
    .summary = "take the last update or setup back",
    .about =
        "Puts back, byte for byte, what the last 'update' or 'setup' "
        "changed; said again, what the one before it has. A file that "
        "somebody else has changed since is left alone, and the difference "
        "shown. A program that runs has to be closed first.",
    .examples = "portolan undo\nportolan undo --dry-run\n",
    .run = run_undo,
};
