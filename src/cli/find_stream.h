/* find_stream.h - many addresses, looked for side by side, answered in the
 * order they came in.
 */
#ifndef PT_CLI_FIND_STREAM_H
#define PT_CLI_FIND_STREAM_H

#include "cli/session.h"

enum {
    PT_STREAM_SEARCHES = 128, /* at once */
    PT_STREAM_WAITING = 512,  /* answers held back for one before them */
};

/* One address and what came of it. */
struct pt_stream_item {
    const char *text;          /* as it was given */
    struct pt_error err;       /* PT_OK; or why there are no settings */
    const struct pt_settings *settings;
    struct pt_arena *arena;    /* of the settings, and for whoever shows them */
};

/* Called in the order of the addresses.  Anything but PT_OK ends it all; err
 * says why. */
typedef enum pt_status pt_stream_put_fn(void *ctx,
                                        const struct pt_stream_item *item,
                                        struct pt_error *err);

/* Called soon after something was put, once for all that was put meanwhile. */
typedef enum pt_status pt_stream_put_down_fn(void *ctx, struct pt_error *err);

struct pt_stream_setup {
    const struct pt_call *call;
    const struct pt_strings *texts; /* addresses; NULL: one a line of input */
    bool takes_domains; /* a text without an '@' is a domain */
    struct pt_arena *arena; /* of all settings; NULL: each goes with its item */
    int64_t timeout_ms;
    pt_stream_put_fn *put;
    pt_stream_put_down_fn *put_down; /* or NULL */
    void *ctx;
};

/* An item's err.status: PT_OK; PT_BAD_INPUT: no address, or a line of input
 * that is none; and what pt_search() fails with.
 * PT_BAD_INPUT: no session could be opened, or the input cannot be read;
 * PT_NO_MEMORY; or what put() failed with. */
enum pt_status pt_find_stream(const struct pt_stream_setup *setup,
                              struct pt_error *err);

#endif
