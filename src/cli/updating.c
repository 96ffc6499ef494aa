#include "cli/updating.h"

#include "cli/diff_show.h"
#include "cli/json_print.h"
#include "cli/page.h"

#include <string.h>

/* The name in JSON, what people are told, and the exit status. */
static const struct {
    const char *name;
    const char *word;
    const char *rehearsed;
    enum pt_status exit;
    enum pt_style style;
    const char *label; /* of what there is to say about it */
} outcomes[] = {
    [PT_REPAIR_CURRENT] = {"current", "is right", "is right", PT_OK, PT_NORMAL,
                           "to do: "},
    [PT_REPAIR_UPDATED] = {"updated", "updated", "would be updated", PT_OK,
                           PT_GOOD, "to do: "},
    [PT_REPAIR_MANUAL] = {"manual", "needs you", "would need you", PT_OK,
                          PT_WARN, "to do: "},
    [PT_REPAIR_BUSY] = {"busy", "is running", "is running", PT_BUSY, PT_WARN,
                        "to do: "},
    [PT_REPAIR_REFUSED] = {"refused", "left alone", "left alone",
                           PT_CANNOT_WRITE, PT_WARN, "why: "},
    [PT_REPAIR_FAILED] = {"failed", "failed", "would fail", PT_CANNOT_WRITE,
                          PT_BAD, "why: "},
};

/* ---- beginning ---- */

enum pt_status pt_update_begin(struct pt_updating *updating,
                               struct pt_error *err)
{
    enum pt_status status = PT_OK;

    if (!pt_place_from_environment(updating->call->arena, &updating->place))
        return pt_fail(err, PT_CANNOT_WRITE, "set HOME",
                       "this user has no home directory");
    if (!updating->call->options.dry_run)
        status = pt_change_begin(updating->call->arena, &updating->place,
                                 &updating->run, err);
    if (updating->run)
        updating->notes = *pt_change_notes(updating->run);
    return status;
}

void pt_update_end(struct pt_updating *updating)
{
    pt_change_end(updating->run);
}

/* ---- building ---- */

struct pt_repair *pt_updating_add(struct pt_updating *updating,
                                  const char *client, const char *where,
                                  const char *account)
{
    struct pt_arena *arena = updating->call->arena;
    struct pt_repair *more =
        pt_arena_grow(arena, updating->repairs, updating->repair_count,
                      sizeof(*more));

    if (!more)
        return NULL;
    updating->repairs = more;
    more += updating->repair_count++;
    *more = (struct pt_repair){.client = client,
                               .where = pt_arena_strdup(arena, where),
                               .account = pt_arena_strdup(arena, account)};
    return more;
}

bool pt_repair_add(struct pt_arena *arena, struct pt_repair *repair,
                   const char *what, const char *from, const char *to)
{
    struct pt_difference *more =
        pt_arena_grow(arena, repair->differences, repair->difference_count,
                      sizeof(*more));

    if (!more || !what || !from || !to)
        return false;
    repair->differences = more;
    more[repair->difference_count++] =
        (struct pt_difference){.what = what, .from = from, .to = to};
    return true;
}

bool pt_repair_end(struct pt_updating *updating, struct pt_repair *repair,
                   enum pt_repaired outcome, const char *todo)
{
    repair->outcome = outcome;
    repair->todo = pt_arena_strdup(updating->call->arena, todo);
    /* that a client runs goes before all else: try again later */
    if (outcomes[outcome].exit > updating->worst)
        updating->worst = outcomes[outcome].exit;
    return !todo || repair->todo;
}

const char *pt_repair_reason(struct pt_arena *arena,
                             const struct pt_error *why)
{
    return why->hint[0]
               ? pt_arena_printf(arena, "%s; %s", why->text, why->hint)
               : pt_arena_strdup(arena, why->text);
}

/* ---- telling ---- */

static const char *word_of(const struct pt_repair *repair, bool dry_run)
{
    if (repair->is_added && repair->outcome == PT_REPAIR_UPDATED)
        return dry_run ? "would be added" : "account added";
    if (repair->is_undone && repair->outcome == PT_REPAIR_UPDATED)
        return dry_run ? "would be put back" : "put back";
    return dry_run ? outcomes[repair->outcome].rehearsed
                   : outcomes[repair->outcome].word;
}

/* Has every server of it answered, as it is written? */
static bool is_proven(const struct pt_repair *repair)
{
    size_t works = 0;

    for (size_t i = 0; i < repair->proof_count; i++)
        works += repair->proofs[i].trial.outcome == PT_TRIAL_WORKS;
    return works && works == repair->proof_count;
}

/* Of failures the "to do" tells. */
static void tell_unproven(struct pt_arena *arena, const struct pt_page *page,
                          const struct pt_repair *repair)
{
    for (size_t i = 0; i < repair->proof_count; i++)
        if (repair->proofs[i].trial.detail && !repair->proofs[i].failed)
            pt_page_paragraph(page, 2, "not proven: ",
                              pt_proof_phrase(arena, &repair->proofs[i]));
}

/* Of a fingerprint, people need no more than the beginning. */
static void tell_value(const struct pt_page *page, const char *value)
{
    enum { BEGINNING = 16, DIGITS = 64 };

    if (strlen(value) == DIGITS && strspn(value, "0123456789abcdef") == DIGITS)
        pt_page_putf(page, PT_NORMAL, "%.*s...", BEGINNING, value);
    else
        pt_page_put(page, PT_NORMAL, value);
}

static void tell_difference(const struct pt_page *page,
                            const struct pt_difference *d)
{
    pt_page_putf(page, PT_NORMAL, "  %s: ", d->what);
    tell_value(page, d->from);
    pt_page_put(page, PT_NORMAL, " -> ");
    tell_value(page, d->to);
    pt_page_end_line(page);
}

static void tell_repair(const struct pt_updating *updating,
                        const struct pt_page *page,
                        const struct pt_repair *repair)
{
    pt_page_putf(page, PT_STRONG, "%s", repair->client);
    if (repair->account)
        pt_page_putf(page, PT_NORMAL, " (%s)", repair->account);
    pt_page_put(page, PT_NORMAL, ": ");
    pt_page_put(page, outcomes[repair->outcome].style,
                word_of(repair, updating->call->options.dry_run));
    if (is_proven(repair))
        pt_page_put(page, PT_NORMAL, ", and its servers answer");
    pt_page_end_line(page);
    pt_page_paragraph(page, 2, "", repair->where);
    for (size_t i = 0; i < repair->difference_count; i++)
        tell_difference(page, &repair->differences[i]);
    tell_unproven(updating->call->arena, page, repair);
    if (repair->todo)
        pt_page_paragraph(page, 2, outcomes[repair->outcome].label,
                          repair->todo);
}

/* What a rehearsal answers is the difference, for other programs to take. */
static void tell_people(const struct pt_updating *updating)
{
    struct pt_page out = pt_page_out(updating->call->io);
    struct pt_page err = pt_page_err(updating->call->io);
    struct pt_page page;

    if (!out.is_terminal)
        out.width = 0; /* a command that is told stays in one line */
    page = updating->call->options.dry_run ? err : out;
    pt_page_paragraphs(&err, 0, "note: ", &updating->notes);
    for (size_t i = 0; i < updating->repair_count; i++) {
        pt_diff_tell(&out, updating->repairs[i].diff);
        tell_repair(updating, &page, &updating->repairs[i]);
    }
}

static void put_differences(struct pt_json *json, cJSON *parent,
                            const struct pt_repair *repair)
{
    cJSON *array = pt_json_array(json, parent, "changes");

    for (size_t i = 0; i < repair->difference_count; i++) {
        cJSON *at = pt_json_object(json, array, NULL);

        pt_json_text(json, at, "what", repair->differences[i].what);
        pt_json_text(json, at, "from", repair->differences[i].from);
        pt_json_text(json, at, "to", repair->differences[i].to);
    }
}

void pt_update_json(const struct pt_updating *updating, struct pt_json *json)
{
    cJSON *array;

    pt_json_bool(json, json->root, "dry_run", updating->call->options.dry_run);
    pt_json_strings(json, json->root, "notes", &updating->notes);
    array = pt_json_array(json, json->root, "clients");
    for (size_t i = 0; i < updating->repair_count; i++) {
        const struct pt_repair *repair = &updating->repairs[i];
        cJSON *at = pt_json_object(json, array, NULL);

        pt_json_text(json, at, "client", repair->client);
        pt_json_text(json, at, "where", repair->where);
        pt_json_text(json, at, "account", repair->account);
        pt_json_text(json, at, "outcome", outcomes[repair->outcome].name);
        put_differences(json, at, repair);
        pt_proofs_json(json, at, repair->proofs, repair->proof_count);
        pt_json_text(json, at, "todo", repair->todo);
        if (repair->diff)
            pt_diff_json(json, at, repair->diff);
    }
}

static enum pt_status put_json(const struct pt_updating *updating,
                               struct pt_error *err)
{
    struct pt_json json;

    pt_json_begin(&json);
    pt_update_json(updating, &json);
    return pt_json_print(&json, false, updating->call->io->out, err);
}

enum pt_status pt_update_tell(const struct pt_updating *updating,
                              struct pt_error *err)
{
    if (updating->call->options.json)
        return put_json(updating, err);
    tell_people(updating);
    return PT_OK;
}
