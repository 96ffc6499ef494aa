/* find_stream.c - see find_stream.h.
 *
 * Items stand in line from the first not yet answered to the last let in.
 * Searches run side by side; what is done waits until all before it are.  The
 * bridges of this machine are looked at once for all of them, and anew when
 * the line was empty for a while.
 */
#include "cli/find_stream.h"

#include "cli/find_input.h"
#include "cli/password.h"
#include "cli/site_settings.h"
#include "resolve/search.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum { LOOK_AGAIN_MS = 1000, PROGRESS_MS = 100, HOLD_MS = 50 };

struct stream;

struct item {
    struct stream *stream;
    struct item *next;
    struct pt_arena *arena;
    char *text;
    struct pt_address address;
    struct pt_query query;
    struct pt_search *search; /* NULL: none was begun */
    bool done;
    struct pt_error err;
};

struct stream {
    const struct pt_stream_setup *setup;
    struct pt_session session;
    char *password; /* or NULL; wiped in the end */
    struct pt_find_input input;
    size_t text; /* the next of setup->texts */
    struct item *first;
    struct item **last;
    size_t running;
    size_t waiting; /* in line, done or not */
    size_t answered;
    struct pt_arena *look_arena; /* of the bridges seen; NULL: the setup's */
    bool has_looked;
    struct pt_findings looked;
    int64_t looked_ms;
    int64_t progress_ms;
    bool watches_input;
    struct pt_timer hold; /* what was put may wait so long to be put down */
    bool holds;
    bool hold_runs;
    bool hold_is_over;
    enum pt_status status; /* why it ends early, with err */
    struct pt_error *err;
};

static void end_early(struct stream *s, enum pt_status status)
{
    if (s->status == PT_OK)
        s->status = status;
}

/* ---- items ---- */

static void free_item(struct item *item)
{
    if (!item->stream->setup->arena)
        pt_arena_free(item->arena);
    free(item);
}

static struct item *add_item(struct stream *s, const char *text)
{
    struct item *item = calloc(1, sizeof(*item));

    if (!item)
        return NULL;
    item->stream = s;
    item->arena = s->setup->arena ? s->setup->arena : pt_arena_new();
    item->text = item->arena ? pt_arena_strdup(item->arena, text) : NULL;
    if (!item->text) {
        free_item(item);
        return NULL;
    }
    *s->last = item;
    s->last = &item->next;
    s->waiting++;
    return item;
}

static void on_found(void *ctx, enum pt_status status,
                     const struct pt_error *err)
{
    struct item *item = ctx;

    item->stream->running--;
    item->done = true;
    if (status != PT_OK)
        item->err = *err;
    if (status == PT_NO_MEMORY) {
        *item->stream->err = *err;
        end_early(item->stream, status);
    }
}

static void begin_search(struct stream *s, struct item *item)
{
    item->query = s->session.query;
    item->query.address = &item->address;
    if (s->has_looked)
        item->query.looked = &s->looked;
    item->search =
        pt_search_begin(&(struct pt_search_setup){.arena = item->arena,
                                                  .loop = s->session.loop,
                                                  .net = s->session.net,
                                                  .query = &item->query},
                        on_found, item);
    if (!item->search) {
        item->done = true;
        end_early(s, pt_fail_memory(s->err));
        return;
    }
    s->running++;
}

/* ---- what all of them share ---- */

/* Every address has the same bridges; but who asks for one only, or from a
 * recording, has no use for a look of its own. */
static bool shares_look(const struct stream *s)
{
    return !s->session.scenario && !s->session.query.from &&
           !(s->setup->texts && s->setup->texts->count == 1);
}

static void stop_watching(struct stream *s)
{
    if (s->watches_input)
        pt_loop_watch(s->session.loop, s->input.fd, 0, NULL, NULL);
    s->watches_input = false;
}

static enum pt_status look_at_bridges(struct stream *s)
{
    struct pt_findings found;
    /* settings that outlive the stream borrow from what was found */
    struct pt_arena *kept = s->setup->arena;
    struct pt_arena *arena = kept ? kept : pt_arena_new();
    struct pt_search_setup setup = {.arena = arena,
                                    .loop = s->session.loop,
                                    .net = s->session.net,
                                    .query = &s->session.query};
    enum pt_status status = PT_NO_MEMORY;

    stop_watching(s); /* what comes in meanwhile waits */
    if (arena)
        status = pt_search(&setup, NULL, &found, s->err);
    else
        pt_fail_memory(s->err);
    if (status != PT_OK) {
        pt_arena_free(kept ? NULL : arena);
        return status;
    }
    pt_arena_free(s->look_arena);
    s->look_arena = kept ? NULL : arena;
    s->has_looked = true;
    s->looked = found;
    s->looked_ms = pt_loop_now(s->session.loop);
    return PT_OK;
}

/* A password is that of one address. */
static enum pt_status check_verifying(const struct stream *s,
                                      struct pt_error *err)
{
    const struct pt_options *options = &s->setup->call->options;
    bool is_one = s->setup->texts && s->setup->texts->count == 1;

    if (options->no_verify && (options->verify || options->login))
        return pt_fail(err, PT_BAD_INPUT, "leave one of them out",
                       "--no-verify takes back --%s",
                       options->verify ? "verify" : "login");
    if (options->password_command && !options->login)
        return pt_fail(err, PT_BAD_INPUT, "add --login",
                       "--password-command is of no use by itself");
    if (options->login && !is_one)
        return pt_fail(err, PT_BAD_INPUT, "name them one by one",
                       "--login is for one address: each has a password of "
                       "its own");
    return PT_OK;
}

static enum pt_status make_ready(struct stream *s)
{
    struct pt_session *session = &s->session;
    enum pt_status status = PT_OK;

    if (!session->net) {
        status = check_verifying(s, s->err);
        if (status == PT_OK)
            status = pt_password_get(s->setup->call, &s->password, s->err);
        if (status == PT_OK)
            status = pt_session_open_search(
                s->setup->call, s->setup->timeout_ms, session, s->err);
        session->query.password = s->password;
    }
    if (status == PT_OK)
        status = pt_search_check(&session->query, s->err);
    if (status != PT_OK || !shares_look(s) || s->running)
        return status;
    if (s->has_looked &&
        pt_loop_now(session->loop) - s->looked_ms < LOOK_AGAIN_MS)
        return PT_OK;
    return look_at_bridges(s);
}

/* ---- in ---- */

static enum pt_status read_text(const struct stream *s, struct item *item)
{
    return s->setup->takes_domains
               ? pt_site_address(item->arena, item->text, &item->address,
                                 &item->err)
               : pt_address_parse(item->arena, item->text, &item->address,
                                  &item->err);
}

static void let_in(struct stream *s, const char *text)
{
    struct item *item = add_item(s, text);
    enum pt_status status;

    if (!item) {
        end_early(s, pt_fail_memory(s->err));
        return;
    }
    status = read_text(s, item);
    item->done = status != PT_OK;
    if (status == PT_NO_MEMORY)
        end_early(s, pt_fail_memory(s->err));
    if (item->done)
        return;
    status = make_ready(s);
    if (status == PT_OK)
        begin_search(s, item);
    else
        end_early(s, status);
}

static const char *next_text(struct stream *s)
{
    const struct pt_strings *texts = s->setup->texts;

    if (!texts)
        return pt_find_input_next(&s->input);
    return s->text < texts->count ? texts->at[s->text++] : NULL;
}

/* A recording has one clock, on which one search follows the other.  And many
 * addresses have the same mail servers, each of which is to be connected to
 * once at a time. */
static bool has_room(const struct stream *s)
{
    bool is_verified = s->setup->call->options.verify;
    size_t most =
        s->session.scenario || is_verified ? 1 : PT_STREAM_SEARCHES;
    struct pt_transport *net = s->session.net;

    if (s->running >= most || s->waiting >= PT_STREAM_WAITING)
        return false;
    /* a search that only waits in line would lose its time there */
    return !s->running || !net->is_busy || !net->is_busy(net);
}

static void fill(struct stream *s)
{
    size_t running = s->running;
    const char *text;

    /* one search at a time: what it asks for tells whether there is room */
    while (s->status == PT_OK && s->running == running && has_room(s) &&
           (text = next_text(s)))
        let_in(s, text);
}

/* step() goes on from here: what is let in may need the loop for itself. */
static void on_readable(void *ctx, int fd, short revents)
{
    struct stream *s = ctx;

    (void)fd, (void)revents;
    pt_find_input_fill(&s->input);
}

static bool has_ended(const struct stream *s)
{
    return s->setup->texts ? s->text == s->setup->texts->count
                           : s->input.ended;
}

/* Read on only as fast as there is room. */
static void watch_input(struct stream *s)
{
    bool wanted = !s->setup->texts && s->input.fd >= 0 && !s->input.ended &&
                  has_room(s);

    if (wanted == s->watches_input || !s->session.loop)
        return;
    s->watches_input = wanted;
    if (!pt_loop_watch(s->session.loop, s->input.fd, wanted ? POLLIN : 0,
                       on_readable, s))
        end_early(s, pt_fail_memory(s->err));
}

/* ---- out ---- */

static void put_first(struct stream *s)
{
    struct item *item = s->first;
    struct pt_stream_item shown = {
        .text = item->text,
        .err = item->err,
        .arena = item->arena,
        .settings = item->search ? pt_search_settings(item->search) : NULL};
    enum pt_status status = s->setup->put(s->setup->ctx, &shown, s->err);

    s->first = item->next;
    if (!s->first)
        s->last = &s->first;
    s->waiting--;
    s->answered++;
    free_item(item);
    if (status != PT_OK)
        end_early(s, status);
}

/* Whoever feeds us one line at a time waits for the answer. */
static void flush_answers(struct stream *s)
{
    if (fflush(s->setup->call->io->out))
        end_early(s, PT_CANNOT_WRITE);
}

static void drain(struct stream *s)
{
    bool put = false;

    while (s->status == PT_OK && s->first && s->first->done) {
        put_first(s);
        put = true;
    }
    s->holds |= put;
    if (put)
        flush_answers(s);
}

static void on_hold_over(void *ctx)
{
    struct stream *s = ctx;

    s->hold_is_over = true;
}

/* What comes in one go is put down in one go; but nobody waits long. */
static void put_down(struct stream *s)
{
    bool waits = s->session.loop && s->running && !s->hold_is_over;

    if (!s->holds || s->status != PT_OK || !s->setup->put_down)
        return;
    if (waits) {
        if (!s->hold_runs)
            pt_loop_arm(s->session.loop, &s->hold, HOLD_MS);
        s->hold_runs = true;
        return;
    }
    if (s->hold_runs)
        pt_loop_disarm(s->session.loop, &s->hold);
    s->holds = s->hold_runs = s->hold_is_over = false;
    end_early(s, s->setup->put_down(s->setup->ctx, s->err));
    flush_answers(s);
}

/* Only for someone who watches while the answers go elsewhere. */
static bool shows_progress(const struct stream *s)
{
    const struct pt_io *io = s->setup->call->io;

    return !s->setup->texts && io->err_is_terminal && !io->out_is_terminal;
}

static void show_progress(struct stream *s, bool last)
{
    int64_t now_ms = s->session.loop ? pt_loop_now(s->session.loop) : 0;

    if (!shows_progress(s) ||
        (!last && now_ms - s->progress_ms < PROGRESS_MS))
        return;
    s->progress_ms = now_ms;
    fprintf(s->setup->call->io->err, "\r%zu answered, %zu in flight\033[K%s",
            s->answered, s->running, last ? "\n" : "");
    fflush(s->setup->call->io->err);
}

/* ---- the course of it ---- */

/* Before there is a session there is no loop to wait in. */
static void wait_for_input(struct stream *s)
{
    struct pollfd fd = {.fd = s->input.fd, .events = POLLIN};

    if (s->setup->texts || s->input.fd < 0 || s->input.ended)
        return;
    if (poll(&fd, 1, -1) > 0)
        pt_find_input_fill(&s->input);
}

static void step(struct stream *s)
{
    watch_input(s);
    if (!s->session.loop)
        wait_for_input(s);
    else if (s->running || s->watches_input)
        pt_loop_step(s->session.loop);
    fill(s);
    drain(s);
    put_down(s);
    show_progress(s, false);
}

static void close_stream(struct stream *s)
{
    stop_watching(s);
    if (s->hold_runs)
        pt_loop_disarm(s->session.loop, &s->hold);
    /* searches end before what they live in */
    for (struct item *item = s->first; item; item = item->next)
        if (item->search && !item->done)
            pt_search_stop(item->search);
    while (s->running && pt_loop_step(s->session.loop))
        ;
    while (s->first) {
        struct item *item = s->first;

        s->first = item->next;
        free_item(item);
    }
    pt_session_close(&s->session);
    if (s->password)
        explicit_bzero(s->password, strlen(s->password));
    pt_arena_free(s->look_arena);
}

enum pt_status pt_find_stream(const struct pt_stream_setup *setup,
                              struct pt_error *err)
{
    struct stream s = {.setup = setup, .err = err};

    s.last = &s.first;
    if (!setup->texts)
        pt_find_input_begin(&s.input, setup->call->io->in,
                            setup->call->options.replay);
    pt_timer_init(&s.hold, on_hold_over, &s);
    fill(&s);
    drain(&s);
    put_down(&s);
    while (s.status == PT_OK && (s.first || !has_ended(&s)))
        step(&s);
    show_progress(&s, true);
    if (s.status == PT_OK && s.input.failed)
        s.status = pt_fail(err, PT_BAD_INPUT, "feed it addresses, one a line",
                           "standard input cannot be read");
    close_stream(&s);
    return s.status;
}
