#include "cli/watch_line.h"

#include "base/text.h"

/* Texts that are said once each. */
static bool add_once(struct pt_arena *arena, struct pt_strings *list,
                     const char *text)
{
    return text &&
           (pt_strings_have(list, text) || pt_strings_add(arena, list, text));
}

static const char *join(struct pt_arena *arena, const struct pt_strings *list,
                        const char *between)
{
    const char *text = "";

    for (size_t i = 0; text && i < list->count; i++)
        text = pt_arena_printf(arena, "%s%s%s", text, i ? between : "",
                               list->at[i]);
    return text;
}

static bool is_done(const struct pt_repair *repair)
{
    return repair->outcome == PT_REPAIR_UPDATED ||
           repair->outcome == PT_REPAIR_MANUAL;
}

/* ---- what has changed ---- */

struct changes {
    struct pt_strings bridges;
    struct pt_strings what;
    bool has_port;
};

/* Digests of certificates mean nothing to a reader. */
static const char *name_change(struct pt_arena *arena,
                               const struct pt_difference *d)
{
    return pt_has_suffix(d->what, " certificate")
               ? pt_arena_printf(arena, "%s renewed", d->what)
               : pt_arena_printf(arena, "%s %s -> %s", d->what, d->from, d->to);
}

static bool gather(struct pt_arena *arena, const struct pt_repair *repair,
                   struct changes *changes)
{
    for (size_t i = 0; i < repair->difference_count; i++) {
        const struct pt_difference *d = &repair->differences[i];

        changes->has_port |= pt_has_suffix(d->what, " port");
        if (!add_once(arena, &changes->what, name_change(arena, d)))
            return false;
    }
    return !repair->bridge ||
           add_once(arena, &changes->bridges, repair->bridge);
}

/* "proton moved (imap port 1143 -> 1144): " */
static const char *introduce(struct pt_arena *arena,
                             const struct changes *changes)
{
    const char *who = join(arena, &changes->bridges, ", ");
    const char *what = join(arena, &changes->what, ", ");

    if (!who || !what)
        return NULL;
    return pt_arena_printf(arena, "%s %s%s%s%s: ",
                           *who ? who : "the settings",
                           *who && changes->has_port ? "moved" : "changed",
                           *what ? " (" : "", what, *what ? ")" : "");
}

static const char *tell_done(struct pt_arena *arena,
                             const struct pt_updating *updating)
{
    struct changes changes = {0};
    struct pt_strings updated = {0};
    struct pt_strings manual = {0};
    const char *head;
    const char *names;
    const char *clicks;

    for (size_t i = 0; i < updating->repair_count; i++) {
        const struct pt_repair *repair = &updating->repairs[i];

        if (!is_done(repair))
            continue;
        if (!gather(arena, repair, &changes))
            return NULL;
        if (repair->todo
                ? !add_once(arena, &manual,
                            pt_arena_printf(arena, "%s needs you: %s",
                                            repair->client, repair->todo))
                : !add_once(arena, &updated, repair->client))
            return NULL;
    }
    head = introduce(arena, &changes);
    names = join(arena, &updated, ", ");
    clicks = join(arena, &manual, "; ");
    if (!head || !names || !clicks || !(updated.count + manual.count))
        return head && names && clicks ? "" : NULL;
    return pt_arena_printf(arena, "%s%s%s%s%s", head, names,
                           *names ? " updated" : "",
                           *names && *clicks ? "; " : "", clicks);
}

/* ---- what has not ---- */

static const char *tell_waits(struct pt_arena *arena,
                              const struct pt_updating *updating)
{
    struct pt_strings busy = {0};

    for (size_t i = 0; i < updating->repair_count; i++) {
        const struct pt_repair *repair = &updating->repairs[i];

        if (repair->outcome == PT_REPAIR_BUSY &&
            !add_once(arena, &busy,
                      pt_arena_printf(arena,
                                      repair->held
                                          ? "%s is running: it is updated once "
                                            "it is closed"
                                          : "%s is running: close it, and run "
                                            "'portolan update'",
                                      repair->client)))
            return NULL;
    }
    return join(arena, &busy, "; ");
}

static const char *tell_wrong(struct pt_arena *arena,
                              const struct pt_updating *updating,
                              const struct pt_error *err)
{
    struct pt_strings wrong = {0};

    for (size_t i = 0; i < updating->repair_count; i++) {
        const struct pt_repair *repair = &updating->repairs[i];

        if ((repair->outcome == PT_REPAIR_REFUSED ||
             repair->outcome == PT_REPAIR_FAILED) &&
            !add_once(arena, &wrong,
                      pt_arena_printf(arena, "%s: %s", repair->client,
                                      repair->todo ? repair->todo : "failed")))
            return NULL;
    }
    if (err->status != PT_OK &&
        !add_once(arena, &wrong,
                  pt_arena_printf(arena, "the update failed: %s", err->text)))
        return NULL;
    return join(arena, &wrong, "; ");
}

bool pt_watch_line(const struct pt_updating *updating,
                   const struct pt_error *err,
                   struct pt_watch_line *ret_line)
{
    struct pt_arena *arena = updating->call->arena;
    struct pt_watch_line line = {.done = tell_done(arena, updating),
                                 .waits = tell_waits(arena, updating),
                                 .wrong = tell_wrong(arena, updating, err)};

    if (!line.done || !line.waits || !line.wrong)
        return false;
    *ret_line = line;
    return true;
}
