/* update_prove.c - what was changed, read from the disk once more, and its
 * servers connected to as they stand there now
 */
#include "cli/proof.h"
#include "cli/update_install.h"

struct proofs {
    struct pt_updating *updating;
    struct pt_installs installs; /* as they are now */
    const struct pt_wanted *wanted;
    size_t wanted_count;
    struct pt_proof *at;
    size_t count;
};

static const struct pt_wanted *wanted_of(const struct proofs *p,
                                         const struct pt_repair *repair)
{
    for (size_t i = 0; i < p->wanted_count; i++)
        if (pt_is(p->wanted[i].address, repair->account))
            return &p->wanted[i];
    return NULL;
}

/* NULL: it is there no more; or it runs, and has still to take the changes. */
static const struct pt_install *install_of(const struct proofs *p,
                                           const struct pt_repair *repair)
{
    for (size_t i = 0; i < p->installs.count; i++) {
        const struct pt_install *install = p->installs.at[i];

        if (pt_is(install->client->name, repair->client) &&
            pt_is(install->where, repair->where))
            return install->is_running ? NULL : install;
    }
    return NULL;
}

static bool add_proof(struct proofs *p, const struct pt_slot *slot,
                      const struct pt_server *server)
{
    struct pt_arena *arena = p->updating->call->arena;
    struct pt_proof *more =
        pt_arena_grow(arena, p->at, p->count, sizeof(*more));

    if (!more)
        return false;
    p->at = more;
    more[p->count++] =
        (struct pt_proof){.trial = {.service = slot->service,
                                    .host = slot->host,
                                    .port = slot->port,
                                    .security = slot->security,
                                    .pinned = slot->pinned},
                          .bridge = server->bridge};
    return true;
}

/* False: no memory. */
static bool add_repair(struct proofs *p, struct pt_repair *repair)
{
    const struct pt_install *install = install_of(p, repair);
    const struct pt_wanted *wanted = wanted_of(p, repair);
    size_t first = p->count;

    if (repair->outcome != PT_REPAIR_UPDATED || !install || !wanted)
        return true;
    for (size_t i = 0; i < install->slot_count; i++) {
        const struct pt_slot *slot = &install->slots[i];
        const struct pt_server *server = pt_server_for(wanted, slot);

        if (server && pt_is_loopback(slot->host) &&
            !add_proof(p, slot, server))
            return false;
    }
    repair->proof_count = p->count - first;
    return true;
}

static bool judge(struct pt_updating *updating, struct pt_repair *repair)
{
    struct pt_arena *arena = updating->call->arena;

    for (size_t i = 0; i < repair->proof_count; i++)
        if (repair->proofs[i].failed)
            return pt_repair_end(
                updating, repair, PT_REPAIR_FAILED,
                pt_arena_printf(arena,
                                "it was changed, but %s; 'portolan undo' puts "
                                "back what was there",
                                pt_proof_phrase(arena, &repair->proofs[i])));
    return true;
}

/* Each repair has its own of them, in order. */
static bool hand_out(struct proofs *p, size_t first)
{
    struct pt_updating *updating = p->updating;
    struct pt_proof *next = p->at;

    for (size_t i = first; i < updating->repair_count; i++) {
        struct pt_repair *repair = &updating->repairs[i];

        if (!repair->proof_count)
            continue;
        repair->proofs = next;
        next += repair->proof_count;
        if (!judge(updating, repair))
            return false;
    }
    return true;
}

static bool is_any_updated(const struct pt_updating *updating, size_t first)
{
    for (size_t i = first; i < updating->repair_count; i++)
        if (updating->repairs[i].outcome == PT_REPAIR_UPDATED)
            return true;
    return false;
}

enum pt_status pt_update_prove(struct pt_updating *updating, size_t first,
                               const struct pt_wanted *wanted, size_t count,
                               struct pt_error *err)
{
    struct proofs p = {.updating = updating,
                       .installs = {.arena = updating->call->arena},
                       .wanted = wanted,
                       .wanted_count = count};
    enum pt_status status;

    if (!updating->run || !is_any_updated(updating, first))
        return PT_OK;
    status = pt_update_find(updating, &p.installs, err);
    for (size_t i = first; i < updating->repair_count && status == PT_OK; i++)
        if (!add_repair(&p, &updating->repairs[i]))
            status = pt_fail_memory(err);
    if (status == PT_OK)
        status = pt_prove(updating->call, p.at, p.count, err);
    if (status == PT_OK && !hand_out(&p, first))
        status = pt_fail_memory(err);
    pt_installs_free(&p.installs);
    return status;
}
