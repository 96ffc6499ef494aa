/* dns_shared.c - see dns_shared.h.  As many are open as pages are asked for at
 * once, at most: a list will do. */
#include "net/dns_shared.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct shared {
    struct pt_lookups *lookups;
    struct shared *next;
    char *host;
    int64_t limit_ms;
    struct pt_lookup *lookup; /* NULL once it is over */
    struct pt_sharer *first;  /* whoever came first */
    struct pt_sharer *last;
};

struct pt_lookups {
    struct pt_resolver *resolver;
    struct shared *open;
};

struct pt_sharer {
    struct shared *shared;
    struct pt_sharer *previous;
    struct pt_sharer *next;
    pt_addresses_fn *done;
    void *ctx;
};

/* ---- who shares one ---- */

static void enter(struct pt_sharer *sharer, struct shared *shared)
{
    sharer->shared = shared;
    sharer->previous = shared->last;
    if (shared->last)
        shared->last->next = sharer;
    else
        shared->first = sharer;
    shared->last = sharer;
}

static void leave(struct pt_sharer *sharer)
{
    struct shared *shared = sharer->shared;

    if (sharer->previous)
        sharer->previous->next = sharer->next;
    else
        shared->first = sharer->next;
    if (sharer->next)
        sharer->next->previous = sharer->previous;
    else
        shared->last = sharer->previous;
}

/* ---- what is open ---- */

static struct shared *find(const struct pt_lookups *lookups, const char *host,
                           int64_t limit_ms)
{
    struct shared *shared = lookups->open;

    while (shared &&
           (shared->limit_ms != limit_ms || !pt_is(shared->host, host)))
        shared = shared->next;
    return shared;
}

static void close_shared(struct shared *shared)
{
    struct shared **at = &shared->lookups->open;

    while (*at != shared)
        at = &(*at)->next;
    *at = shared->next;
    shared->lookup = NULL;
}

static void free_shared(struct shared *shared)
{
    free(shared->host);
    free(shared);
}

/* Who is told may leave for others, and may ask for the same host again. */
static void on_addresses(void *ctx, const struct pt_addresses *addresses)
{
    struct shared *shared = ctx;

    close_shared(shared);
    while (shared->first) {
        struct pt_sharer *sharer = shared->first;

        leave(sharer);
        sharer->done(sharer->ctx, addresses);
        free(sharer);
    }
    free_shared(shared);
}

static struct shared *open_shared(struct pt_lookups *lookups, const char *host,
                                  int64_t limit_ms)
{
    struct shared *shared = calloc(1, sizeof(*shared));

    if (!shared)
        return NULL;
    *shared = (struct shared){
        .lookups = lookups, .host = strdup(host), .limit_ms = limit_ms};
    if (shared->host)
        shared->lookup = pt_lookup_begin(lookups->resolver, shared->host,
                                         limit_ms, on_addresses, shared);
    if (!shared->lookup) {
        free_shared(shared);
        return NULL;
    }
    shared->next = lookups->open;
    lookups->open = shared;
    return shared;
}

/* ---- the interface ---- */

struct pt_lookups *pt_lookups_new(struct pt_resolver *resolver)
{
    struct pt_lookups *lookups = calloc(1, sizeof(*lookups));

    if (lookups)
        lookups->resolver = resolver;
    return lookups;
}

void pt_lookups_free(struct pt_lookups *lookups)
{
    free(lookups);
}

struct pt_sharer *pt_lookups_join(struct pt_lookups *lookups, const char *host,
                                  int64_t limit_ms, pt_addresses_fn *done,
                                  void *ctx)
{
    struct pt_sharer *sharer = calloc(1, sizeof(*sharer));
    struct shared *shared;

    if (!sharer)
        return NULL;
    shared = find(lookups, host, limit_ms);
    if (!shared)
        shared = open_shared(lookups, host, limit_ms);
    if (!shared) {
        free(sharer);
        return NULL;
    }
    *sharer = (struct pt_sharer){.done = done, .ctx = ctx};
    enter(sharer, shared);
    return sharer;
}

void pt_lookups_leave(struct pt_sharer *sharer)
{
    struct shared *shared = sharer ? sharer->shared : NULL;

    if (!sharer)
        return;
    leave(sharer);
    free(sharer);
    if (shared->first || !shared->lookup) /* over: its last is being told */
        return;
    pt_lookup_cancel(shared->lookup);
    close_shared(shared);
    free_shared(shared);
}
