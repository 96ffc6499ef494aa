/* watch.c - the process that waits.
 *
 * It holds on to little and does little: what a look needs is gathered in a
 * process that ends (cli/watch_look.h).  While nothing happens, it sleeps in
 * one poll() without a time-out.
 */
#include "cli/watch.h"

#include "base/file.h"
#include "base/loop.h"
#include "base/resident.h"
#include "cli/page.h"
#include "cli/watch_look.h"
#include "cli/watch_places.h"
#include "cli/watch_rhythm.h"
#include "model/place.h"
#include "net/folder_watch.h"
#include "net/listener_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum {
    LOOK_MOST_MS = 90 * 1000, /* then it hangs */
    LEAVE_MOST_MS = 3000,     /* for a look to end, before we do */
};

struct watch {
    const struct pt_call *call;
    struct pt_place place;
    struct pt_loop *loop;
    struct pt_folder_watch *folders;
    int listeners; /* -1: this system does not tell */
    int lock;
    struct pt_rhythm rhythm;
    struct pt_timer next;
    uint64_t digest;
    struct pt_look look; /* .pid 0: none */
    struct pt_timer limit;
    struct pt_look_memory memory;
    struct pt_buf held; /* paths, each ended by NUL */
    bool is_over;
    enum pt_status status;
};

/* ---- signals ---- */

static int signal_pipe[2] = {-1, -1};

static void note_signal(int number)
{
    int saved = errno;
    ssize_t written = write(signal_pipe[1], "", 1);

    (void)number, (void)written; /* full: it says so already */
    errno = saved;
}

static enum pt_status catch_signals(struct pt_error *err)
{
    static const int caught[] = {SIGHUP, SIGINT, SIGTERM};
    const struct sigaction action = {.sa_handler = note_signal,
                                     .sa_flags = SA_RESTART};

    if (pipe(signal_pipe))
        return pt_fail(err, PT_CANNOT_WRITE, NULL, "cannot make a pipe: %s",
                       strerror(errno));
    fcntl(signal_pipe[1], F_SETFL, O_NONBLOCK);
    for (size_t i = 0; i < sizeof(caught) / sizeof(*caught); i++)
        sigaction(caught[i], &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    return PT_OK;
}

/* ---- the next thing to do ---- */

static void tell(const struct watch *w, const struct pt_error *err)
{
    struct pt_page page = pt_page_err(w->call->io);

    pt_page_error(&page, err);
}

static void set_timer(struct watch *w)
{
    int64_t in_ms = pt_rhythm_rest(&w->rhythm, pt_loop_now(w->loop));

    if (in_ms < 0 || w->look.pid || w->is_over)
        pt_loop_disarm(w->loop, &w->next);
    else
        pt_loop_arm(w->loop, &w->next, in_ms);
}

static void hear_news(struct watch *w)
{
    pt_rhythm_news(&w->rhythm, pt_loop_now(w->loop));
}

/* Do others listen than before? */
static void glance(struct watch *w)
{
    uint64_t digest;

    if (!pt_listeners_digest(&digest) || digest == w->digest)
        return;
    w->digest = digest;
    hear_news(w);
}

/* What is to be watched may be other things than before.  False: it was not
 * to be had. */
static bool survey(struct watch *w)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_strings held = {0};
    struct pt_watch_places places;
    struct pt_error err = {0};
    const char *at = pt_buf_text(&w->held);
    const char *end = at + w->held.len;

    if (!arena)
        return false;
    for (; at < end; at += strlen(at) + 1)
        pt_strings_add(arena, &held, at);
    if (pt_watch_places(arena, w->call, &w->place, &held, &places) &&
        pt_folder_watch_set(w->folders, places.at, places.count, &err) == PT_OK)
        return true;
    if (err.text[0])
        tell(w, &err);
    return false;
}

/* ---- a look ---- */

/* A program that ended while its file was not watched yet was not heard. */
static void watch_held(struct watch *w, const struct pt_strings *held)
{
    PT_BUF struct pt_buf paths = {0};

    for (size_t i = 0; i < held->count; i++)
        pt_buf_add(&paths, held->at[i], strlen(held->at[i]) + 1);
    if (pt_buf_failed(&paths) ||
        (paths.len == w->held.len &&
         !memcmp(pt_buf_text(&paths), pt_buf_text(&w->held), paths.len)))
        return;
    pt_buf_clear(&w->held);
    pt_buf_add(&w->held, paths.at, paths.len);
    if (paths.len)
        hear_news(w);
}

static void end_look(struct watch *w)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    struct pt_look_result result = {0};
    struct pt_error err = {0};

    pt_loop_watch(w->loop, w->look.fd, 0, NULL, NULL);
    pt_loop_disarm(w->loop, &w->limit);
    if (!pt_look_end(&w->look, arena, &w->memory, &result))
        pt_fail_memory(&err);
    else if (result.is_killed)
        pt_fail(&err, PT_CANNOT_WRITE, NULL, "an update was killed");
    if (err.text[0])
        tell(w, &err);
    if (result.is_mute) {
        w->is_over = true;
        w->status = PT_CANNOT_WRITE;
    }
    pt_rhythm_looked(&w->rhythm, pt_loop_now(w->loop), result.is_settled,
                     result.has_changed);
    if (!result.is_killed)
        watch_held(w, &result.held);
    pt_resident_release(); /* it may be days until the next */
}

static void read_report(void *ctx, int fd, short revents)
{
    struct watch *w = ctx;

    (void)fd, (void)revents;
    if (pt_look_read(&w->look))
        return;
    end_look(w);
    set_timer(w);
}

static void end_hanging_look(void *ctx)
{
    struct watch *w = ctx;

    kill(w->look.pid, SIGKILL); /* its report ends, then */
}

/* What changes from here on is news. */
static void begin_look(struct watch *w, bool is_last)
{
    struct pt_error err = {0};

    (void)survey(w);
    (void)pt_listeners_digest(&w->digest);
    pt_rhythm_look(&w->rhythm);
    if (pt_look_begin(w->call, &w->memory, is_last, &w->look, &err) != PT_OK) {
        tell(w, &err);
        pt_rhythm_looked(&w->rhythm, pt_loop_now(w->loop), false, false);
        return;
    }
    pt_loop_watch(w->loop, w->look.fd, POLLIN, read_report, w);
    pt_loop_arm(w->loop, &w->limit, LOOK_MOST_MS);
}

static void do_next(void *ctx)
{
    struct watch *w = ctx;
    enum pt_due due = pt_rhythm_due(&w->rhythm, pt_loop_now(w->loop));

    if (due == PT_DUE_GLANCE)
        glance(w);
    else if (due != PT_DUE_NOTHING)
        begin_look(w, due == PT_DUE_LAST_LOOK);
    set_timer(w);
}

/* ---- what wakes us ---- */

static void read_folders(void *ctx, int fd, short revents)
{
    struct watch *w = ctx;

    (void)fd, (void)revents;
    if (pt_folder_watch_read(w->folders))
        hear_news(w);
    set_timer(w);
}

static void read_listeners(void *ctx, int fd, short revents)
{
    struct watch *w = ctx;

    (void)revents;
    pt_listener_watch_read(fd);
    if (!w->look.pid)
        glance(w);
    set_timer(w);
}

static void read_signals(void *ctx, int fd, short revents)
{
    struct watch *w = ctx;
    char byte;

    (void)revents;
    if (read(fd, &byte, 1) == 1)
        w->is_over = true;
    set_timer(w);
}

/* ---- from begin to end ---- */

/* Held until the process ends, however it does. */
static enum pt_status lock_out_others(struct watch *w, struct pt_error *err)
{
    struct pt_arena *arena = w->call->arena;
    const char *dir = pt_arena_printf(arena, "%s/portolan", w->place.state);
    const char *path = pt_arena_printf(arena, "%s/portolan/watch.lock",
                                       w->place.state);
    enum pt_status status =
        dir && path ? pt_make_dirs(dir, err) : pt_fail_memory(err);

    if (status == PT_OK)
        status = pt_file_try_lock(path, &w->lock, err);
    return status == PT_BUSY
               ? pt_fail(err, status, "end that one first",
                         "'portolan watch' is running already for this user")
               : status;
}

static enum pt_status begin(struct watch *w, struct pt_error *err)
{
    enum pt_status status;

    if (!pt_place_from_environment(w->call->arena, &w->place))
        return pt_fail(err, PT_CANNOT_WRITE, "set HOME",
                       "this user has no home directory");
    status = pt_folder_watch_new(w->place.home, &w->folders, err);
    if (status == PT_OK)
        status = lock_out_others(w, err);
    if (status == PT_OK)
        status = catch_signals(err);
    if (status != PT_OK)
        return status;
    w->loop = pt_loop_new(&pt_clock_monotonic);
    if (!w->loop)
        return pt_fail_memory(err);
    w->listeners = pt_listener_watch_open();
    pt_timer_init(&w->next, do_next, w);
    pt_timer_init(&w->limit, end_hanging_look, w);
    if (!pt_loop_watch(w->loop, signal_pipe[0], POLLIN, read_signals, w) ||
        !pt_loop_watch(w->loop, pt_folder_watch_fd(w->folders), POLLIN,
                       read_folders, w) ||
        (w->listeners >= 0 &&
         !pt_loop_watch(w->loop, w->listeners, POLLIN, read_listeners, w)))
        return pt_fail_memory(err);
    return PT_OK;
}

/* An update that has begun is worth a moment; it can be killed all the same,
 * and the next one puts things right. */
static void leave(struct watch *w)
{
    if (!w->look.pid)
        return;
    pt_loop_arm(w->loop, &w->limit, LEAVE_MOST_MS);
    while (w->look.pid && pt_loop_step(w->loop))
        ;
}

static void end(struct watch *w)
{
    pt_loop_free(w->loop);
    pt_folder_watch_free(w->folders);
    if (w->listeners >= 0)
        close(w->listeners);
    if (w->lock >= 0)
        close(w->lock);
    pt_buf_free(&w->held);
    pt_buf_free(&w->memory.told);
    pt_buf_free(&w->memory.shown);
}

enum pt_status pt_watch_run(const struct pt_call *call, struct pt_error *err)
{
    struct watch w = {
        .call = call, .listeners = -1, .lock = -1, .look = {.fd = -1}};
    struct pt_page page = pt_page_err(call->io);
    enum pt_status status = begin(&w, err);

    if (status == PT_OK && call->io->err_is_terminal)
        pt_page_paragraph(&page, 0, "",
                          "watching the mail bridges of this machine; "
                          "Ctrl-C ends it");
    if (status == PT_OK) {
        hear_news(&w);
        set_timer(&w);
        while (!w.is_over && pt_loop_step(w.loop))
            ;
        leave(&w);
        status = w.status;
    }
    end(&w);
    return status;
}
