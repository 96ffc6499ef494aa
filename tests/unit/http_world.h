/* http_world.h - HTTP asks put to servers of this process's own making, and
 * names looked up in a table. */
#ifndef PT_TESTS_HTTP_WORLD_H
#define PT_TESTS_HTTP_WORLD_H

#include "net/http.h"
#include "net/reach.h"
#include "tests/tap.h"
#include "tests/unit/fake_server.h"

#include <dirent.h>
#include <stdio.h>

enum { WORLD_NAMES = 16, WORLD_URL = 512 };

struct world_name {
    const char *host;
    const char *addresses; /* parted by blanks; NULL: there is no such host;
                              "": nobody says */
    bool from_hosts_file;
};

struct world {
    struct pt_loop *loop;
    struct pt_http *http;
    const struct world_name *names; /* up to one without a host */
    int lookups;                    /* open ones */
    int looked_up;                  /* ever */
};

/* ---- names ---- */

struct world_lookup {
    struct world *world;
    const char *host;
    struct pt_timer timer;
    pt_addresses_fn *done;
    void *ctx;
};

static inline size_t world_read(const char *text, struct sockaddr_storage *at)
{
    char *copy = strdup(text);
    size_t count = 0;

    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        if (!pt_reach_parse(word, &at[count++]))
            abort();
    free(copy);
    return count;
}

static inline void world_tell(void *ctx)
{
    struct world_lookup *lookup = ctx;
    const struct world_name *name = lookup->world->names;
    struct sockaddr_storage at[PT_ADDRESSES_MAX];
    struct pt_addresses addresses = {.status = PT_ANSWER_ABSENT, .at = at};

    while (name && name->host && strcmp(name->host, lookup->host) != 0)
        name++;
    if (name && name->host && name->addresses) {
        addresses.count = world_read(name->addresses, at);
        addresses.from_hosts_file = name->from_hosts_file;
        addresses.status =
            addresses.count ? PT_ANSWER_OK : PT_ANSWER_FAILED;
        addresses.why =
            addresses.count ? NULL : "the name server did not answer";
    }
    lookup->world->lookups--;
    lookup->done(lookup->ctx, &addresses);
    free(lookup);
}

static inline void *world_find(void *self, const char *host, int64_t limit_ms,
                               pt_addresses_fn *done, void *ctx)
{
    struct world_lookup *lookup = calloc(1, sizeof(*lookup));

    (void)limit_ms;
    if (!lookup)
        abort();
    *lookup = (struct world_lookup){
        .world = self, .host = host, .done = done, .ctx = ctx};
    lookup->world->lookups++;
    lookup->world->looked_up++;
    pt_timer_init(&lookup->timer, world_tell, lookup);
    pt_loop_arm(lookup->world->loop, &lookup->timer, 0);
    return lookup;
}

static inline void world_cancel(void *ctx)
{
    struct world_lookup *lookup = ctx;

    lookup->world->lookups--;
    pt_loop_disarm(lookup->world->loop, &lookup->timer);
    free(lookup);
}

static inline void world_open(struct world *w, struct pt_http_setup setup)
{
    setup.finder = (struct pt_finder){
        .begin = world_find, .cancel = world_cancel, .self = w};
    w->loop = pt_loop_new(&pt_clock_monotonic);
    w->http = pt_http_new(w->loop, &setup);
    if (!w->http)
        abort();
}

static inline void world_close(struct world *w)
{
    pt_http_free(w->http);
    pt_loop_free(w->loop);
}

/* ---- asking ---- */

struct got {
    bool done;
    enum pt_answer_status status;
    int http;
    size_t len;
    char body[4096]; /* the beginning of it */
    char why[256];
    char location[4096];
    char type[512]; /* "?": not known */
};

static inline void world_answer(void *ctx, const struct pt_answer *answer)
{
    struct got *got = ctx;
    size_t len = answer->len < sizeof(got->body) ? answer->len
                                                 : sizeof(got->body) - 1;

    if (got->done)
        abort(); /* each ask is answered once */
    got->done = true;
    got->status = answer->status;
    got->http = answer->http;
    got->len = answer->len;
    if (len)
        memcpy(got->body, answer->body, len);
    snprintf(got->why, sizeof(got->why), "%s", answer->why ? answer->why : "");
    snprintf(got->location, sizeof(got->location), "%s",
             answer->location ? answer->location : "");
    snprintf(got->type, sizeof(got->type), "%s",
             answer->media_type ? answer->media_type : "?");
}

static inline struct got world_ask(struct world *w, struct pt_ask ask)
{
    struct got got = {0};

    ask.kind = PT_ASK_HTTP;
    if (!pt_http_begin(w->http, &ask, world_answer, &got) || got.done)
        abort();
    while (!got.done && pt_loop_step(w->loop))
        ;
    return got;
}

/* GET SCHEME://HOST:PORT/PATH of a host that may be nearby. */
static inline struct got world_get(struct world *w, const char *start,
                                   uint16_t port, const char *path)
{
    char url[WORLD_URL];

    snprintf(url, sizeof(url), "%s:%u%s", start, port, path);
    return world_ask(w, (struct pt_ask){.what = url, .is_nearby = true});
}

static const char *const world_status[] = {
    [PT_ANSWER_OK] = "ok",
    [PT_ANSWER_ABSENT] = "absent",
    [PT_ANSWER_FAILED] = "failed",
    [PT_ANSWER_REFUSED] = "refused",
};

/* "ok 200", "absent", "failed: it hung up without an answer" ... */
static inline const char *world_says(const struct got *got)
{
    static char text[320];

    if (got->status == PT_ANSWER_OK)
        snprintf(text, sizeof(text), "ok %d%s%s", got->http,
                 *got->why ? ": " : "", got->why);
    else
        snprintf(text, sizeof(text), "%s%s%s", world_status[got->status],
                 *got->why ? ": " : "", got->why);
    return text;
}

/* ---- servers ---- */

/* One that answers connection after connection, each in a process of its own,
 * until it is stopped. */
typedef void world_serve_fn(struct fake_server *s,
                            const struct fake_identity *id);

static inline void world_start(struct fake_server *s,
                               const struct fake_identity *id,
                               world_serve_fn *serve)
{
    *s = (struct fake_server){.fd = -1};
    if (!fake_listen(s) || listen(s->listener, 2 * PT_HTTP_RUNNING))
        abort();
    s->pid = fork();
    setpgid(s->pid, s->pid); /* whichever of the two comes first */
    if (s->pid) {
        close(s->listener);
        return;
    }
    signal(SIGCHLD, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    alarm(FAKE_SECONDS);
    for (;;) {
        fake_take(s);
        if (fork())
            continue;
        alarm(FAKE_SECONDS);
        serve(s, id);
        fake_close(s);
        _exit(0);
    }
}

static inline void world_stop(struct fake_server *s)
{
    kill(-s->pid, SIGKILL);
    waitpid(s->pid, NULL, 0);
}

/* The head of a request.  False: there is none. */
static inline bool world_hear(struct fake_server *s, char *head, size_t size)
{
    size_t len = 0;

    head[0] = '\0';
    while (len < size - 1 && !strstr(head, "\r\n\r\n")) {
        if (fake_hear(s, head + len, 1) != 1)
            return false;
        head[++len] = '\0';
    }
    return true;
}

static inline void world_say(struct fake_server *s, const char *text)
{
    fake_say(s, text, strlen(text));
}

/* ---- what is left behind ---- */

static inline int world_count(const char *path)
{
    DIR *dir = opendir(path);
    int count = -2; /* . and .. */

    while (dir && readdir(dir))
        count++;
    if (dir)
        closedir(dir);
    return count;
}

#endif
