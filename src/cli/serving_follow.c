/* serving_follow.c - `portolan serve` looks again whenever a bridge of this
 * machine, or a file that settings were read from, has changed.  The rhythm is
 * that of `portolan watch`.
 */
#include "cli/serving.h"

#include "cli/watch_places.h"
#include "net/listener_watch.h"

#include <poll.h>
#include <unistd.h>

static void set_timer(struct pt_serving *s)
{
    int64_t in_ms =
        pt_rhythm_rest(&s->rhythm, pt_loop_now(s->session.loop));

    if (in_ms < 0 || s->is_over)
        pt_loop_disarm(s->session.loop, &s->next_look);
    else
        pt_loop_arm(s->session.loop, &s->next_look, in_ms);
}

static void hear_news(struct pt_serving *s)
{
    pt_rhythm_news(&s->rhythm, pt_loop_now(s->session.loop));
}

static void glance(struct pt_serving *s)
{
    uint64_t digest;

    if (!pt_listeners_digest(&digest) || digest == s->digest)
        return;
    s->digest = digest;
    hear_news(s);
}

/* What is to be watched may be other things than before. */
static void survey(struct pt_serving *s)
{
    PT_ARENA struct pt_arena *arena = pt_arena_new();
    const struct pt_strings none = {0};
    struct pt_watch_places places;

    if (arena && pt_watch_places(arena, s->call, &s->session.query.place,
                                 &none, &places))
        (void)pt_folder_watch_set(s->folders, places.at, places.count, NULL);
}

/* Without news, only what failed may do better. */
static void begin_look(struct pt_serving *s)
{
    bool has_news = s->rhythm.has_news;

    survey(s);
    (void)pt_listeners_digest(&s->digest);
    pt_rhythm_look(&s->rhythm);
    if (has_news)
        pt_serving_look_at_news(s);
    else
        pt_serving_look_again(s);
}

static void do_next(void *ctx)
{
    struct pt_serving *s = ctx;
    enum pt_due due =
        pt_rhythm_due(&s->rhythm, pt_loop_now(s->session.loop));

    if (due == PT_DUE_GLANCE)
        glance(s);
    else if (due != PT_DUE_NOTHING)
        begin_look(s);
    set_timer(s);
}

static void read_folders(void *ctx, int fd, short revents)
{
    struct pt_serving *s = ctx;

    (void)fd, (void)revents;
    if (pt_folder_watch_read(s->folders))
        hear_news(s);
    set_timer(s);
}

static void read_listeners(void *ctx, int fd, short revents)
{
    struct pt_serving *s = ctx;

    (void)revents;
    pt_listener_watch_read(fd);
    glance(s);
    set_timer(s);
}

void pt_serving_looked(struct pt_serving *s, bool is_settled, bool has_changed)
{
    if (!s->folders)
        return;
    pt_rhythm_looked(&s->rhythm, pt_loop_now(s->session.loop), is_settled,
                     has_changed);
    set_timer(s);
}

/* Where the system does not tell of changes, settings are looked for again
 * when they expire. */
void pt_serving_follow(struct pt_serving *s)
{
    struct pt_loop *loop = s->session.loop;

    s->listeners = -1;
    pt_timer_init(&s->next_look, do_next, s);
    if (s->session.scenario ||
        pt_folder_watch_new(s->session.query.place.home, &s->folders, NULL) !=
            PT_OK)
        return;
    if (!pt_loop_watch(loop, pt_folder_watch_fd(s->folders), POLLIN,
                       read_folders, s)) {
        pt_folder_watch_free(s->folders);
        s->folders = NULL;
        return;
    }
    survey(s);
    (void)pt_listeners_digest(&s->digest);
    s->listeners = pt_listener_watch_open();
    if (s->listeners >= 0)
        pt_loop_watch(loop, s->listeners, POLLIN, read_listeners, s);
}

void pt_serving_unfollow(struct pt_serving *s)
{
    if (!s->folders)
        return;
    pt_loop_disarm(s->session.loop, &s->next_look);
    pt_loop_watch(s->session.loop, pt_folder_watch_fd(s->folders), 0, NULL,
                  NULL);
    pt_folder_watch_free(s->folders);
    s->folders = NULL;
    if (s->listeners < 0)
        return;
    pt_loop_watch(s->session.loop, s->listeners, 0, NULL, NULL);
    close(s->listeners);
}
