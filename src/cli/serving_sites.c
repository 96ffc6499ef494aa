/* serving_sites.c - what `portolan serve` says, looked for like `find` does,
 * and again.
 *
 * What cannot be found again does not take away what is served.  The bridges
 * of this machine are looked at once for all domains of a round.
 */
#include "cli/serving.h"

#include "base/resident.h"
#include "cli/page.h"
#include "cli/site_settings.h"
#include "resolve/search.h"

#include <stdlib.h>
#include <string.h>

enum {
    AT_ONCE = 32,
    EXPIRY_MS = 3600 * 1000,
    RETRY_MS = 60 * 1000,
};

/* The bridges as they were seen at one time; settings borrow from it. */
struct pt_look_round {
    struct pt_arena *arena;
    struct pt_findings found;
    struct pt_search *search;
    struct pt_query query;
    struct pt_serving *serving;
    size_t users;
};

static void release_round(struct pt_look_round **round)
{
    if (*round && !--(*round)->users) {
        pt_arena_free((*round)->arena);
        free(*round);
    }
    *round = NULL;
}

/* ---- the house ---- */

static enum pt_status add_look(struct pt_serving *s,
                               const struct pt_address *address,
                               struct pt_error *err)
{
    struct pt_room *room =
        pt_house_room(&s->house, pt_slice_of(address->domain));
    struct pt_room_look *look = &s->looks[room - s->house.rooms];

    if (look->room)
        return pt_fail(err, PT_BAD_INPUT, "name each domain once",
                       "the domain %s is named twice", address->domain);
    *look = (struct pt_room_look){
        .serving = s, .room = room, .address = *address};
    return PT_OK;
}

enum pt_status pt_serving_open_house(struct pt_serving *s,
                                     struct pt_error *err)
{
    struct pt_arena *arena = s->call->arena;
    const struct pt_strings *operands = &s->call->operands;
    struct pt_strings domains = {0};
    struct pt_address *all =
        pt_arena_alloc(arena, operands->count * sizeof(*all));
    enum pt_status status = all ? PT_OK : pt_fail_memory(err);

    for (size_t i = 0; i < operands->count && status == PT_OK; i++) {
        status = pt_site_address(arena, operands->at[i], &all[i], err);
        if (status == PT_OK &&
            !pt_strings_add(arena, &domains, all[i].domain))
            status = pt_fail_memory(err);
    }
    if (status != PT_OK)
        return status;
    if (!pt_house_open(arena, &domains, &s->house))
        return pt_fail_memory(err);
    s->looks =
        pt_arena_alloc(arena, s->house.room_count * sizeof(*s->looks));
    if (!s->looks)
        return pt_fail_memory(err);
    for (size_t i = 0; i < operands->count && status == PT_OK; i++)
        status = add_look(s, &all[i], err);
    return status;
}

/* ---- what came of a search ---- */

static void tell(const struct pt_serving *s, const struct pt_error *err)
{
    struct pt_page page = pt_page_err(s->call->io);

    pt_page_error(&page, err);
}

static bool is_same(const struct pt_document *a, const struct pt_document *b)
{
    return pt_is(a->etag, b->etag);
}

static bool is_same_site(const struct pt_site *a, const struct pt_site *b)
{
    return a && is_same(&a->autoconfig, &b->autoconfig) &&
           is_same(&a->pacc, &b->pacc) &&
           is_same(&a->pox.text, &b->pox.text) &&
           pt_is(a->fingerprint, b->fingerprint) &&
           pt_is(a->caldav, b->caldav) && pt_is(a->carddav, b->carddav) &&
           pt_is(a->jmap, b->jmap);
}

static void move_in(struct pt_room_look *look, struct pt_site *site)
{
    struct pt_room *room = look->room;

    if (room->site)
        pt_web_forget(look->serving->web, room->site);
    pt_arena_free(room->arena);
    release_round(&look->site_round);
    room->arena = look->arena;
    room->site = site;
    look->arena = NULL;
    look->site_round = look->round;
    look->round = NULL;
}

static enum pt_status make_site(struct pt_room_look *look,
                                const struct pt_settings *settings,
                                bool *ret_changed, struct pt_error *err)
{
    struct pt_site *site;
    enum pt_status status = pt_site_judge(look->arena, settings, err);

    if (status == PT_OK)
        status = pt_serving_to_lan(look->serving, look->arena, &settings, err);
    if (status == PT_OK)
        status = pt_site_make(look->arena, settings, &site, err);
    if (status != PT_OK)
        return status;
    look->room->made_ms = pt_loop_now(look->serving->session.loop);
    *ret_changed = !is_same_site(look->room->site, site);
    if (!*ret_changed)
        return PT_OK;
    move_in(look, site);
    pt_serving_advise(look->serving, settings);
    return PT_OK;
}

/* Told once, and not again with every look. */
static void note_failure(struct pt_room_look *look)
{
    struct pt_room *room = look->room;

    look->serving->tally.looks_failed++;
    if (look->serving->has_looked && !pt_is(room->failing, look->err.text))
        tell(look->serving, &look->err);
    snprintf(room->failing, sizeof(room->failing), "%.*s",
             (int)sizeof(room->failing) - 1, look->err.text);
}

static void pump(struct pt_serving *s);

static void end_look(struct pt_room_look *look, bool has_changed)
{
    struct pt_serving *s = look->serving;
    bool has_failed = look->status != PT_OK;

    pt_arena_free(look->arena);
    look->arena = NULL;
    look->search = NULL;
    release_round(&look->round);
    s->running--;
    s->tally.looks++;
    s->has_changed |= has_changed;
    if (has_failed)
        note_failure(look);
    else
        look->room->failing[0] = '\0';
    if (look->is_due) /* what it saw is old by now */
        s->next = 0;
    pump(s);
}

static void on_found(void *ctx, enum pt_status status,
                     const struct pt_error *err)
{
    struct pt_room_look *look = ctx;
    bool has_changed = false;

    look->err = (struct pt_error){0};
    if (status == PT_OK)
        look->status = make_site(look, pt_search_settings(look->search),
                                 &has_changed, &look->err);
    else {
        look->status = status;
        look->err = *err;
    }
    end_look(look, has_changed);
}

/* ---- searches ---- */

static void begin_look(struct pt_room_look *look)
{
    struct pt_serving *s = look->serving;

    look->is_due = look->is_soon = false;
    look->exchangers = s->exchangers;
    look->arena = pt_arena_new();
    look->query = s->session.query;
    look->query.address = &look->address;
    if (s->round) {
        look->query.looked = &s->round->found;
        look->round = s->round;
        s->round->users++;
    }
    look->search =
        look->arena
            ? pt_search_begin(&(struct pt_search_setup){.arena = look->arena,
                                                        .loop = s->session.loop,
                                                        .net = s->session.net,
                                                        .query = &look->query},
                              on_found, look)
            : NULL;
    if (look->search) {
        s->running++;
        return;
    }
    pt_arena_free(look->arena);
    look->arena = NULL;
    release_round(&look->round);
    look->status = pt_fail_memory(&look->err);
    note_failure(look);
}

static size_t most_at_once(const struct pt_serving *s)
{
    /* a recording has one clock, on which one follows the other */
    return s->session.scenario ? 1 : AT_ONCE;
}

static int64_t expiry_of(const struct pt_room *room, int64_t now_ms)
{
    return room->failing[0] ? RETRY_MS : room->made_ms + EXPIRY_MS - now_ms;
}

static void set_expiry(struct pt_serving *s)
{
    int64_t now_ms = pt_loop_now(s->session.loop);
    int64_t in_ms = EXPIRY_MS;

    for (size_t i = 0; i < s->house.room_count; i++) {
        int64_t room_ms = expiry_of(&s->house.rooms[i], now_ms);

        if (room_ms < in_ms)
            in_ms = room_ms;
    }
    pt_loop_arm(s->session.loop, &s->expiry, in_ms > 0 ? in_ms : 0);
}

static bool is_any_failing(const struct pt_serving *s)
{
    for (size_t i = 0; i < s->house.room_count; i++)
        if (s->house.rooms[i].failing[0])
            return true;
    return false;
}

static void pump(struct pt_serving *s)
{
    size_t count = s->house.room_count;

    while (s->next < 2 * count && s->running < most_at_once(s)) {
        bool is_first_time = s->next < count;
        struct pt_room_look *look = &s->looks[s->next++ % count];

        if (look->is_due && !look->search &&
            (look->is_soon || !is_first_time))
            begin_look(look);
    }
    if (!pt_serving_is_settled(s))
        return;
    s->has_looked = true;
    pt_serving_rest_relays(s);
    set_expiry(s);
    pt_serving_looked(s, !is_any_failing(s), s->has_changed);
    s->has_changed = false;
    pt_resident_release();
}

static void take_round(struct pt_serving *s, struct pt_look_round *round)
{
    round->found = *pt_search_findings(round->search);
    release_round(&s->round);
    s->round = round;
    s->exchangers = pt_serving_exchangers(s, &round->found);
    if (s->has_bridge_news)
        pt_serving_judge_news(s, &round->found);
    s->has_bridge_news = false;
}

static bool begin_round(struct pt_serving *s);

static void on_rounded(void *ctx, enum pt_status status,
                       const struct pt_error *err)
{
    struct pt_look_round *round = ctx;
    struct pt_serving *s = round->serving;

    (void)err;
    if (status == PT_OK && !s->is_round_old)
        take_round(s, round);
    else
        release_round(&round);
    s->is_rounding = s->is_round_old && begin_round(s);
    s->is_round_old = false;
    if (!s->is_rounding)
        pump(s);
}

/* One domain, or a file, has no use for a look of its own. */
static bool shares_look(const struct pt_serving *s)
{
    return s->house.room_count > 1 && !s->session.scenario &&
           !s->session.query.from;
}

static bool begin_round(struct pt_serving *s)
{
    struct pt_look_round *round = calloc(1, sizeof(*round));

    if (!round)
        return false;
    round->users = 1;
    round->serving = s;
    round->query = s->session.query;
    round->arena = pt_arena_new();
    round->search =
        round->arena
            ? pt_search_begin(
                  &(struct pt_search_setup){.arena = round->arena,
                                            .loop = s->session.loop,
                                            .net = s->session.net,
                                            .query = &round->query},
                  on_rounded, round)
            : NULL;
    if (!round->search)
        release_round(&round);
    return round;
}

static void begin_looks(struct pt_serving *s)
{
    pt_loop_disarm(s->session.loop, &s->expiry);
    s->next = 0;
    s->is_round_old = s->is_rounding;
    if (s->is_rounding)
        return;
    s->is_rounding = shares_look(s) && begin_round(s);
    if (!s->is_rounding)
        pump(s);
}

static void on_expiry(void *ctx)
{
    pt_serving_look_again(ctx);
}

void pt_serving_look(struct pt_serving *s)
{
    if (!s->expiry.fn)
        pt_timer_init(&s->expiry, on_expiry, s);
    for (size_t i = 0; i < s->house.room_count; i++)
        s->looks[i].is_due = true;
    begin_looks(s);
}

void pt_serving_look_at_news(struct pt_serving *s)
{
    if (!shares_look(s)) {
        pt_serving_look(s);
        return;
    }
    s->has_bridge_news = true;
    pt_serving_look_again(s);
}

void pt_serving_look_again(struct pt_serving *s)
{
    int64_t now_ms = pt_loop_now(s->session.loop);

    for (size_t i = 0; i < s->house.room_count; i++) {
        const struct pt_room *room = &s->house.rooms[i];

        if (room->failing[0] || expiry_of(room, now_ms) <= 0)
            s->looks[i].is_due = true;
    }
    begin_looks(s);
}

bool pt_serving_is_settled(const struct pt_serving *s)
{
    return !s->is_rounding && !s->running && s->next == 2 * s->house.room_count;
}

void pt_serving_close_house(struct pt_serving *s)
{
    pt_loop_disarm(s->session.loop, &s->expiry);
    s->is_round_old = s->has_bridge_news = false;
    s->next = 2 * s->house.room_count;
    for (size_t i = 0; i < s->house.room_count; i++) {
        s->looks[i].is_due = false;
        if (s->looks[i].search)
            pt_search_stop(s->looks[i].search);
    }
    while (!pt_serving_is_settled(s) && pt_loop_step(s->session.loop))
        ;
    for (size_t i = 0; i < s->house.room_count; i++) {
        struct pt_room *room = &s->house.rooms[i];

        if (room->site && s->web)
            pt_web_forget(s->web, room->site);
        pt_arena_free(room->arena);
        release_round(&s->looks[i].site_round);
    }
    release_round(&s->round);
}
