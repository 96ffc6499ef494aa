#include "net/locate.h"

#include "net/reach.h"
#include "net/reply.h"

#include <stdlib.h>

struct search;

struct pt_locator {
    struct pt_finder finder;
    struct search *open;
};

struct search {
    struct pt_locator *locator;
    struct pt_ask ask;
    void *lookup; /* NULL: it is over */
    pt_answer_fn *done;
    void *ctx;
    struct search *next;
};

/* Nobody may touch it afterwards. */
static void finish(struct search *search, struct pt_reply *reply)
{
    struct search **at = &search->locator->open;

    while (*at != search)
        at = &(*at)->next;
    *at = search->next;
    if (search->lookup)
        search->locator->finder.cancel(search->lookup);
    pt_reply_send(reply, search->done, search->ctx);
    free(search);
}

static void list(const struct pt_addresses *addresses, struct pt_buf *body)
{
    for (size_t i = 0; i < addresses->count; i++) {
        char text[PT_REACH_SIZE];

        pt_reach_text((const struct sockaddr *)&addresses->at[i], text);
        pt_buf_printf(body, "%s\n", text);
    }
}

static void on_addresses(void *ctx, const struct pt_addresses *addresses)
{
    struct search *search = ctx;
    struct pt_reply reply = {.status = PT_ANSWER_OK,
                             .body.max = PT_FILE_MAX};

    search->lookup = NULL;
    if (addresses->status == PT_ANSWER_FAILED)
        pt_reply_fail(&reply, "%s",
                      addresses->why ? addresses->why
                                     : "its name could not be looked up");
    else if (!addresses->count)
        pt_reply_absent(&reply);
    else
        list(addresses, &reply.body);
    finish(search, &reply);
}

/* ---- the interface ---- */

struct pt_locator *pt_locator_new(const struct pt_finder *finder)
{
    struct pt_locator *locator = calloc(1, sizeof(*locator));

    if (locator)
        locator->finder = *finder;
    return locator;
}

void pt_locator_free(struct pt_locator *locator)
{
    if (!locator)
        return;
    pt_locator_drop(locator, NULL);
    free(locator);
}

bool pt_locator_begin(struct pt_locator *locator, const struct pt_ask *ask,
                      pt_answer_fn *done, void *ctx)
{
    const struct pt_finder *finder = &locator->finder;
    struct search *search = calloc(1, sizeof(*search));

    if (!search)
        return false;
    *search = (struct search){
        .locator = locator, .ask = *ask, .done = done, .ctx = ctx};
    search->lookup = finder->begin(finder->self, ask->what, ask->limit_ms,
                                   on_addresses, search);
    if (!search->lookup) {
        free(search);
        return false;
    }
    search->next = locator->open;
    locator->open = search;
    return true;
}

void pt_locator_drop(struct pt_locator *locator, const void *owner)
{
    struct search *next;

    for (struct search *search = locator->open; search; search = next) {
        struct pt_reply reply = {0};

        next = search->next; /* what done() begins comes before it */
        if (!pt_ask_is_of(&search->ask, owner))
            continue;
        pt_reply_fail(&reply, "given up");
        finish(search, &reply);
    }
}
