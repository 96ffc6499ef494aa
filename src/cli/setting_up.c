#include "cli/setting_up.h"

#include "cli/remembered.h"
#include "cli/show.h"
#include "cli/update_install.h"
#include "cli/write_files.h"
#include "cli/write_make.h"
#include "cli/write_place.h"
#include "client/kept.h"

struct setting_up {
    struct pt_updating *updating;
    const struct pt_writer *writer;
    const struct pt_client *client; /* NULL: a person has to do it */
    const struct pt_settings *account;
    struct pt_installs installs;
};

/* ---- by a person ---- */

static bool join_lines(struct pt_arena *arena, const char **text,
                       const char *line)
{
    *text = *text ? pt_arena_printf(arena, "%s\n%s", *text, line)
                  : pt_arena_strdup(arena, line);
    return *text;
}

/* What to click, and what the file leaves out. */
static const char *find_todo(const struct setting_up *s,
                             const struct pt_sheet *sheet)
{
    struct pt_arena *arena = s->updating->call->arena;
    const char *todo = NULL;

    if (!join_lines(arena, &todo, s->writer->import))
        return NULL;
    for (size_t i = 0; i < sheet->made.notes.count; i++)
        if (!join_lines(arena, &todo, sheet->made.notes.at[i]))
            return NULL;
    return todo;
}

static bool tell_sheet(struct setting_up *s, const struct pt_sheet *sheet)
{
    const char *todo = find_todo(s, sheet);
    struct pt_repair *repair =
        pt_updating_add(s->updating, s->writer->name, sheet->places[0].real,
                        s->account->address.text);

    if (!repair || !todo ||
        !pt_repair_end(s->updating, repair, PT_REPAIR_MANUAL, todo))
        return false;
    repair->diff = sheet->places[0].diff;
    return true;
}

/* Its file goes where --output says, or into this folder. */
static enum pt_status write_file(struct setting_up *s, struct pt_error *err)
{
    const char *output = s->updating->call->options.output;
    const struct pt_writer *writers[] = {s->writer};
    struct pt_settings accounts[] = {*s->account};
    struct pt_writing writing = {
        .call = s->updating->call,
        .writers = writers,
        .writer_count = 1,
        .accounts = accounts,
        .account_count = 1,
        .output = ".",
        .to_dir = true,
    };
    enum pt_status status = PT_OK;

    if (!pt_strings_add(s->updating->call->arena, &writing.addresses,
                        s->account->address.text))
        return pt_fail_memory(err);
    if (output)
        status = pt_write_choose_output(&writing, err);
    if (status == PT_OK)
        status = pt_write_render(&writing, err);
    if (status == PT_OK)
        status = pt_write_place(&writing, err);
    if (status == PT_OK && !tell_sheet(s, &writing.sheets[0]))
        status = pt_fail_memory(err);
    pt_writing_free(&writing);
    return status;
}

/* ---- by us ---- */

static enum pt_status fail_never_started(const struct setting_up *s,
                                         struct pt_error *err)
{
    char hint[160];

    snprintf(hint, sizeof(hint),
             "start it once, close it, and try again; or "
             "'portolan write %s -o DIR' writes a file for it",
             s->writer->name);
    return pt_fail(err, PT_NOTHING, hint,
                   "%s was never started by this user: there is nothing to "
                   "add an account to",
                   s->client->title);
}

static enum pt_status find_installs(struct setting_up *s, struct pt_error *err)
{
    const struct pt_place *place = &s->updating->place;
    const char *profile = s->updating->call->options.profile;
    enum pt_status status =
        profile ? s->client->find_at(place, profile, &s->installs, err)
                : s->client->find(place, &s->installs, err);

    if (status == PT_OK && !s->installs.count && s->client->begin)
        status = s->client->begin(place, &s->installs, err);
    if (status == PT_OK && pt_arena_failed(s->installs.arena))
        return pt_fail_memory(err);
    if (status == PT_OK && !s->installs.count)
        return fail_never_started(s, err);
    return status;
}

static bool receives(enum pt_service service)
{
    return service == PT_IMAP || service == PT_POP3;
}

/* The slots that make it this account: those that receive, unless its client
 * only sends. */
static bool counts(const struct setting_up *s, const struct pt_slot *slot)
{
    unsigned incoming = 1 << PT_IMAP | 1 << PT_POP3;

    return receives(slot->service) || !(s->client->services & incoming);
}

static bool has_account(const struct setting_up *s,
                        const struct pt_install *install,
                        const struct pt_wanted *wanted)
{
    for (size_t i = 0; i < install->slot_count; i++)
        if (counts(s, &install->slots[i]) &&
            pt_server_for(wanted, &install->slots[i]))
            return true;
    return false;
}

/* mutt may have an account in a set-up of its own. */
static struct pt_install *find_account(const struct setting_up *s,
                                       const struct pt_wanted *wanted)
{
    for (size_t i = 0; i < s->installs.count; i++)
        if (has_account(s, s->installs.at[i], wanted))
            return s->installs.at[i];
    return NULL;
}

/* Where the same address has another server; or NULL. */
static const struct pt_slot *find_other(const struct setting_up *s,
                                        const struct pt_install *install)
{
    for (size_t i = 0; i < install->slot_count; i++) {
        const struct pt_slot *slot = &install->slots[i];

        if (counts(s, slot) && slot->host &&
            pt_is_nocase(pt_slot_address(slot), s->account->address.text))
            return slot;
    }
    return NULL;
}

static const struct pt_server *used_server(const struct setting_up *s,
                                           enum pt_service service)
{
    bool is_second = service == PT_POP3 && pt_chosen(s->account, PT_IMAP) &&
                     s->client->services & 1 << PT_IMAP;

    return s->client->services & 1U << service && !is_second
               ? pt_chosen(s->account, service)
               : NULL;
}

static bool add_differences(struct setting_up *s, struct pt_repair *repair)
{
    static const enum pt_service services[] = {PT_IMAP, PT_POP3,
                                               PT_SUBMISSION};
    struct pt_arena *arena = s->updating->call->arena;

    for (size_t i = 0; i < sizeof(services) / sizeof(*services); i++) {
        const struct pt_server *server = used_server(s, services[i]);

        if (server &&
            !pt_repair_add(
                arena, repair,
                pt_arena_printf(arena, "%s server",
                                pt_service_name(server->service)),
                "none",
                pt_arena_printf(arena, "%s, %s",
                                pt_show_offered(arena, server),
                                pt_security_name(server->security))))
            return false;
    }
    return true;
}

/* That it cannot be remembered is told, and no more. */
static enum pt_status remember(struct setting_up *s,
                               const struct pt_install *install,
                               struct pt_error *err)
{
    struct pt_arena *arena = s->updating->call->arena;
    struct pt_set_up set_up = {.client = s->client->name,
                               .where = install->where,
                               .address = s->account->address.text};
    struct pt_error why = {0};
    enum pt_status status;

    if (!pt_remember_options(arena, &s->updating->call->options, NULL,
                             &set_up.options))
        return pt_fail_memory(err);
    status = pt_kept_add_set_up(arena, &s->updating->place, &set_up, &why);
    if (status == PT_NO_MEMORY ||
        (status != PT_OK &&
         !pt_strings_add(arena, &s->updating->notes,
                         pt_arena_printf(arena,
                                         "'update' will not know of this "
                                         "account: %s",
                                         why.text))))
        return pt_fail_memory(err);
    return PT_OK;
}

static enum pt_status add_account(struct setting_up *s,
                                  struct pt_install *install,
                                  struct pt_repair *repair,
                                  struct pt_error *err)
{
    size_t first = (size_t)(repair - s->updating->repairs);
    enum pt_status status =
        s->client->add(&s->installs, install, s->account, err);

    if (status == PT_OK &&
        (!add_differences(s, repair) ||
         !pt_repair_end(s->updating, repair, PT_REPAIR_UPDATED,
                        install->note)))
        return pt_fail_memory(err);
    if (status == PT_OK)
        status = pt_update_put(s->updating, install, first, err);
    if (status == PT_OK && s->updating->run &&
        s->updating->repairs[first].outcome == PT_REPAIR_UPDATED)
        status = remember(s, install, err);
    return status;
}

static enum pt_status refuse(struct setting_up *s, struct pt_repair *repair,
                             enum pt_repaired outcome, const char *todo,
                             struct pt_error *err)
{
    return pt_repair_end(s->updating, repair, outcome, todo)
               ? PT_OK
               : pt_fail_memory(err);
}

static enum pt_status begin_account(struct setting_up *s,
                                    struct pt_install *install,
                                    struct pt_error *err)
{
    struct pt_arena *arena = s->updating->call->arena;
    const struct pt_slot *other = s->updating->call->options.force
                                      ? NULL
                                      : find_other(s, install);
    struct pt_repair *repair =
        pt_updating_add(s->updating, s->client->name, install->where,
                        s->account->address.text);

    if (!repair)
        return pt_fail_memory(err);
    repair->is_added = true;
    if (install->refused)
        return refuse(s, repair, PT_REPAIR_REFUSED, install->refused, err);
    if (install->is_running)
        return refuse(s, repair, PT_REPAIR_BUSY,
                      "close it, and run this command again", err);
    if (other)
        return refuse(s, repair, PT_REPAIR_REFUSED,
                      pt_arena_printf(
                          arena,
                          "it has an account of this address already, at "
                          "%s: remove that first, or add --force to have both",
                          pt_show_server(arena, other->host, other->port)),
                      err);
    return add_account(s, install, repair, err);
}

static enum pt_status change_client(struct setting_up *s, struct pt_error *err)
{
    enum pt_status status = find_installs(s, err);
    struct pt_wanted wanted = {.address = s->account->address.text,
                               .settings = s->account,
                               .is_set_up = true};
    size_t first = s->updating->repair_count;
    struct pt_install *install;

    if (status != PT_OK)
        return status;
    install = find_account(s, &wanted);
    status = install ? pt_update_install(s->updating, install, &wanted, 1, err)
                     : begin_account(s, s->installs.at[0], err);
    return status == PT_OK
               ? pt_update_prove(s->updating, first, &wanted, 1, err)
               : status;
}

enum pt_status pt_set_up_account(struct pt_updating *updating,
                                 const struct pt_writer *writer,
                                 const struct pt_settings *account,
                                 struct pt_error *err)
{
    const struct pt_client *client = pt_client_named(writer->name);
    struct setting_up s = {.updating = updating,
                           .writer = writer,
                           .client = client && client->add ? client : NULL,
                           .account = account,
                           .installs = {.arena = updating->call->arena}};
    enum pt_status status =
        s.client ? change_client(&s, err) : write_file(&s, err);

    pt_installs_free(&s.installs);
    return status;
}
