/* test_search_stop.c - a search that is not waited for ends, and once. */
#include "resolve/search.h"
#include "tests/tap.h"

#include <stdlib.h>

enum { STEPS_MAX = 100 };

static size_t asked;
static size_t ended;
static enum pt_status how;

/* Nobody answers. */
static bool begin(struct pt_transport *self, const struct pt_ask *ask,
                  pt_answer_fn *done, void *ctx)
{
    (void)self, (void)ask, (void)done, (void)ctx;
    asked++;
    return true;
}

static void drop(struct pt_transport *self, const void *owner)
{
    (void)self, (void)owner;
}

static void note_end(void *ctx, enum pt_status status,
                     const struct pt_error *err)
{
    (void)ctx, (void)err;
    how = status;
    ended++;
}

/* Stopped after so many steps of the loop, it goes on as far as it comes. */
static void stop_after(size_t steps)
{
    struct pt_transport net = {.begin = begin, .drop = drop};
    struct pt_arena *arena = pt_arena_new();
    struct pt_loop *loop = pt_loop_new(&pt_clock_monotonic);
    struct pt_address address;
    struct pt_error err;
    const struct pt_query query = {.address = &address, .timeout_ms = 60000};
    struct pt_search *search;

    asked = ended = 0;
    if (pt_address_parse(arena, "ann@example.org", &address, &err) != PT_OK)
        abort();
    search = pt_search_begin(&(struct pt_search_setup){.arena = arena,
                                                       .loop = loop,
                                                       .net = &net,
                                                       .query = &query},
                             note_end, NULL);
    for (size_t i = 0; i < steps; i++)
        pt_loop_step(loop);
    pt_search_stop(search);
    pt_search_stop(search);
    for (size_t i = 0; i < STEPS_MAX && pt_loop_step(loop); i++)
        ;
    pt_loop_free(loop);
    pt_arena_free(arena);
}

int main(void)
{
    stop_after(0);
    OK(ended == 1 && how == PT_OK, "it is stopped before it begins");
    OK(asked == 0, "then nobody is asked");
    stop_after(1);
    OK(ended == 1 && how == PT_OK, "it is stopped while it waits");
    OK(asked > 0, "for those that were asked");
    return tap_done();
}
